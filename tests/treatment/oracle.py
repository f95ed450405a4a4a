"""A slow second opinion: walks every day and asks of each what happens. Shares no code with the rules."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

DAY = timedelta(days=1)
NAMES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
PHARMACY = ("supervised", "collection")


def _date(text: str | None, default: date) -> date:
    return default if text is None else date.fromisoformat(text)


def is_in(phase: dict[str, Any], day: date) -> bool:
    """Tell whether `day` lies between the phase's dates."""
    return _date(phase["starts_on"], date.min) <= day <= _date(phase["ends_on"], date.max)


def falls_on(phase: dict[str, Any], day: date) -> bool:
    """Tell whether the phase's pattern falls on `day`."""
    start, every = date.fromisoformat(phase["starts_on"]), phase["every"]
    if not is_in(phase, day):
        return False
    if every is None:
        return day == start
    if every["unit"] == "day":
        fits = not phase["weekdays"] or NAMES[day.weekday()] in phase["weekdays"]
        return fits and (day - start).days % every["count"] == 0
    if every["unit"] == "month":
        months = (day.year - start.year) * 12 + day.month - start.month
        last = monthrange(day.year, day.month)[1]
        return months % every["count"] == 0 and day.day == min(start.day, last)
    names = phase["weekdays"] or [NAMES[start.weekday()]]
    anchor = start
    while NAMES[anchor.weekday()] not in names:
        anchor += DAY
    monday = anchor - anchor.weekday() * DAY
    return NAMES[day.weekday()] in names and (day - monday).days // 7 % every["count"] == 0


class Walk:
    """One plan looked at day by day; `may_be_closed` and `is_shut` speak of the pharmacy."""

    def __init__(
        self, body: dict[str, Any], may_be_closed: Callable[[date], bool], is_shut: Callable[[date], bool]
    ) -> None:
        self.body, self.may_be_closed, self.is_shut = body, may_be_closed, is_shut

    def phase_on(self, day: date) -> dict[str, Any] | None:
        """Return the phase that rules `day`."""
        if day > _date(self.body["ends_on"], date.max):
            return None
        return next((phase for phase in self.body["phases"] if is_in(phase, day)), None)

    def is_visit(self, day: date) -> bool:
        """Tell whether the pattern falls on `day`."""
        phase = self.phase_on(day)
        return phase is not None and falls_on(phase, day)

    def carrier(self, day: date) -> date | None:
        """Return the visit that hands over what `day` needs, or None when nothing is due."""
        phase = self.phase_on(day)
        if phase is None:
            return None
        if not falls_on(phase, day):
            if not phase["take_home"]:
                return None
            before = day - DAY
            while is_in(phase, before):
                if falls_on(phase, before):
                    return self.carrier(before)
                before -= DAY
            return None
        covered = self.body["wordings"]["closed_day"] == "yes" and self.body["kind"] in PHARMACY
        if covered and self.may_be_closed(day):
            for back in range(1, 6):
                earlier = day - back * DAY
                if self.is_visit(earlier) and not self.may_be_closed(earlier):
                    return earlier
        return day

    def row(self, day: date, horizon: int) -> list[tuple[str, str | None, list[date], bool]]:
        """Return what happens on `day` as (visit or home, time, days brought home, may be closed)."""
        carrier = self.carrier(day)
        if carrier is None:
            return []
        if not self.is_visit(day) or (carrier != day and self.is_shut(day)):
            return [("home", None, [], False)]
        ahead = [day + n * DAY for n in range(1, horizon)]
        brought = [other for other in ahead if self.carrier(other) == day]
        phase = self.phase_on(day)
        assert phase is not None
        times = sorted(phase["times"]) or [None]
        doubtful = self.may_be_closed(day)
        return [("visit", at, brought if n == 0 else [], doubtful) for n, at in enumerate(times)]
