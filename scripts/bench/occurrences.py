"""How fast the planner works out a year: 10,000 mixed plans beside `dateutil.rrule`.

    python scripts/bench/occurrences.py [--plans 10000] [--json]

Both sides are given the same plans and the same year and end with the same instants in UTC; that is checked.
`dateutil.rrule` gives the bare pattern only: no closed days, nothing brought home, no days at home, so it
does less. The planner gives its full answer: visits, days at home, what is brought home, closed days.

The planner keeps the instants of wall times that many plans share, as it does in the app; `apart_s` is its
time when that memory is emptied before each plan.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import process_time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from dateutil import rrule

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from companion.treatment.rules import (
    Division,
    Kind,
    Phase,
    Plan,
    Unit,
    closures_for,
    instant_of,
    occurrences,
    parse_plan,
)

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
STARTS = ("2024-02-29", "2025-06-02", "2025-11-17", "2026-01-01", "2026-03-29")
# Kind, step, count, weekdays, times, brings home.
MIX: tuple[tuple[Kind, Unit, int, tuple[str, ...], tuple[str, ...], bool], ...] = (
    (Kind.SUPERVISED, Unit.DAY, 1, (), ("09:30",), False),
    (Kind.SUPERVISED, Unit.WEEK, 1, ("MO", "TU", "WE", "TH", "FR", "SA"), ("10:00",), True),
    (Kind.COLLECTION, Unit.WEEK, 1, ("MO", "WE", "FR"), ("10:00",), True),
    (Kind.COLLECTION, Unit.WEEK, 2, ("TH",), ("12:15",), True),
    (Kind.AT_HOME, Unit.DAY, 1, (), ("08:00", "20:00"), False),
    (Kind.INJECTION, Unit.WEEK, 4, (), ("14:00",), False),
    (Kind.INJECTION, Unit.MONTH, 1, (), ("11:00",), False),
    (Kind.NALTREXONE, Unit.WEEK, 1, ("MO", "WE", "FR"), ("08:00",), False),
)
WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCY = {Unit.DAY: rrule.DAILY, Unit.WEEK: rrule.WEEKLY, Unit.MONTH: rrule.MONTHLY}
CLOSED = {division: closures_for(division, FIRST, LAST) for division in Division}
HOURS = {day: [["09:00", "17:30"]] for day in ("MO", "TU", "WE", "TH", "FR", "SA")}


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one side took for all plans, and how many occurrences it gave."""

    seconds: float
    count: int


def make_plans(count: int) -> list[Plan]:
    """Return mixed plans, always the same ones."""
    chance = random.Random(3)  # noqa: S311  (made-up plans, no secret)
    return [parse_plan(_body(chance, number)) for number in range(count)]


def _body(chance: random.Random, number: int) -> dict[str, Any]:
    kind, unit, step, weekdays, times, home = MIX[number % len(MIX)]
    start = chance.choice(STARTS)
    phase = {
        "starts_on": start,
        "every": {"unit": str(unit), "count": step},
        "weekdays": list(weekdays),
        "times": list(times),
        "take_home": home,
    }
    return {
        "id": UUID(int=number + 1),
        "kind": str(kind),
        "starts_on": start,
        "division": chance.choice([str(division) for division in Division]),
        "place": {"hours": HOURS} if home else None,
        "wordings": {"closed_day": chance.choice(["yes", "no", "unknown"])},
        "phases": [phase],
    }


def with_planner(plans: list[Plan]) -> Iterator[tuple[int, list[datetime]]]:
    """Yield, for each plan, how many occurrences the year holds and the instants of those with a time."""
    for plan in plans:
        found = occurrences(plan, CLOSED[plan.division], FIRST, LAST)
        yield len(found), [one.at for one in found if one.at is not None]


def with_planner_apart(plans: list[Plan]) -> Iterator[tuple[int, list[datetime]]]:
    """Yield the same, each plan worked out as if it were the only one."""
    for plan in plans:
        instant_of.cache_clear()
        yield from with_planner([plan])


def with_dateutil(plans: list[Plan]) -> Iterator[tuple[int, list[datetime]]]:
    """Yield the same from `dateutil.rrule`: the pattern, each instant turned from wall time into UTC."""
    first = datetime.combine(FIRST, datetime.min.time())
    last = datetime.combine(LAST, datetime.max.time())
    for plan in plans:
        zone = ZoneInfo(plan.time_zone)
        instants: list[datetime] = []
        for phase in plan.phases:
            for at in phase.times:
                wall = _rule(phase, at).between(first, last, inc=True)
                instants += [one.replace(tzinfo=zone).astimezone(UTC) for one in wall]
        yield len(instants), instants


def _rule(phase: Phase, at: time) -> rrule.rrule:
    """Return the rule that says what a phase says: the week of its first day counts, a short month too."""
    every, start = phase.every, phase.starts_on
    assert every is not None
    while phase.weekdays and WEEK[start.weekday()] not in phase.weekdays:
        start += timedelta(days=1)
    monthly = every.unit is Unit.MONTH and start.day > 28
    return rrule.rrule(
        FREQUENCY[every.unit],
        interval=every.count,
        dtstart=datetime.combine(start, at),
        byweekday=[getattr(rrule, day) for day in phase.weekdays] or None,
        bymonthday=range(28, start.day + 1) if monthly else None,
        bysetpos=-1 if monthly else None,
    )


def measure(run: Callable[[list[Plan]], Iterator[tuple[int, list[datetime]]]], plans: list[Plan]) -> Timing:
    """Return how long one side takes for all plans, in CPU seconds."""
    started = process_time()
    count = sum(found for found, _instants in run(plans))
    return Timing(process_time() - started, count)


def disagreements(plans: list[Plan]) -> int:
    """Return for how many plans the two sides give different instants.

    A covered day on which the pharmacy does not open is no visit for the planner; rrule does not know
    of closed days. So only what rrule lacks, or what the planner lacks without such a day, counts.
    """
    wrong = 0
    for plan, (_, ours), (_, theirs) in zip(plans, with_planner(plans), with_dateutil(plans), strict=True):
        knows_closed = plan.place is not None
        mine, other = set(ours), set(theirs)
        wrong += bool(mine - other) or (not knows_closed and bool(other - mine))
    return wrong


def main() -> None:
    """Measure both sides in one process and print what came of it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--plans", type=int, default=10_000)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    plans = make_plans(chosen.plans)
    wrong = disagreements(plans[:400])
    ours, theirs = measure(with_planner, plans), measure(with_dateutil, plans)
    apart = measure(with_planner_apart, plans)
    figures = {
        "plans": len(plans),
        "days": (LAST - FIRST).days + 1,
        "planner_s": round(ours.seconds, 2),
        "planner_occurrences": ours.count,
        "planner_per_s": round(ours.count / ours.seconds),
        "dateutil_s": round(theirs.seconds, 2),
        "dateutil_occurrences": theirs.count,
        "dateutil_per_s": round(theirs.count / theirs.seconds),
        "ratio": round(theirs.seconds / ours.seconds, 2),
        "apart_s": round(apart.seconds, 2),
        "apart_ratio": round(theirs.seconds / apart.seconds, 2),
        "disagreements_of_400": wrong,
    }
    if chosen.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:<24}{value:>14,}")
    if wrong:
        sys.exit("The two sides do not agree.")


if __name__ == "__main__":
    main()
