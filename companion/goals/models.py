"""Tables of goals. The words are sealed; the state and the sharing mark are clear: SQL filters by them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.core.orm import Base, Sealed


class Goal(Base):
    """One goal of one person. A deleted goal keeps its row as a tombstone, without its words."""

    __tablename__ = "goals_goal"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    lifecycle: Mapped[str] = mapped_column(String(10))
    shared: Mapped[bool]
    recorded_at: Mapped[datetime]
    received_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    sealed: Mapped[bytes | None] = mapped_column(Sealed)


class GoalChange(Base):
    """One line of a goal's history, with the goal as it was then."""

    __tablename__ = "goals_change"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goals_goal.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    what: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(Sealed)


def held_by(person_id: UUID, goal_id: UUID) -> Select[Goal]:
    """Select one goal of one person, tombstones too, and hold it until the transaction ends."""
    return select(Goal).where(Goal.id == goal_id, Goal.person_id == person_id).with_for_update()


def owned_by(person_id: UUID) -> Select[Goal]:
    """Select a person's goals that are not deleted, oldest first."""
    return select(Goal).where(Goal.person_id == person_id, Goal.deleted_at.is_(None)).order_by(Goal.id)


def history_of(person_id: UUID, goal_id: UUID) -> Select[GoalChange]:
    """Select the history of one person's goal, newest first."""
    return (
        select(GoalChange)
        .where(GoalChange.goal_id == goal_id, GoalChange.person_id == person_id)
        .order_by(GoalChange.version.desc(), GoalChange.id.desc())
    )
