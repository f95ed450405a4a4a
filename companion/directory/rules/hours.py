"""Opening hours: reading HSDS schedules and asking whether a service is open. All in London's wall time.

A week is 10,080 minutes from Monday midnight; an interval holds its first minute and not its last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from companion.directory.rules.record import Day, OpeningRule
from companion.directory.rules.values import LONDON, parse_date, parse_minutes

DAY, WEEK = 1440, 10_080
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_BYDAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)")
_LOOK_AHEAD = 35


class OpenState(StrEnum):
    """Whether a service is open at a moment; unknown is not closed."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


def _days(raw: Mapping[str, Any]) -> tuple[Day, ...] | None:
    written = raw.get("byday") or raw.get("weekday")
    if isinstance(written, list):
        written = ",".join(str(part) for part in written[:31])
    if not isinstance(written, str) or not written.strip():
        return None
    found: list[Day] = []
    for part in re.split(r"[,;/\s]+", written.strip().upper()):
        exact = _BYDAY.fullmatch(part) or _BYDAY.fullmatch(
            part[:2] if part.isalpha() and len(part) > 2 else ""
        )
        if exact is None:
            return ()
        nth = int(exact[1] or 0)
        if abs(nth) > 5:
            return ()
        day = Day(CODES.index(exact[2]), nth)
        if day not in found:
            found.append(day)
    return tuple(found)


def _month_days(value: object) -> tuple[int, ...]:
    parts = re.split(r"[,\s]+", str(value)) if isinstance(value, (str, int)) else []
    numbers = [int(part) for part in parts if re.fullmatch(r"-?\d{1,2}", part)]
    return tuple(number for number in numbers if 1 <= abs(number) <= 31)


def _interval(value: object) -> int:
    found = re.fullmatch(r"(\d{1,2})(?:\.0)?", str(value)) if not isinstance(value, bool) else None
    return max(1, int(found[1])) if found else 1


def _which_days(
    raw: Mapping[str, Any], freq: str, starts_on: date | None
) -> tuple[tuple[Day, ...], tuple[int, ...]] | str:
    """Return weekdays and days of the month, or the code of why there are none."""
    days = _days(raw)
    month_days = _month_days(raw.get("bymonthday")) if freq == "MONTHLY" else ()
    if days == ():
        return "hours_not_readable"
    if days is not None:
        return (days if freq == "MONTHLY" else tuple(Day(day.weekday) for day in days)), month_days
    if freq == "DAILY":
        return tuple(Day(number) for number in range(7)), ()
    if freq == "MONTHLY" and (month_days or starts_on is not None):
        return (), month_days or ((starts_on.day,) if starts_on is not None else ())
    # As in iCalendar, a week without days repeats the day it started on.
    return ((Day(starts_on.weekday()),), ()) if starts_on is not None else "hours_not_given"


# What a rule is made of, and all that is read of a schedule; thousands of services keep the same hours.
PARTS = ("freq", "byday", "weekday", "opens_at", "closes_at", "dtstart", "interval", "bymonthday",
         "valid_from", "valid_to")  # fmt: skip
_TEXT_OR_NOTHING = frozenset({str, type(None)})
_MOST_KNOWN = 400


def parse_schedule(raw: Mapping[str, Any]) -> tuple[OpeningRule | None, str | None]:
    """Return the opening rule of one HSDS schedule and a code when it could not be read or was mended."""
    parts = tuple(map(raw.get, PARTS))
    if _TEXT_OR_NOTHING.issuperset(map(type, parts)) and len("".join(filter(None, parts))) <= _MOST_KNOWN:
        return _known_schedule(parts)
    return _made_schedule(raw)


@lru_cache(maxsize=16_384)
def _known_schedule(parts: tuple[Any, ...]) -> tuple[OpeningRule | None, str | None]:
    return _made_schedule(dict(zip(PARTS, parts, strict=True)))


def _made_schedule(raw: Mapping[str, Any]) -> tuple[OpeningRule | None, str | None]:
    freq = str(raw.get("freq") or "").strip().upper()
    code = "freq_not_standard" if freq and freq not in ("WEEKLY", "MONTHLY") else None
    freq = {"WEEK": "WEEKLY", "MONTH": "MONTHLY", "DAY": "DAILY", "": "WEEKLY"}.get(freq, freq)
    if freq not in ("WEEKLY", "MONTHLY", "DAILY"):
        return None, "hours_not_readable"
    opens, closes = parse_minutes(raw.get("opens_at")), parse_minutes(raw.get("closes_at"))
    if opens is None or closes is None:
        missing = not raw.get("opens_at") and not raw.get("closes_at")
        return None, "hours_not_given" if missing else "hours_not_readable"
    starts_on = parse_date(raw.get("dtstart"))
    on = _which_days(raw, freq, starts_on)
    if isinstance(on, str):
        return None, on
    days, month_days = on
    every = _interval(raw.get("interval"))
    if opens == DAY:
        opens = 0
    if closes == opens and opens != 0:
        return None, "hours_not_readable"
    if closes == DAY - 1:
        # "23:59" is how forms without 24:00 say "until midnight".
        closes = DAY
    if closes <= opens:
        closes += DAY
        code = code or ("open_overnight" if opens else None)
    return (
        OpeningRule(
            days, opens, closes, freq == "MONTHLY", every, month_days, starts_on,
            parse_date(raw.get("valid_from")), parse_date(raw.get("valid_to")),
        ),
        code,
    )  # fmt: skip


def week_intervals(rule: OpeningRule) -> list[tuple[int, int]]:
    """Return the half-open minutes of the week of a plain weekly rule, split where the week ends."""
    found: list[tuple[int, int]] = []
    for day in rule.days:
        start, end = day.weekday * DAY + rule.opens, day.weekday * DAY + rule.closes
        if end <= WEEK:
            found.append((start, end))
        else:
            found += [(start, WEEK), (0, end - WEEK)]
    return sorted(found)


