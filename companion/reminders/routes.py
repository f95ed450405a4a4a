"""`/api/reminders`: the reminders of a day, answers, receipts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from companion.core import clock
from companion.core.web import Access, Blueprint, reading, transaction, viewer
from companion.reminders import rules, use_cases
from companion.reminders.schemas import (
    AnswerSchema,
    DayQuerySchema,
    ReminderListSchema,
    ReminderSchema,
    ShownSchema,
)

HOME_ZONE = "Europe/London"

blp = Blueprint("reminders", __name__, url_prefix="/api/reminders", description="Reminders and answers")


@blp.route("", methods=["GET"], access=Access.PERSON)
@blp.arguments(DayQuerySchema, location="query")
@blp.response(200, ReminderListSchema)
def list_reminders(query: dict[str, Any]) -> dict[str, Any]:
    """List the reminders of a day; complete for today even when no worker runs."""
    who, now = viewer(), clock.now()
    on = query.get("on") or rules.local_day(now, HOME_ZONE)
    with reading() as session:
        is_planned = use_cases.is_planned(session, who, on, now)
    if not is_planned:
        with transaction() as session:
            use_cases.plan_for_person(session, who, on, now)
    with reading() as session:
        return {"items": use_cases.list_reminders(session, who, on, now)}


@blp.route("/<uuid:reminder_id>", methods=["GET"], access=Access.PERSON)
@blp.response(200, ReminderSchema)
def get_reminder(reminder_id: UUID) -> dict[str, Any]:
    """Show one reminder."""
    with reading() as session:
        return use_cases.get_reminder(session, viewer(), reminder_id, clock.now())


@blp.route("/<uuid:reminder_id>/answer", methods=["PUT"], access=Access.PERSON)
@blp.arguments(AnswerSchema)
@blp.response(200, ReminderSchema)
def answer_reminder(draft: dict[str, Any], reminder_id: UUID) -> dict[str, Any]:
    """Say what became of it; sending the same again does no harm."""
    with transaction() as session:
        return use_cases.answer_reminder(session, viewer(), reminder_id, draft, clock.now())


@blp.route("/<uuid:reminder_id>/shown", methods=["POST"], access=Access.PERSON)
@blp.arguments(ShownSchema)
@blp.response(204)
def note_shown(draft: dict[str, Any], reminder_id: UUID) -> None:
    """Take a device's receipt, so that nothing is sent to it twice."""
    with transaction() as session:
        use_cases.note_shown(session, viewer(), reminder_id, draft.get("n"), clock.now())
