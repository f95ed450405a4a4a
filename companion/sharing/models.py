"""The table of grants: ids, three marks and times. Nothing a person wrote stands here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, and_, select, text
from sqlalchemy.orm import Mapped, mapped_column

from companion.core.orm import Base
from companion.sharing.rules import Scope

_OPEN = text("withdrawn_at IS NULL")


class Grant(Base):
    """What one person lets one keyworker see, and until when. `from_at`: since when it is this much."""

    __tablename__ = "sharing_grant"
    __table_args__ = (
        # At most one grant per pair that is not withdrawn, whatever two requests do at once.
        Index(
            "uq_sharing_grant_open",
            "person_id",
            "keyworker_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True)
    keyworker_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True
    )
    goals: Mapped[bool]
    wellbeing: Mapped[bool]
    plan: Mapped[bool]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


def _is_live(now: datetime) -> ColumnElement[bool]:
    return and_(Grant.withdrawn_at.is_(None), Grant.from_at <= now, Grant.until_at > now)


def held_by(person_id: UUID, grant_id: UUID) -> Select[Grant]:
    """Select one grant of one person and hold it until the transaction ends."""
    return select(Grant).where(Grant.id == grant_id, Grant.person_id == person_id).with_for_update()


def owned_by(person_id: UUID, now: datetime) -> Select[Grant]:
    """Select a person's live grants."""
    return select(Grant).where(Grant.person_id == person_id, _is_live(now)).order_by(Grant.id)


def live_for(keyworker_id: UUID, now: datetime) -> Select[Grant]:
    """Select the live grants that name one keyworker."""
    return select(Grant).where(Grant.keyworker_id == keyworker_id, _is_live(now)).order_by(Grant.id)


def allows(keyworker_id: UUID, scope: Scope, now: datetime, person_id: Any) -> ColumnElement[bool]:
    """Return the condition that the person of a row lets this keyworker see `scope` now."""
    marks = {Scope.GOALS: Grant.goals, Scope.WELLBEING: Grant.wellbeing, Scope.PLAN: Grant.plan}
    return (
        select(Grant.id)
        .where(
            Grant.person_id == person_id,
            Grant.keyworker_id == keyworker_id,
            _is_live(now),
            marks[scope].is_(True),
        )
        .exists()
    )
