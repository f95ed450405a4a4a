"""What a person asks a service to be, as conditions in SQL: sure of it, or at least not against it.

A service that says yes to all is sure. One that says no to anything is left out. What lies between has not
said, and is shown apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Exists, and_, exists, func, or_
from sqlalchemy.sql.elements import ColumnElement

from companion.directory.models import Fact, Opening, Service
from companion.directory.rules.record import Said, Status
from companion.directory.rules.windows import Window

Condition = ColumnElement[bool]
# Forms fill in 0 and 100 where nobody gave an age, so these two say nothing.
YOUNGEST, OLDEST = 0, 100


@dataclass(frozen=True, slots=True)
class Filters:
    """Facts that must be yes, an age that must be taken, and times at which it must be open, all together.

    `times` holds one group of windows for each wish; a service must be open in some minute of every group.
    `on` is the day it is in London.
    """

    facts: tuple[str, ...]
    age: int | None
    times: tuple[tuple[Window, ...], ...]
    on: date

    @property
    def ask_nothing(self) -> bool:
        """Tell whether everything passes."""
        return not self.facts and self.age is None and not self.times


def sure(filters: Filters, position: Any) -> list[Condition]:
    """Return the conditions that a service says yes to everything, at its place `position` (0: none)."""
    found: list[Condition] = [_says(Said.YES, fact) for fact in filters.facts]
    if filters.age is not None:
        found += [_age_said(), _age_fits(filters.age)]
    return found + [_opens(position, windows) for windows in filters.times]


def possible(filters: Filters, position: Any) -> list[Condition]:
    """Return the conditions that a service says no to nothing."""
    found: list[Condition] = [~_says(Said.NO, *filters.facts)] if filters.facts else []
    if filters.age is not None:
        found.append(_age_fits(filters.age))
    silent = and_(Service.status == str(Status.ACTIVE), ~_hours_known(position, filters.on))
    return found + [or_(_opens(position, windows), silent) for windows in filters.times]


def _says(answer: Said, *facts: str) -> Exists:
    named = Fact.fact == facts[0] if len(facts) == 1 else Fact.fact.in_(facts)
    return exists().where(Fact.service_number == Service.number, named, Fact.answer == str(answer))


def _age_said() -> Condition:
    low, high = func.coalesce(Service.minimum_age, YOUNGEST), func.coalesce(Service.maximum_age, OLDEST)
    return or_(low > YOUNGEST, high < OLDEST)


def _age_fits(age: int) -> Condition:
    # A maximum of 25 holds until the 26th birthday.
    return and_(
        or_(Service.minimum_age.is_(None), Service.minimum_age <= age),
        or_(Service.maximum_age.is_(None), Service.maximum_age >= OLDEST, Service.maximum_age >= age),
    )


def _at(position: Any, *holds: Condition) -> Condition:
    """Return the condition that hours hold; a place's own come before those of the service."""
    here = Opening.service_number == Service.number

    def one(*extra: Condition) -> Exists:
        return exists().where(here, *holds, *extra)

    own = exists().where(here, Opening.position == position)
    return or_(one(Opening.position == position), and_(~own, one(Opening.position == 0)))


def _opens(position: Any, windows: Sequence[Window]) -> Condition:
    """Return the condition that a service is open in some minute of the windows.

    Services with hours no week can hold pass, to be worked out one by one.
    """
    spans = [(window.week_span, window.day) for window in windows]
    meets = or_(*[
        and_(
            Opening.starts < ends, Opening.ends > starts,
            or_(Opening.valid_from.is_(None), Opening.valid_from <= day),
            or_(Opening.valid_to.is_(None), Opening.valid_to >= day),
        )
        for (starts, ends), day in spans
    ])  # fmt: skip
    return or_(Service.has_complex_hours, _at(position, meets))


def _hours_known(position: Any, on: date) -> Condition:
    return _at(position, or_(Opening.valid_to.is_(None), Opening.valid_to >= on))
