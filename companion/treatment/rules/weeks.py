"""What happens on which day: the visits of a plan, what each brings home, and the days at home between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise, zip_longest
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID, uuid5

from companion.treatment.rules.closures import Closures, Doors, Standing
from companion.treatment.rules.pattern import DAY, pattern_days
from companion.treatment.rules.plan import PHARMACY_KINDS, VISIT_KINDS, Answer, Kind, Phase, Plan, What
from companion.treatment.rules.time import instant_of

# The longest the calendar lets a visit stand in for a closed one: Christmas on a Saturday closes four days.
# Beyond it nobody can know which day the pharmacy would choose, so the person is told to ask.
LONGEST_CARRY = timedelta(days=5)
LONGEST_STRIDE = timedelta(days=366)
# Kinds for a medicine that is for each day, however often it is fetched.
DAY_BY_DAY = PHARMACY_KINDS | {Kind.AT_HOME}
NO_TIME = (None,)
USUAL, CLOSED, AT_HOME = Standing.USUAL, Standing.CLOSED, What.AT_HOME


class Occurrence(NamedTuple):
    """One thing to do on one local day. `at` is None when no time was chosen: then nothing reminds of it.

    `covered_on` is the earlier visit that should bring home what is due on a day that may be closed;
    `brought_on` the one that an ordinary day at home lives on. When that visit itself may be closed and
    nothing stands in for it, it is `waits_on` instead: perhaps nothing is at home, so the person is to ask.
    A tuple, because a year of plans makes millions of them and a frozen dataclass takes five times as long.
    """

    plan_id: UUID
    on: date
    slot: int
    time: time | None
    at: datetime | None
    what: What
    brings_home: tuple[date, ...]
    may_be_closed: bool
    covered_on: date | None = None
    brought_on: date | None = None
    waits_on: date | None = None

    @property
    def reminder_id(self) -> UUID:
        """The id of this occurrence's reminder, the same on every device and server."""
        return uuid5(self.plan_id, f"{self.on}|{self.slot}")


class Visit(NamedTuple):
    """A day on which the plan's pattern falls. `moved_to` is the earlier visit that stands in for it."""

    on: date
    phase: Phase
    standing: Standing
    moved_to: date | None


def occurrences(plan: Plan, closures: Closures, first_day: date, last_day: date) -> list[Occurrence]:
    """Return what `plan` holds from `first_day` to `last_day`, both included, in order of day and time.

    `closures` must reach a year beyond the window on both sides (closures_for does that), so that the
    last Saturday knows of the Monday after it, and a day at home of the visit it lives on.
    """
    visits = visits_of(plan, closures, first_day, last_day)
    found = _at_visits(plan, closures, visits, first_day, last_day)
    between = between_visits(plan, closures, visits, first_day, last_day)
    if between:
        found += between
        found.sort(key=attrgetter("on"))  # The times of one day stay in order.
    return found


def visits_of(plan: Plan, closures: Closures, first_day: date, last_day: date) -> list[Visit]:
    """Return the visits from `first_day` to `last_day` and the few around them that bear on these."""
    first, last = first_day - LONGEST_CARRY, last_day + LONGEST_CARRY
    last = last if plan.ends_on is None else min(last, plan.ends_on)
    doors = Doors(plan.place, closures) if plan.kind in VISIT_KINDS else None
    can_move = _can_move(plan)
    visits: list[Visit] = []
    last_usual: date | None = None
    for phase in plan.phases:
        for on in pattern_days(phase, first, last):
            standing = USUAL if doors is None else doors.standing(on)
            moved_to = None
            if standing is USUAL:
                last_usual = on
            elif can_move and last_usual is not None and on - last_usual <= LONGEST_CARRY:
                moved_to = last_usual
            visits.append(Visit(on, phase, standing, moved_to))
    return visits


def _can_move(plan: Plan) -> bool:
    return plan.kind in PHARMACY_KINDS and plan.wordings.closed_day is Answer.YES


def _at_visits(
    plan: Plan, closures: Closures, visits: list[Visit], first_day: date, last_day: date
) -> list[Occurrence]:
    """Return an occurrence for each time of the visits in the window; the first of a day brings home."""
    found: list[Occurrence] = []
    doors = Doors(plan.place, closures) if plan.kind in VISIT_KINDS else None
    brought = _brought_home(plan, visits)
    plan_id, what, time_zone = plan.id, plan.what, plan.time_zone
    for on, phase, standing, moved_to in visits:
        if not first_day <= on <= last_day:
            continue
        if moved_to is not None and standing is CLOSED:
            found.append(_at_home(plan_id, on, moved_to))
            continue
        brings_home = brought.get(on, ())
        for slot, at in enumerate(phase.times or NO_TIME):
            instant = None if at is None else instant_of(on, at, time_zone)
            may_be_closed = standing is not USUAL or (doors is not None and doors.are_shut_at(on, at))
            found.append(
                Occurrence(plan_id, on, slot, at, instant, what, brings_home, may_be_closed, moved_to)
            )
            brings_home = ()
    return found


