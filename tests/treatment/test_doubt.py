"""Days on which perhaps nothing is at hand: never called a day at home, always asked about in time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from companion.treatment.rules import (
    Closures,
    Code,
    Notice,
    Occurrence,
    Plan,
    Standing,
    What,
    closures_for,
    gaps,
    notices,
    occurrences,
    standing_of,
)
from companion.treatment.rules.plan import PHARMACY_KINDS
from tests.treatment.plans import a_phase, a_place, a_plan
from tests.treatment.test_pattern import bodies, parsed_or_none

DAY = timedelta(days=1)
DAYS = 62


def looked_at(body: dict[str, Any], shift: int) -> tuple[Plan, Closures, date, date] | None:
    """Return a plan with the closed days around a window and the window, None for a plan that is refused."""
    plan: Plan | None = parsed_or_none(body)
    if plan is None:
        return None
    first = plan.starts_on + shift * DAY
    last = first + (DAYS - 1) * DAY
    return plan, closures_for(plan.division, first, last), first, last


def lives_on(one: Occurrence) -> list[date]:
    """Return the visits an occurrence names as the one behind it."""
    return [on for on in (one.covered_on, one.brought_on, one.waits_on) if on is not None]


@settings(max_examples=150, deadline=None)
@given(bodies(), st.integers(0, 200))
def test_a_day_at_home_rests_on_a_usual_visit_or_is_asked_about(body: dict[str, Any], shift: int) -> None:
    drawn = looked_at(body, shift)
    if drawn is None or drawn[0].kind not in PHARMACY_KINDS:
        return
    plan, closures, first, last = drawn
    doubtful = set()
    for one in occurrences(plan, closures, first, last):
        if one.what is not What.AT_HOME:
            assert one.brought_on is one.waits_on is None
            continue
        (behind,) = lives_on(one)
        assert behind < one.on
        # Looked up for that one day alone, as the visit's own page would.
        alone = closures_for(plan.division, behind, behind)
        (visit, *_) = occurrences(plan, alone, behind, behind)
        assert visit.what is plan.what
        is_usual = standing_of(plan.place, alone, behind) is Standing.USUAL
        assert is_usual is (one.waits_on is None)
        if one.waits_on is not None:
            assert (visit.covered_on, one.time, one.at) == (None, None, None)
            doubtful.add(one.on)
    said = notices(plan, closures, first, last)
    assert {on for on, found in said.items() if has(found, Code.HOME_DAY_ASK)} == doubtful


RHYTHMS = [
    ("day", 1),
    ("day", 4),
    ("day", 10),
    ("week", 1),
    ("week", 2),
    ("week", 5),
    ("month", 1),
    ("month", 2),
]


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(RHYTHMS),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.sets(st.integers(1, 9), max_size=6),
    st.sampled_from(["yes", "no", "unknown"]),
    st.booleans(),
)
def test_whoever_can_ask_at_a_visit_is_told_there_of_the_closed_ones_to_come(
    rhythm: tuple[str, int], start: date, closed: set[int], answer: str, take_home: bool
) -> None:
    unit, count = rhythm
    every = {"unit": unit, "count": count}
    phase = a_phase(starts_on=start.isoformat(), weekdays=[], every=every, take_home=take_home)
    planned = visits_of_plan(a_plan(starts_on=start.isoformat(), phases=[phase]), start)
    place = a_place(hours={}, closed_on=[planned[n].on.isoformat() for n in closed])
    plan = a_plan(starts_on=start.isoformat(), phases=[phase], place=place, wordings={"closed_day": answer})
    usual: date | None = None
    for one in visits_of_plan(plan, start):
        if one.covered_on is None and one.may_be_closed:
            for on in (usual, one.on):
                words = f"may be closed on {one.on:%A} {one.on.day} {one.on:%B}"
                assert on is None or any(words in said.text for said in asked_on(plan, on)), on
        elif not one.may_be_closed and one.what is plan.what:
            usual = one.on


def visits_of_plan(plan: Plan, start: date) -> list[Occurrence]:
    """Return the first ten visits of a plan with one time a day, those that are covered included."""
    last = start + timedelta(days=700)
    found = occurrences(plan, closures_for(plan.division, start, last), start, last)
    return [one for one in found if one.what is plan.what or one.covered_on is not None][:10]


def asked_on(plan: Plan, on: date) -> list[Notice]:
    """Return what tells to ask about a closed day on one day alone."""
    said = notices(plan, closures_for(plan.division, on, on), on, on)
    return [one for one in said.get(on, []) if one.code is Code.CLOSED_DAY_ASK]


@settings(max_examples=150, deadline=None)
@given(bodies(), st.integers(-20, 120))
def test_a_gap_is_an_empty_day_with_something_before_it_and_after_it(
    body: dict[str, Any], shift: int
) -> None:
    drawn = looked_at(body, shift)
    if drawn is None:
        return
    plan, closures, first, last = drawn
    full = {one.on for one in occurrences(plan, closures, first, last)}
    found = gaps(plan, first, last)
    for day, goes_on in found:
        assert first <= day <= last
        assert day not in full
        assert plan.phases[0].ends_on is not None
        assert plan.phases[0].ends_on < day < goes_on
        nearby = closures_for(plan.division, day, goes_on)
        ahead = occurrences(plan, nearby, day, goes_on)
        assert {one.on for one in ahead} == {goes_on}
    said = notices(plan, closures, first, last)
    assert [on for on in said if has(said[on], Code.PLAN_GAP)] == sorted(day for day, _goes_on in found)


def has(found: list[Notice], code: Code) -> bool:
    """Tell whether one of the notices has this code."""
    return any(one.code is code for one in found)
