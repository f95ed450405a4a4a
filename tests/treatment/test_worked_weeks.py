"""The worked weeks of worked_weeks.yaml, day by day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from companion.treatment.rules import Occurrence, Plan, closures_for, notices, occurrences
from tests.treatment.plans import a_phase, a_place, a_plan

WEEKS = yaml.safe_load(Path(__file__).with_name("worked_weeks.yaml").read_text("utf-8"))
OWN = ("kind", "division", "ends_on", "phases")


def plan_of(week: dict[str, Any]) -> Plan:
    """Return the plan of a worked week."""
    place = None
    if "shut_on" in week or "closed_on" in week:
        shut = week.get("shut_on", [])
        hours = {day: spans for day, spans in a_place()["hours"].items() if day not in shut} if shut else {}
        place = a_place(hours=hours, closed_on=week.get("closed_on", []))
    given = {name: week[name] for name in OWN if name in week}
    bare = {"weekdays": [], "times": [], "take_home": False}
    given["phases"] = [a_phase(**bare | phase) for phase in week["phases"]]
    wordings = {"closed_day": week.get("closed_day", "unknown")}
    return a_plan(starts_on=given["phases"][0]["starts_on"], place=place, wordings=wordings, **given)


def short(day: date) -> str:
    """Return a day like `Mon 1 Jun`."""
    return f"{day:%a} {day.day} {day:%b}"


def told(one: Occurrence) -> str:
    """Return an occurrence in the words of the file."""
    at = "" if one.time is None else f"{one.time:%H:%M} "
    brings = f", brings home {' + '.join(short(day) for day in one.brings_home)}" if one.brings_home else ""
    return f"{at}{one.what.replace('_', ' ')}{brings}{' (may be closed)' if one.may_be_closed else ''}"


@pytest.mark.parametrize("week", WEEKS, ids=[week["name"] for week in WEEKS])
def test_a_worked_week(week: dict[str, Any]) -> None:
    plan = plan_of(week)
    days = {datetime.strptime(f"{words} +0000", "%a %d %b %Y %z").date(): words for words in week["week"]}
    assert all(words == f"{short(day)} {day.year}" for day, words in days.items())
    first, last = min(days), max(days)
    closures = closures_for(plan.division, first, last)
    found: dict[str, list[str]] = {f"{short(day)} {day.year}": [] for day in days}
    for one in occurrences(plan, closures, first, last):
        found.setdefault(f"{short(one.on)} {one.on.year}", []).append(told(one))
    assert {day: "; ".join(lines) or "nothing" for day, lines in found.items()} == week["week"]
    if "notices" in week:
        said = notices(plan, closures, first, last)
        codes = {f"{short(day)} {day.year}": [str(notice.code) for notice in said[day]] for day in said}
        assert codes == week["notices"]


@pytest.mark.parametrize("week", WEEKS, ids=[week["name"] for week in WEEKS])
def test_one_day_alone_says_what_its_week_says(week: dict[str, Any]) -> None:
    plan = plan_of(week)
    days = sorted(datetime.strptime(f"{words} +0000", "%a %d %b %Y %z").date() for words in week["week"])
    closures = closures_for(plan.division, days[0], days[-1])
    whole, said = occurrences(plan, closures, days[0], days[-1]), notices(plan, closures, days[0], days[-1])
    for day in days:
        alone = closures_for(plan.division, day, day)
        assert occurrences(plan, alone, day, day) == [one for one in whole if one.on == day]
        assert notices(plan, alone, day, day).get(day) == said.get(day)
