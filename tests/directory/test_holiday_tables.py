"""Holidays of older packages (`holiday_schedules.csv`), as Ohana writes them: days that are otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from companion.directory.rules.cards import rules_at
from companion.directory.rules.hours import OpenState, open_state
from companion.directory.rules.older_tables import older_holidays
from companion.directory.use_cases import ImportReport

Import = Callable[..., ImportReport]
TABLES = {
    "services.csv": "id,name,status,location_id\n22,Help desk,active,5\n5,Other,active,\n",
    "addresses.csv": "id,location_id,address_1,city,postal_code\n1,5,1 Park Row,Leeds,LS1 4AP\n",
    "locations.csv": "id,name\n5,The Centre\n22,Elsewhere\n",
    "regular_schedules.csv": (
        "id,location_id,service_id,weekday,opens_at,closes_at\n"
        + "".join(f"{n},5,,{day},09:00,17:00\n" for n, day in enumerate(("MO", "TU", "WE", "TH", "FR")))
    ),
    "holiday_schedules.csv": (
        "id,location_id,service_id,start_date,end_date,closed,opens_at,closes_at\n"
        '1,5,,"January 01, 0001","January 01, 0001",true,,\n'
        '2,5,,"12/24/2026","12/24/26",false,10:00,16:00\n'
        '3,5,,"June 01, 0001","June 05, 0001",true,,\n'
        '4,,22,"5/4/2026",,true,,\n'
        '5,,,"5/4/2026",,true,,\n'
        '6,5,,"no day",,true,,\n'
        '7,5,,"12/29/2026","12/29/2026",,9:30,\n'
    ),
}  # fmt: skip


def test_a_package_with_holidays_imports_with_exact_counts(
    imports: Import, ask: Callable[..., Any], tmp_path: Path
) -> None:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = imports(source=tmp_path)
    assert (report.total, report.new, report.rejected) == (2, 2, 0)
    # Row 5 belongs to nothing; row 6 names no day and row 7 no end: what they say is left out and counted.
    assert (report.problems["not_a_date"], report.problems["hours_not_readable"]) == (1, 1)
    assert imports(source=tmp_path).unchanged == 2
    records = [json.loads(one) for (one,) in ask("SELECT record FROM directory_service ORDER BY name")]
    desk, other = records
    (link,) = desk["service_at_locations"]
    assert len(desk["holiday_schedules"]) == 1
    assert [(one["start_date"], one["end_date"], one["closed"]) for one in
            link["location"]["holiday_schedules"]] == [
        ("0001-01-01", "0001-01-01", True), ("2026-12-24", "2026-12-24", False),
        ("0001-06-01", "0001-06-05", True),
    ]  # fmt: skip
    assert "holiday_schedules" not in other
    rules = rules_at(desk, 1)

    def state(*when: int) -> OpenState:
        return open_state(rules, datetime(*when, tzinfo=UTC))  # type: ignore[misc, arg-type]

    assert state(2026, 12, 23, 9, 30) is OpenState.OPEN
    assert state(2026, 12, 24, 9, 30) is OpenState.CLOSED
    assert state(2026, 12, 24, 10, 30) is OpenState.OPEN
    # Each year, whatever year was written; 4 May of the American order, on one day alone.
    assert [state(year, 1, 1, 11) for year in (2026, 2027)] == [OpenState.CLOSED] * 2
    assert [state(2026, 6, day, 11) for day in (1, 5, 8)] == [
        OpenState.CLOSED, OpenState.CLOSED, OpenState.OPEN,
    ]  # fmt: skip
    assert [state(2026, 5, 4, 11), state(2026, 4, 6, 11)] == [OpenState.CLOSED, OpenState.OPEN]


@pytest.mark.parametrize(
    ("said", "beside", "iso"),
    [
        ("1/2/2026", "", "2026-02-01"), ("1/2/2026", "12/24/2026", "2026-01-02"),
        ("24/12/26", "", "2026-12-24"), ("December 24, 2026", "", "2026-12-24"),
        ("24 Dec 2026", "", "2026-12-24"), ("2026-12-24", "", "2026-12-24"),
        ("32/1/2026", "", "32/1/2026"), ("Christmas", "", "Christmas"),
    ],
    ids=["british", "american-beside", "short-year", "words", "british-words", "iso", "no-day", "no-date"],
)  # fmt: skip
def test_days_in_the_ways_tables_write_them(said: str, beside: str, iso: str) -> None:
    assert older_holidays([{"start_date": said, "end_date": beside}])[0]["start_date"] == iso


@pytest.mark.realdata
def test_the_sample_of_ohana(imports: Import, real_data: Path, ask: Callable[..., Any]) -> None:
    imports(source=real_data / "feeds" / "ohana-sample-csv")
    records = [json.loads(one) for (one,) in ask("SELECT record FROM directory_service ORDER BY name")]
    own = {one["name"]: len(one["holiday_schedules"]) for one in records if one.get("holiday_schedules")}
    places = {
        one["name"]: sum(len(link.get("location", {}).get("holiday_schedules", []))
                         for link in one["service_at_locations"])
        for one in records
    }  # fmt: skip
    assert own == {"Passport Photos": 1}
    assert {name: count for name, count in places.items() if count} == {
        "Example Service Name": 3, "Passport Photos": 3,
    }  # fmt: skip
