"""Which days a plan falls on, and what each brings home, against the slow oracle."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.core.errors import RuleBroken
from companion.treatment.rules import What, closures_for, occurrences, parse_plan
from tests.treatment.oracle import NAMES, PHARMACY, Walk, falls_on
from tests.treatment.plans import PLAN_ID, a_phase, a_place, a_plan, a_plan_body, from_to

DAY = timedelta(days=1)
WEEKDAY_SETS = [list(names) for n in range(1, 8) for names in combinations(NAMES, n)]
DAYS = st.dates(date(2023, 11, 1), date(2028, 12, 31))


@pytest.mark.parametrize("names", WEEKDAY_SETS, ids="".join)
def test_each_weekday_pattern_over_leap_day_and_year_end(names: list[str]) -> None:
    for count, start in ((1, "2027-12-29"), (2, "2028-01-01"), (3, "2027-12-27")):
        phase = a_phase(
            starts_on=start, weekdays=names, every={"unit": "week", "count": count}, take_home=False
        )
        plan = a_plan(starts_on=start, phases=[phase])
        found = [one.on for one in from_to(plan, "2027-12-20", "2028-03-31")]
        window = [date(2027, 12, 20) + n * DAY for n in range(103)]
        assert found == [day for day in window if falls_on(phase, day)]


@st.composite
def phases(draw: st.DrawFn, kind: str) -> list[dict[str, Any]]:
    """Draw one to three phases in order, with gaps and with ends."""
    start, made = draw(DAYS), []
    for last in [False] * draw(st.integers(0, 2)) + [True]:
        unit = draw(st.sampled_from(["day", "week", "month", None]))
        count = draw(st.integers(1, {"day": 10, "week": 5, "month": 4}.get(unit or "", 1)))
        with_weekdays = unit == "week" or (unit == "day" and count == 1)
        length = draw(st.integers(0, 60))
        end = start + length * DAY
        made.append(
            a_phase(
                starts_on=start.isoformat(),
                ends_on=None if last and draw(st.booleans()) else end.isoformat(),
                every=None if unit is None else {"unit": unit, "count": count},
                weekdays=draw(st.lists(st.sampled_from(NAMES), unique=True)) if with_weekdays else [],
                times=draw(st.lists(st.sampled_from(["07:30", "10:00", "17:45"]), unique=True)),
                take_home=unit is not None and kind in PHARMACY and draw(st.booleans()),
            )
        )
        start = end + draw(st.integers(1, 10)) * DAY
    return made


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the body of a plan with closed days of every sort."""
    kind = draw(st.sampled_from(["supervised", "collection", "at_home", "injection", "naltrexone"]))
    made = draw(phases(kind))
    start = date.fromisoformat(made[0]["starts_on"])
    open_on = draw(st.sets(st.sampled_from(NAMES)))
    closed_on = draw(st.sets(st.integers(-10, 90).map(lambda n: (start + n * DAY).isoformat()), max_size=12))
    place = {
        "name": "",
        "address": "",
        "phone": "",
        "hours": {name: [["00:00", "23:59"]] for name in open_on},
        "closed_on": sorted(closed_on),
    }
    wordings = {"closed_day": draw(st.sampled_from(["yes", "no", "unknown"]))}
    return a_plan_body(
        kind=kind,
        starts_on=start.isoformat(),
        phases=made,
        wordings=wordings,
        place=draw(st.sampled_from([None, place])),
    )


def walk_of(body: dict[str, Any], first: date, last: date) -> Walk:
    """Return the oracle for `body`, with its own reading of hours and closed days."""
    calendar = closures_for(parse_plan({"id": PLAN_ID, **body}).division, first - 60 * DAY, last + 60 * DAY)

    def is_shut(day: date) -> bool:
        place = body["place"]
        if place is None or body["kind"] not in (*PHARMACY, "injection"):
            return False
        hours = place["hours"]
        return day.isoformat() in place["closed_on"] or bool(hours and NAMES[day.weekday()] not in hours)

    def may_be_closed(day: date) -> bool:
        visits = body["kind"] in (*PHARMACY, "injection")
        return visits and (is_shut(day) or day in calendar)

    return Walk(body, may_be_closed, is_shut)


