"""Reading a plan from its JSON form: every wrong field is named, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from functools import cache
from zoneinfo import available_timezones

from companion.core.errors import RuleBroken
from companion.treatment.rules.fields import LAST_DAY, Fields
from companion.treatment.rules.pattern import pattern_days
from companion.treatment.rules.plan import (
    LONGEST_STEP,
    MOST_REMIND_MINUTES,
    PHARMACY_KINDS,
    WEEK,
    Answer,
    Division,
    Every,
    Hours,
    Kind,
    Label,
    Phase,
    Place,
    Plan,
    Unit,
    Weekday,
    Wordings,
)

MOST_PHASES = 24
MOST_TIMES = 12
MOST_SPANS = 4
MOST_CLOSED_DAYS = 366
MOST_TITLE, MOST_NAME, MOST_PHONE, MOST_ADDRESS, MOST_NOTE = 80, 120, 40, 300, 2000
MOST_KEY = 40
LONDON = "Europe/London"
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


def parse_plan(body: Mapping[str, object]) -> Plan:
    """Read a plan from its JSON form with `id`; raise RuleBroken naming the field (`phases.0.times.1`).

    `version` and `recorded_at` are not part of a plan. Days may be given as `date` or as text.
    """
    top = Fields(body)
    plan = Plan(
        id=top.uuid("id"),
        kind=top.word("kind", Kind),
        title=top.text("title", MOST_TITLE),
        starts_on=top.day("starts_on"),
        ends_on=top.day_or_none("ends_on"),
        time_zone=_time_zone(top),
        division=top.word("division", Division, Division.ENGLAND_AND_WALES),
        place=_place(top),
        wordings=_wordings(top),
        phases=tuple(_phase(phase) for phase in top.objects("phases", least=1, most=MOST_PHASES)),
        note=top.text("note", MOST_NOTE, lines=True),
        remind_minutes_before=top.whole_or_none("remind_minutes_before", 0, MOST_REMIND_MINUTES),
        product=_product(top),
        missed_shared=top.flag("missed_shared"),
    )
    top.refuse_rest()
    if plan.product is not None and plan.kind is not Kind.INJECTION:
        raise RuleBroken("Only an injection has one of these.", "product")
    _check_dates(plan)
    for number, phase in enumerate(plan.phases):
        _check_phase(plan, phase, f"phases.{number}")
    return plan


def _product(top: Fields) -> str | None:
    key = None if top.take("product", None) is None else top.text("product", MOST_KEY)
    if key is not None and not _KEY.fullmatch(key):
        top.broken("product", "Choose an injection from the list.")
    return key


def _time_zone(top: Fields) -> str:
    zone = top.text("time_zone", 64, LONDON)
    if zone not in _zones():
        top.broken("time_zone", "Choose a time zone from the list, like Europe/London.")
    return zone


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _place(top: Fields) -> Place | None:
    inner = top.object_or_none("place")
    if inner is None:
        return None
    closed_on = inner.items("closed_on", 0, MOST_CLOSED_DAYS)
    place = Place(
        name=inner.text("name", MOST_NAME),
        address=inner.text("address", MOST_ADDRESS, lines=True),
        phone=inner.text("phone", MOST_PHONE),
        hours=_hours(inner),
        closed_on=frozenset(inner.as_day(f"closed_on.{i}", day) for i, day in enumerate(closed_on)),
    )
    inner.refuse_rest()
    return place


def _hours(place: Fields) -> Hours:
    inner = place.object_or_none("hours")
    if inner is None:
        return Hours(())
    days = tuple((weekday, _spans(inner, weekday)) for weekday in WEEK if weekday in inner.given)
    inner.refuse_rest()
    return Hours(tuple((weekday, spans) for weekday, spans in days if spans))


def _spans(hours: Fields, weekday: Weekday) -> tuple[tuple[time, time], ...]:
    spans: list[tuple[time, time]] = []
    for number, pair in enumerate(hours.items(weekday, 0, MOST_SPANS)):
        name = f"{weekday}.{number}"
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            hours.broken(name, "Enter when it opens and when it closes.")
        opens, closes = (hours.as_time(name, at) for at in pair)
        if opens >= closes:
            hours.broken(name, "The closing time must be after the opening time.")
        if spans and opens < spans[-1][1]:
            hours.broken(name, "Enter the opening hours in order, without overlap.")
        spans.append((opens, closes))
    return tuple(spans)


def _wordings(top: Fields) -> Wordings:
    inner = top.object_or_none("wordings")
    if inner is None:
        return Wordings()
    answers = {name: inner.word(name, Answer, Answer.UNKNOWN) for name in Wordings.__slots__}
    inner.refuse_rest()
    return Wordings(**answers)


def _phase(inner: Fields) -> Phase:
    chosen = enumerate(inner.items("weekdays", 0, len(WEEK)))
    weekdays = [inner.as_word(f"weekdays.{i}", weekday, Weekday) for i, weekday in chosen]
    times = [inner.as_time(f"times.{i}", at) for i, at in enumerate(inner.items("times", 0, MOST_TIMES))]
    if len(set(weekdays)) < len(weekdays):
        inner.broken("weekdays", "Choose each day of the week once.")
    if len(set(times)) < len(times):
        inner.broken("times", "Enter each time once.")
    phase = Phase(
        starts_on=inner.day("starts_on"),
        ends_on=inner.day_or_none("ends_on"),
        label=inner.word_or_none("label", Label),
        every=_every(inner),
        weekdays=tuple(weekday for weekday in WEEK if weekday in weekdays),
        times=tuple(sorted(times)),
        take_home=inner.flag("take_home"),
    )
    inner.refuse_rest()
    return phase


def _every(phase: Fields) -> Every | None:
    inner = phase.object_or_none("every")
    if inner is None:
        return None
    unit = inner.word("unit", Unit)
    every = Every(unit, inner.whole("count", 1, LONGEST_STEP[unit]))
    inner.refuse_rest()
    return every


def _check_dates(plan: Plan) -> None:
    """Check that plan and phases follow each other in time without overlap."""
    if plan.ends_on is not None and plan.ends_on < plan.starts_on:
        raise RuleBroken("The plan cannot end before it starts.", "ends_on")
    for number, phase in enumerate(plan.phases):
        name = f"phases.{number}"
        if phase.ends_on is not None and phase.ends_on < phase.starts_on:
            raise RuleBroken("This part cannot end before it starts.", f"{name}.ends_on")
        if phase.starts_on < plan.starts_on:
            raise RuleBroken("This part starts before the plan does.", f"{name}.starts_on")
        if plan.ends_on is not None and phase.starts_on > plan.ends_on:
            raise RuleBroken("This part starts after the plan has ended.", f"{name}.starts_on")
        if plan.ends_on is not None and phase.ends_on is not None and phase.ends_on > plan.ends_on:
            raise RuleBroken("This part ends after the plan does.", f"{name}.ends_on")
        if number == 0:
            continue
        before = plan.phases[number - 1].ends_on
        if before is None:
            raise RuleBroken(
                "Say when this part ends, because another follows.", f"phases.{number - 1}.ends_on"
            )
        if phase.starts_on <= before:
            raise RuleBroken("This part starts before the one above it has ended.", f"{name}.starts_on")


def _check_phase(plan: Plan, phase: Phase, name: str) -> None:
    """Check that a phase's pattern makes sense for the plan's kind and falls on at least one day."""
    every = phase.every
    if phase.weekdays and (every is None or every.unit is Unit.MONTH):
        raise RuleBroken("Choose days of the week, or a day of the month, not both.", f"{name}.weekdays")
    if phase.weekdays and every is not None and every.unit is Unit.DAY and every.count > 1:
        raise RuleBroken("Choose days of the week, or a number of days, not both.", f"{name}.weekdays")
    if phase.take_home and plan.kind not in PHARMACY_KINDS:
        raise RuleBroken("Only a pharmacy visit can bring doses home.", f"{name}.take_home")
    if phase.take_home and every is None:
        raise RuleBroken(
            "Say how often you collect before you choose doses to take home.", f"{name}.take_home"
        )
    ends = [day for day in (phase.ends_on, plan.ends_on) if day is not None]
    if (
        phase.weekdays
        and next(pattern_days(phase, phase.starts_on, min(ends, default=LAST_DAY)), None) is None
    ):
        raise RuleBroken(
            "None of these days of the week falls between the start and the end.", f"{name}.weekdays"
        )
