"""Words shared by everything this house says: names of days, lists, and the shape of a notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

# Written out because strftime follows the server's locale.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Code(StrEnum):
    """The kinds of notice."""

    CLOSED_DAY_CHECK = "closed_day_check"
    CLOSED_DAY_ASK = "closed_day_ask"
    HOME_DAY_ASK = "home_day_ask"
    VISIT_MAY_BE_CLOSED = "visit_may_be_closed"
    BRINGS_HOME = "brings_home"
    PLAN_ENDS = "plan_ends"
    PLAN_GAP = "plan_gap"
    INJECTION_OPENS = "injection_opens"
    INJECTION_TODAY = "injection_today"
    INJECTION_CLOSES = "injection_closes"
    MISSED_BEFORE = "missed_before"
    MISSED_AT_LIMIT = "missed_at_limit"
    MISSED_NALOXONE = "missed_naloxone"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence or two for a person, with a code for the screen and a number to call, if there is one."""

    code: Code
    text: str
    call: str | None = None


def weekday_words(on: date) -> str:
    """Return the day of the week in words."""
    return _DAYS[on.weekday()]


def day_words(on: date) -> str:
    """Return a day in words, like Monday 4 May."""
    return f"{weekday_words(on)} {on.day} {_MONTHS[on.month - 1]}"


def time_words(at: time) -> str:
    """Return a time as the app says it, like 9 am, 5:30 pm, midday."""
    if at.minute == 0 and at.hour % 12 == 0:
        return "midday" if at.hour else "midnight"
    past = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{past} {'am' if at.hour < 12 else 'pm'}"


def and_words(words: Sequence[str]) -> str:
    """Return words as a list in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