def week_minute(at: datetime) -> int:
    """Return the minute of the week of an instant, on London's clock."""
    local = at.astimezone(LONDON)
    return local.weekday() * DAY + local.hour * 60 + local.minute


def _nth_matches(day: date, nth: int) -> bool:
    if nth == 0:
        return True
    if nth > 0:
        return (day.day - 1) // 7 + 1 == nth
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return (last.day - day.day) // 7 + 1 == -nth


def applies_on(rule: OpeningRule, day: date) -> bool:
    """Tell whether a rule opens the doors on `day`."""
    if (rule.valid_from and day < rule.valid_from) or (rule.valid_to and day > rule.valid_to):
        return False
    if rule.starts_on and day < rule.starts_on and rule.complex:
        return False
    if any(dates.hold(day) for dates in rule.except_on) or (rule.only_on and not rule.only_on.hold(day)):
        return False
    if rule.days and not any(d.weekday == day.weekday() and _nth_matches(day, d.nth) for d in rule.days):
        return False
    if not rule.monthly:
        if rule.interval == 1 or rule.starts_on is None:
            return True
        weeks = (day - timedelta(days=day.weekday())) - (
            rule.starts_on - timedelta(days=rule.starts_on.weekday())
        )
        return (weeks.days // 7) % rule.interval == 0
    if rule.month_days:
        last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        if not any(
            day.day == (number if number > 0 else last.day + 1 + number) for number in rule.month_days
        ):
            return False
    if rule.interval == 1 or rule.starts_on is None:
        return True
    months = (day.year - rule.starts_on.year) * 12 + day.month - rule.starts_on.month
    return months % rule.interval == 0


def current(rules: Iterable[OpeningRule], on: date) -> list[OpeningRule]:
    """Return the rules that have not run out; hours of years ago say nothing about today."""
    found = [rule for rule in rules if rule.valid_to is None or rule.valid_to >= on]
    # Hours of single days alone say nothing about all the others.
    return found if any(rule.only_on is None for rule in found) else []


def spans_on(rules: Sequence[OpeningRule], day: date) -> list[tuple[int, int]]:
    """Return the minutes of `day` that are open, counted from its midnight; they may pass 1,440."""
    spans = [(rule.opens, rule.closes) for rule in rules if applies_on(rule, day)]
    before = day - timedelta(days=1)
    spans += [(0, rule.closes - DAY) for rule in rules if rule.closes > DAY and applies_on(rule, before)]
    return sorted(span for span in spans if span[0] < span[1])


def open_state(rules: Sequence[OpeningRule], at: datetime) -> OpenState:
    """Return whether a service is open at an instant (aware)."""
    local = at.astimezone(LONDON)
    alive = current(rules, local.date())
    if not alive:
        return OpenState.UNKNOWN
    minute = local.hour * 60 + local.minute
    spans = spans_on(alive, local.date())
    return OpenState.OPEN if any(start <= minute < end for start, end in spans) else OpenState.CLOSED


def clock_text(minute: int) -> str:
    """Return a wall time in words people use: 9 am, 5:30 pm, midnight."""
    minute %= DAY
    if minute in (0, 720):
        return "midnight" if minute == 0 else "midday"
    hour, rest = divmod(minute, 60)
    half = "am" if hour < 12 else "pm"
    return f"{hour % 12 or 12}{f':{rest:02d}' if rest else ''} {half}"


def _is_always(rules: Sequence[OpeningRule]) -> bool:
    reached = 0
    plain = [r for r in rules if not r.complex and not r.valid_from and not r.valid_to]
    for start, end in sorted(span for rule in plain for span in week_intervals(rule)):
        if start > reached:
            return False
        reached = max(reached, end)
    return reached >= WEEK


def opens_text(rules: Sequence[OpeningRule], at: datetime) -> str:
    """Return one short sentence about now or the next opening."""
    local = at.astimezone(LONDON)
    today = local.date()
    alive = current(rules, today)
    if not alive:
        return "Opening times not known"
    if _is_always(alive):
        return "Open all day, every day"
    minute = local.hour * 60 + local.minute
    ends = [end for start, end in spans_on(alive, today) if start <= minute < end]
    if ends:
        return f"Open until {clock_text(max(ends))}"
    for ahead in range(_LOOK_AHEAD):
        day = today + timedelta(days=ahead)
        starts = [start for start, _ in spans_on(alive, day) if ahead or start > minute]
        if starts:
            return f"Opens {_day_text(day, ahead)} at {clock_text(min(starts))}".replace("today ", "")
    return "Closed. Ask when it opens next"


def _day_text(day: date, ahead: int) -> str:
    if ahead < 2:
        return ("today", "tomorrow")[ahead]
    return NAMES[day.weekday()] if ahead < 7 else f"on {NAMES[day.weekday()]} {day.day} {day:%B}"


def week_text(rules: Sequence[OpeningRule], on: date) -> list[dict[str, str]]:
    """Return the hours of the seven days from `on`, one line a day: `{"day", "date", "text"}`."""
    alive = current(rules, on)
    if not alive:
        return []
    lines = []
    for ahead in range(7):
        day = on + timedelta(days=ahead)
        opened = sorted({(rule.opens, rule.closes) for rule in alive if applies_on(rule, day)})
        words = ", ".join(
            "All day" if end - start == DAY else f"{clock_text(start)} to {clock_text(end)}"
            for start, end in opened
        )
        lines.append({"day": NAMES[day.weekday()], "date": day.isoformat(), "text": words or "Closed"})
    return lines
