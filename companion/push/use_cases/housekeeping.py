"""Keeping house: heartbeats of workers, how the queue stands, old rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session

from companion.core.orm import among, insert_if_absent
from companion.push.models import Delivery, Heartbeat, Message, Subscription
from companion.push.rules import Outcome, State

KEEP_MESSAGES = timedelta(days=14)
KEEP_HEARTBEATS = timedelta(days=1)
# A hand-over is on time within this; so many of the latest are looked at.
ON_TIME = timedelta(seconds=60)
LATEST = 1000


@dataclass(frozen=True, slots=True)
class Health:
    """How pushing stands: when a worker last looked, what waits and for how long, how punctual it is.

    `on_time` is the share of the latest hand-overs that came within a minute; None before the first.
    """

    last_tick_at: datetime | None
    waiting: int
    oldest_wait_s: float
    on_time: float | None
    phones: int


def beat(session: Session, worker_id: UUID, now: datetime) -> None:
    """Note that a worker looked."""
    if not insert_if_absent(session, Heartbeat, {"worker_id": worker_id, "at": now}, ["worker_id"]):
        session.get_one(Heartbeat, worker_id).at = now
        session.flush()


def last_beat(session: Session) -> datetime | None:
    """Return when any worker last looked, or None."""
    return session.scalar(select(Heartbeat.at).order_by(Heartbeat.at.desc()).limit(1))


def revive(session: Session, now: datetime, lease: timedelta) -> int:
    """Undo what a clock that ran ahead has done to messages; return how many may go out again.

    To be called when the clock was put back.

    1. What expired ahead of `now` and is still in time waits again, on each device it did not reach.
    2. A lease that ends later than any lease could ends with one that begins now: its holder may live.
    3. A next try counts from now instead of from the moment ahead at which it was set.
    4. Signs of life from ahead go: they would hide that no worker is there.
    """
    due = case((Message.due_at > now, Message.due_at), else_=now)
    waiting = {"state": str(State.QUEUED), "lease_token": None, "ended_at": None}
    revived = session.scalars(
        update(Message)
        .where(Message.ended_at > now, Message.state == str(State.EXPIRED), Message.expires_at > now)
        .values(next_try_at=due, **waiting)
        .returning(Message.id)
    ).all()
    session.execute(
        update(Delivery)
        .where(among(session, Delivery.message_id, revived), Delivery.outcome == str(Outcome.EXPIRED))
        .values(outcome=str(Outcome.RETRY), next_try_at=now)
    )
    longest = now + lease
    session.execute(
        update(Message)
        .where(Message.next_try_at > longest, Message.due_at <= now, Message.state == str(State.CLAIMED))
        .values(next_try_at=longest)
    )
    _try_again_from(session, now)
    session.execute(delete(Heartbeat).where(Heartbeat.at > now))
    return len(revived)


def _try_again_from(session: Session, now: datetime) -> None:
    """Let each next try that was set ahead of `now` come as long after `now` as it was to wait."""
    queued = (Message.next_try_at > now, Message.state == str(State.QUEUED))
    session.execute(
        update(Message)
        .where(*queued, Message.tries == 0)
        .values(next_try_at=case((Message.due_at > now, Message.due_at), else_=now))
    )
    for row in session.scalars(select(Message).where(*queued, Message.tries > 0).with_for_update()):
        waiting = Delivery.next_try_at.is_not(None)
        lines = session.scalars(select(Delivery).where(Delivery.message_id == row.id, waiting)).all()
        for line in lines:
            if line.at > now and line.next_try_at is not None:
                line.next_try_at, line.at = now + (line.next_try_at - line.at), now
        if lines:
            row.next_try_at = max(row.due_at, min(line.next_try_at or now for line in lines))
    session.flush()


def health(session: Session, now: datetime) -> Health:
    """Return how pushing stands, for the doctor and the readiness answer."""
    waiting = session.scalar(select(func.count(Message.id)).where(Message.next_try_at <= now)) or 0
    # No row gives a null here, which the function's type does not say.
    oldest: datetime | None = session.scalar(
        select(func.min(Message.due_at)).where(Message.next_try_at <= now)
    )
    age = max(0.0, (now - oldest).total_seconds()) if oldest is not None else 0.0
    phones = session.scalar(select(func.count(Subscription.id))) or 0
    return Health(last_beat(session), waiting, age, _on_time(session), phones)


def _on_time(session: Session) -> float | None:
    late = session.execute(
        select(Message.due_at, Delivery.at)
        .join(Delivery, Delivery.message_id == Message.id)
        .where(Message.ended_at.is_not(None), Delivery.outcome == str(Outcome.SENT))
        .order_by(Message.ended_at.desc())
        .limit(LATEST)
    ).all()
    if not late:
        return None
    return sum(at - due_at <= ON_TIME for due_at, at in late) / len(late)


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
