"""Raising what is due: the reminder changes and its push is queued in the same transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from companion.core.errors import CompanionError
from companion.core.sealing import SealBroken
from companion.push import use_cases as push
from companion.push.rules import Kind
from companion.reminders import rules
from companion.reminders.models import Reminder, due
from companion.reminders.rules import State
from companion.treatment import use_cases as treatment

log = logging.getLogger("companion.reminders")


def raise_due(session: Session, now: datetime, limit: int = 200) -> int:
    """Raise up to `limit` due reminders and queue a push for each; return how many changed.

    One that comes more than half an hour late expires without a push: nobody should take it for a new
    one. One whose plan has changed since is passed over; planning brings it in line first.
    """
    rows = list(session.scalars(due(now, limit)))
    versions = _versions(session, {row.plan_id for row in rows})
    raised: list[push.NewMessage] = []
    expired = 0
    for row in rows:
        assert row.due_at is not None
        if rules.is_too_late(row.due_at, now):
            row.state = str(State.EXPIRED)
            expired += 1
        elif versions.get(row.plan_id) == row.plan_version:
            raised.append(_raise(row, row.due_at, now))
    session.flush()
    push.queue_messages(session, raised, now)
    return len(raised) + expired


def _raise(row: Reminder, due_at: datetime, now: datetime) -> push.NewMessage:
    row.state, row.raised_at, row.shown_at = str(State.RAISED), now, None
    row.serial += 1
    last_moment = due_at + rules.TOO_LATE
    return push.NewMessage(row.person_id, Kind.REMINDER, row.id, row.serial, due_at, last_moment)


def still_wanted(session: Session, wishes: Sequence[push.Wish]) -> set[UUID]:
    """Return the messages that are still wanted: raised, not answered, of the plan as it now stands."""
    ids = {wish.reference_id for wish in wishes}
    query = select(Reminder.id, Reminder.plan_id, Reminder.plan_version, Reminder.serial).where(
        Reminder.id.in_(ids), Reminder.state == str(State.RAISED)
    )
    rows = {row.id: row for row in session.execute(query)}
    versions = _versions(session, {row.plan_id for row in rows.values()})
    return {
        wish.message_id
        for wish in wishes
        if (row := rows.get(wish.reference_id)) is not None
        and row.serial == wish.serial
        and versions.get(row.plan_id) == row.plan_version
    }


def expire_past(session: Session, now: datetime) -> int:
    """Close the reminders whose day is over and nobody said anything about; return how many."""
    closed = session.execute(
        update(Reminder)
        .where(Reminder.state.in_([str(State.PLANNED), str(State.RAISED)]), Reminder.expires_at <= now)
        .values(state=str(State.EXPIRED))
        .returning(Reminder.id)
    )
    return len(closed.all())


def _versions(session: Session, plan_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the present version of each plan that stands and can be read."""
    found: dict[UUID, int] = {}
    for plan_id in sorted(plan_ids):
        try:
            plan, version = treatment.plan_for_scheduling(session, plan_id)
        except (SealBroken, CompanionError) as error:
            log.error("plan %s cannot be read (%s)", plan_id, type(error).__name__)
            continue
        if plan is not None:
            found[plan_id] = version
    return found
