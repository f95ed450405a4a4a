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
from companion.treatment.rules.weeks import (
    LONGEST_STRIDE,
    Visit,
    between_visits,
    carried_by,
    gaps,
    visits_of,
)
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
    visits = _visits_that_bear_on(plan, closures, first_day, last_day)
    said = (
        *_closed_ahead(plan, closures, visits),
        *_at_home_in_doubt(plan, closures, visits, first_day, last_day),
        *_bringing_home(visits),
        *window_notices(plan, visits, window),
        *_ending(plan),
        *_gaps(plan, first_day, last_day),
    )
    for on, notice in said:
        if first_day <= on <= last_day:
            found.setdefault(on, []).append(replace(notice, call=call))
    return {on: found[on] for on in sorted(found)}


def _visits_that_bear_on(plan: Plan, closures: Closures, first_day: date, last_day: date) -> list[Visit]:
    """Return the visits around the window and, where people go rarely, as far as the next that is usual.

    Closed visits beyond that one are asked about there.
    """
    start = first_day - LONGEST_WINDOW
    visits = visits_of(plan, closures, start, last_day + LOOK_AHEAD)
    if plan.kind not in PHARMACY_KINDS or any(
        visit.on > last_day and visit.standing is Standing.USUAL for visit in visits
    ):
        return visits
    return visits_of(plan, closures, start, last_day + LONGEST_STRIDE)


def _closed_ahead(plan: Plan, closures: Closures, visits: list[Visit]) -> Iterator[tuple[date, Notice]]:
    """Yield a notice for each day from three working days before a closed visit up to it.

    A pharmacy is asked at a visit: when the last usual one lies earlier, the notice begins there. A visit
    that stands in for the closed one says so itself.
    """
    for visit in visits:
        notice = None if visit.standing is Standing.USUAL else _closed_notice(plan, closures, visit)
        if notice is None:
            continue
        day = working_days_before(closures, visit.on, WORKING_DAYS_AHEAD)
        if notice.code is Code.CLOSED_DAY_ASK:
            day = min(day, _last_usual(plan, closures, visit.on) or day)
        while day <= visit.on:
            yield day, notice
            day += timedelta(days=1)


def _last_usual(plan: Plan, closures: Closures, before: date) -> date | None:
    """Return the last visit before a day that is not known to be closed, None when a year has none."""
    reach = timedelta(days=7)
    while True:
        reach = min(reach, LONGEST_STRIDE)
        earliest = before - reach
        for visit in reversed(visits_of(plan, closures, earliest, before)):
            if earliest <= visit.on < before and visit.standing is Standing.USUAL:
                return visit.on
        if reach == LONGEST_STRIDE or earliest < plan.starts_on:
            return None
        reach *= 4


def _closed_notice(plan: Plan, closures: Closures, visit: Visit) -> Notice | None:
    if plan.kind not in VISIT_KINDS:
        return None
    when = _named(closures, visit.on)
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


def _named(closures: Closures, on: date) -> str:
    closure = closures.get(on)
    return day_words(on) if closure is None else f"{day_words(on)} ({closure.name})"


def _at_home_in_doubt(
    plan: Plan, closures: Closures, visits: list[Visit], first_day: date, last_day: date
) -> Iterator[tuple[date, Notice]]:
    """Yield a notice on each day at home that hangs on a visit which may have been closed."""
    for one in between_visits(plan, closures, visits, first_day, last_day):
        if one.waits_on is not None:
            closed = f"Your pharmacy may have been closed on {_named(closures, one.waits_on)}."
            text = f"{closed} That visit was for today too. Ask your pharmacist or service about today."
            yield one.on, Notice(Code.HOME_DAY_ASK, text)


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
    # What a pharmacy hands over, it hands over on a prescription: its last day is what was asked for there.
    what = "Your prescription" if plan.kind in PHARMACY_KINDS and plan.ends_on == last else "This plan"
    text = f"{what} ends on {day_words(last)}. If you are not sure what comes next, ask your service."
    day = max(plan.starts_on, last - DAYS_BEFORE_END)
    while day <= last:
        yield day, Notice(Code.PLAN_ENDS, text)
        day += timedelta(days=1)


def _gaps(plan: Plan, first_day: date, last_day: date) -> Iterator[tuple[date, Notice]]:
    """Yield a notice on each day on which two parts of a plan leave a hole."""
    for on, goes_on in gaps(plan, first_day, last_day):
        gap = f"There is a gap in your plan today. The next part starts on {day_words(goes_on)}."
        yield on, Notice(Code.PLAN_GAP, f"{gap} If you expected something, ask your pharmacist or service.")
