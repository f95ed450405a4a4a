"""The meaning of check-ins and answers: nothing is added up, nothing is called better or worse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from companion.core.errors import RuleBroken

MOST_NOTE = 2000
MOST_TAGS = 20
MOST_ANSWERS = 20
MOST_DAYS_LISTED = 366
TREND_DAYS = (14, 30, 90)
KEY_PATTERN = r"[a-z0-9_]{1,60}"


class Question(StrEnum):
    """The five questions of the quick check-in."""

    MOOD = "mood"
    SLEEP = "sleep"
    CRAVINGS = "cravings"
    ENERGY = "energy"
    CONNECTION = "connection"


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer to one question, on the day the person's clock showed."""

    on: date
    at: datetime
    value: int


@dataclass(frozen=True, slots=True)
class Point:
    """A day of a trend; None is a day without an answer."""

    on: date
    value: int | None


@dataclass(frozen=True, slots=True)
class Trend:
    """One question over a number of days, ending on `until`, with a sentence that says the same."""

    of: Question
    since: date
    until: date
    points: tuple[Point, ...]
    sentence: str


def check_in_content(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return a check-in in the one form that is compared and sealed; refuse one with nothing in it."""
    content: dict[str, Any] = {str(question): draft[question] for question in Question}
    content["helped"] = list(dict.fromkeys(draft["helped"]))
    content["hard"] = list(dict.fromkeys(draft["hard"]))
    content["note"] = draft["note"]
    if all(value is None or value in ("", []) for value in content.values()):
        raise RuleBroken("Answer one question, pick a word or write a note.")
    return content | {"recorded_at": draft["recorded_at"].isoformat()}


def answers_content(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers to a measure in the one form that is compared and sealed.

    Every question may be left out (null): that the person was asked counts, so that they are not asked again.
    """
    if not draft["answers"]:
        raise RuleBroken("Name the questions, with null for those left out.", "answers")
    return {
        "measure": draft["measure"],
        "version": draft["version"],
        "answers": dict(draft["answers"]),
        "recorded_at": draft["recorded_at"].isoformat(),
    }


def local_day(recorded_at: datetime, clamped: datetime) -> date:
    """Return the day the person's own clock showed, for a time held to what the server believes."""
    return clamped.astimezone(recorded_at.tzinfo).date()


def trend(of: Question, readings: Iterable[Reading], until: date, days: int, words: Sequence[str]) -> Trend:
    """Return a question over `days` days: per day the latest answer, a gap where there is none.

    `words` are those of the answers 1 to 5.
    """
    since = until - timedelta(days=days - 1)
    inside = sorted((r for r in readings if since <= r.on <= until), key=lambda r: (r.at, r.value))
    latest = {reading.on: reading.value for reading in inside}
    each = (since + timedelta(days=n) for n in range(days))
    points = tuple(Point(on, latest.get(on)) for on in each)
    return Trend(of, since, until, points, sentence(words, [reading.value for reading in inside], days))


def sentence(words: Sequence[str], values: list[int], days: int) -> str:
    """Say what was entered, and nothing about what it means."""
    if not values:
        return f"No check-ins in {days} days."
    lowest, highest = words[min(values) - 1], words[max(values) - 1]
    if len(values) == 1:
        return f"1 check-in in {days} days. It was {lowest}."
    count = f"{len(values)} check-ins in {days} days."
    if lowest == highest:
        return f"{count} Each was {lowest}."
    return f"{count} The lowest was {lowest}, the highest {highest}."


def is_due(every_days: int, last_on: date | None, today: date) -> bool:
    """Tell whether it is time to ask a measure again."""
    return last_on is None or today - last_on >= timedelta(days=every_days)
