"""`/api/reminders`: the reminders of a day, answers, receipts, and what a person chose."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from companion.core import clock
from companion.core.web import Access, Blueprint, reading, transaction, viewer
from companion.reminders import rules, use_cases
from companion.reminders.schemas import (
    AnswerSchema,
    ChoicesSchema,
    DayQuerySchema,
    KeptChoicesSchema,
    KeptSettingsSchema,
    MissedSchema,
    ReminderListSchema,
    ReminderSchema,
    SettingsSchema,
    ShownSchema,
    TimeZoneAnswerSchema,
    TimeZoneSchema,
)

blp = Blueprint("reminders", __name__, url_prefix="/api/reminders", description="Reminders and answers")


@blp.route("", methods=["GET"], access=Access.PERSON)
@blp.arguments(DayQuerySchema, location="query")
@blp.response(200, ReminderListSchema)
def list_reminders(query: dict[str, Any]) -> dict[str, Any]:
    """List the reminders of a day; complete for today even when no worker runs."""
    who, now = viewer(), clock.now()
    on = query.get("on") or rules.local_day(now, rules.HOME_ZONE)
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


@blp.route("/choices/<uuid:plan_id>", methods=["GET"], access=Access.PERSON)
@blp.response(200, KeptChoicesSchema)
def get_choices(plan_id: UUID) -> dict[str, Any]:
    """Show how you are reminded of one of your plans."""
    with reading() as session:
        return use_cases.get_choices(session, viewer(), plan_id)


@blp.route("/choices/<uuid:plan_id>", methods=["PUT"], access=Access.PERSON)
@blp.arguments(ChoicesSchema)
@blp.response(200, KeptChoicesSchema)
def save_choices(draft: dict[str, Any], plan_id: UUID) -> dict[str, Any]:
    """Choose how to be reminded of one of your plans."""
    with transaction() as session:
        return use_cases.save_choices(session, viewer(), plan_id, draft, clock.now())


@blp.route("/settings", methods=["GET"], access=Access.PERSON)
@blp.response(200, KeptSettingsSchema)
def get_settings() -> dict[str, Any]:
    """Show your reminder settings."""
    with reading() as session:
        return use_cases.get_settings(session, viewer())


@blp.route("/settings", methods=["PUT"], access=Access.PERSON)
@blp.arguments(SettingsSchema)
@blp.response(200, KeptSettingsSchema)
def save_settings(draft: dict[str, Any]) -> dict[str, Any]:
    """Choose quiet hours, days away, nudges, and what Later offers."""
    with transaction() as session:
        return use_cases.save_settings(session, viewer(), draft, clock.now())


@blp.route("/time-zone", methods=["PUT"], access=Access.PERSON)
@blp.arguments(TimeZoneSchema)
@blp.response(200, TimeZoneAnswerSchema)
def report_time_zone(draft: dict[str, Any]) -> dict[str, Any]:
    """Say which time zone your phone is in. Nothing moves unless you decide so."""
    with transaction() as session:
        return use_cases.report_time_zone(session, viewer(), draft, clock.now())


@blp.route("/missed", methods=["GET"], access=Access.PERSON)
@blp.response(200, MissedSchema)
def list_missed() -> dict[str, Any]:
    """Show what your service wants said after missed visits; nothing unless it switched this on."""
    with reading() as session:
        return use_cases.list_missed(session, viewer(), clock.now())
