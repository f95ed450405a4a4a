"""Reading a plan: every wrong field is named, and nothing can make it hang."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.core.errors import RuleBroken
from companion.treatment.rules import closures_for, occurrences, parse_plan, plan_body
from tests.treatment.plans import PLAN_ID, a_phase, a_place, a_plan, a_plan_body

WRONG: list[tuple[str, Any]] = [
    ("id", "not-an-id"),
    ("id", 7),
    ("kind", "methadone"),
    ("kind", None),
    ("title", 3),
    ("title", "x" * 81),
    ("title", "two\nlines"),
    ("title", "\ud800"),
    ("title", "bell\x07"),
    ("starts_on", "2026-02-30"),
    ("starts_on", "20260201"),
    ("starts_on", 20260201),
    ("starts_on", "1999-12-31"),
    ("starts_on", "9999-01-01"),
    ("starts_on", None),
    ("ends_on", "2025-12-31"),
    ("ends_on", True),
    ("time_zone", "Mars/Olympus"),
    ("time_zone", "../../etc/passwd"),
    ("time_zone", None),
    ("division", "wales"),
    ("place", []),
    ("place.name", "x" * 121),
    ("place.address", 5),
    ("place.phone", None),
    ("place.hours", [["09:00", "17:00"]]),
    ("place.hours.XX", []),
    ("place.hours.MO", "09:00-17:00"),
    ("place.hours.MO.0", ["09:00"]),
    ("place.hours.MO.0", ["09:00", "24:00"]),
    ("place.hours.MO.0", ["17:00", "09:00"]),
    ("place.hours.MO.1", ["12:00", "15:00"]),
    ("place.closed_on", "2026-05-05"),
    ("place.closed_on.0", "2026-13-01"),
    ("place.closed_on", ["2026-05-05"] * 367),
    ("wordings", "yes"),
    ("wordings.closed_day", True),
    ("wordings.closed_day", "maybe"),
    ("wordings.other", "yes"),
    ("phases", []),
    ("phases", {}),
    ("phases", [a_phase()] * 25),
    ("phases.0", "weekly"),
    ("phases.0.starts_on", "2026-01-04"),
    ("phases.0.starts_on", "no"),
    ("phases.0.ends_on", "2026-01-04"),
    ("phases.0.label", "cured"),
    ("phases.0.every", "week"),
    ("phases.0.every.unit", "second"),
    ("phases.0.every.count", 0),
    ("phases.0.every.count", 53),
    ("phases.0.every.count", 10**30),
    ("phases.0.every.count", True),
    ("phases.0.every.count", 1.0),
    ("phases.0.every.days", 1),
    ("phases.0.weekdays", ["MO", "MO"]),
    ("phases.0.weekdays.1", "monday"),
    ("phases.0.weekdays.1", ["MO"]),
    ("phases.0.weekdays", ["MO"] * 8),
    ("phases.0.times", ["10:00", "10:00"]),
    ("phases.0.times.0", "25:00"),
    ("phases.0.times.0", "9:00"),
    ("phases.0.times.0", "٠٩:٠٠"),
    ("phases.0.times", ["10:00"] * 13),
    ("phases.0.take_home", 1),
    ("phases.0.take_home", "yes"),
    ("phases.0.dose", "50"),
    ("note", "x" * 2001),
    ("note", {}),
    ("remind_minutes_before", -1),
    ("remind_minutes_before", 1441),
    ("remind_minutes_before", "10"),
    ("remind_minutes_before", False),
    ("dose", "50"),
]


def with_value(path: str, value: Any) -> dict[str, Any]:
    """Return a good body with `value` put at `path`."""
    body: dict[str, Any] = {"id": str(PLAN_ID), **a_plan_body(place=a_place(closed_on=["2026-05-05"]))}
    body = deepcopy(body)
    spot: Any = body
    *steps, last = path.split(".")
    for step in steps:
        spot = spot[int(step)] if isinstance(spot, list) else spot[step]
    if isinstance(spot, list):
        spot[int(last) : int(last) + 1] = [value]
    else:
        spot[last] = value
    return body


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_a_wrong_field_is_named(path: str, value: Any) -> None:
    with pytest.raises(RuleBroken) as problem:
        parse_plan(with_value(path, value))
    assert list(problem.value.fields) == [path]
    assert problem.value.detail.endswith(".")


@pytest.mark.parametrize("name", ["id", "kind", "starts_on", "phases"])
def test_a_missing_field_is_named(name: str) -> None:
    body = with_value("note", "")
    del body[name]
    with pytest.raises(RuleBroken) as problem:
        parse_plan(body)
    assert list(problem.value.fields) == [name]


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"phases": [a_phase(), a_phase(starts_on="2026-03-01")]}, "phases.0.ends_on"),
        (
            {"phases": [a_phase(ends_on="2026-03-01"), a_phase(starts_on="2026-03-01")]},
            "phases.1.starts_on",
        ),
        ({"ends_on": "2026-02-01", "phases": [a_phase(ends_on="2026-02-02")]}, "phases.0.ends_on"),
        ({"ends_on": "2026-02-01", "phases": [a_phase(starts_on="2026-02-02")]}, "phases.0.starts_on"),
        ({"phases": [a_phase(every={"unit": "month", "count": 1})]}, "phases.0.weekdays"),
        ({"phases": [a_phase(every={"unit": "day", "count": 2})]}, "phases.0.weekdays"),
        ({"phases": [a_phase(every=None, take_home=False)]}, "phases.0.weekdays"),
        ({"phases": [a_phase(every=None, weekdays=[])]}, "phases.0.take_home"),
        ({"kind": "injection"}, "phases.0.take_home"),
        ({"phases": [a_phase(ends_on="2026-01-06", weekdays=["SU"])]}, "phases.0.weekdays"),
        ({"phases": [a_phase(weekdays=["SU"])], "ends_on": "2026-01-10"}, "phases.0.weekdays"),
    ],
)
def test_fields_that_do_not_fit_together_are_named(overrides: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as problem:
        a_plan(**overrides)
    assert list(problem.value.fields) == [field]


def test_a_plan_comes_back_from_its_body_unchanged() -> None:
    plan = a_plan(place=a_place(closed_on=["2026-05-05", "2026-05-04"]), title="My own words", note="a\nb")
    body = plan_body(plan)
    assert parse_plan({"id": PLAN_ID, **json.loads(json.dumps(body))}) == plan
    assert plan_body(parse_plan({"id": PLAN_ID, **body})) == body


def test_the_order_of_times_weekdays_and_closed_days_does_not_matter() -> None:
    one = a_plan(phases=[a_phase(weekdays=["FR", "MO"], times=["17:00", "09:00"])])
    two = a_plan(phases=[a_phase(weekdays=["MO", "FR"], times=["09:00", "17:00"])])
    assert plan_body(one) == plan_body(two)


def test_left_out_fields_take_quiet_defaults() -> None:
    phase = {"starts_on": "2026-01-05"}
    plan = parse_plan({"id": PLAN_ID, "kind": "implant", "starts_on": "2026-01-05", "phases": [phase]})
    assert (plan.time_zone, plan.division, plan.place, plan.wordings.closed_day) == (
        "Europe/London",
        "england-and-wales",
        None,
        "unknown",
    )


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["10:00", "2026-01-05", "MO"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PATHS = sorted({path for path, _ in WRONG})


def fields_refused(body: dict[str, Any]) -> list[str] | None:
    """Return the fields a refusal names, or None when the plan is read."""
    try:
        parse_plan(body)
    except RuleBroken as problem:
        return list(problem.fields)
    return None


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), JSON), min_size=1, max_size=3))
def test_any_json_is_read_or_refused_with_a_field(changes: list[tuple[str, Any]]) -> None:
    body = with_value("note", "")
    for path, value in changes:
        try:
            changed = with_value(path, value)
        except (KeyError, IndexError, TypeError):
            continue
        top = path.split(".")[0]
        body[top] = changed[top]
    named = fields_refused(body)
    if named is not None:
        assert named
        return
    plan = parse_plan(body)
    last = plan.starts_on.replace(day=28)
    assert (
        len(occurrences(plan, closures_for(plan.division, plan.starts_on, last), plan.starts_on, last))
        <= 28 * 12
    )
