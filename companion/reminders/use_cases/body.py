"""The sealed body of a reminder: what the occurrence says, and what the person answered."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from companion.accounts.use_cases import sealer_for
from companion.reminders.models import Reminder
from companion.treatment.rules import Occurrence, Plan, What
from companion.treatment.use_cases import TITLES

TABLE = "reminders_reminder"
Body = dict[str, Any]


def body_of(plan: Plan, one: Occurrence) -> Body:
    """Return what a reminder says of one occurrence."""
    is_brought = one.what is What.AT_HOME and one.what is not plan.what
    place = None if plan.place is None or one.what is What.AT_HOME else plan.place
    return {
        "what": str(one.what),
        "title": TITLES[one.what] if is_brought or not plan.title else plan.title,
        "time": None if one.time is None else one.time.strftime("%H:%M"),
        "place": None
        if place is None
        else {"name": place.name, "phone": place.phone, "address": place.address},
    }


def unseal(session: Session, row: Reminder) -> Body:
    """Return the body of a reminder."""
    return sealer_for(session, row.person_id).unseal(TABLE, row.id, row.sealed)


def seal(session: Session, row: Reminder, body: Body) -> None:
    """Put a body into a reminder."""
    row.sealed = sealer_for(session, row.person_id).seal(TABLE, row.id, body)
