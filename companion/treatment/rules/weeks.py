"""What happens on which day: the visits of a plan, what each brings home, and the days at home between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID, uuid5

from companion.treatment.rules.closures import Closures, Standing, is_outside_hours, standing_of
from companion.treatment.rules.pattern import DAY, pattern_days
from companion.treatment.rules.plan import PHARMACY_KINDS, VISIT_KINDS, Answer, Phase, Plan, What
from companion.treatment.rules.time import instant_of

# The longest the calendar lets a visit stand in for a closed one: Christmas on a Saturday closes four days.
# Beyond it nobody can know which day the pharmacy would choose, so the person is told to ask.
LONGEST_CARRY = timedelta(days=5)
LONGEST_STRIDE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One thing to do on one local day. `at` is None when no time was chosen: then nothing reminds of it.

    `covered_on` is the earlier visit that should bring home what is due on a day that may be closed.
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

    @property
    def reminder_id(self) -> UUID:
        """The id of this occurrence's reminder, the same on every device and server."""
        return uuid5(self.plan_id, f"{self.on}|{self.slot}")


@dataclass(frozen=True, slots=True)
class Visit:
    """A day on which the plan's pattern falls. `moved_to` is the earlier visit that stands in for it."""

    on: date
    phase: Phase
    standing: Standing
    moved_to: date | None


def occurrences(plan: Plan, closures: Closures, first_day: date, last_day: date) -> list[Occurrence]:
    """Return what `plan` holds from `first_day` to `last_day`, both included, in order of day and time.

    `closures` must reach a month beyond the window on both sides (closures_for does that), so that the
    last Saturday knows of the Monday after it.
    """
    found: list[Occurrence] = []
    visits = visits_of(plan, closures, first_day, last_day)
    carried, upcoming = carried_by(visits), _upcoming(visits)
    for visit in visits:
        if first_day <= visit.on <= last_day:
            if visit.moved_to is not None and visit.standing is Standing.CLOSED:
                found.append(_at_home(plan, visit.on, visit.moved_to))
            else:
                brings_home = _brought_home(plan, visit, carried.get(visit.on, []), upcoming)
                found.extend(_at_visit(plan, visit, brings_home))
    found.extend(_at_home(plan, day) for day in _days_between_visits(plan, first_day, last_day))
    return sorted(found, key=lambda one: (one.on, one.slot))


def visits_of(plan: Plan, closures: Closures, first_day: date, last_day: date) -> list[Visit]:
    """Return the visits from `first_day` to `last_day` and the few around them that bear on these."""
    visits: list[Visit] = []
    last_usual: date | None = None
    for on, phase in _planned_days(plan, first_day - LONGEST_CARRY, last_day + LONGEST_CARRY):
        standing = standing_of(plan.place, closures, on) if plan.kind in VISIT_KINDS else Standing.USUAL
        moved_to = None
        if standing is Standing.USUAL:
            last_usual = on
        elif _can_move(plan) and last_usual is not None and on - last_usual <= LONGEST_CARRY:
            moved_to = last_usual
        visits.append(Visit(on, phase, standing, moved_to))
    return visits


def _can_move(plan: Plan) -> bool:
    return plan.kind in PHARMACY_KINDS and plan.wordings.closed_day is Answer.YES


def _planned_days(plan: Plan, first: date, last: date) -> Iterator[tuple[date, Phase]]:
    """Yield the days of all phases with their phase, within the plan's own dates."""
    last = last if plan.ends_on is None else min(last, plan.ends_on)
    for phase in plan.phases:
        for day in pattern_days(phase, first, last):
            yield day, phase


def _at_visit(plan: Plan, visit: Visit, brings_home: tuple[date, ...]) -> Iterator[Occurrence]:
    """Yield one occurrence for each time of day; the first one carries what is brought home."""
    times: tuple[time | None, ...] = visit.phase.times or (None,)
    for slot, at in enumerate(times):
        yield Occurrence(
            plan_id=plan.id,
            on=visit.on,
            slot=slot,
            time=at,
            at=None if at is None else instant_of(visit.on, at, plan.time_zone),
            what=plan.what,
            brings_home=brings_home if slot == 0 else (),
            may_be_closed=visit.standing is not Standing.USUAL or _is_closed_then(plan, visit.on, at),
            covered_on=visit.moved_to,
        )


def _is_closed_then(plan: Plan, on: date, at: time | None) -> bool:
    return plan.kind in VISIT_KINDS and is_outside_hours(plan.place, on, at)


def _at_home(plan: Plan, on: date, covered_on: date | None = None) -> Occurrence:
    return Occurrence(plan.id, on, 0, None, None, What.AT_HOME, (), False, covered_on)


def carried_by(visits: list[Visit]) -> dict[date, list[Visit]]:
    """Return, for each day of a visit that stands in for closed ones, the closed visits."""
    found: dict[date, list[Visit]] = {}
    for visit in visits:
        if visit.moved_to is not None:
            found.setdefault(visit.moved_to, []).append(visit)
    return found


def _upcoming(visits: list[Visit]) -> dict[date, date]:
    """Return the visit that follows each one within its phase, where both are known."""
    return {visit.on: other.on for visit, other in pairwise(visits) if visit.phase is other.phase}


def _brought_home(
    plan: Plan, visit: Visit, carried: list[Visit], upcoming: dict[date, date]
) -> tuple[date, ...]:
    """Return the days `visit` brings home: up to the next visit, and those of visits it stands in for."""
    if visit.moved_to is not None:
        return ()
    days = _days_until_next(plan, visit, upcoming)
    for other in carried:
        days += [other.on, *_days_until_next(plan, other, upcoming)]
    return tuple(days)


def _days_until_next(plan: Plan, visit: Visit, upcoming: dict[date, date]) -> list[date]:
    """Return the take-home days between `visit` and the next one of the same phase."""
    if not visit.phase.take_home:
        return []
    tomorrow = visit.on + DAY
    after = upcoming.get(visit.on)
    if after is None:
        ends = [day for day in (visit.phase.ends_on, plan.ends_on) if day is not None]
        last = min([visit.on + LONGEST_STRIDE, *ends])
        after = next(pattern_days(visit.phase, tomorrow, last), last + DAY)
    return [tomorrow + DAY * n for n in range((after - tomorrow).days)]


def _days_between_visits(plan: Plan, first: date, last: date) -> Iterator[date]:
    """Yield the days in the window on which a dose that an earlier visit brought home is due."""
    last = last if plan.ends_on is None else min(last, plan.ends_on)
    for phase in plan.phases:
        if not phase.take_home:
            continue
        end = last if phase.ends_on is None else min(last, phase.ends_on)
        opening = next(pattern_days(phase, phase.starts_on, phase.starts_on + LONGEST_STRIDE), None)
        if opening is None:
            continue
        visits = set(pattern_days(phase, first, end))
        day = max(first, opening)
        while day <= end:
            if day not in visits:
                yield day
            day += DAY
