"""On which days a phase falls: plain arithmetic, always bounded by the window asked for."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from companion.treatment.rules.plan import WEEK, Every, Phase, Unit

DAY = timedelta(days=1)


def pattern_days(phase: Phase, first: date, last: date) -> Iterator[date]:
    """Yield the days of `phase` between `first` and `last`, both included, in order."""
    first = max(first, phase.starts_on)
    last = last if phase.ends_on is None else min(last, phase.ends_on)
    if first > last:
        return iter(())
    if phase.every is None:
        return iter([phase.starts_on] if first == phase.starts_on else [])
    if phase.every.unit is Unit.MONTH:
        return _monthly(phase.starts_on, phase.every, first, last)
    if phase.every.unit is Unit.WEEK:
        return _weekly(phase, phase.every, first, last)
    return _daily(phase, phase.every, first, last)


def _daily(phase: Phase, every: Every, first: date, last: date) -> Iterator[date]:
    step = timedelta(days=every.count)
    day = phase.starts_on + step * -(-(first - phase.starts_on).days // every.count)
    while day <= last:
        if not phase.weekdays or WEEK[day.weekday()] in phase.weekdays:
            yield day
        day += step


def _weekly(phase: Phase, every: Every, first: date, last: date) -> Iterator[date]:
    """Yield weekdays of every n-th week, counted from the week of the first day that fits."""
    start, step = phase.starts_on, timedelta(weeks=every.count)
    weekdays = sorted(WEEK.index(weekday) for weekday in phase.weekdays) or [start.weekday()]
    fitting = start + min((weekday - start.weekday()) % 7 for weekday in weekdays) * DAY
    monday = fitting - fitting.weekday() * DAY
    monday += max(0, (first - monday) // step) * step
    since_monday = [weekday * DAY for weekday in weekdays]
    while monday <= last:
        days = [monday + offset for offset in since_monday]
        if monday < first or days[-1] > last:
            days = [day for day in days if first <= day <= last]
        yield from days
        monday += step


def _monthly(start: date, every: Every, first: date, last: date) -> Iterator[date]:
    """Yield the same day of every n-th month; a short month gives its last day."""
    months = max(0, (first.year - start.year) * 12 + first.month - start.month)
    months -= months % every.count
    while True:
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        day = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
        if day > last:
            return
        if day >= first:
            yield day
        months += every.count
