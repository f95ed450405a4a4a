"""The planner against the independent pharmacist of the worked weeks, over plans that nobody chose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from companion.treatment.rules import Division, Plan, closures_for, gaps, notices, occurrences
from companion.treatment.use_cases import products
from tests.treatment.oracle import NAMES
from tests.treatment.pharmacist import WINDOWS, Pharmacist
from tests.treatment.plans import a_place, a_plan_body
from tests.treatment.test_pattern import parsed_or_none, phases
from tests.treatment.test_worked_weeks import told

DAY = timedelta(days=1)
DAYS_WALKED = 12
KINDS = ["supervised", "collection", "collection", "at_home", "injection", "naltrexone", "appointment"]
# The list of GOV.UK that the pharmacist reads speaks of these years.
FROM, UNTIL = date(2024, 3, 1), date(2028, 10, 31)


@st.composite
def some_weeks(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a plan, a pharmacy and a nation in the words of the worked weeks, with phases beside them."""
    kind = draw(st.sampled_from(KINDS))
    made = draw(phases(kind))
    start = date.fromisoformat(made[0]["starts_on"])
    assume(FROM <= start <= UNTIL - timedelta(days=400))
    week: dict[str, Any] = {
        "kind": kind,
        "division": str(draw(st.sampled_from(Division))),
        "closed_day": draw(st.sampled_from(["yes", "yes", "no", "unknown"])),
        "phases": made,
    }
    if draw(st.booleans()):
        week["shut_on"] = sorted(draw(st.sets(st.sampled_from(NAMES[:6]), max_size=3)) | {"SU"})
    # The pharmacy's own closed days come in runs, and the days looked at lie around them.
    run = start + draw(st.integers(0, 120)) * DAY
    week["closed_on"] = [run + n * DAY for n in range(draw(st.integers(0, 8)))]
    week["first"] = run + draw(st.integers(-8, 3)) * DAY
    if kind == "injection" and draw(st.booleans()):
        week["product"] = draw(st.sampled_from(sorted(WINDOWS)))
    return week


def plan_or_none(week: dict[str, Any]) -> Plan | None:
    """Return the plan, or None for a part whose weekdays never come (refused, as tested in test_reading)."""
    shut = week.get("shut_on", [])
    hours = {day: spans for day, spans in a_place()["hours"].items() if day not in shut} if shut else {}
    closed_on = [day.isoformat() for day in week["closed_on"]]
    body = a_plan_body(
        kind=week["kind"],
        starts_on=week["phases"][0]["starts_on"],
        division=week["division"],
        phases=week["phases"],
        wordings={"closed_day": week["closed_day"]},
        place=a_place(hours=hours, closed_on=closed_on),
        product=week.get("product"),
    )
    plan: Plan | None = parsed_or_none(body)
    return plan


def test_the_pharmacist_knows_the_windows_of_the_sample_table() -> None:
    table = {key: (one.before_days, one.after_days) for key, one in products().items()}
    assert table == WINDOWS


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(some_weeks())
def test_the_planner_says_what_the_pharmacist_says(week: dict[str, Any]) -> None:
    plan = plan_or_none(week)
    if plan is None:
        return
    days = [week["first"] + n * DAY for n in range(DAYS_WALKED)]
    closures = closures_for(plan.division, days[0], days[-1])
    found = occurrences(plan, closures, days[0], days[-1])
    window = None if plan.product is None else products()[plan.product]
    said = notices(plan, closures, days[0], days[-1], window)
    holes = {day for day, _goes_on in gaps(plan, days[0], days[-1])}
    pharmacist = Pharmacist(week, week["phases"])
    for day in days:
        nothing = "nothing (ask)" if day in holes else "nothing"
        line = "; ".join(told(one) for one in found if one.on == day) or nothing
        assert line == pharmacist.line(day), day
        assert [str(one.code) for one in said.get(day, [])] == pharmacist.notices(day), day
