"""Bank holidays read from data: strict to read, later than the library, and seen by weeks and reminders."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from companion.core.errors import RuleBroken
from companion.core.ids import new_id
from companion.core.orm import Sessions
from companion.treatment import gateway, use_cases
from companion.treatment.models import TreatmentHoliday
from companion.treatment.rules import Division, Source, closures_for, holidays_for, parse_holidays
from tests.people import Cast
from tests.treatment.plans import PLAN_ID, a_phase, a_place
from tests.treatment.test_use_cases import save

FIXTURE = json.loads(Path(__file__).with_name("bank_holidays.json").read_text("utf-8"))
ENGLAND = Division.ENGLAND_AND_WALES
CUP = {"title": "World Cup holiday", "date": "2026-12-07", "notes": "", "bunting": True}


def with_events(*extra: dict[str, Any], without: str = "") -> dict[str, Any]:
    """Return the fixture with days added to, or one taken from, England and Wales."""
    changed = deepcopy(FIXTURE)
    events = changed[str(ENGLAND)]["events"]
    changed[str(ENGLAND)]["events"] = [e for e in events if e["date"] != without] + list(extra)
    return changed


def a_file(folder: Path, value: object) -> str:
    """Write a file and return its name."""
    path = folder / "bank-holidays.json"
    path.write_text(json.dumps(value), "utf-8")
    return str(path)


def test_the_fixture_read_as_data_says_what_the_library_says() -> None:
    for division, years in parse_holidays(FIXTURE).items():
        for year, days in years.items():
            assert set(days) == set(holidays_for(division, year))


def test_what_changes_nothing_marks_nothing(
    session: Session, factory: Sessions, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    save(session, cast, now)
    use_cases.mark_scheduled(session, PLAN_ID, 1)
    session.commit()
    later = now + timedelta(minutes=1)
    reports = use_cases.import_holidays(factory, a_file(tmp_path, FIXTURE), later)
    assert [(one.division, one.total, one.changed, one.plans) for one in reports] == [
        (str(division), len(FIXTURE[division]["events"]), (), 0) for division in Division
    ]
    assert use_cases.unscheduled_plans(session, 10) == []


def test_a_holiday_announced_at_short_notice_changes_the_week_and_marks_the_plan(
    session: Session, factory: Sessions, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    scots = new_id()
    daily = a_phase(every={"unit": "day", "count": 1}, weekdays=[], take_home=False)
    save(session, cast, now, kind="supervised", phases=[daily], place=a_place())
    save(session, cast, now, plan_id=scots, division="scotland", phases=[daily], place=a_place())
    for plan_id in (PLAN_ID, scots):
        use_cases.mark_scheduled(session, plan_id, 1)
    session.commit()
    sam, monday = cast["sam"].account_id, date(2026, 12, 7)
    (before,) = use_cases.days(session, sam, monday, monday)
    assert before["closure"] is None
    session.commit()
    file = a_file(tmp_path, with_events(CUP))
    report = use_cases.import_holidays(factory, file, now + timedelta(minutes=1))[0]
    assert (report.changed, report.plans) == ((monday,), 1)
    assert [one.plan_id for one in use_cases.unscheduled_plans(session, 10)] == [PLAN_ID]
    saturday, after = (use_cases.days(session, sam, on, on)[0] for on in (date(2026, 12, 5), monday))
    source = "bank-holidays.json, read on Monday 23 November 2026"
    assert after["closure"] == {"title": "World Cup holiday", "source": source, "from": "data"}
    mine = [item for item in after["items"] if item["plan_id"] == PLAN_ID]
    assert [item["may_be_closed"] for item in mine] == [True]
    brought = next(item["brings_home"] for item in saturday["items"] if item["plan_id"] == PLAN_ID)
    assert brought == [date(2026, 12, 6), monday]


def test_a_day_that_is_taken_back_is_a_usual_day_again(
    session: Session, factory: Sessions, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    may_day = date(2027, 5, 3)
    use_cases.import_holidays(factory, a_file(tmp_path, with_events(CUP, without="2027-05-03")), now)
    assert may_day not in use_cases.closures(session, ENGLAND, may_day, may_day)
    assert may_day in closures_for(ENGLAND, may_day, may_day)
    session.commit()
    reports = use_cases.import_holidays(factory, a_file(tmp_path, FIXTURE), now)
    assert reports[0].changed == (date(2026, 12, 7), may_day)
    assert may_day in use_cases.closures(session, ENGLAND, may_day, may_day)


def test_years_outside_the_data_and_days_of_the_weekend_still_come_from_the_library(
    session: Session, factory: Sessions, now: datetime, tmp_path: Path
) -> None:
    use_cases.import_holidays(factory, a_file(tmp_path, FIXTURE), now)
    closed = use_cases.closures(session, ENGLAND, date(2027, 12, 20), date(2029, 1, 2))
    assert closed[date(2027, 12, 25)].source is Source.CALENDAR  # a Saturday, with a substitute in the data
    assert closed[date(2027, 12, 27)].source is Source.DATA
    assert closed[date(2029, 1, 1)].source is Source.CALENDAR


def test_what_the_person_wrote_down_comes_first(
    session: Session, factory: Sessions, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    session.commit()
    use_cases.import_holidays(factory, a_file(tmp_path, with_events(CUP)), now)
    save(session, cast, now, place=a_place(closed_on=["2026-12-07", "2026-12-09"]))
    for on in (date(2026, 12, 7), date(2026, 12, 9)):
        (day,) = use_cases.days(session, cast["sam"].account_id, on, on)
        assert day["closure"] == {"title": "Closed that day", "source": "You wrote this down", "from": "own"}


EVENTS = FIXTURE[str(ENGLAND)]["events"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "not a list of bank holidays"),
        ({"wales": {"events": EVENTS}}, "Give at least one of"),
        ({"scotland": None}, "Give the days of this division."),
        ({"scotland": {"events": []}}, "Send 1 to 2000"),
        ({"scotland": {"events": EVENTS[:3]}}, "2024 has only 3 days."),
        (with_events({"title": "X", "date": "2026-02-30"}), "Enter a real date"),
        (with_events({"title": "X", "date": "1026-02-03"}), "Check the year"),
        (with_events({"title": "  ", "date": "2026-02-03"}), "Give the day a name."),
        (with_events({"title": "a\x07", "date": "2026-02-03"}), "Take out the characters"),
        (with_events({"title": "X" * 101, "date": "2026-02-03"}), "Use 100 characters or fewer."),
        (with_events({"date": "2026-02-03", "title": 5}), "Enter words."),
        (with_events(CUP, CUP), "twice"),
    ],
)
def test_a_bad_file_changes_nothing(
    session: Session, factory: Sessions, now: datetime, tmp_path: Path, value: object, said: str
) -> None:
    use_cases.import_holidays(factory, a_file(tmp_path, FIXTURE), now)
    with pytest.raises(RuleBroken, match=said):
        use_cases.import_holidays(factory, a_file(tmp_path, value), now)
    kept = session.scalar(select(func.count()).select_from(TreatmentHoliday))
    assert kept == sum(len(FIXTURE[division]["events"]) for division in Division)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("http://www.gov.uk/bank-holidays.json", "it is not https"),
        ("https://127.0.0.1/x.json", "it names an address"),
        ("file:///etc/passwd", "it is not https|it is not a web address"),
        ("/nowhere/at/all.json", "No such file"),
    ],
)
def test_only_https_and_files_are_read(source: str, said: str) -> None:
    with pytest.raises(RuleBroken, match=said):
        gateway.read_holidays(source)


def test_a_file_that_is_no_json_or_too_big_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for body, said in ((b"<html>", "not JSON"), (b"\xff", "not JSON"), (b" " * 2_000_001, "too big")):
        path.write_bytes(body)
        with pytest.raises(RuleBroken, match=said):
            gateway.read_holidays(str(path))


def test_the_name_of_a_source_is_short() -> None:
    assert gateway.label_of(gateway.GOV_UK) == "GOV.UK bank holidays"
    assert gateway.label_of("https://example.org/a.json") == "example.org"
    assert gateway.label_of("/some/folder/b.json") == "b.json"


def test_a_plan_that_cannot_be_read_is_marked_too(
    session: Session, factory: Sessions, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    save(session, cast, now)
    use_cases.mark_scheduled(session, PLAN_ID, 1)
    session.execute(text("UPDATE treatment_plan SET sealed = :junk"), {"junk": b"x" * 40})
    session.commit()
    use_cases.import_holidays(factory, a_file(tmp_path, with_events(CUP)), now + timedelta(minutes=1))
    assert len(use_cases.unscheduled_plans(session, 10)) == 1
