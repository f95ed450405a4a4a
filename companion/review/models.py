"""Tables of review: comments and referrals, sealed with the person's key, and agreed dates."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.core.orm import Base, Sealed


class Comment(Base):
    """What a keyworker wrote about a shared goal. It stays with the person when the keyworker leaves."""

    __tablename__ = "review_comment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True)
    keyworker_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("accounts_account.id", ondelete="SET NULL"), index=True
    )
    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goals_goal.id", ondelete="CASCADE"), index=True)
    received_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(Sealed)


class Agreement(Base):
    """The day on which a person and a keyworker mean to look at things together."""

    __tablename__ = "review_agreement"
    __table_args__ = (UniqueConstraint("person_id", "keyworker_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_account.id", ondelete="CASCADE"))
    keyworker_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True
    )
    on: Mapped[date | None] = mapped_column("review_on")
    updated_at: Mapped[datetime]


class Referral(Base):
    """A person's request to be referred. Taken back, it keeps no words, so that a late copy stays out."""

    __tablename__ = "review_referral"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True)
    keyworker_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("accounts_account.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    sealed: Mapped[bytes | None] = mapped_column(Sealed)


def referrals_of(person_id: UUID) -> Select[Referral]:
    """Select what a person asked for and did not take back, newest first."""
    return (
        select(Referral)
        .where(Referral.person_id == person_id, Referral.sealed.is_not(None))
        .order_by(Referral.received_at.desc(), Referral.id.desc())
    )


def referrals_to(keyworker_id: UUID, person_id: UUID) -> Select[Referral]:
    """Select what a person asked one keyworker for and did not take back, newest first."""
    return referrals_of(person_id).where(Referral.keyworker_id == keyworker_id)


def comments_for(person_id: UUID) -> Select[Comment]:
    """Select the comments a person was sent, newest first."""
    return (
        select(Comment)
        .where(Comment.person_id == person_id)
        .order_by(Comment.received_at.desc(), Comment.id.desc())
    )


def comments_by(keyworker_id: UUID, person_id: UUID, goal_id: UUID) -> Select[Comment]:
    """Select a keyworker's own comments on one goal, newest first."""
    return comments_for(person_id).where(Comment.keyworker_id == keyworker_id, Comment.goal_id == goal_id)


def agreements_of(keyworker_id: UUID) -> Select[Agreement]:
    """Select a keyworker's agreed dates."""
    return select(Agreement).where(Agreement.keyworker_id == keyworker_id)


def agreements_with(person_id: UUID) -> Select[Agreement]:
    """Select a person's agreed dates, the nearest first."""
    return (
        select(Agreement)
        .where(Agreement.person_id == person_id, Agreement.on.is_not(None))
        .order_by(Agreement.on, Agreement.id)
    )
