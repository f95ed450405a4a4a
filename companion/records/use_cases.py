"""What a person can do with their calendar: make a private address, end it, read it, take it as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from companion.accounts import use_cases as accounts
from companion.accounts.rules import new_token, token_hash
from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.errors import NotFound
from companion.core.identity import Viewer
from companion.core.orm import insert_if_absent
from companion.records import gateway, rules
from companion.records.models import Calendar, owned_by, with_token
from companion.reminders.rules import silence_of
from companion.reminders.use_cases.entries import plan_entries
from companion.reminders.use_cases.preferences import choices_for, settings_of
from companion.treatment import use_cases as treatment
from companion.treatment.rules import occurrences


def find_calendar(session: Session, viewer: Viewer) -> dict[str, Any]:
    """Return when the viewer's address was made, or None for "there is none"; the address is not known."""
    row = session.scalar(owned_by(viewer.account_id))
    return {"made_at": None if row is None else row.made_at}


def make_calendar(session: Session, viewer: Viewer, now: datetime) -> str:
    """Make a private address and return its secret part, this once. An earlier address ends at once."""
    token = new_token()
    values = {"person_id": viewer.account_id, "token_hash": token_hash(token), "made_at": now}
    if not insert_if_absent(session, Calendar, values, ["person_id"]):
        session.execute(update(Calendar).where(Calendar.person_id == viewer.account_id).values(**values))
    _record(session, viewer, Action.NEW, now)
    return token


def revoke_calendar(session: Session, viewer: Viewer, now: datetime) -> None:
    """End the viewer's address; without one nothing happens."""
    removed = session.execute(
        delete(Calendar).where(Calendar.person_id == viewer.account_id).returning(Calendar.person_id)
    ).first()
    if removed is not None:
        _record(session, viewer, Action.REVOKED, now)


def read_calendar(session: Session, token: str, now: datetime) -> bytes:
    """Return the calendar behind a private address. One that is unknown, ended or disabled is NotFound."""
    row = session.scalar(with_token(token_hash(token)))
    if row is None or not accounts.is_active(session, row.person_id):
        raise NotFound
    return calendar_file(session, row.person_id, now)


def calendar_file(session: Session, person_id: UUID, now: datetime) -> bytes:
    """Return a person's reminders as a calendar; what they are about stays here.

    In it stands what the person would be reminded of, as they chose: nothing on days away, nothing of a plan
    without reminders. Nudges are left out; they depend on what was done that day.
    """
    first, last = rules.window(now)
    silence = silence_of(settings_of(session, person_id))
    moments: list[rules.Moment | None] = []
    for stored in treatment.list_plans(session, person_id):
        plan, _version = treatment.plan_for_scheduling(session, stored["id"])
        if plan is None:
            continue
        choices = choices_for(session, person_id, plan.id, plan.remind_minutes_before)
        closures = treatment.closures(session, plan.division, first, last)
        found = occurrences(plan, closures, first, last)
        entries = plan_entries(plan, found, choices, silence)
        moments += [rules.moment_of(one.reminder_id, one.at, entries[one.reminder_id].times) for one in found]
    events = rules.events_of(moment for moment in moments if moment is not None)
    return gateway.write_calendar(events, rules.made_at(now))


def _record(session: Session, viewer: Viewer, action: Action, now: datetime) -> None:
    audit.record(
        session,
        subject_id=viewer.account_id,
        actor_id=viewer.account_id,
        action=action,
        item_kind="calendar",
        item_id=None,
        now=now,
    )
