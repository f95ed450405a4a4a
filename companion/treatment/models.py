"""Plans and bank holidays. What a person writes is in the sealed body; columns in clear only route."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.core.orm import Base, Sealed


class TreatmentPlan(Base):
    """A plan of one person, or the tombstone of one. `unscheduled`: reminders have yet to see it."""

    __tablename__ = "treatment_plan"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    received_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    unscheduled: Mapped[bool] = mapped_column(index=True)
    sealed: Mapped[bytes] = mapped_column(Sealed)


class TreatmentHoliday(Base):
    """A bank holiday read from data; a year of a division stands here whole or not at all."""

    __tablename__ = "treatment_holiday"

    division: Mapped[str] = mapped_column(String(30), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(120))
    fetched_at: Mapped[datetime]


def holidays_of(division: str) -> Select[TreatmentHoliday]:
    """Select the bank holidays that were read for one division."""
    return select(TreatmentHoliday).where(TreatmentHoliday.division == division).order_by(TreatmentHoliday.on)


def owned_by(person_id: UUID) -> Select[TreatmentPlan]:
    """Select the plans of one person, tombstones included, oldest first."""
    return select(TreatmentPlan).where(TreatmentPlan.person_id == person_id).order_by(TreatmentPlan.id)


def live(person_id: UUID) -> Select[TreatmentPlan]:
    """Select the plans of one person that are not deleted."""
    return owned_by(person_id).where(TreatmentPlan.deleted_at.is_(None))


def everyones() -> Select[TreatmentPlan]:
    """Select all plans that are not deleted, for work that concerns everybody."""
    return select(TreatmentPlan).where(TreatmentPlan.deleted_at.is_(None)).order_by(TreatmentPlan.id)


def waiting(limit: int) -> Select[TreatmentPlan]:
    """Select plans that reminders have yet to see, whoever they belong to."""
    return (
        select(TreatmentPlan)
        .where(TreatmentPlan.unscheduled.is_(True))
        .order_by(TreatmentPlan.updated_at, TreatmentPlan.id)
        .limit(limit)
    )
