"""Tables of reminders. What it is about, what the person said and chose are sealed; the rest only routes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, Select, String, UniqueConstraint, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from companion.core.orm import Base, Sealed, among
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
    """One thing a plan holds on one local day, or a nudge.

    `due_at` is when it is raised next, null when nothing more is to come; `serial` counts how often it was
    raised. `carried_by` names the reminder whose push spoke for this one too. A nudge has no plan: its
    `plan_id` is the same for all nudges of a person.
    Sealed: what, title, time, place, all times at which to raise, and the person's answer.
    """

    __tablename__ = "reminders_reminder"
    __table_args__ = (
        UniqueConstraint("plan_id", "on", "slot"),
        Index("ix_reminders_reminder_due_at_person_id", "due_at", "person_id"),
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
    nudge: Mapped[str | None] = mapped_column(String(8))
    carried_by: Mapped[UUID | None] = mapped_column(index=True)
    sealed: Mapped[bytes] = mapped_column(Sealed)


class PlanChoice(Base):
    """How a person wants to be reminded of one plan. Sealed: all of it."""

    __tablename__ = "reminders_choice"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True)
    recorded_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(Sealed)


class Settings(Base):
    """When a person wants quiet, and which nudges they asked for. Sealed: all of it."""

    __tablename__ = "reminders_settings"

    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts_account.id", ondelete="CASCADE"), primary_key=True
    )
    recorded_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(Sealed)


def owned_by(person_id: UUID) -> Select[Reminder]:
    """Select the reminders of one person."""
    return select(Reminder).where(Reminder.person_id == person_id)


def of_plan(plan_id: UUID) -> Select[Reminder]:
    """Select the reminders of one plan."""
    return select(Reminder).where(Reminder.plan_id == plan_id).order_by(Reminder.id)


def due(until: datetime, limit: int, offset: int) -> Select[UUID, datetime | None, UUID]:
    """Select what is to be raised (id, due time, person), longest due first and those of one person together.

    Only what is open has a due time, so one index finds it.
    """
    return (
        select(Reminder.id, Reminder.due_at, Reminder.person_id)
        .where(Reminder.due_at < until)
        .order_by(Reminder.due_at, Reminder.person_id, Reminder.id)
        .limit(limit)
        .offset(offset)
    )


def due_beside(session: Session, people: Collection[UUID], at: datetime, *, before: bool) -> Select[UUID]:
    """Select the ids of what these people have due in the minute of `at`: at that time, and before or after.

    The exact time stands apart, so that the index finds it by person: on a busy morning many share it.
    """
    begins = at.replace(second=0, microsecond=0)
    rest = and_(Reminder.due_at >= begins, Reminder.due_at < at)
    if not before:
        rest = and_(Reminder.due_at > at, Reminder.due_at < begins + timedelta(minutes=1))
    theirs = among(session, Reminder.person_id, people)
    return select(Reminder.id).where(or_(and_(Reminder.due_at == at, theirs), and_(rest, theirs)))


def taken(session: Session, ids: Collection[UUID], until: datetime) -> Select[Reminder]:
    """Select those of these that are still due, in the order of `due`; rows others hold are passed."""
    return (
        select(Reminder)
        .where(among(session, Reminder.id, ids), Reminder.due_at < until)
        .order_by(Reminder.due_at, Reminder.person_id, Reminder.id)
        .with_for_update(skip_locked=True)
    )


def speakers(
    session: Session, people: Collection[UUID], since: datetime, until: datetime
) -> Select[UUID, UUID, int, datetime | None]:
    """Select the raised reminders of these people with a push of their own for this time, oldest first.

    Each as id, person, serial and when it was raised.

    Only those of the days around it: the index on person and day then leaves months of others alone.
    """
    days = (since - timedelta(days=2)).date(), (until + timedelta(days=2)).date()
    return (
        select(Reminder.id, Reminder.person_id, Reminder.serial, Reminder.raised_at)
        .where(
            among(session, Reminder.person_id, people),
            Reminder.on.between(*days),
            Reminder.state == str(State.RAISED),
            Reminder.carried_by.is_(None),
            Reminder.raised_at >= since,
            Reminder.raised_at < until,
        )
        .order_by(Reminder.raised_at, Reminder.id)
    )


def raised_with(
    session: Session, column: InstrumentedAttribute[Any], ids: Collection[UUID]
) -> Select[Reminder]:
    """Select the raised reminders that have one of these ids in `column`."""
    return select(Reminder).where(among(session, column, ids), Reminder.state == str(State.RAISED))


def carried(ids: Collection[UUID]) -> Select[Reminder]:
    """Select the raised reminders that the pushes about these spoke for too."""
    return (
        select(Reminder)
        .where(Reminder.carried_by.in_(ids), Reminder.state == str(State.RAISED))
        .order_by(Reminder.carried_by, Reminder.id)
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
