"""A slow judge of opening hours: every occurrence by iCalendar's own rules, every minute walked for real.

It knows nothing of how the house reads hours. Days come from dateutil's RRULE; a minute of an instant is
read off London's wall; a publisher's exceptions take a day away and put its own hours in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from dateutil import rrule

LONDON = ZoneInfo("Europe/London")
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAYS = dict(zip(CODES, (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU), strict=True))
# Any day long before all others; a Monday, and the first of a month.
_LONG_AGO = date(2024, 1, 1)


@dataclass(frozen=True)
class Written:
    """A schedule as a publisher writes it; days are like ((0, "MO"), (2, "TU"), (-1, "FR"))."""

    freq: str
    days: tuple[tuple[int, str], ...]
    opens: int
    lasts: int
    interval: int = 1
    month_days: tuple[int, ...] = ()
    starts: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def raw(self) -> dict[str, object]:
        """Return it as an HSDS schedule."""
        closes = (self.opens + self.lasts) % 1440
        found: dict[str, object] = {
            "freq": self.freq, "interval": self.interval,
            "byday": ",".join(f"{nth or ''}{code}" for nth, code in self.days),
            "bymonthday": ",".join(map(str, self.month_days)),
            "opens_at": _clock(self.opens), "closes_at": _clock(closes),
        }  # fmt: skip
        for name, day in (
            ("dtstart", self.starts),
            ("valid_from", self.valid_from),
            ("valid_to", self.valid_to),
        ):
            if day is not None:
                found[name] = day.isoformat()
        return {name: value for name, value in found.items() if value}

    def falls_on(self, day: date) -> bool:
        """Tell whether it opens on a day, by asking RRULE for that day alone."""
        if (self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to):
            return False
        return _occurs(self, day)


@cache
def _occurs(written: Written, day: date) -> bool:
    wanted = datetime.combine(day, datetime.min.time())
    rule = rrule.rrule(
        rrule.MONTHLY if written.freq == "MONTHLY" else rrule.WEEKLY,
        dtstart=datetime.combine(written.starts or _LONG_AGO, datetime.min.time()),
        interval=written.interval,
        wkst=rrule.MO,
        byweekday=[_DAYS[code](nth) if nth else _DAYS[code] for nth, code in written.days] or None,
        bymonthday=list(written.month_days) or None,
    )
    return bool(rule.between(wanted, wanted, inc=True))


@dataclass(frozen=True)
class Otherwise:
    """A day, or some, of which the publisher says that hours are otherwise; `opens` None is closed."""

    first: date
    last: date
    yearly: bool = False
    opens: int | None = None
    lasts: int = 0

    def raw(self) -> dict[str, object]:
        """Return it as an HSDS holiday schedule; Ohana writes the year 1 for each year."""
        first, last = (day.replace(year=1) if self.yearly else day for day in (self.first, self.last))
        found: dict[str, object] = {"start_date": first.isoformat(), "end_date": last.isoformat()}
        if self.opens is None:
            return {**found, "closed": True}
        closes = (self.opens + self.lasts) % 1440
        return {**found, "closed": False, "opens_at": _clock(self.opens), "closes_at": _clock(closes)}

    def is_on(self, day: date) -> bool:
        """Tell whether it speaks of a day: walk from the first to the last, in each year it may start in."""
        starts = [self.first]
        if self.yearly:
            starts = [self.first.replace(year=day.year - 1), self.first.replace(year=day.year)]
        lasts = (self.last - self.first).days
        return any(day in {one + timedelta(days=ahead) for ahead in range(lasts + 1)} for one in starts)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def is_open(written: Sequence[Written], otherwise: Sequence[Otherwise], at: datetime) -> bool:
    """Tell whether doors are open in the minute of an instant, on London's wall."""
    wall = at.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None, second=0, microsecond=0)
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        midnight = datetime.combine(day, datetime.min.time())
        said = [one for one in otherwise if one.is_on(day)]
        spans = [(one.opens, one.lasts) for one in said if one.opens is not None]
        if not said:
            spans = [(one.opens, one.lasts) for one in written if one.falls_on(day)]
        for opens, lasts in spans:
            opened = midnight + timedelta(minutes=opens)
            if opened <= wall < opened + timedelta(minutes=lasts):
                return True
    return False


def real_minutes(start: datetime, count: int) -> list[datetime]:
    """Return real minutes one after the other; on a day the clocks change the wall jumps, these do not."""
    first = start.astimezone(UTC).replace(second=0, microsecond=0)
    return [first + timedelta(minutes=number) for number in range(count)]
