"""A holiday announced at short notice, from the file an operator reads in to the week a person is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from companion.core.orm import Sessions
from companion.treatment import use_cases
from tests.conftest import Client
from tests.treatment.plans import a_phase, a_place, a_plan_body

FIXTURE = json.loads(Path(__file__).with_name("bank_holidays.json").read_text("utf-8"))
WEEK = "/api/treatment/days?from=2026-11-27&to=2026-12-01"
NEWS = {"title": "A day of thanks", "date": "2026-11-30", "notes": "", "bunting": True}


def file_of(folder: Path, *extra: dict[str, Any]) -> str:
    """Write a file in the format of GOV.UK with days added in England and Wales; return its name."""
    changed = deepcopy(FIXTURE)
    changed["england-and-wales"]["events"] += extra
    path = folder / "bank-holidays.json"
    path.write_text(json.dumps(changed), "utf-8")
    return str(path)


def test_a_holiday_announced_a_week_ahead_changes_the_week_shown_and_goes_again(
    client_for: Callable[[str | None], Client], factory: Sessions, now: datetime, tmp_path: Path
) -> None:
    sam = client_for("sam")
    daily = a_phase(every={"unit": "day", "count": 1}, weekdays=[], take_home=False)
    body = a_plan_body(kind="supervised", phases=[daily], place=a_place())
    saved = sam.put(f"/api/treatment/plans/{uuid4()}", json={**body, "recorded_at": "2026-11-23T08:55:00Z"})
    assert saved.status_code == 201

    def week() -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = sam.get(WEEK).json["items"]
        return shown

    use_cases.import_holidays(factory, file_of(tmp_path), now)
    before = week()
    assert [day["closure"] for day in before] == [None] * 5
    assert before[1]["items"][0]["brings_home"] == ["2026-11-29"]

    use_cases.import_holidays(factory, file_of(tmp_path, NEWS), now + timedelta(minutes=1))
    friday, saturday, _sunday, monday, tuesday = week()
    assert (monday["closure"]["title"], monday["closure"]["from"]) == ("A day of thanks", "data")
    assert [item["may_be_closed"] for item in monday["items"]] == [True]
    assert saturday["items"][0]["brings_home"] == ["2026-11-29", "2026-11-30"]
    assert "bring home Sunday and Monday" in saturday["items"][0]["sentence"]
    assert "your pharmacy may be closed" in monday["items"][0]["sentence"]
    assert [notice["code"] for notice in friday["notices"]] == ["closed_day_check"]
    assert [notice["code"] for notice in saturday["notices"]] == ["closed_day_check", "brings_home"]
    assert (tuesday["closure"], tuesday["notices"]) == (None, [])

    use_cases.import_holidays(factory, file_of(tmp_path), now + timedelta(minutes=2))
    assert week() == before
