"""Tables of reminders. What it is about and what the person said are sealed; clear columns only route."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.core.orm import Base, Sealed
from companion.reminders.rules import State


class Schedule(Base):
    """How far ahead a plan's reminders are made, and of which version of it.

    `next_plan_at` is null when the plan holds nothing further.
    """

    __tablename__ = "reminders_schedule"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True)
    plan_version: Mapped[int] = mapped_column(Integer)
    planned_until: Mapped[date | None]
    next_plan_at: Mapped[datetime | None] = mapped_column(index=True)


class Reminder(Base):
    """One thing a plan holds on one local day. `due_at` is null when it is listed but never pushed.

    Sealed: what, title, time, place, and the person's answer. `serial` counts how often it was raised.
    """

    __tablename__ = "reminders_reminder"
    __table_args__ = (
        UniqueConstraint("plan_id", "on", "slot"),
        Index("ix_reminders_reminder_state_due_at", "state", "due_at"),
        Index("ix_reminders_reminder_state_expires_at", "state", "expires_at"),
        Index("ix_reminders_reminder_person_id_on", "person_id", "on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_account.id", ondelete="CASCADE"))
    plan_id: Mapped[UUID]
    plan_version: Mapped[int] = mapped_column(Integer)
    on: Mapped[date]
    slot: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8))
    serial: Mapped[int] = mapped_column(Integer)
    raised_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    sealed: Mapped[bytes] = mapped_column(Sealed)


def owned_by(person_id: UUID) -> Select[Reminder]:
    """Select the reminders of one person."""
    return select(Reminder).where(Reminder.person_id == person_id)


def of_plan(plan_id: UUID) -> Select[Reminder]:
    """Select the reminders of one plan."""
    return select(Reminder).where(Reminder.plan_id == plan_id).order_by(Reminder.id)


def due(now: datetime, limit: int) -> Select[Reminder]:
    """Select reminders to raise, longest due first; rows another worker holds are passed."""
    return (
        select(Reminder)
        .where(Reminder.state == str(State.PLANNED), Reminder.due_at <= now)
        .order_by(Reminder.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def to_plan(now: datetime, limit: int) -> Select[Schedule]:
    """Select schedules to be planned further, longest waiting first."""
    return (
        select(Schedule)
        .where(Schedule.next_plan_at <= now)
        .order_by(Schedule.next_plan_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
