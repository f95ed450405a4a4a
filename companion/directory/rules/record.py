"""The words of this house: problems, openings, places and the record a feed's service becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

# Raise this when the cleaning rules change, so that unchanged feeds are cleaned again.
RULES_VERSION = "3"

# Ids we make are UUIDv5 below this one, so that they are the same on every machine.
NAMESPACE = UUID("6f1f2a52-3c9f-5a64-9a0b-0b6f4d0f7c11")

Json = dict[str, Any]


class Status(StrEnum):
    """HSDS's own words for the state of a service."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


SHOWN = frozenset({Status.ACTIVE, Status.TEMPORARILY_CLOSED})


class Level(StrEnum):
    """What a problem did: the record refused, a fact dropped, or a fact mended."""

    REJECT = "reject"
    DROPPED = "dropped"
    MENDED = "mended"


class Said(StrEnum):
    """An answer a feed gives or leaves out; the three are never mixed up."""

    YES = "yes"
    NO = "no"
    NOT_SAID = "not_said"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one record: where it stands, which field, a code for machines, a sentence."""

    pointer: str
    field: str
    code: str
    message: str
    level: Level


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem with the feed it stands in and the raw record it is about, for who mends the feed."""

    source: str
    problem: Problem
    raw: object


class Topic(Protocol):
    """What the importer needs of a topic; the content house owns the list."""

    @property
    def key(self) -> str:
        """The topic's name for machines."""

    @property
    def title(self) -> str:
        """The topic in plain words."""

    @property
    def keywords(self) -> Sequence[str]:
        """Words and phrases that give a service this topic."""

    @property
    def unless(self) -> Sequence[str]:
        """Phrases that hold a keyword and mean something else."""

    @property
    def open_eligibility(self) -> Sequence[str]:
        """Names of Open Eligibility terms that mean the same."""


@dataclass(frozen=True, slots=True)
class Day:
    """A weekday (0 is Monday); `nth` is 0 for every one, 2 for the second of a month, -1 for the last."""

    weekday: int
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Dates:
    """Days from `first` to `last`; `yearly` repeats them each year and may go over the year's end."""

    first: date
    last: date
    yearly: bool = False

    def hold(self, day: date) -> bool:
        """Tell whether `day` is one of them."""
        if not self.yearly:
            return self.first <= day <= self.last
        first, last = (self.first.month, self.first.day), (self.last.month, self.last.day)
        on = (day.month, day.day)
        return first <= on <= last if first <= last else on >= first or on <= last


@dataclass(frozen=True, slots=True)
class OpeningRule:
    """When a service is open, in wall time; `closes` passes 1,440 minutes when it is open over midnight."""

    days: tuple[Day, ...]
    opens: int
    closes: int
    monthly: bool = False
    interval: int = 1
    month_days: tuple[int, ...] = ()
    starts_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    # Days the publisher says are otherwise, and, for such a day's own hours, the days they are of.
    except_on: tuple[Dates, ...] = ()
    only_on: Dates | None = None

    @property
    def complex(self) -> bool:
        """Tell whether the rule is more than a plain week and is worked out day by day."""
        dated_night = self.closes > 1440 and (self.valid_from is not None or self.valid_to is not None)
        otherwise = bool(self.except_on) or self.only_on is not None
        return self.monthly or self.interval > 1 or dated_night or otherwise


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service is; without coordinates when nobody knows them. `openings` are this place's own."""

    name: str
    address: str
    postcode: str
    lat: float | None
    lon: float | None
    approximate: bool
    openings: tuple[OpeningRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A service ready to be kept: the cleaned document and what search needs of it."""

    external_id: str
    name: str
    organisation: str
    status: Status
    document: Json
    places: tuple[Place, ...]
    openings: tuple[OpeningRule, ...]
    minimum_age: float | None
    maximum_age: float | None
    assured_on: date | None
    last_modified: datetime | None
    national: bool
    term_ids: tuple[str, ...]


Raw = Mapping[str, Any]
