"""Write and read the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from companion.audit.models import AuditEvent, about
from companion.core.ids import new_id


@dataclass(frozen=True, slots=True)
class Event:
    """One act, as other houses see it."""

    id: UUID
    actor_id: UUID | None
    action: str
    item_kind: str
    item_id: UUID | None
    at: datetime


def record(
    session: Session,
    *,
    subject_id: UUID,
    actor_id: UUID | None,
    action: str,
    item_kind: str,
    item_id: UUID | None,
    now: datetime,
) -> None:
    """Write one act, in the transaction of the act itself."""
    session.add(
        AuditEvent(
            id=new_id(),
            subject_id=subject_id,
            actor_id=actor_id,
            action=str(action),
            item_kind=item_kind,
            item_id=item_id,
            at=now,
        )
    )


def list_events(
    session: Session,
    subject_id: UUID,
    *,
    limit: int = 100,
    actions: list[str] | None = None,
    not_by: UUID | None = None,
) -> list[Event]:
    """Return the newest acts on one person's records; `not_by` leaves out what the person did."""
    query = about(subject_id).limit(limit)
    if actions is not None:
        query = query.where(AuditEvent.action.in_(actions))
    if not_by is not None:
        query = query.where(AuditEvent.actor_id != not_by)
    return [
        Event(row.id, row.actor_id, row.action, row.item_kind, row.item_id, row.at)
        for row in session.scalars(query)
    ]


def last_by(session: Session, actor_id: UUID, subject_ids: list[UUID], action: str) -> dict[UUID, datetime]:
    """Return when `actor_id` last did `action` to each of `subject_ids`."""
    query = (
        select(AuditEvent.subject_id, func.max(AuditEvent.at).label("latest"))
        .where(
            AuditEvent.actor_id == actor_id,
            AuditEvent.action == action,
            AuditEvent.subject_id.in_(subject_ids),
        )
        .group_by(AuditEvent.subject_id)
    )
    return {row.subject_id: row.latest for row in session.execute(query)}
