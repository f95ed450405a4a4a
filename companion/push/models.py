"""Tables of push. Endpoints and keys are sealed; messages hold ids and times only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    UniqueConstraint,
    Uuid,
    bindparam,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from companion.core.orm import Base, Sealed, UTCDateTime
from companion.push.rules import State


class Subscription(Base):
    """One browser that takes pushes. It ends with the sign-in it belongs to. Sealed: endpoint and keys."""

    __tablename__ = "push_subscription"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True
    )
    sign_in_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts_sign_in.id", ondelete="CASCADE"), index=True
    )
    endpoint_hash: Mapped[str] = mapped_column(String(64), unique=True)
    origin: Mapped[str] = mapped_column(String(255))
    sealed: Mapped[bytes] = mapped_column(Sealed)
    created_at: Mapped[datetime]
    last_sent_at: Mapped[datetime | None]
    last_arrived_at: Mapped[datetime | None]
    last_refused_at: Mapped[datetime | None]
    # Counts how often it was saved: what was encrypted for an older one is not sent.
    version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class Message(Base):
    """One thing to tell an account: "look at this reference", raised for the `serial`-th time.

    Sealed: words of the person's own choice, where there are any.

    `next_try_at` is when a worker may take it. Claiming moves it to the end of the lease, so one index
    finds what is due and what a dead worker left behind; it is null once the message has ended.
    """

    __tablename__ = "push_message"
    __table_args__ = (
        UniqueConstraint("reference_id", "serial"),
        Index("ix_push_message_next_try_at", "next_try_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(12))
    reference_id: Mapped[UUID]
    serial: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(8), default=str(State.QUEUED))
    lease_token: Mapped[UUID | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    sealed: Mapped[bytes | None] = mapped_column(Sealed)


class Delivery(Base):
    """What became of one message on one device, so that one dead phone does not hold up another.

    No foreign key to the subscription: that a phone was gone is known after its row went.
    """

    __tablename__ = "push_delivery"

    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("push_message.id", ondelete="CASCADE"), primary_key=True
    )
    subscription_id: Mapped[UUID] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(8))
    status: Mapped[int | None] = mapped_column(Integer)
    tries: Mapped[int] = mapped_column(Integer)
    next_try_at: Mapped[datetime | None]
    at: Mapped[datetime]
    shown_at: Mapped[datetime | None]


class Heartbeat(Base):
    """When each worker last looked."""

    __tablename__ = "push_heartbeat"

    worker_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]


def owned_by(account_id: UUID) -> Select[Subscription]:
    """Select an account's subscriptions, oldest first."""
    return select(Subscription).where(Subscription.account_id == account_id).order_by(Subscription.id)


def takeable(now: datetime, limit: int) -> Select[UUID]:
    """Select messages a worker may take now, longest waiting first; rows another worker holds are passed."""
    return (
        select(Message.id)
        .where(Message.next_try_at <= now)
        .order_by(Message.next_try_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


# Many first deliveries in one statement; a receipt that came first stays.
SENT_AT_ONCE = {
    "sqlite": text(
        "INSERT INTO push_delivery (message_id, subscription_id, outcome, status, tries, at) "
        "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), 'sent', "
        "json_extract(value, '$[2]'), 1, :at FROM json_each(:rows) WHERE true "
        "ON CONFLICT DO NOTHING"
    ).bindparams(bindparam("at", type_=UTCDateTime())),
    "postgresql": text(
        "INSERT INTO push_delivery (message_id, subscription_id, outcome, status, tries, at) "
        "SELECT m, s, 'sent', status, 1, :at FROM unnest(:messages, :subscriptions, :statuses) "
        "AS done (m, s, status) ON CONFLICT DO NOTHING"
    ).bindparams(
        bindparam("at", type_=UTCDateTime()),
        bindparam("messages", type_=ARRAY(Uuid())),
        bindparam("subscriptions", type_=ARRAY(Uuid())),
        bindparam("statuses", type_=ARRAY(Integer())),
    ),
}


def add_sent(session: Session, rows: Sequence[tuple[UUID, UUID, int | None]], at: datetime) -> None:
    """Add a first and final delivery for each message, subscription and status."""
    dialect = session.get_bind().dialect.name
    if dialect == "postgresql":
        columns = zip(*rows, strict=True)
        values: dict[str, Any] = dict(
            zip(("messages", "subscriptions", "statuses"), map(list, columns), strict=True)
        )
    else:
        values = {"rows": json.dumps([(m.hex, s.hex, status) for m, s, status in rows])}
    session.execute(SENT_AT_ONCE[dialect], {"at": at, **values})
