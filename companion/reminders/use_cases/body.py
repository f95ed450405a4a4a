"""The sealed body of a reminder: what it is about, when to raise it, and what the person answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from companion.accounts.use_cases import sealer_for
from companion.reminders.models import Reminder
from companion.reminders.rules import Answer
from companion.treatment.rules import Occurrence, Plan
from companion.treatment.use_cases import place_of, title_of

TABLE = "reminders_reminder"
Body = dict[str, Any]


def body_of(plan: Plan, one: Occurrence) -> Body:
    """Return what a reminder says of one occurrence."""
    place = place_of(plan, one)
    return {
        "what": str(one.what),
        "title": title_of(plan, one),
        "time": None if one.time is None else one.time.strftime("%H:%M"),
        "place": None
        if place is None
        else {"name": place.name, "phone": place.phone, "address": place.address},
    }


def planned_times(body: Body) -> tuple[datetime, ...]:
    """Return when to raise it by the plan and the person's choices, whatever was put off."""
    if "times" in body:
        return tuple(datetime.fromisoformat(at) for at in body["times"])
    # Written before there were several times: the one time it was due.
    return (datetime.fromisoformat(body["due"]),) if body.get("due") else ()


def times_of(body: Body) -> tuple[datetime, ...]:
    """Return when to raise it; once put off, only what follows from that counts."""
    put_off = body.get("later_times")
    return planned_times(body) if put_off is None else tuple(datetime.fromisoformat(at) for at in put_off)


def answer_of(body: Body) -> Body:
    """Return the part of a body that the person said; an open reminder can only have been put off."""
    said = body.get("said")
    if said is None or said["answer"] != str(Answer.LATER):
        return {}
    return {name: body[name] for name in ("said", "later_times") if name in body}


def unseal(session: Session, row: Reminder) -> Body:
    """Return the body of a reminder."""
    return sealer_for(session, row.person_id).unseal(TABLE, row.id, row.sealed)


def seal(session: Session, row: Reminder, body: Body) -> None:
    """Put a body into a reminder."""
    row.sealed = sealer_for(session, row.person_id).seal(TABLE, row.id, body)
