"""A day in one sentence: where a dose is taken, what is brought home, what may be closed.

It says what the plan says. It never advises about a dose and never says that a place is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from companion.treatment.rules.closures import Closures, Standing, standing_of
from companion.treatment.rules.plan import PHARMACY_KINDS, Kind, Plan, What
from companion.treatment.rules.weeks import Occurrence
from companion.treatment.rules.words import and_words, day_words, time_words, weekday_words

NAMED_ONE_BY_ONE = 3
WITHIN_A_WEEK = timedelta(days=6)
# On a Wednesday, "your visit on Thursday" would be taken for tomorrow's.
JUST_BEHIND = timedelta(days=3)
_VISITS = {What.SUPERVISED: "take today’s at the pharmacy", What.COLLECT: "collect today’s from the pharmacy"}
_ASK_ABOUT = "Ask your pharmacist or service about this day."
_EXPECTED = "If you expected something, ask your pharmacist or service."
_OTHERS = {
    What.AT_HOME: "at home",
    What.INJECTION: "injection",
    What.IMPLANT: "implant",
    What.TABLET: "tablet at home",
    What.APPOINTMENT: "appointment",
}


def sentence(plan: Plan, closures: Closures, day: Sequence[Occurrence]) -> str:
    """Return what one plan holds on one day, from its occurrences on that day, in order of time."""
    first = day[0]
    if plan.kind in PHARMACY_KINDS and first.what is What.AT_HOME:
        said = _brought_earlier(first)
    elif plan.kind in PHARMACY_KINDS:
        said = _at_pharmacy(plan, closures, day)
    else:
        said = _elsewhere(plan, closures, day)
    return f"{weekday_words(first.on)}: {said}"


def gap_sentence(on: date) -> str:
    """Return what is said of a day on which two parts of a plan leave a hole; true beside other plans too."""
    return f"{weekday_words(on)}: there is a gap in your plan on this day. {_EXPECTED}"


def _brought_earlier(one: Occurrence) -> str:
    if one.covered_on is not None:
        return f"at home. {_name(one.covered_on, one.on)} should bring home what you need."
    if one.brought_on is not None:
        is_close = one.on - one.brought_on <= JUST_BEHIND
        visit = weekday_words(one.brought_on) if is_close else day_words(one.brought_on)
        return f"at home, from your visit on {visit}."
    if one.waits_on is not None:
        # The whole date, because it is what to name on the phone.
        return f"your pharmacy may be closed for your visit on {day_words(one.waits_on)}. {_ASK_ABOUT}"
    raise ValueError("A day at home lives on a visit.")


def _at_pharmacy(plan: Plan, closures: Closures, day: Sequence[Occurrence]) -> str:
    first = day[0]
    if standing_of(plan.place, closures, first.on) is not Standing.USUAL:
        if first.covered_on is not None:
            earlier = _name(first.covered_on, first.on)
            return f"your pharmacy may be closed. {earlier} should bring home what you need."
        return "your pharmacy may be closed. Ask your pharmacist or service."
    home = f", bring home {_days(first.on, first.brings_home)}" if first.brings_home else ""
    visits = _VISITS[first.what] if len(day) == 1 else f"{_VISITS[first.what]}{_times(day)}"
    return f"{visits}{home}.{_outside_hours(day, 'Your pharmacy')}"


def _elsewhere(plan: Plan, closures: Closures, day: Sequence[Occurrence]) -> str:
    said = f"{_OTHERS[day[0].what]}{_times(day)}."
    if not day[0].may_be_closed and not any(one.may_be_closed for one in day):
        return said
    place = "The place you go to" if plan.kind is Kind.APPOINTMENT else "Your service"
    if standing_of(plan.place, closures, day[0].on) is Standing.USUAL:
        return f"{said}{_outside_hours(day, place)}"
    return f"{said} {place} may be closed. Check before you set off."


def _outside_hours(day: Sequence[Occurrence], place: str) -> str:
    """Return a word on visits outside the hours that were written down."""
    late = [one for one in day if one.may_be_closed]
    return f" {place} may be closed{_times(late)}. Check the time." if late else ""


def _times(day: Sequence[Occurrence]) -> str:
    times = [time_words(one.time) for one in day if one.time is not None]
    return f" at {and_words(times)}" if times else ""


def _days(on: date, brought: Sequence[date]) -> str:
    """Return the days brought home; a long run of them by its end."""
    run = [on + timedelta(days=n + 1) for n in range(len(brought))]
    if len(brought) > NAMED_ONE_BY_ONE and list(brought) == run:
        return f"every day up to {_name(brought[-1], on)}"
    return and_words([_name(day, on) for day in brought])


def _name(day: date, on: date) -> str:
    """Return the weekday of a day close by, the whole date of one further away."""
    return weekday_words(day) if abs(day - on) <= WITHIN_A_WEEK else day_words(day)
