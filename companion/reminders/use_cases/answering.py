"""Answering a reminder, and the receipt a device sends when it showed one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.errors import NotFound
from companion.core.identity import Viewer
from companion.core.merge import Outcome, Stamp, clamp, decide, digest_of
from companion.push import use_cases as push
from companion.reminders import rules
from companion.reminders.models import Reminder, owned_by
from companion.reminders.rules import Answer, State
from companion.reminders.use_cases.body import seal, unseal
from companion.reminders.use_cases.carrying import drop_pushes
from companion.reminders.use_cases.listing import plan_for_person, view


def answer_reminder(
    session: Session, viewer: Viewer, reminder_id: UUID, draft: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Save what the person said and return the reminder.

    The same answer again changes nothing; of two, the one recorded later stands. `later` brings the
    reminder back after so many minutes; every other answer closes it, and a push that waits is dropped.
    A reason belongs to its answer: another answer, or the same one without it, takes it away.
    """
    answer, minutes = Answer(draft["answer"]), draft.get("later_minutes")
    reason = draft.get("reason") or ""
    rules.check_answer(answer, minutes, reason)
    recorded_at = clamp(draft["recorded_at"], now)
    row = _find(session, viewer, reminder_id)
    if row is None:
        # The phone knows the id before the server made the row: it follows from plan, day and slot.
        plan_for_person(session, viewer, now.date(), now)
        row = _find(session, viewer, reminder_id)
    if row is None:
        raise NotFound
    body = unseal(session, row)
    content = rules.content_of(answer, minutes, draft["recorded_at"], reason)
    stored = None
    if row.recorded_at is not None and "said" in body:
        stored = Stamp(row.recorded_at, digest_of(body["said"]))
    outcome = decide(stored, Stamp(recorded_at, digest_of(content)))
    if outcome in (Outcome.NEW, Outcome.UPDATED):
        _save(session, row, {**body, "said": content}, answer, minutes, recorded_at, now)
        audit.record(
            session,
            subject_id=viewer.account_id,
            actor_id=viewer.account_id,
            action=Action.ANSWERED,
            item_kind="reminder",
            item_id=reminder_id,
            now=now,
        )
        session.flush()
    return view(session, row, now)


def note_shown(
    session: Session, viewer: Viewer, reminder_id: UUID, serial: int | None, now: datetime
) -> None:
    """Note that the viewer's device showed this reminder, so that it is not sent there again."""
    row = _find(session, viewer, reminder_id)
    if row is None:
        raise NotFound
    if serial is None or serial == row.serial:
        row.shown_at = row.shown_at or now
    push.note_shown(session, viewer, reminder_id, serial, now)
    session.flush()


def _find(session: Session, viewer: Viewer, reminder_id: UUID) -> Reminder | None:
    query = owned_by(viewer.account_id).where(Reminder.id == reminder_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def _save(
    session: Session,
    row: Reminder,
    body: dict[str, Any],
    answer: Answer,
    minutes: int | None,
    recorded_at: datetime,
    now: datetime,
) -> None:
    row.recorded_at = recorded_at
    drop_pushes(session, [row.id], now)
    row.carried_by = None
    standing = rules.decide_standing(answer, minutes, row.expires_at, now)
    body = {name: body[name] for name in body if name != "later_times"}
    if standing is None or standing.due_at is None:
        row.state, row.answered_at, row.due_at = str(State.ANSWERED), recorded_at, None
    else:
        # Asking again starts anew at the time the person named; other times before it have served.
        again = rules.follow_ups(body.get("again") or rules.NO_FOLLOW_UP, standing.due_at)
        body["later_times"] = [at.isoformat() for at in again]
        row.state, row.due_at, row.answered_at = str(standing.state), standing.due_at, None
        row.expires_at = max([standing.expires_at, *(at + rules.TOO_LATE for at in again)])
    seal(session, row, body)
