"""Calm sentences that go with a day: a closed day ahead, what a visit brings home, a plan that ends.

They never advise about a dose and never say that a place is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from companion.treatment.rules.closures import Closures, Standing, working_days_before
from companion.treatment.rules.injections import LONGEST_WINDOW, Window, window_notices
from companion.treatment.rules.plan import PHARMACY_KINDS, VISIT_KINDS, Answer, Kind, Plan
from companion.treatment.rules.weeks import Visit, carried_by, visits_of
from companion.treatment.rules.words import Code, Notice, and_words, day_words

SAFETY_TEXT = (
    "If you have missed any of your medicine, speak to your pharmacist or prescriber before your next dose. "
    "Your body can get used to being without it quickly. They will not mind you asking."
)
WORKING_DAYS_AHEAD = 3
DAYS_BEFORE_END = timedelta(days=7)
# Three working days never span more than this, even over Christmas.
LOOK_AHEAD = timedelta(days=14)


def notices(
    plan: Plan, closures: Closures, first_day: date, last_day: date, window: Window | None = None
) -> dict[date, list[Notice]]:
    """Return, for each day from `first_day` to `last_day`, what is worth saying if that day were today.

    `window` holds the usual days around an injection of this plan. Each notice brings the number of the
    plan's place, so that one tap calls it.
    """
    found: dict[date, list[Notice]] = {}
    call = None if plan.place is None else plan.place.phone.strip() or None
    visits = visits_of(plan, closures, first_day - LONGEST_WINDOW, last_day + LOOK_AHEAD)
    said = (
        *_closed_ahead(plan, closures, visits),
        *_bringing_home(visits),
        *window_notices(plan, visits, window),
        *_ending(plan),
    )
    for on, notice in said:
        if first_day <= on <= last_day:
            found.setdefault(on, []).append(replace(notice, call=call))
    return {on: found[on] for on in sorted(found)}


def _closed_ahead(plan: Plan, closures: Closures, visits: list[Visit]) -> Iterator[tuple[date, Notice]]:
    """Yield a notice for each day from three working days before a closed visit up to it."""
    for visit in visits:
        notice = None if visit.standing is Standing.USUAL else _closed_notice(plan, closures, visit)
        if notice is None:
            continue
        day = working_days_before(closures, visit.on, WORKING_DAYS_AHEAD)
        while day <= visit.on:
            yield day, notice
            day += timedelta(days=1)


def _closed_notice(plan: Plan, closures: Closures, visit: Visit) -> Notice | None:
    if plan.kind not in VISIT_KINDS:
        return None
    when = _closed_words(closures, visit)
    if plan.kind not in PHARMACY_KINDS:
        place = "place you go to" if plan.kind is Kind.APPOINTMENT else "service"
        return Notice(
            Code.VISIT_MAY_BE_CLOSED, f"The {place} may be closed on {when}. Check before you set off."
        )
    closed = f"Your pharmacy may be closed on {when}."
    if visit.moved_to is not None:
        special = visit.on in closures or (plan.place is not None and visit.on in plan.place.closed_on)
        if not special:
            return None  # An ordinary closed Sunday that Saturday covers needs no word days ahead.
        brought = f"{day_words(visit.moved_to)} should bring home what you need for that day."
        return Notice(Code.CLOSED_DAY_CHECK, f"{closed} {brought} Check with your pharmacist.")
    return Notice(Code.CLOSED_DAY_ASK, f"{closed} {_WHY_ASK[plan.wordings.closed_day]}")


_WHY_ASK = {
    Answer.YES: "Ask your pharmacist or service which day you can go instead.",
    Answer.NO: "Your prescription does not cover closed days. Ask your pharmacist or service now.",
    Answer.UNKNOWN: "You are not sure if your prescription covers that. Ask your pharmacist or service now.",
}


def _closed_words(closures: Closures, visit: Visit) -> str:
    closure = closures.get(visit.on)
    return day_words(visit.on) if closure is None else f"{day_words(visit.on)} ({closure.name})"


def _bringing_home(visits: list[Visit]) -> Iterator[tuple[date, Notice]]:
    """Yield a notice on the visit before closed days that stands in for them."""
    for on, closed in carried_by(visits).items():
        days = and_words([day_words(visit.on) for visit in closed])
        brought = "Today's visit should bring home what you need for then. Check before you leave."
        yield on, Notice(Code.BRINGS_HOME, f"Your pharmacy may be closed on {days}. {brought}")


def _ending(plan: Plan) -> Iterator[tuple[date, Notice]]:
    """Yield a notice for each of the seven days before a plan ends and for its last day."""
    last = plan.last_day
    if last is None or plan.kind is Kind.APPOINTMENT:
        return
    text = f"This plan ends on {day_words(last)}. If you are not sure what comes next, ask your service."
    day = max(plan.starts_on, last - DAYS_BEFORE_END)
    while day <= last:
        yield day, Notice(Code.PLAN_ENDS, text)
        day += timedelta(days=1)
