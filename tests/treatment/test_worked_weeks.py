"""The worked weeks of worked_weeks.yaml, day by day."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from companion.treatment.rules import (
    VISIT_KINDS,
    Closure,
    Closures,
    Kind,
    Occurrence,
    Plan,
    Standing,
    What,
    Window,
    closures_for,
    gap_sentence,
    gaps,
    holidays_for,
    notices,
    occurrences,
    plan_body,
    sentence,
    standing_of,
)
from companion.treatment.use_cases import products
from tests.treatment.oracle import Walk
from tests.treatment.pharmacist import Pharmacist
from tests.treatment.plan_words import phase_of
from tests.treatment.plans import a_place, a_plan

FILES = sorted(Path(__file__).parent.glob("worked_weeks*.yaml"))
WEEKS = [week for file in FILES for week in yaml.safe_load(file.read_text("utf-8"))]
OWN = ("kind", "division", "ends_on", "product")
KNOWN_OF_PLACE = {"shut_on", "hours", "closed_on"}
# Every word a week may use; a misspelt one would be passed over in silence.
KEYS = {
    *OWN,
    *KNOWN_OF_PLACE,
    "name",
    "plan",
    "closed_day",
    "announced",
    "taken_back",
    "week",
    "notices",
    "says",
}
each_week = pytest.mark.parametrize("week", WEEKS, ids=[week["name"] for week in WEEKS])


def plan_of(week: dict[str, Any]) -> Plan:
    """Return the plan of a worked week."""
    place = None
    if KNOWN_OF_PLACE & set(week):
        shut, hours = week.get("shut_on", []), {}
        if "shut_on" in week or "hours" in week:
            own = {day: [span.split("-") for span in spans] for day, spans in week.get("hours", {}).items()}
            hours = {day: spans for day, spans in (a_place()["hours"] | own).items() if day not in shut}
        place = a_place(hours=hours, closed_on=week.get("closed_on", []))
    given = {name: week[name] for name in OWN if name in week}
    given["phases"] = [phase_of(line) for line in week["plan"]]
    wordings = {"closed_day": week.get("closed_day", "unknown")}
    return a_plan(starts_on=given["phases"][0]["starts_on"], place=place, wordings=wordings, **given)


def short(day: date) -> str:
    """Return a day like `Mon 1 Jun`."""
    return f"{day:%a} {day.day} {day:%b}"


def told(one: Occurrence) -> str:
    """Return an occurrence in the words of the file."""
    at = "" if one.time is None else f"{one.time:%H:%M} "
    brings = f", brings home {' + '.join(short(day) for day in one.brings_home)}" if one.brings_home else ""
    doubt = " (may be closed)" if one.may_be_closed else " (ask)" if one.waits_on else ""
    return f"{at}{one.what.replace('_', ' ')}{brings}{doubt}"


def days_of(week: dict[str, Any]) -> list[date]:
    """Return the days of a worked week, in order."""
    days = {datetime.strptime(f"{words} +0000", "%a %d %b %Y %z").date(): words for words in week["week"]}
    assert all(words == long(day) for day, words in days.items())
    return sorted(days)


def long(day: date) -> str:
    """Return a day like `Mon 1 Jun 2026`."""
    return f"{short(day)} {day.year}"


def closures_of(week: dict[str, Any], plan: Plan, first: date, last: date) -> Closures:
    """Return the days that may be closed, with what was announced or taken back since in the data."""
    changed = [*week.get("announced", {}), *week.get("taken_back", [])]
    data = {day.year: dict(holidays_for(plan.division, day.year)) for day in changed}
    for day, title in week.get("announced", {}).items():
        data[day.year][day] = Closure(title)
    for day in week.get("taken_back", []):
        del data[day.year][day]
    return closures_for(plan.division, first, last, data)


def window_of(plan: Plan) -> Window | None:
    """Return the usual days around an injection, out of the table that comes with the app."""
    return None if plan.product is None else products()[plan.product]


def test_there_are_a_hundred_weeks_with_names_of_their_own() -> None:
    assert len(WEEKS) >= 100
    assert len({week["name"] for week in WEEKS}) == len(WEEKS)
    assert {week["kind"] for week in WEEKS} == set(Kind)
    assert {name for week in WEEKS for name in week} <= KEYS


@each_week
def test_a_worked_week(week: dict[str, Any]) -> None:
    plan, days = plan_of(week), days_of(week)
    first, last = days[0], days[-1]
    closures = closures_of(week, plan, first, last)
    found: dict[str, list[str]] = {long(day): [] for day in days}
    held: dict[date, list[Occurrence]] = {}
    for one in occurrences(plan, closures, first, last):
        found.setdefault(long(one.on), []).append(told(one))
        held.setdefault(one.on, []).append(one)
    between = [day for day, _goes_on in gaps(plan, first, last) if day in days]
    nothing = {long(day): "nothing (ask)" for day in between}
    shown = {day: "; ".join(lines) or nothing.get(day, "nothing") for day, lines in found.items()}
    assert shown == week["week"]
    if "says" in week:
        said_on = {on: sentence(plan, closures, day) for on, day in held.items()}
        said_on |= {on: gap_sentence(on) for on in between}
        assert [said_on[on] for on in sorted(said_on)] == week["says"]
    if "notices" in week:
        said = notices(plan, closures, first, last, window_of(plan))
        assert {long(day): [str(notice.code) for notice in said[day]] for day in said} == week["notices"]


@each_week
def test_an_independent_pharmacist_agrees_with_a_worked_week(week: dict[str, Any]) -> None:
    pharmacist, days = Pharmacist(week, [phase_of(line) for line in week["plan"]]), days_of(week)
    assert {long(day): pharmacist.line(day) for day in days} == week["week"]
    if "notices" in week:
        said = {long(day): found for day in days if (found := pharmacist.notices(day))}
        assert said == week["notices"]


@each_week
def test_one_day_alone_says_what_its_week_says(week: dict[str, Any]) -> None:
    plan, days = plan_of(week), days_of(week)
    closures, window = closures_of(week, plan, days[0], days[-1]), window_of(plan)
    whole = occurrences(plan, closures, days[0], days[-1])
    said = notices(plan, closures, days[0], days[-1], window)
    for day in days:
        alone = closures_of(week, plan, day, day)
        assert occurrences(plan, alone, day, day) == [one for one in whole if one.on == day]
        assert notices(plan, alone, day, day, window).get(day) == said.get(day)


@each_week
def test_the_slow_oracle_agrees_with_a_worked_week(week: dict[str, Any]) -> None:
    plan, days = plan_of(week), days_of(week)
    calendar = closures_of(week, plan, days[0] - timedelta(60), days[-1] + timedelta(60))
    body = json.loads(json.dumps(plan_body(plan)))
    visits = plan.kind in VISIT_KINDS

    def is_shut(day: date) -> bool:
        return visits and standing_of(plan.place, {}, day) is Standing.CLOSED

    walk = Walk(body, lambda day: visits and (is_shut(day) or day in calendar), is_shut)
    for day in days:
        found = [
            (
                "home" if one.what is What.AT_HOME and plan.kind is not Kind.AT_HOME else "visit",
                None if one.time is None else f"{one.time:%H:%M}",
                list(one.brings_home),
            )
            for one in occurrences(plan, calendar, day, day)
        ]
        assert found == [row[:3] for row in walk.row(day, horizon=140)]
