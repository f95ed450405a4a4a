"""When a person wants to be reminded of one thing: several times before, a last call, and afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from companion.core.errors import RuleBroken
from companion.reminders.rules.silence import Silence
from companion.reminders.rules.standing import instant_at, is_too_late

MOST_BEFORE = 4
MOST_MINUTES = 1440
LEAST_EVERY, MOST_EVERY, MOST_TIMES = 5, 120, 5
MOST_OWN_WORDS = 20
EVENING = "20:00"
NO_FOLLOW_UP = {"every_minutes": 15, "times": 0}
_UNITS = "mcg|µg|μg|ug|mg|mls?|g|(milli|micro)?grams?|(milli)?lit(re|er)s?|tab(let)?s?|pills?|doses?|iu"
_AMOUNT = re.compile(rf"\d\s*({_UNITS})\b", re.IGNORECASE)


class When(StrEnum):
    """How a time before is said: so many minutes, the evening before, or before the place closes."""

    MINUTES = "minutes"
    EVENING_BEFORE = "evening_before"
    LAST_CALL = "last_call"


class WordsKind(StrEnum):
    """Which words a notification shows: one of three neutral texts, or the person's own."""

    PLAIN_1 = "plain_1"
    PLAIN_2 = "plain_2"
    PLAIN_3 = "plain_3"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Moment:
    """What is reminded of: its local day, its instant, when the place closes that day.

    `is_first` marks the first of the day: the evening before speaks of a day once.
    """

    on: date
    at: datetime | None
    closes_at: datetime | None
    time_zone: str
    is_first: bool
    is_medicine: bool
    ends_at: datetime


def choices_of(minutes_before: int | None) -> dict[str, Any]:
    """Return what holds for a plan until the person chooses otherwise."""
    before = [] if minutes_before is None else [{"kind": str(When.MINUTES), "minutes": minutes_before}]
    return {
        "before": before,
        "follow_up": dict(NO_FOLLOW_UP),
        "words": {"kind": str(WordsKind.PLAIN_1), "text": ""},
    }


def choices_content(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return a person's choices in the one form that is compared and sealed; refuse what has no meaning."""
    before = [_before(one, n) for n, one in enumerate(draft["before"])]
    words = {"kind": str(draft["words"]["kind"]), "text": draft["words"].get("text") or ""}
    check_words(words["kind"], words["text"])
    return {
        "before": [one for n, one in enumerate(before) if one not in before[:n]],
        "follow_up": {name: draft["follow_up"][name] for name in ("every_minutes", "times")},
        "words": words,
    }


def _before(one: Mapping[str, Any], n: int) -> dict[str, Any]:
    kind, minutes, at = When(one["kind"]), one.get("minutes"), one.get("time")
    if kind is When.EVENING_BEFORE:
        if minutes is not None:
            raise RuleBroken("The evening before takes a time, not minutes.", f"before.{n}.minutes")
        return {"kind": str(kind), "time": at or EVENING}
    if at is not None:
        raise RuleBroken("Only the evening before takes a time.", f"before.{n}.time")
    if minutes is None:
        raise RuleBroken("Say how many minutes before.", f"before.{n}.minutes")
    return {"kind": str(kind), "minutes": minutes}


def check_words(kind: str, text: str) -> None:
    """Refuse own words that are missing, and an amount of anything, which would stand on a locked screen."""
    if kind != WordsKind.OWN:
        if text:
            raise RuleBroken("Choose own words to write them yourself.", "words.text")
    elif not 1 <= len(text) <= MOST_OWN_WORDS:
        raise RuleBroken(f"Enter 1 to {MOST_OWN_WORDS} characters.", "words.text")
    elif _AMOUNT.search(text):
        raise RuleBroken("Leave amounts out. Others may see your screen.", "words.text")


def raise_times(choices: Mapping[str, Any], moment: Moment, silence: Silence) -> tuple[datetime, ...]:
    """Return every instant at which to remind of `moment` while it is not answered, earliest first.

    Follow-ups count from the moment itself. Quiet hours move an instant to their end; one that would
    come after the reminder has ended, or on a day away, falls out.
    """
    found = {at for one in choices["before"] if (at := _instant(one, moment)) is not None}
    if found and moment.at is not None:
        found.update(follow_ups(choices["follow_up"], moment.at))
    moved = {silence.moved(at, is_medicine=moment.is_medicine) for at in found}
    return tuple(sorted(at for at in moved if at < moment.ends_at and not silence.is_away(at)))


def follow_ups(follow_up: Mapping[str, int], since: datetime) -> list[datetime]:
    """Return when to ask again after `since`."""
    step = timedelta(minutes=follow_up["every_minutes"])
    return [since + step * n for n in range(1, follow_up["times"] + 1)]


def _instant(one: Mapping[str, Any], moment: Moment) -> datetime | None:
    kind = When(one["kind"])
    if kind is When.EVENING_BEFORE:
        eve = moment.on - timedelta(days=1)
        return instant_at(eve, one["time"], moment.time_zone) if moment.is_first else None
    since = moment.closes_at if kind is When.LAST_CALL else moment.at
    return None if since is None else since - timedelta(minutes=one["minutes"])


def next_raise_at(times: Sequence[datetime], due: datetime, now: datetime) -> datetime | None:
    """Return when to raise again after one that was due at `due` was raised at `now`; None for never.

    What fell due while nobody looked is covered by the raise just made; a clock put back raises nothing
    a second time.
    """
    return next((at for at in times if at > max(due, now)), None)


def next_fresh(
    times: Sequence[datetime], due: datetime, now: datetime, *, beyond: bool = False
) -> datetime | None:
    """Return `due`, or when it lies too far back (or with `beyond`) the first later time that does not."""
    if not beyond and not is_too_late(due, now):
        return due
    return next((at for at in times if at > due and not is_too_late(at, now)), None)
