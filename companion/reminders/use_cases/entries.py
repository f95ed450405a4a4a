"""What should stand in the rows of one plan, or of a person's nudges, in the next days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from companion.reminders import rules
from companion.reminders.rules import Moment, Nudge, Silence
from companion.reminders.use_cases.body import Body, body_of
from companion.treatment.rules import Occurrence, Plan, What, instant_of

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as it should be. `times` are all instants at which to raise it."""

    id: UUID
    on: date
    slot: int
    body: Body
    times: tuple[datetime, ...]
    expires_at: datetime
    nudge: Nudge | None = None


def plan_entries(
    plan: Plan, found: Iterable[Occurrence], choices: Body, silence: Silence
) -> dict[UUID, Entry]:
    """Return the rows of a plan by id."""
    follow_up = choices["follow_up"]
    entries: dict[UUID, Entry] = {}
    for one in found:
        ends_at = rules.day_ends_at(one.on, plan.time_zone)
        if one.at is not None and follow_up["times"]:
            last = one.at + timedelta(minutes=follow_up["every_minutes"]) * follow_up["times"]
            ends_at = max(ends_at, last + rules.TOO_LATE)
        # A day at home between two visits has no time of its own; nobody wants to be told the evening before.
        is_between = one.what is not plan.what and one.at is None
        moment = Moment(
            on=one.on,
            at=one.at,
            closes_at=_closes_at(plan, one),
            time_zone=plan.time_zone,
            is_first=one.slot == 0 and not is_between,
            is_medicine=one.what is not What.APPOINTMENT,
            ends_at=ends_at,
        )
        times = rules.raise_times(choices, moment, silence)
        body = {**body_of(plan, one), **_raising(times), "again": follow_up, "words": choices["words"]}
        entries[one.reminder_id] = Entry(one.reminder_id, one.on, one.slot, body, times, ends_at)
    return entries


def _closes_at(plan: Plan, one: Occurrence) -> datetime | None:
    """Return when the place closes on that day, as far as the person wrote it down."""
    place = plan.place
    if place is None or one.what is not plan.what or one.what in (What.AT_HOME, What.TABLET):
        return None
    if one.on in place.closed_on:
        return None
    spans = place.hours.of(one.on)
    return instant_of(one.on, max(closes for _, closes in spans), plan.time_zone) if spans else None


def nudge_entries(
    person_id: UUID, settings: dict[str, Any], silence: Silence, first: date, last: date
) -> dict[UUID, Entry]:
    """Return the nudges a person asked for, by id."""
    entries: dict[UUID, Entry] = {}
    plan_id, zone = rules.nudge_plan_id(person_id), settings["time_zone"]
    for days in range((last - first).days + 1):
        on = first + DAY * days
        for nudge, wall in rules.nudges_on(settings, on):
            at = rules.instant_at(on, wall, zone)
            ends_at = rules.day_ends_at(on, zone)
            moved = silence.moved(at, is_medicine=False)
            times = (moved,) if moved < ends_at and not silence.is_away(moved) else ()
            body: Body = {
                "what": str(nudge),
                "title": rules.NUDGE_TITLES[nudge],
                "time": wall,
                "place": None,
                **_raising(times),
            }
            slot = list(Nudge).index(nudge)
            reminder_id = rules.reminder_id(plan_id, on, slot)
            entries[reminder_id] = Entry(reminder_id, on, slot, body, times, ends_at, nudge)
    return entries


def _raising(times: tuple[datetime, ...]) -> Body:
    return {"times": [at.isoformat() for at in times]}
