"""Tables of wellbeing. What was answered, and of which measure, is sealed; the day is clear for ranges."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.core.orm import Base, Sealed


class Record:
    """The columns of a record that a phone writes once and may correct. A tombstone has no sealed body."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_account.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(Integer)
    on: Mapped[date] = mapped_column("local_on")
    recorded_at: Mapped[datetime]
    received_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    sealed: Mapped[bytes | None] = mapped_column(Sealed)


class CheckIn(Record, Base):
    """One quick check-in."""

    __tablename__ = "wellbeing_check_in"
    __table_args__ = (Index("ix_wellbeing_check_in_person_id_local_on", "person_id", "local_on"),)


class Answers(Record, Base):
    """One set of answers to one measure."""

    __tablename__ = "wellbeing_answers"
    __table_args__ = (Index("ix_wellbeing_answers_person_id_local_on", "person_id", "local_on"),)


AnyRecord = TypeVar("AnyRecord", CheckIn, Answers)


def held_by(model: type[AnyRecord], person_id: UUID, record_id: UUID) -> Select[AnyRecord]:
    """Select one record of one person, tombstones too, and hold it until the transaction ends."""
    return select(model).where(model.id == record_id, model.person_id == person_id).with_for_update()


def owned_by(model: type[AnyRecord], person_id: UUID) -> Select[AnyRecord]:
    """Select a person's records that are not deleted, newest first."""
    return (
        select(model)
        .where(model.person_id == person_id, model.deleted_at.is_(None))
        .order_by(model.recorded_at.desc(), model.id.desc())
    )


def check_ins_of(person_ids: list[UUID], since: date) -> Select[CheckIn]:
    """Select the check-ins of these people from `since` on, oldest first."""
    return (
        select(CheckIn)
        .where(CheckIn.person_id.in_(person_ids), CheckIn.on >= since, CheckIn.deleted_at.is_(None))
        .order_by(CheckIn.recorded_at, CheckIn.id)
    )