def parsed_or_none(body: dict[str, Any]) -> Any:
    """Return the plan, or None for a phase whose weekdays never come (refused, as tested in test_reading)."""
    try:
        return parse_plan({"id": PLAN_ID, **body})
    except RuleBroken as problem:
        if all(name.endswith(".weekdays") for name in problem.fields):
            return None
        raise


@settings(max_examples=250, deadline=None)
@given(bodies(), st.integers(-20, 120), st.integers(0, 61))
def test_a_window_says_what_a_walk_over_every_day_says(body: dict[str, Any], shift: int, length: int) -> None:
    plan = parsed_or_none(body)
    if plan is None:
        return
    first = plan.starts_on + shift * DAY
    last = first + length * DAY
    walk = walk_of(body, first, last)
    expected = [
        (day, *row)
        for day in (first + n * DAY for n in range(length + 1))
        for row in walk.row(day, horizon=140)
    ]
    found = []
    for one in occurrences(plan, closures_for(plan.division, first, last), first, last):
        home = one.what is What.AT_HOME and plan.kind != "at_home"
        at = None if one.time is None else one.time.strftime("%H:%M")
        found.append((one.on, "home" if home else "visit", at, list(one.brings_home), one.may_be_closed))
    assert found == expected


@settings(max_examples=100, deadline=None)
@given(bodies(), st.integers(-5, 60), st.integers(1, 30), st.integers(1, 30))
def test_two_windows_side_by_side_say_what_one_says(
    body: dict[str, Any], shift: int, one: int, two: int
) -> None:
    plan = parsed_or_none(body)
    if plan is None:
        return
    first = plan.starts_on + shift * DAY
    middle, last = first + one * DAY, first + (one + two) * DAY
    whole = occurrences(plan, closures_for(plan.division, first, last), first, last)
    left = occurrences(plan, closures_for(plan.division, first, middle), first, middle)
    right = occurrences(plan, closures_for(plan.division, middle + DAY, last), middle + DAY, last)
    assert whole == left + right


@settings(max_examples=100, deadline=None)
@given(bodies())
def test_no_day_is_brought_home_twice_and_no_reminder_id_repeats(body: dict[str, Any]) -> None:
    plan = parsed_or_none(body)
    if plan is None:
        return
    last = plan.starts_on + 61 * DAY
    found = occurrences(plan, closures_for(plan.division, plan.starts_on, last), plan.starts_on, last)
    brought = [day for one in found for day in one.brings_home]
    assert len(brought) == len(set(brought))
    assert len({one.reminder_id for one in found}) == len(found)


def test_monthly_on_the_thirty_first_falls_on_the_last_day_of_short_months() -> None:
    phase = a_phase(
        starts_on="2027-08-31", every={"unit": "month", "count": 1}, weekdays=[], times=[], take_home=False
    )
    plan = a_plan(kind="injection", starts_on="2027-08-31", phases=[phase])
    days = [one.on.isoformat() for one in from_to(plan, "2027-08-01", "2028-03-31")]
    assert days == [
        "2027-08-31",
        "2027-09-30",
        "2027-10-31",
        "2027-11-30",
        "2027-12-31",
        "2028-01-31",
        "2028-02-29",
        "2028-03-31",
    ]


def test_a_window_far_from_the_start_costs_no_more_than_a_near_one() -> None:
    phase = a_phase(starts_on="2000-01-01", every={"unit": "day", "count": 365}, weekdays=[], take_home=True)
    plan = a_plan(starts_on="2000-01-01", phases=[phase])
    found = from_to(plan, "2100-01-01", "2100-03-03")
    assert len(found) == 62
    assert sum(one.what is What.COLLECT for one in found) <= 1


def test_an_empty_or_backward_window_holds_nothing() -> None:
    assert from_to(a_plan(), "2026-02-02", "2026-02-01") == []
    assert from_to(a_plan(), "2019-01-01", "2019-02-01") == []


def test_a_time_outside_the_hours_written_down_may_be_closed() -> None:
    times = ["08:59", "09:00", "12:59", "13:00", "13:59", "14:00", "17:59", "18:00"]
    plan = a_plan(place=a_place(), phases=[a_phase(times=times, take_home=False)])
    found = {f"{one.time:%H:%M}": one.may_be_closed for one in from_to(plan, "2026-06-01", "2026-06-01")}
    assert [at for at, closed in found.items() if closed] == ["08:59", "13:00", "13:59", "18:00"]
