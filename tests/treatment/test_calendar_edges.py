"""Every pattern over leap days, the end of the year and the change from one part of a plan to the next."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest

from companion.treatment.rules import What, occurrences
from tests.treatment.oracle import NAMES, Walk, falls_on
from tests.treatment.plans import a_phase, a_plan, a_plan_body

DAY = timedelta(days=1)
# The last days of short and long months, a leap day, and the days around the end of a year.
STARTS = ["2023-12-31", "2024-01-31", "2024-02-29", "2027-11-30", "2027-12-31", "2028-01-29", "2028-01-30"]
STEPS = [*(("day", n) for n in range(1, 32)), *(("week", n) for n in range(1, 9))]
STEPS += [("month", n) for n in range(1, 13)]
WINDOWS = [(date(2023, 12, 20), date(2024, 3, 31)), (date(2027, 12, 20), date(2028, 3, 31))]
CHANGE = date(2028, 2, 28)  # A Monday, the day before a leap day.


@pytest.mark.parametrize("start", STARTS)
def test_each_step_of_days_weeks_and_months_over_leap_days_and_year_ends(start: str) -> None:
    for unit, count in STEPS:
        phase = a_phase(
            starts_on=start, weekdays=[], every={"unit": unit, "count": count}, take_home=False, times=[]
        )
        plan = a_plan(kind="at_home", starts_on=start, phases=[phase])
        for first, last in WINDOWS:
            found = [one.on for one in occurrences(plan, {}, first, last)]
            days = [first + n * DAY for n in range((last - first).days + 1)]
            assert found == [day for day in days if falls_on(phase, day)], (unit, count)


def changing(names: tuple[str, ...], shift: int, *, is_first: bool) -> dict[str, Any]:
    """Return a plan that goes from one part to another on one day; one is daily, one has these weekdays."""
    change = CHANGE + shift * DAY
    daily: dict[str, Any] = {"weekdays": [], "every": {"unit": "day", "count": 1}, "take_home": False}
    chosen: dict[str, Any] = {"weekdays": list(names), "take_home": True}
    before, after = (chosen, daily) if is_first else (daily, chosen)
    start = change - 21 * DAY
    return a_plan_body(
        starts_on=start.isoformat(),
        phases=[
            a_phase(starts_on=start.isoformat(), ends_on=(change - DAY).isoformat(), **before),
            a_phase(starts_on=change.isoformat(), **after),
        ],
    )


@pytest.mark.parametrize("is_first", [True, False], ids=["weekdays-then-daily", "daily-then-weekdays"])
@pytest.mark.parametrize("size", range(1, 8))
def test_each_weekday_pattern_changes_to_and_from_daily_on_each_day_of_the_week(
    size: int, is_first: bool
) -> None:
    for names in combinations(NAMES, size):
        for shift in range(7):
            body = changing(names, shift, is_first=is_first)
            plan = a_plan(**body)
            walk = Walk(body, lambda _: False, lambda _: False)
            first, last = CHANGE + (shift - 4) * DAY, CHANGE + (shift + 8) * DAY
            found = [
                (one.on, "home" if one.what is What.AT_HOME else "visit", list(one.brings_home))
                for one in occurrences(plan, {}, first, last)
            ]
            days = [first + n * DAY for n in range(13)]
            expected = [(day, row[0], row[2]) for day in days for row in walk.row(day, horizon=9)]
            assert found == expected, (names, shift)
