"""A week as half hours, so that a database can tell with one comparison what is open at a time.

A day is a whole number with a bit for each of its 48 half hours. Of each day there are two: in `open` stand
the half hours a service is open from their first minute to their last in every week to come, in `partly`
those in which it may be open, or is for some minutes: these have to be worked out from the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from operator import or_

from companion.directory.rules.hours import DAY, week_intervals
from companion.directory.rules.record import Day, OpeningRule
from companion.directory.rules.windows import Window

SLOT = 30
# A day, as an ordinal number, that no rule outlasts.
ALWAYS = 9_999_999
Days = tuple[int, ...]
_EVERY_DAY = tuple(Day(number) for number in range(7))


@dataclass(frozen=True, slots=True)
class Week:
    """When a service is open, Monday first; `known_until` is the last day its rules say anything about.

    Days are ordinals of `date`: 0 when nothing is said.
    """

    open: Days
    partly: Days
    known_until: int


_NONE: Days = (0,) * 7
NEVER = Week(_NONE, _NONE, ALWAYS)


def week_of(rules: Sequence[OpeningRule], on: date) -> Week:
    """Return the week of rules as they stand on a day and on every day after it."""
    sure, maybe, known_until = _NONE, _NONE, 0
    for rule in rules:
        if rule.valid_to is not None and rule.valid_to < on:
            continue
        if rule.only_on is None:
            # Hours of single days alone say nothing about all the others.
            known_until = max(known_until, ALWAYS if rule.valid_to is None else rule.valid_to.toordinal())
        starts_later = rule.valid_from is not None and rule.valid_from > on
        whole, rest = _halves_of(rule)
        if rule.complex or starts_later or rule.valid_to is not None:
            maybe = _both(_both(maybe, whole), rest)
        else:
            sure, maybe = _both(sure, whole), _both(maybe, rest)
    return Week(sure, maybe, known_until)


# Few rules are like no other, few sets of rules are like another.
@lru_cache(maxsize=16_384)
def _halves_of(rule: OpeningRule) -> tuple[Days, Days]:
    """Return the half hours of a week a rule fills, and those it fills for some minutes only."""
    whole, rest = list(_NONE), list(_NONE)
    for starts, ends in week_intervals(rule if rule.days else replace(rule, days=_EVERY_DAY)):
        for slot in range(starts // SLOT, -(-ends // SLOT)):
            weekday, bit = slot // (DAY // SLOT), 1 << slot % (DAY // SLOT)
            into = whole if starts <= slot * SLOT and ends >= (slot + 1) * SLOT else rest
            into[weekday] |= bit
    return tuple(whole), tuple(rest)


def _both(one: Days, other: Days) -> Days:
    return tuple(map(or_, one, other))


def slots_of(windows: Sequence[Window]) -> tuple[tuple[int, int], ...]:
    """Return (weekday, half hours) of the days that windows reach into, Monday first."""
    found: dict[int, int] = {}
    for window in windows:
        for slot in range(window.starts // SLOT, -(-window.ends // SLOT)):
            weekday = window.day.weekday()
            found[weekday] = found.get(weekday, 0) | 1 << slot
    return tuple(sorted(found.items()))


def bits(names: Iterable[str], every: Sequence[str]) -> int:
    """Return a whole number with a bit for each of the names, in the order of `every`."""
    return sum(1 << every.index(name) for name in set(names))
