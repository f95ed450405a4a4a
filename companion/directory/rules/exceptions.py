"""Days on which a publisher says the hours are otherwise: `holiday_schedules` of HSDS 1 and 2.

What a publisher says of a day stands for that day. Where nobody says anything of a bank holiday, the usual
hours are shown with a word that they may differ; see `bank_holidays`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from companion.directory.rules.hours import DAY, parse_schedule
from companion.directory.rules.record import Dates, Day, Json, OpeningRule
from companion.directory.rules.values import parse_date, parse_minutes

EVERY_DAY = tuple(Day(number) for number in range(7))
# Publishers write the year 1 for "each year".
_EACH_YEAR_BEFORE = 1900


def dates_of(raw: Mapping[str, Any]) -> Dates | None:
    """Return the days of a cleaned holiday schedule."""
    first, last = parse_date(raw.get("start_date")), parse_date(raw.get("end_date"))
    if first is None:
        return None
    yearly = first.year < _EACH_YEAR_BEFORE
    if last is None or (last < first and not yearly):
        last = first
    return Dates(first, last, yearly)


def openings_of(schedules: Sequence[Json], holidays: Sequence[Json]) -> list[OpeningRule]:
    """Return the rules of schedules, with the days that are otherwise taken out and their own hours put in.

    Without usual hours the exceptions are left out: of all other days nobody knows anything.
    """
    usual = [rule for rule in (parse_schedule(one)[0] for one in schedules) if rule is not None]
    exceptions = [(dates, one) for one in holidays if (dates := dates_of(one)) is not None]
    if not usual or not exceptions:
        return usual
    all_dates = tuple(dates for dates, _ in exceptions)
    own: list[OpeningRule] = []
    for dates, one in exceptions:
        opens, closes = parse_minutes(one.get("opens_at")), parse_minutes(one.get("closes_at"))
        if one.get("closed") or opens is None or closes is None or opens == closes:
            continue
        opens %= DAY
        own.append(OpeningRule(EVERY_DAY, opens, closes if closes > opens else closes + DAY, only_on=dates))
    return [replace(rule, except_on=all_dates) for rule in usual] + own


def holidays_at(document: Json, link: Json | None) -> list[Json]:
    """Return the holiday schedules of a service, and of one of its places."""
    found = list(document.get("holiday_schedules", []))
    if link is not None:
        found += link.get("holiday_schedules", [])
        found += link.get("location", {}).get("holiday_schedules", [])
    return found


def says_of(holidays: Sequence[Json], day: date) -> bool:
    """Tell whether a publisher says anything of this very day."""
    return any(dates is not None and dates.hold(day) for dates in map(dates_of, holidays))
