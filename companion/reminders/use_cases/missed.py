"""What the organisation wants said after missed visits, by what the person marked. Off unless it asks."""

from __future__ import annotations

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
from companion.treatment.rules import SAFETY_TEXT, Notice, Plan, missed_run, missed_text, occurrences

LOOKED_BACK = timedelta(days=28)


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


def _run(session: Session, plan: Plan, now: datetime) -> int:
    today = rules.local_day(now, plan.time_zone)
    first = today - LOOKED_BACK
    closures = treatment.closures(session, plan.division, first, today)
    return missed_run(
        occurrences(plan, closures, first, today), _answers(session, plan.id, first, today), today
    )


def _answers(session: Session, plan_id: UUID, first: date, last: date) -> dict[UUID, str]:
    query = of_plan(plan_id).where(Reminder.on.between(first, last), Reminder.state == str(State.ANSWERED))
    return {row.id: unseal(session, row)["said"]["answer"] for row in session.scalars(query)}