def _at_home(
    plan_id: UUID,
    on: date,
    covered_on: date | None = None,
    brought_on: date | None = None,
    waits_on: date | None = None,
) -> Occurrence:
    return Occurrence(plan_id, on, 0, None, None, AT_HOME, (), False, covered_on, brought_on, waits_on)


def carried_by(visits: list[Visit]) -> dict[date, list[Visit]]:
    """Return, for each day of a visit that stands in for closed ones, the closed visits."""
    found: dict[date, list[Visit]] = {}
    for visit in visits:
        if visit.moved_to is not None:
            found.setdefault(visit.moved_to, []).append(visit)
    return found


def _brought_home(plan: Plan, visits: list[Visit]) -> dict[date, tuple[date, ...]]:
    """Return the days each visit brings home: up to the next one, and those of visits it stands in for."""
    found: dict[date, tuple[date, ...]] = {}
    if not _can_move(plan) and not any(phase.take_home for phase in plan.phases):
        return found
    for visit, following in zip_longest(visits, visits[1:]):
        on, phase, _standing, moved_to = visit
        days: tuple[date, ...] = ()
        if phase.take_home:
            is_known = following is not None and following.phase is phase
            after = following.on if is_known else _next_visit(plan, phase, on)
            days = tuple(_days(on + DAY, after))
        if moved_to is not None:
            found[moved_to] = (*found.get(moved_to, ()), on, *days)
        elif days:
            found[on] = days
    return found


def _next_visit(plan: Plan, phase: Phase, on: date) -> date:
    """Return the next visit of a phase after `on`, or the day after the last one it has doses for."""
    ends = [day for day in (phase.ends_on, plan.ends_on) if day is not None]
    last = min([on + LONGEST_STRIDE, *ends])
    return next(pattern_days(phase, on + DAY, last), last + DAY)


def between_visits(
    plan: Plan, closures: Closures, visits: list[Visit], first: date, last: date
) -> list[Occurrence]:
    """Return the days in the window that live on what an earlier visit brings home, each with that visit."""
    found: list[Occurrence] = []
    last = last if plan.ends_on is None else min(last, plan.ends_on)
    visited = {visit.on: visit for visit in visits}
    for phase in plan.phases:
        if not phase.take_home:
            continue
        end = last if phase.ends_on is None else min(last, phase.ends_on)
        opening = next(pattern_days(phase, phase.starts_on, phase.starts_on + LONGEST_STRIDE), None)
        if opening is None:
            continue
        days = _days(max(first, opening), end + DAY)
        if not days:
            continue
        behind = visited.get(days[0]) or _visit_before(plan, closures, phase, days[0])
        for day in days:
            visit = visited.get(day)
            if visit is not None:
                behind = visit
                continue
            brought_on = behind.on if behind.standing is USUAL else behind.moved_to
            waits_on = behind.on if brought_on is None else None
            found.append(_at_home(plan.id, day, brought_on=brought_on, waits_on=waits_on))
    return found


def _visit_before(plan: Plan, closures: Closures, phase: Phase, before: date) -> Visit:
    """Return the last visit before a day that comes after the phase's first."""
    reach = timedelta(days=7)
    while not (days := list(pattern_days(phase, before - reach, before - DAY))):
        reach *= 2
    return next(visit for visit in visits_of(plan, closures, days[-1], days[-1]) if visit.on == days[-1])


def gaps(plan: Plan, first: date, last: date) -> list[tuple[date, date]]:
    """Return the days in the window on which two parts leave a hole, each with the day the plan goes on.

    Between parts of a medicine for each day all days are such a hole; between others the days on which the
    part before would have had something, had it gone on. A break between appointments is none.
    """
    found: list[tuple[date, date]] = []
    if plan.kind is Kind.APPOINTMENT:
        return found
    for part, following in pairwise(plan.phases):
        if part.ends_on is None:
            continue
        goes_on = next(
            pattern_days(following, following.starts_on, following.starts_on + LONGEST_STRIDE), None
        )
        if goes_on is None:
            continue
        start, end = max(first, part.ends_on + DAY), min(last, goes_on - DAY)
        missing = pattern_days(replace(part, ends_on=None), start, end)
        days = _days(start, end + DAY) if plan.kind in DAY_BY_DAY else missing
        found += [(day, goes_on) for day in days]
    return found


def _days(first: date, end: date) -> list[date]:
    """Return the days from `first` up to, not including, `end`."""
    found: list[date] = []
    while first < end:
        found.append(first)
        first += DAY
    return found
