"""The meaning of the calendar: which days it holds, what becomes an event. Pure functions.

An event says "Reminder" and a time, nothing else. Times are instants in UTC, and no rule of repetition is
written: every event is worked out here, where the plan's zone and its odd days are known. A phone turns an
instant into its own local time by itself, on the days the clocks change too; a local time with a zone would
also tell where the person lives, and one without a zone would ring an hour off as soon as they travel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

TITLE = "Reminder"
NAME = "Planner"
FILE_NAME = "planner.ics"
LENGTH = timedelta(minutes=15)
DAYS_AHEAD = timedelta(days=60)
# Yesterday stays: today began then in zones west of Greenwich.
DAYS_BACK = timedelta(days=1)
# A bound on the work one address can ask for; the earliest ones stay.
MOST_EVENTS = 1000


@dataclass(frozen=True, slots=True)
class Moment:
    """One reminder of a plan: its id, its time, and how long before it the person wants to know."""

    reminder_id: UUID
    at: datetime
    before: tuple[timedelta, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """What the calendar shows at one minute. `alarms` are lengths of time before `at`, longest first."""

    id: UUID
    at: datetime
    alarms: tuple[timedelta, ...]


def window(now: datetime) -> tuple[date, date]:
    """Return the first and the last day the calendar holds at `now`."""
    today = now.astimezone(UTC).date()
    return today - DAYS_BACK, today + DAYS_AHEAD


def made_at(now: datetime) -> datetime:
    """Return the time the calendar says it was made: the same all day, so that its bytes stay the same."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def moment_of(reminder_id: UUID, at: datetime | None, times: Sequence[datetime]) -> Moment | None:
    """Return what a calendar shows of a reminder raised at `times`, earliest first; None for nothing.

    What has no time of its own stands where it is first raised. A calendar cannot know what was answered,
    so nothing rings a second time afterwards.
    """
    if not times:
        return None
    at = at or times[0]
    before = tuple(at - one for one in times if one <= at)
    return Moment(reminder_id, at, before or (at - times[0],))


def events_of(moments: Iterable[Moment]) -> list[Event]:
    """Return the events in order of time: what falls on the same minute is one event, as it is one push."""
    found: dict[datetime, list[Moment]] = {}
    for moment in moments:
        found.setdefault(moment.at, []).append(moment)
    events = [
        Event(
            id=min(one.reminder_id for one in together),
            at=at,
            alarms=tuple(sorted({before for one in together for before in one.before}, reverse=True)),
        )
        for at, together in sorted(found.items())
    ]
    return events[:MOST_EVENTS]
