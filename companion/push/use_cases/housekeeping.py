"""Keeping house: heartbeats of workers, how the queue stands, old rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from companion.core.orm import insert_if_absent
from companion.push.models import Heartbeat, Message
from companion.push.rules import State

KEEP_MESSAGES = timedelta(days=14)
KEEP_HEARTBEATS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Health:
    """How pushing stands: when a worker last looked, what waits and for how long."""

    last_tick_at: datetime | None
    waiting: int
    oldest_wait_s: float


def beat(session: Session, worker_id: UUID, now: datetime) -> None:
    """Note that a worker looked."""
    if not insert_if_absent(session, Heartbeat, {"worker_id": worker_id, "at": now}, ["worker_id"]):
        session.get_one(Heartbeat, worker_id).at = now
        session.flush()


def last_beat(session: Session) -> datetime | None:
    """Return when any worker last looked, or None."""
    return session.scalar(select(Heartbeat.at).order_by(Heartbeat.at.desc()).limit(1))


def health(session: Session, now: datetime) -> Health:
    """Return how pushing stands, for the doctor and the readiness answer."""
    waiting = session.scalar(select(func.count(Message.id)).where(Message.next_try_at <= now)) or 0
    # No row gives a null here, which the function's type does not say.
    oldest: datetime | None = session.scalar(
        select(func.min(Message.due_at)).where(Message.next_try_at <= now)
    )
    age = max(0.0, (now - oldest).total_seconds()) if oldest is not None else 0.0
    return Health(last_beat(session), waiting, age)


def prune(session: Session, now: datetime) -> int:
    """Delete messages that ended two weeks ago and heartbeats of workers long gone; return how many went."""
    gone = session.execute(
        delete(Message)
        .where(
            Message.ended_at < now - KEEP_MESSAGES,
            Message.state.in_([str(State.DONE), str(State.EXPIRED), str(State.DROPPED)]),
        )
        .returning(Message.id)
    ).all()
    session.execute(delete(Heartbeat).where(Heartbeat.at < now - KEEP_HEARTBEATS))
    return len(gone)
