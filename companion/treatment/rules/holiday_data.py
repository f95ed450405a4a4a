"""Reading bank holidays in the format of GOV.UK (`bank-holidays.json`): a file is right or refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from companion.core.errors import RuleBroken
from companion.treatment.rules.closures import HolidayData, closures_for
from companion.treatment.rules.fields import Fields
from companion.treatment.rules.plan import Division

MOST_EVENTS = 2000
MOST_HOLIDAY_TITLE = 100
# Even England and Wales, which have the fewest, never had a year with less.
LEAST_A_YEAR = 6
SUBSTITUTE = "Substitute day"

Listed = Mapping[Division, Mapping[int, Mapping[date, str]]]


def parse_holidays(raw: object) -> dict[Division, dict[int, dict[date, str]]]:
    """Return the holidays of a file by division and year; raise RuleBroken for anything doubtful.

    A year in the data replaces that year of the calendar, so a year with only a few days is refused:
    it would take away Christmas. Parts for divisions that we do not know are left alone.
    """
    if not isinstance(raw, Mapping):
        raise RuleBroken("This is not a list of bank holidays in the format of GOV.UK.")
    found = {division: _division(raw, division) for division in Division if division in raw}
    if not found:
        raise RuleBroken(f"Give at least one of: {', '.join(Division)}.")
    return found


def _division(raw: Mapping[str, object], division: Division) -> dict[int, dict[date, str]]:
    part = Fields(raw).object_or_none(division)
    if part is None:
        raise RuleBroken("Give the days of this division.", division)
    years: dict[int, dict[date, str]] = {}
    for event in part.objects("events", least=1, most=MOST_EVENTS):
        day, title = event.day("date"), event.text("title", MOST_HOLIDAY_TITLE).strip()
        if not title:
            event.broken("title", "Give the day a name.")
        if event.text("notes", MOST_HOLIDAY_TITLE).strip() == SUBSTITUTE:
            title += " (substitute day)"
        if day in years.setdefault(day.year, {}):
            event.broken("date", "This day stands in the list twice.")
        years[day.year][day] = title
    for year, days in years.items():
        if len(days) < LEAST_A_YEAR:
            sentence = f"{year} has only {len(days)} days. A year that is given has to be whole."
            raise RuleBroken(sentence, f"{division}.events")
    return years


def changed_days(division: Division, before: HolidayData, after: HolidayData, first: date) -> set[date]:
    """Return the days from `first` on that may be closed by one set of data and not by the other."""
    last = max([first, *(date(year, 12, 31) for year in {*before, *after})])
    one, other = (set(closures_for(division, first, last, data)) for data in (before, after))
    return {day for day in one ^ other if day >= first}
