"""Bank holidays against a list written by hand in the format of GOV.UK, 2024 to 2028."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from companion.treatment.rules import Division, closures_for, holidays_for

FIXTURE = json.loads(Path(__file__).with_name("bank_holidays.json").read_text("utf-8"))
YEARS = range(2024, 2029)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("division", Division)
def test_the_library_lists_the_days_of_gov_uk(division: Division, year: int) -> None:
    expected = {e["date"] for e in FIXTURE[division]["events"] if e["date"].startswith(str(year))}
    assert {day.isoformat() for day in holidays_for(division, year)} == expected


@pytest.mark.parametrize("division", Division)
def test_substitute_days_say_so(division: Division) -> None:
    expected = {e["date"] for e in FIXTURE[division]["events"] if e["notes"]}
    listed = {
        day.isoformat()
        for year in YEARS
        for day, closure in holidays_for(division, year).items()
        if "substitute day" in closure.name
    }
    assert listed == expected


def test_no_holiday_falls_on_a_weekend() -> None:
    days = [
        day for division in Division for year in range(2000, 2101) for day in holidays_for(division, year)
    ]
    assert days
    assert all(day.weekday() < 5 for day in days)


def test_christmas_on_a_saturday_may_be_closed_on_the_day_itself_too() -> None:
    closures = closures_for(Division.ENGLAND_AND_WALES, date(2027, 12, 20), date(2028, 1, 9))
    christmas = [day for day in closures if date(2027, 12, 20) <= day <= date(2028, 1, 9)]
    assert [day.isoformat() for day in christmas] == [
        "2027-12-25",
        "2027-12-26",
        "2027-12-27",
        "2027-12-28",
        "2028-01-01",
        "2028-01-03",
    ]


def test_easter_sunday_may_be_closed() -> None:
    assert (
        closures_for(Division.SCOTLAND, date(2026, 4, 5), date(2026, 4, 5))[date(2026, 4, 5)].name
        == "Easter Sunday"
    )
