"""Stretches of London's wall clock a person asks about: now, the rest of today, the evenings to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from companion.directory.rules.hours import DAY, OpenState, current, spans_on
from companion.directory.rules.record import OpeningRule
from companion.directory.rules.values import LONDON

# Five in the evening, in minutes of the day.
EVENING = 17 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open minutes of one day, counted on the wall clock from its midnight."""

    day: date
    starts: int
    ends: int

    @property
    def week_span(self) -> tuple[int, int]:
        """Return the same minutes counted from Monday midnight."""
        monday = self.day.weekday() * DAY
        return monday + self.starts, monday + self.ends


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


def this_minute(at: datetime) -> tuple[Window, ...]:
    """Return the minute of an instant."""
    local = at.astimezone(LONDON)
    return (Window(local.date(), _minute(local), _minute(local) + 1),)


def rest_of_today(at: datetime) -> tuple[Window, ...]:
    """Return what the clock will still show today, from the minute of an instant to midnight.

    When the clocks go forward an hour is never shown; when they go back one is shown twice.
    """
    local = at.astimezone(LONDON)
    today = local.date()
    # The United Kingdom changes its clocks at 01:00 UTC (Summer Time Act 1972 and the orders under it).
    change = datetime.combine(today, time(1), UTC)
    before, after = (change - timedelta(seconds=1)).astimezone(LONDON), change.astimezone(LONDON)
    if before.utcoffset() == after.utcoffset() or at >= change:
        return (Window(today, _minute(local), DAY),)
    return (Window(today, _minute(local), _minute(before) + 1), Window(today, _minute(after), DAY))


def evenings(at: datetime) -> tuple[Window, ...]:
    """Return the evenings from an instant on: what is left of today's, and those of the next seven days."""
    today = at.astimezone(LONDON).date()
    left = [
        Window(today, max(one.starts, EVENING), one.ends) for one in rest_of_today(at) if one.ends > EVENING
    ]
    return (*left, *(Window(today + timedelta(days=ahead), EVENING, DAY) for ahead in range(1, 8)))


def open_in(rules: Sequence[OpeningRule], windows: Sequence[Window], on: date) -> OpenState:
    """Return whether a service is open at some minute of the windows; `on` is the day it is.

    Rules that have run out on that day say nothing.
    """
    alive = current(rules, on)
    if not alive:
        return OpenState.UNKNOWN
    for window in windows:
        if any(start < window.ends and end > window.starts for start, end in spans_on(alive, window.day)):
            return OpenState.OPEN
    return OpenState.CLOSED
