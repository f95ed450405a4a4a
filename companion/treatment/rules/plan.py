"""The shape of a plan: closed lists and frozen dataclasses. Reading and checking stand in reading.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from uuid import UUID

MOST_DAYS_ASKED = 62
MOST_REMIND_MINUTES = 1440


class Kind(StrEnum):
    """The kinds of plan."""

    SUPERVISED = "supervised"
    COLLECTION = "collection"
    AT_HOME = "at_home"
    INJECTION = "injection"
    IMPLANT = "implant"
    NALTREXONE = "naltrexone"
    APPOINTMENT = "appointment"


class What(StrEnum):
    """What a person does at one occurrence."""

    COLLECT = "collect"
    SUPERVISED = "supervised"
    AT_HOME = "at_home"
    INJECTION = "injection"
    IMPLANT = "implant"
    TABLET = "tablet"
    APPOINTMENT = "appointment"


class Label(StrEnum):
    """What a dated phase of treatment is for."""

    STARTING = "starting"
    STABLE = "stable"
    REDUCING = "reducing"
    DETOX = "detox"


class Unit(StrEnum):
    """The unit of a repeating pattern."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Weekday(StrEnum):
    """The days of the week, Monday first, as in iCalendar."""

    MO = "MO"
    TU = "TU"
    WE = "WE"
    TH = "TH"
    FR = "FR"
    SA = "SA"
    SU = "SU"


class Answer(StrEnum):
    """Whether a prescription has a wording; not knowing is an answer of its own."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Division(StrEnum):
    """The three GOV.UK divisions of bank holidays."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


WEEK = tuple(Weekday)
LONGEST_STEP = {Unit.DAY: 365, Unit.WEEK: 52, Unit.MONTH: 12}
WHAT_OF = {
    Kind.SUPERVISED: What.SUPERVISED,
    Kind.COLLECTION: What.COLLECT,
    Kind.AT_HOME: What.AT_HOME,
    Kind.INJECTION: What.INJECTION,
    Kind.IMPLANT: What.IMPLANT,
    Kind.NALTREXONE: What.TABLET,
    Kind.APPOINTMENT: What.APPOINTMENT,
}
# Kinds where the pharmacy hands doses over, so that one visit may bring another day's dose home.
PHARMACY_KINDS = frozenset({Kind.SUPERVISED, Kind.COLLECTION})
# Kinds where the person goes somewhere that may be closed.
VISIT_KINDS = PHARMACY_KINDS | {Kind.INJECTION, Kind.IMPLANT, Kind.APPOINTMENT}


def weekday_of(day: date) -> Weekday:
    """Return the weekday of `day`."""
    return WEEK[day.weekday()]


@dataclass(frozen=True, slots=True)
class Every:
    """A step of `count` days, weeks or months."""

    unit: Unit
    count: int


@dataclass(frozen=True, slots=True)
class Phase:
    """A dated stretch of a plan with one pattern. `every` None means once, on `starts_on`."""

    starts_on: date
    ends_on: date | None
    label: Label | None
    every: Every | None
    weekdays: tuple[Weekday, ...]
    times: tuple[time, ...]
    take_home: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours by weekday; a weekday left out is a closed day, no hours at all means unknown."""

    days: tuple[tuple[Weekday, tuple[tuple[time, time], ...]], ...]

    def of(self, day: date) -> tuple[tuple[time, time], ...]:
        """Return the opening hours on the weekday of `day`."""
        return dict(self.days).get(weekday_of(day), ())


@dataclass(frozen=True, slots=True)
class Place:
    """A pharmacy or service as the person wrote it down."""

    name: str
    address: str
    phone: str
    hours: Hours
    closed_on: frozenset[date]


@dataclass(frozen=True, slots=True)
class Wordings:
    """Which of the five approved instalment wordings the prescription has."""

    closed_day: Answer = Answer.UNKNOWN
    missed_day: Answer = Answer.UNKNOWN
    three_days: Answer = Answer.UNKNOWN
    supervise: Answer = Answer.UNKNOWN
    separate: Answer = Answer.UNKNOWN


@dataclass(frozen=True, slots=True)
class Plan:
    """A medicine, collection or appointment plan. It holds no dose amounts."""

    id: UUID
    kind: Kind
    title: str
    starts_on: date
    ends_on: date | None
    time_zone: str
    division: Division
    place: Place | None
    wordings: Wordings
    phases: tuple[Phase, ...]
    note: str
    remind_minutes_before: int | None
    # The key of an injection in the organisation's table; a key that is no longer there means nothing.
    product: str | None = None
    # The person's standing choice: whether the keyworker they share with may see missed visits.
    missed_shared: bool = False

    @property
    def what(self) -> What:
        """What a person does on the days the pattern falls on."""
        return WHAT_OF[self.kind]

    @property
    def last_day(self) -> date | None:
        """The last day the plan speaks of, or None when it is open-ended."""
        ends = [day for day in (self.ends_on, self.phases[-1].ends_on) if day is not None]
        return min(ends) if ends else None


def plan_body(plan: Plan) -> dict[str, object]:
    """Return the JSON form of `plan` without its id: always the same text for the same plan."""
    place = plan.place
    return {
        "kind": str(plan.kind),
        "title": plan.title,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": _day_text(plan.ends_on),
        "time_zone": plan.time_zone,
        "division": str(plan.division),
        "place": None if place is None else _place_body(place),
        "wordings": {name: str(getattr(plan.wordings, name)) for name in Wordings.__slots__},
        "phases": [_phase_body(phase) for phase in plan.phases],
        "note": plan.note,
        "remind_minutes_before": plan.remind_minutes_before,
        "product": plan.product,
        "missed_shared": plan.missed_shared,
    }


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _time_text(at: time) -> str:
    return at.strftime("%H:%M")


def _place_body(place: Place) -> dict[str, object]:
    return {
        "name": place.name,
        "address": place.address,
        "phone": place.phone,
        "hours": {
            str(weekday): [[_time_text(opens), _time_text(closes)] for opens, closes in spans]
            for weekday, spans in place.hours.days
        },
        "closed_on": [day.isoformat() for day in sorted(place.closed_on)],
    }


def _phase_body(phase: Phase) -> dict[str, object]:
    every = phase.every
    return {
        "starts_on": phase.starts_on.isoformat(),
        "ends_on": _day_text(phase.ends_on),
        "label": None if phase.label is None else str(phase.label),
        "every": None if every is None else {"unit": str(every.unit), "count": every.count},
        "weekdays": [str(weekday) for weekday in phase.weekdays],
        "times": [_time_text(at) for at in phase.times],
        "take_home": phase.take_home,
    }
