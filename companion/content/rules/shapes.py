"""What the content files become once read: frozen records and the closed lists in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class LevelKey(StrEnum):
    """The six levels of the goal hierarchy. Kinds of goal, not rungs: the order means nothing."""

    DIRECT_HARM = "direct_harm"
    RISKY_BEHAVIOUR = "risky_behaviour"
    WIDER_PROBLEMS = "wider_problems"
    CONTROLLED_USE = "controlled_use"
    ABSTAIN_MAIN = "abstain_main"
    ABSTAIN_ALL = "abstain_all"


class Nation(StrEnum):
    """Where a crisis line answers."""

    UK = "uk"
    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"
    NORTHERN_IRELAND = "northern-ireland"


class How(StrEnum):
    """How surely a fact was checked, surest first."""

    OWN_PAGE = "own_page"
    CHECKED_LIST = "checked_list"
    PUBLIC_LISTS = "public_lists"
    TO_BE_CHECKED = "to_be_checked"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact can be checked, when somebody last looked, and how surely."""

    url: str
    checked_on: date
    how: How
    name: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One level in plain words for the person, and its clinical label for the keyworker."""

    key: str
    title: str
    explain: str
    clinical_label: str


@dataclass(frozen=True, slots=True)
class Area:
    """A part of life that templates are sorted into."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Template:
    """A starting point for a goal, with small first steps."""

    key: str
    level: str
    area: str
    title: str
    why_hint: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Templates:
    """All templates and the areas they are sorted into."""

    areas: tuple[Area, ...]
    items: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One word a person can pick; `value` only says which."""

    value: int
    word: str


@dataclass(frozen=True, slots=True)
class Question:
    """One check-in question with its five words."""

    key: str
    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """Something that helped or was hard."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The quick check-in: questions and the two lists of tags."""

    questions: tuple[Question, ...]
    helped_tags: tuple[Tag, ...]
    hard_tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class MeasureQuestion:
    """One item of a measure; answers are whole numbers from `min` to `max`."""

    key: str
    text: str
    min: int
    max: int
    min_word: str
    max_word: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A questionnaire with its licence and source. Answers are never added up."""

    key: str
    version: str
    title: str
    intro: str
    switched_on: bool
    licence: str
    licence_note: str
    source: Source
    recall: str
    every_days: int
    questions: tuple[MeasureQuestion, ...]


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """One line to call or text, with the links a phone understands."""

    key: str
    name: str
    nation: str
    what: str
    call: str | None
    text_to: str | None
    text_word: str | None
    hours: str
    source: Source

    @property
    def call_link(self) -> str | None:
        """Return the `tel:` link."""
        return "tel:" + self.call.replace(" ", "") if self.call else None

    @property
    def text_link(self) -> str | None:
        """Return the `sms:` link, with the word to send where there is one."""
        if not self.text_to:
            return None
        return f"sms:{self.text_to}" + (f"?body={self.text_word}" if self.text_word else "")


@dataclass(frozen=True, slots=True)
class CrisisLines:
    """Every line to call in a crisis, in the order to show."""

    version: str
    checked_on: date
    items: tuple[CrisisLine, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Something people look for; keywords sort entries of other feeds and are never shown.

    `unless` are phrases in which a keyword means something else, `open_eligibility` the names of terms of
    that taxonomy which mean the same, `goal_words` the words of a goal for which the topic is offered.
    """

    key: str
    title: str
    keywords: tuple[str, ...]
    unless: tuple[str, ...] = ()
    open_eligibility: tuple[str, ...] = ()
    goal_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notification:
    """A neutral pair of words a notification may show."""

    key: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class FixedWords:
    """Sentences said word for word, and the closed list of notification words."""

    purpose: str
    shared: str
    missed_days: str
    notifications: tuple[Notification, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """An injection and the days around the planned one on which a service may usually give it."""

    key: str
    name: str
    unit: str
    count: int
    window_before_days: int
    window_after_days: int
    source: Source


@dataclass(frozen=True, slots=True)
class MissedPolicy:
    """What an organisation wants people to read after missed visits. Off unless it was switched on."""

    switched_on: bool = False
    limit: int = 3
    before: str = ""
    at_limit: str = ""
    naloxone: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything people read, read and checked."""

    levels: tuple[Level, ...]
    templates: Templates
    check_in: CheckIn
    measures: tuple[Measure, ...]
    crisis: CrisisLines
    topics: tuple[Topic, ...]
    words: FixedWords
    services: tuple[Mapping[str, Any], ...]
    products: tuple[Product, ...] = ()
    missed_policy: MissedPolicy = MissedPolicy()
