"""Claiming: which messages a worker holds for a while, and which of them are still to be sent.

The lease is written first, in a short transaction of its own, for on SQLite nobody else can write meanwhile.
What costs time (opening, asking whether a message is wanted) only reads, under the lease. A worker that dies
in between leaves a lease that runs out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from companion.core.orm import Sessions, among, reading
from companion.push.models import Delivery, Message, takeable
from companion.push.rules import Kind, Outcome, State
from companion.push.use_cases.ledger import Claim, settle
from companion.push.use_cases.parcels import COLUMNS, Ready, are_unchanged, open_parcels


class Wish(NamedTuple):
    """A message about to be sent, for the house it came from to say whether it is still wanted."""

    message_id: UUID
    reference_id: UUID
    serial: int


Checks = Mapping[Kind, Callable[[Session, Sequence[Wish]], set[UUID]]]


def claim(
    factory: Sessions, now: datetime, *, limit: int, lease: timedelta, checks: Checks
) -> tuple[int, list[Claim]]:
    """Take up to `limit` messages that are due; return how many there were, and those that are to be sent.

    Messages past their last moment expire; unwanted ones and those without a device end here.
    """
    token = uuid4()
    with factory.begin() as session:
        rows = _take(session, now, limit, lease, token)
        past = {row.id for row in rows if row.expires_at <= now}
        _expire(session, past, now)
    return len(rows), _open(factory, [row for row in rows if row.id not in past], token, now, checks)


def claim_ready(
    factory: Sessions, ready: Sequence[Ready], now: datetime, *, lease: timedelta, checks: Checks
) -> list[Claim]:
    """Take those of these messages that are still due for their first try, with the bodies made ahead.

    Where the devices of an account are no longer the ones a body was made for, all is opened anew.
    """
    token = uuid4()
    ready = [one for one in ready if one.expires_at > now]
    with factory.begin() as session:
        ready = _take_ready(session, ready, now, lease, token)
    if not ready:
        return []
    with reading(factory) as session:
        if not are_unchanged(session, ready):
            query = select(*COLUMNS, Message.expires_at)
            rows = session.execute(query.where(among(session, Message.id, [one.id for one in ready]))).all()
            return _open(factory, rows, token, now, checks)
        wanted = _wanted(session, ready, checks)
    if len(wanted) < len(ready):
        with factory.begin() as session:
            _drop(session, _held(session, token, (one.id for one in ready if one.id not in wanted)), now)
    return [
        Claim(one.id, token, now, one.expires_at, 1, one.parcels, set()) for one in ready if one.id in wanted
    ]


def _take(session: Session, now: datetime, limit: int, lease: timedelta, token: UUID) -> Sequence[Any]:
    """Move the lease of up to `limit` messages on and return them, with one statement."""
    ids = takeable(now, limit).cte("takeable")
    rows: Sequence[Any] = session.execute(
        update(Message)
        .where(Message.id.in_(select(ids.c.id)))
        .values(state=str(State.CLAIMED), lease_token=token, tries=Message.tries + 1, next_try_at=now + lease)
        .returning(*COLUMNS, Message.expires_at),
        execution_options={"synchronize_session": False},
    ).all()
    return rows


def _take_ready(
    session: Session, ready: list[Ready], now: datetime, lease: timedelta, token: UUID
) -> list[Ready]:
    """Move the lease of those of these on that nobody has tried yet, and return them."""
    mine = among(session, Message.id, [one.id for one in ready])
    changed = session.execute(
        update(Message)
        .where(mine, Message.state == str(State.QUEUED), Message.tries == 0, Message.next_try_at <= now)
        .values(state=str(State.CLAIMED), lease_token=token, tries=1, next_try_at=now + lease),
        execution_options={"synchronize_session": False},
    )
    if cast("CursorResult[Any]", changed).rowcount == len(ready):
        return ready
    taken = _held(session, token, (one.id for one in ready))
    return [one for one in ready if one.id in taken]


def _expire(session: Session, ids: set[UUID], now: datetime) -> None:
    """End messages whose last moment has passed, and say so for each device still open."""
    if not ids:
        return
    session.execute(
        update(Message)
        .where(among(session, Message.id, ids))
        # To be taken only to be found too late is no try.
        .values(
            state=str(State.EXPIRED),
            next_try_at=None,
            lease_token=None,
            ended_at=now,
            tries=Message.tries - 1,
        ),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(Delivery)
        .where(among(session, Delivery.message_id, ids), Delivery.outcome == str(Outcome.RETRY))
        .values(outcome=str(Outcome.EXPIRED), next_try_at=None, at=now),
        execution_options={"synchronize_session": False},
    )


def _open(factory: Sessions, rows: Sequence[Any], token: UUID, now: datetime, checks: Checks) -> list[Claim]:
    """Open what was taken; what is not to be sent is put away."""
    if not rows:
        return []
    broken: list[tuple[UUID, UUID]] = []
    with reading(factory) as session:
        wanted = _wanted(session, rows, checks)
        parcels = open_parcels(session, [row for row in rows if row.id in wanted], now, broken)
    unwanted = [row.id for row in rows if row.id not in parcels]
    # Without an open device: its worker died between a device's mark and the message's, or a receipt came.
    closed = [one for one, mine in parcels.items() if not mine]
    if unwanted or broken or closed:
        with factory.begin() as session:
            held = _held(session, token, (row.id for row in rows))
            _reject(session, [one for one in broken if one[0] in held], now)
            _drop(session, held.intersection(unwanted), now)
            settle(session, held.intersection(closed), now)
    return [
        Claim(row.id, token, now, row.expires_at, row.tries, tuple(mine), set())
        for row in rows
        if (mine := parcels.get(row.id))
    ]


def _held(session: Session, token: UUID, ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these messages are still ours; lock them."""
    query = select(Message.id).where(among(session, Message.id, ids), Message.lease_token == token)
    return set(session.scalars(query.order_by(Message.id).with_for_update()))


def _reject(session: Session, broken: Sequence[tuple[UUID, UUID]], now: datetime) -> None:
    """Say of each message and subscription that do not open that nothing is sent there."""
    for message_id, subscription_id in broken:
        line = session.get(Delivery, (message_id, subscription_id))
        if line is None:
            line = Delivery(message_id=message_id, subscription_id=subscription_id, tries=0)
            session.add(line)
        line.outcome, line.next_try_at, line.at = str(Outcome.REJECTED), None, now
    session.flush()


def _drop(session: Session, ids: set[UUID], now: datetime) -> None:
    """Drop messages that nobody wants any more, or that have no device to go to."""
    if ids:
        session.execute(
            update(Message)
            .where(among(session, Message.id, ids))
            .values(state=str(State.DROPPED), next_try_at=None, lease_token=None, ended_at=now),
            execution_options={"synchronize_session": False},
        )


def _wanted(session: Session, rows: Sequence[Any], checks: Checks) -> set[UUID]:
    wanted: set[UUID] = set()
    for kind in Kind:
        wishes = [Wish(row.id, row.reference_id, row.serial) for row in rows if row.kind == str(kind)]
        check = checks.get(kind)
        if wishes:
            wanted |= {wish.message_id for wish in wishes} if check is None else check(session, wishes)
    return wanted
