"""Which days a place may be closed: bank holidays, and the hours and closed days the person wrote down.

Nothing here ever says that a place is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cache

import holidays

from companion.treatment.rules.plan import WEEK, Division, Place

SUBDIVISION = {
    Division.ENGLAND_AND_WALES: "ENG",
    Division.SCOTLAND: "SCT",
    Division.NORTHERN_IRELAND: "NIR",
}
SATURDAY = 5
GOOD_FRIDAY = "Good Friday"
# A visit a year away may bear on a day, and five more days on that visit: the edge of a window is worked out
# like its middle.
MARGIN = timedelta(days=400)


class Source(StrEnum):
    """Where we know a closed day from; a later one wins."""

    CALENDAR = "calendar"
    DATA = "data"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Closure:
    """A day on which places in a division may be closed, why, and in words where that was read."""

    name: str
    source: Source = Source.CALENDAR
    read_in: str = "The calendar in this app"


Closures = Mapping[date, Closure]
# Whole years of bank holidays that were read from data; they replace what the library says of that year.
HolidayData = Mapping[int, Closures]
NO_DATA: HolidayData = {}


class Standing(StrEnum):
    """What is known about a place on a day."""

    USUAL = "usual"
    MAY_BE_CLOSED = "may_be_closed"
    CLOSED = "closed"


def holidays_for(division: Division, year: int, data: HolidayData = NO_DATA) -> dict[date, Closure]:
    """Return the bank holidays of `division` in `year`: those of the data if it speaks of the year.

    Otherwise what the library lists, which is what GOV.UK lists: never a day of the weekend.
    """
    if year in data:
        return dict(sorted(data[year].items()))
    listed = _all_days(division, year).items()
    return {day: Closure(name) for day, name in listed if day.weekday() < SATURDAY}


def closures_for(
    division: Division, first: date, last: date, data: HolidayData = NO_DATA
) -> dict[date, Closure]:
    """Return the days from a year before `first` to a year after `last` on which places may be closed.

    Wider than the list of bank holidays: Christmas Day on a Saturday has a substitute on Monday, yet the
    pharmacy is shut on the day itself too; the same goes for Easter Sunday.
    """
    first, last = first - MARGIN, last + MARGIN
    found: dict[date, Closure] = {}
    for year in range(first.year, last.year + 1):
        for day, name in _all_days(division, year).items():
            if day.weekday() >= SATURDAY:
                found[day] = Closure(name)
            if name == GOOD_FRIDAY:
                found[day + timedelta(days=2)] = Closure("Easter Sunday")
        found |= holidays_for(division, year, data)
    return {day: found[day] for day in sorted(found) if first <= day <= last}


def closure_of(plan_place: Place | None, closures: Closures, on: date) -> Closure | None:
    """Return why a place may be closed on `on`; what the person wrote down comes before the calendar."""
    if plan_place is not None and on in plan_place.closed_on:
        return Closure("Closed that day", Source.OWN, "You wrote this down")
    return closures.get(on)


@cache
def _all_days(division: Division, year: int) -> dict[date, str]:
    listed = holidays.country_holidays("GB", subdiv=SUBDIVISION[division], years=year)
    return {day: _plain_name(name) for day, name in sorted(listed.items()) if day.year == year}


def _plain_name(name: str) -> str:
    return name.replace(" (observed)", " (substitute day)")


class Doors:
    """What is known about the doors of one place, read once to be asked about many days."""

    __slots__ = ("_closed_on", "_closures", "_known", "_spans")

    def __init__(self, place: Place | None, closures: Closures) -> None:
        self._closures = closures
        self._closed_on: frozenset[date] = frozenset() if place is None else place.closed_on
        # The hours by weekday, Monday first; a weekday without any is a closed day, if any are known at all.
        hours = {} if place is None else dict(place.hours.days)
        self._known = bool(hours)
        self._spans = tuple(hours.get(weekday, ()) for weekday in WEEK)

    def standing(self, on: date) -> Standing:
        """Return what is known about the day `on`; the person's own entries come first."""
        if on in self._closed_on or (self._known and not self._spans[on.weekday()]):
            return Standing.CLOSED
        return Standing.MAY_BE_CLOSED if on in self._closures else Standing.USUAL

    def are_shut_at(self, on: date, at: time | None) -> bool:
        """Return whether the hours written down for that day leave out the time `at`."""
        if at is None or not self._known:
            return False
        # Asked for every time of every visit, and a generator takes three times as long.
        for opens, closes in self._spans[on.weekday()]:  # noqa: SIM110
            if opens <= at < closes:
                return False
        return True


def standing_of(place: Place | None, closures: Closures, on: date) -> Standing:
    """Return what is known about `place` on the day `on`; the person's own entries come first."""
    return Doors(place, closures).standing(on)


def is_working_day(closures: Closures, on: date) -> bool:
    """Return whether `on` is a Monday to Friday that is no bank holiday."""
    return on.weekday() < SATURDAY and on not in closures


def working_days_before(closures: Closures, on: date, count: int) -> date:
    """Return the day that lies `count` working days before `on`."""
    day = on
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(closures, day)
    return day
