"""What push asks before it sends: whether a message is still wanted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from companion.push import use_cases as push
from companion.reminders.models import Reminder, raised_with
from companion.treatment import use_cases as treatment


def still_wanted(session: Session, wishes: Sequence[push.Wish]) -> set[UUID]:
    """Return the messages that are still wanted: raised, not answered, of the plan as it now stands.

    One that speaks for several is wanted while any of them is.
    """
    stale = _stale(session, [wish.reference_id for wish in wishes])
    query = raised_with(session, Reminder.id, [wish.reference_id for wish in wishes])
    rows: Sequence[Any] = session.execute(query.with_only_columns(Reminder.id, Reminder.serial)).all()
    serials = {row.id: row.serial for row in rows if row.id not in stale}
    wanted = {wish.message_id for wish in wishes if serials.get(wish.reference_id) == wish.serial}
    rest = [wish for wish in wishes if wish.message_id not in wanted]
    if rest:
        query = raised_with(session, Reminder.carried_by, [wish.reference_id for wish in rest])
        rows = session.execute(query.with_only_columns(Reminder.id, Reminder.carried_by)).all()
        carrying = {row.carried_by for row in rows if row.id not in stale}
        wanted |= {wish.message_id for wish in rest if wish.reference_id in carrying}
    return wanted


def _stale(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these reminders, and of those they speak for, are of a plan as it was before."""
    # A plan that changes is marked until its reminders are in line with it; on most days none is.
    if not treatment.has_unscheduled(session):
        return set()
    rows: list[Any] = []
    for column in (Reminder.id, Reminder.carried_by):
        query = raised_with(session, column, ids).where(Reminder.nudge.is_(None))
        rows += session.execute(
            query.with_only_columns(Reminder.id, Reminder.plan_id, Reminder.plan_version)
        ).all()
    versions = treatment.versions_of(session, {row.plan_id for row in rows})
    return {row.id for row in rows if versions.get(row.plan_id) != row.plan_version}
