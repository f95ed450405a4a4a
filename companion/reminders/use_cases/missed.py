"""Missed visits, by what the person marked: the organisation's words, and what a keyworker may see of them.

Both are off until somebody turns them on: the words the organisation, the keyworker's look the person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from companion.core.identity import Viewer
from companion.reminders import rules
from companion.reminders.models import Reminder, of_plan
from companion.reminders.rules import State
from companion.reminders.use_cases.body import unseal
from companion.treatment import use_cases as treatment
from companion.treatment.rules import (
    SAFETY_TEXT,
    VISITS,
    Notice,
    Plan,
    missed_days,
    missed_run,
    missed_text,
    occurrences,
)

LOOKED_BACK = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class SharedMisses:
    """The days from `since` until today, by the plan's calendar, that the person marked as missed."""

    plan_id: UUID
    since: date
    days: tuple[date, ...]


def list_missed(session: Session, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Return the calm words of the organisation's policy for the viewer's own plans, none when it is off."""
    policy = treatment.missed_policy()
    texts: list[Notice] = []
    if policy.on:
        for one in treatment.list_plans(session, viewer.account_id):
            plan, _ = treatment.plan_for_scheduling(session, one["id"])
            if plan is not None:
                said = missed_text(policy, _run(session, plan, now), plan.place)
                texts += [notice for notice in said if notice not in texts]
    return {
        "on": policy.on,
        "texts": [{"code": str(text.code), "text": text.text, "call": text.call} for text in texts],
        "safety_text": SAFETY_TEXT,
    }


def shared_misses(
    session: Session, person_id: UUID, granted_at: datetime, now: datetime
) -> Iterator[SharedMisses]:
    """Yield what a person shares of missed visits, for the review house: days only, never why.

    Of each plan whose own switch is on; of the last 28 days, and nothing from before the day on which the
    person had both turned it on and shared the plan. The caller has to have checked consent.
    """
    for plan, chosen_at in treatment.missed_shared_by(session, person_id):
        today = rules.local_day(now, plan.time_zone)
        chosen_on = rules.local_day(max(chosen_at, granted_at), plan.time_zone)
        since = max(chosen_on, today - LOOKED_BACK + timedelta(days=1))
        closures = treatment.closures(session, plan.division, since, today)
        visits = occurrences(plan, closures, since, today)
        days = missed_days(visits, _answers(session, plan.id, since, today), today)
        yield SharedMisses(plan.id, since, days)


def _run(session: Session, plan: Plan, now: datetime) -> int:
    today = rules.local_day(now, plan.time_zone)
    first = today - LOOKED_BACK
    closures = treatment.closures(session, plan.division, first, today)
    return missed_run(
        occurrences(plan, closures, first, today), _answers(session, plan.id, first, today), today
    )


def _answers(session: Session, plan_id: UUID, first: date, last: date) -> dict[UUID, str]:
    query = of_plan(plan_id).where(Reminder.on.between(first, last), Reminder.state == str(State.ANSWERED))
    bodies = {row.id: unseal(session, row) for row in session.scalars(query)}
    # What was answered before the plan changed may have been about a dose at home on the same day.
    return {row_id: body["said"]["answer"] for row_id, body in bodies.items() if body["what"] in VISITS}
