"""The audit table. It holds ids and words of a closed list only, never content."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.core.orm import Base


class AuditEvent(Base):
    """One act on one person's records."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject_id_at", "subject_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID]
    actor_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(20))
    item_kind: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[UUID | None]
    at: Mapped[datetime]


def about(subject_id: UUID) -> Select[AuditEvent]:
    """Select the events about one person, newest first."""
    return (
        select(AuditEvent)
        .where(AuditEvent.subject_id == subject_id)
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    )
