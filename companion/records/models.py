"""The table of private calendar addresses. The address is a secret: only its hash is kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.core.orm import Base


class Calendar(Base):
    """The one calendar address of a person."""

    __tablename__ = "records_calendar"

    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts_account.id", ondelete="CASCADE"), primary_key=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]


def owned_by(person_id: UUID) -> Select[Calendar]:
    """Select the calendar address of one person."""
    return select(Calendar).where(Calendar.person_id == person_id)


def with_token(token_hash: str) -> Select[Calendar]:
    """Select the calendar address with this token."""
    return select(Calendar).where(Calendar.token_hash == token_hash)
