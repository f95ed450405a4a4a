"""What a person's plans hold on each day, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from companion.core.errors import RuleBroken
from companion.treatment.models import live
from companion.treatment.rules import (
    MOST_DAYS_ASKED,
    VISIT_KINDS,
    Closure,
    Closures,
    Division,
    Notice,
    Occurrence,
    Place,
    Plan,
    Source,
    What,
    closure_of,
    gap_sentence,
    gaps,
    notices,
    occurrences,
    sentence,
)
from companion.treatment.use_cases.holidays import closures
from companion.treatment.use_cases.organisation import products
from companion.treatment.use_cases.plans import plan_of

Body = dict[str, Any]
# Names for what has no name of the person's own.
TITLES = {
    What.COLLECT: "Collect from the pharmacy",
    What.SUPERVISED: "Visit the pharmacy",
    What.AT_HOME: "At home",
    What.INJECTION: "Injection",
    What.IMPLANT: "Implant",
    What.TABLET: "Tablet",
    What.APPOINTMENT: "Appointment",
}
# For a day at home when perhaps nothing is there: nothing may look like something to take.
ASK_TITLE = "Ask about this day"


def days(session: Session, person_id: UUID, first: date, last: date) -> list[Body]:
    """Return every day from `first` to `last` (62 at most) with what a person's plans hold on it.

    The notices of a day are those worth saying if that day were today.
    """
    if last < first:
        raise RuleBroken("The last day cannot come before the first.", "to")
    if last - first >= timedelta(days=MOST_DAYS_ASKED):
        raise RuleBroken(f"Ask for {MOST_DAYS_ASKED} days or fewer.", "to")
    found = {first + timedelta(days=n): _Day() for n in range((last - first).days + 1)}
    closed: dict[Division, Closures] = {}
    for row in session.scalars(live(person_id)):
        plan = plan_of(session, row)
        if plan.division not in closed:
            closed[plan.division] = closures(session, plan.division, first, last)
        _add_plan(found, plan, closed[plan.division], first, last)
    return [_day_body(on, day) for on, day in found.items()]


@dataclass
class _Day:
    """One day as it fills up, plan by plan."""

    items: list[Body] = field(default_factory=list)
    sentences: list[tuple[time, str]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    closure: Closure | None = None
    gap: str | None = None


def _add_plan(found: dict[date, _Day], plan: Plan, closures: Closures, first: date, last: date) -> None:
    by_day: dict[date, list[Occurrence]] = {}
    for one in occurrences(plan, closures, first, last):
        by_day.setdefault(one.on, []).append(one)
        found[one.on].items.append({**_item(plan, one), "sentence": sentence(plan, closures, [one])})
    for on, held in by_day.items():
        found[on].sentences.append((held[0].time or time.min, sentence(plan, closures, held)))
    for on, _goes_on in gaps(plan, first, last):
        found[on].gap = gap_sentence(on)
    window = None if plan.product is None else products().get(plan.product)
    for on, said in notices(plan, closures, first, last, window).items():
        found[on].notices += [notice for notice in said if notice not in found[on].notices]
    if plan.kind in VISIT_KINDS:
        for on, day in found.items():
            closure = closure_of(plan.place, closures, on)
            if day.closure is None or (closure is not None and closure.source is Source.OWN):
                day.closure = closure


def _day_body(on: date, day: _Day) -> Body:
    ordered = sorted(day.items, key=lambda item: (item["time"] or "", str(item["plan_id"]), item["slot"]))
    said = [words for _at, words in sorted(day.sentences)]
    return {
        "on": on,
        "sentence": _joined(said if day.gap is None else [*said, day.gap]),
        "gap": day.gap,
        "items": ordered,
        "notices": [{"code": str(one.code), "text": one.text, "call": one.call} for one in day.notices],
        "closure": None if day.closure is None else _closure_body(day.closure),
    }


def _joined(sentences: list[str]) -> str | None:
    """Return the sentences of several plans as one: the day is named once."""
    if not sentences:
        return None
    rest = [words.partition(": ")[2] for words in sentences[1:]]
    return " ".join([sentences[0], *(words[0].upper() + words[1:] for words in rest)])


def _closure_body(closure: Closure) -> Body:
    return {"title": closure.name, "source": closure.read_in, "from": str(closure.source)}


def title_of(plan: Plan, one: Occurrence) -> str:
    """Return what to call one thing to do: the person's own name for it, or ours."""
    if one.waits_on is not None:
        return ASK_TITLE
    is_brought = one.what is What.AT_HOME and one.what is not plan.what
    return TITLES[one.what] if is_brought or not plan.title else plan.title


def place_of(plan: Plan, one: Occurrence) -> Place | None:
    """Return the place that goes with one thing to do: none at home, unless there is something to ask."""
    return None if one.what is What.AT_HOME and one.waits_on is None else plan.place


def _item(plan: Plan, one: Occurrence) -> Body:
    place = place_of(plan, one)
    return {
        "plan_id": plan.id,
        "slot": one.slot,
        "reminder_id": one.reminder_id,
        "time": None if one.time is None else one.time.strftime("%H:%M"),
        "at": one.at,
        "what": str(one.what),
        "title": title_of(plan, one),
        "place_name": None if place is None else place.name or None,
        "brings_home": list(one.brings_home),
        "may_be_closed": one.may_be_closed,
    }
