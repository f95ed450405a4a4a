"""The ledger behind dispatch: which messages a worker holds, and what became of each device's copy."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from companion.core.orm import among
from companion.push import rules
from companion.push.models import Delivery, Message, Subscription, add_sent, takeable
from companion.push.rules import Kind, Outcome, Parcel, Prepared, State, Verdict
from companion.push.use_cases.parcels import COLUMNS, Ready, are_unchanged, open_parcels

log = logging.getLogger("companion.push")
# When a phone was last sent to is kept no finer than this: a write for each would cost as much as the mark.
SENT_EVERY = timedelta(minutes=10)


class Wish(NamedTuple):
    """A message about to be sent, for the house it came from to say whether it is still wanted."""

    message_id: UUID
    reference_id: UUID
    serial: int


class Claim(NamedTuple):
    """A message this worker holds until its lease ends. `closed` grows as its parcels are recorded."""

    message_id: UUID
    token: UUID
    taken_at: datetime
    expires_at: datetime
    tries: int
    parcels: tuple[Parcel | Prepared, ...]
    closed: set[UUID]


class Done(NamedTuple):
    """One parcel with what came of it."""

    claim: Claim
    parcel: Parcel | Prepared
    verdict: Verdict
    at: datetime


Checks = Mapping[Kind, Callable[[Session, Sequence[Wish]], set[UUID]]]


def claim(session: Session, now: datetime, *, limit: int, lease: timedelta, checks: Checks) -> list[Claim]:
    """Take up to `limit` messages and return those that have a device to send to.

    Messages past their last moment expire; unwanted ones and those without a device end here.
    """
    expire(session, now)
    token = uuid4()
    rows = _take(session, now, limit, lease, token)
    return _claim_all(session, rows, token, now, checks) if rows else []


def claim_ready(
    session: Session, ready: Sequence[Ready], now: datetime, *, lease: timedelta, checks: Checks
) -> list[Claim]:
    """Take those of these messages that are still due for their first try, with the bodies made ahead.

    Where the devices of an account are no longer the ones a body was made for, all is opened anew.
    """
    ready = [one for one in ready if one.expires_at > now]
    token = uuid4()
    changed = session.execute(
        update(Message)
        .where(
            among(session, Message.id, [one.id for one in ready]),
            Message.state == str(State.QUEUED),
            Message.tries == 0,
            Message.next_try_at <= now,
        )
        .values(state=str(State.CLAIMED), lease_token=token, tries=1, next_try_at=now + lease),
        execution_options={"synchronize_session": False},
    )
    if cast("CursorResult[Any]", changed).rowcount < len(ready):
        query = select(Message.id).where(
            among(session, Message.id, [one.id for one in ready]), Message.lease_token == token
        )
        taken = set(session.scalars(query))
        ready = [one for one in ready if one.id in taken]
    if not ready:
        return []
    if not are_unchanged(session, ready):
        ids = [one.id for one in ready]
        query_all = select(*COLUMNS, Message.expires_at)
        rows = session.execute(query_all.where(among(session, Message.id, ids))).all()
        return _claim_all(session, rows, token, now, checks)
    wanted = _wanted(session, ready, checks)
    if len(wanted) < len(ready):
        _end_all(session, [one.id for one in ready if one.id not in wanted], now)
        ready = [one for one in ready if one.id in wanted]
    return [Claim(one.id, token, now, one.expires_at, 1, one.parcels, set()) for one in ready]


def _claim_all(
    session: Session, rows: Sequence[Any], token: UUID, now: datetime, checks: Checks
) -> list[Claim]:
    wanted = _wanted(session, rows, checks)
    broken: list[tuple[UUID, UUID]] = []
    parcels = open_parcels(session, [row for row in rows if row.id in wanted], now, broken)
    _reject(session, broken, now)
    _end_all(session, [row.id for row in rows if row.id not in parcels], now)
    claims = [
        Claim(row.id, token, now, row.expires_at, row.tries, tuple(mine), set())
        for row in rows
        if (mine := parcels.get(row.id)) is not None
    ]
    # Without an open device: its worker died between a device's mark and the message's, or a receipt came.
    _settle(session, {taken.message_id for taken in claims if not taken.parcels}, now)
    return [taken for taken in claims if taken.parcels]


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


def _reject(session: Session, broken: Sequence[tuple[UUID, UUID]], now: datetime) -> None:
    """Say of each message and subscription that do not open that nothing is sent there."""
    for message_id, subscription_id in broken:
        line = session.get(Delivery, (message_id, subscription_id))
        if line is None:
            line = Delivery(message_id=message_id, subscription_id=subscription_id, tries=0)
            session.add(line)
        line.outcome, line.next_try_at, line.at = str(Outcome.REJECTED), None, now
    session.flush()


def _end_all(session: Session, ids: list[UUID], now: datetime) -> None:
    """Drop messages that nobody wants any more, or that have no device to go to."""
    if ids:
        session.execute(
            update(Message)
            .where(among(session, Message.id, ids))
            .values(state=str(State.DROPPED), next_try_at=None, lease_token=None, ended_at=now),
            execution_options={"synchronize_session": False},
        )


def expire(session: Session, now: datetime) -> int:
    """End the messages whose last moment has passed, and say so for each device still open."""
    ids = session.scalars(
        update(Message)
        .where(Message.next_try_at <= now, Message.expires_at <= now)
        .values(state=str(State.EXPIRED), next_try_at=None, lease_token=None, ended_at=now)
        .returning(Message.id)
    ).all()
    if ids:
        session.execute(
            update(Delivery)
            .where(among(session, Delivery.message_id, ids), Delivery.outcome == str(Outcome.RETRY))
            .values(outcome=str(Outcome.EXPIRED), next_try_at=None, at=now)
        )
    return len(ids)


def record(session: Session, done: Sequence[Done], now: datetime, chance: random.Random) -> list[Outcome]:
    """Write what became of each parcel, where this worker still holds the message; return those outcomes."""
    plain, others = _split(done)
    outcomes = _record_plain(session, plain, now) if plain else []
    if not others:
        return outcomes
    held = _held(session, others)
    for one in others:
        one.claim.closed.add(one.parcel.subscription_id)
        if one.claim.message_id not in held:
            log.info("message %s is held by another worker; result left out", one.claim.message_id)
            continue
        outcomes.append(_record_one(session, one, chance))
    session.flush()
    ready = {one.claim.message_id for one in others if len(one.claim.closed) == len(one.claim.parcels)}
    _settle(session, ready & held, now)
    return outcomes


def _split(done: Sequence[Done]) -> tuple[list[Done], list[Done]]:
    """Tell the messages all of whose devices took them at the first try from the others."""
    sent: Counter[int] = Counter()
    for one in done:
        if one.verdict.outcome is Outcome.SENT and one.claim.tries == 1:
            sent[id(one.claim)] += 1
    plain: list[Done] = []
    others: list[Done] = []
    for one in done:
        (plain if sent[id(one.claim)] == len(one.claim.parcels) else others).append(one)
    return plain, others


def _record_plain(session: Session, done: Sequence[Done], now: datetime) -> list[Outcome]:
    """Write many messages that went out at once, with a few statements for all of them."""
    by_token: dict[UUID, dict[int, Claim]] = {}
    for one in done:
        by_token.setdefault(one.claim.token, {})[id(one.claim)] = one.claim
    written: Sequence[Done] = done
    for token, claims in by_token.items():
        ids = [one.message_id for one in claims.values()]
        mine = (among(session, Message.id, ids), Message.lease_token == token)
        # Whatever is not ours any more keeps its row; the count tells whether there was such a one.
        changed = session.execute(
            update(Message).where(*mine).values(state=str(State.DONE), next_try_at=None, ended_at=now),
            execution_options={"synchronize_session": False},
        )
        if cast("CursorResult[Any]", changed).rowcount < len(ids):
            held = set(session.scalars(select(Message.id).where(*mine)))
            log.info("%d messages are held by another worker; results left out", len(ids) - len(held))
            written = [one for one in written if one.claim.token != token or one.claim.message_id in held]
    if not written:
        return []
    rows = [(one.claim.message_id, one.parcel.subscription_id, one.verdict.status) for one in written]
    add_sent(session, rows, now)
    # Rows another worker writes are passed: two that wait for each other would lose both their marks.
    to_note = (
        select(Subscription.id)
        .where(
            among(session, Subscription.id, {row[1] for row in rows}),
            or_(Subscription.last_sent_at.is_(None), Subscription.last_sent_at < now - SENT_EVERY),
        )
        .with_for_update(skip_locked=True)
    )
    session.execute(
        update(Subscription).where(Subscription.id.in_(to_note)).values(last_sent_at=now),
        execution_options={"synchronize_session": False},
    )
    return [Outcome.SENT] * len(written)


def _record_one(session: Session, one: Done, chance: random.Random) -> Outcome:
    parcel, verdict = one.parcel, one.verdict
    row = session.get(Delivery, (parcel.message_id, parcel.subscription_id))
    if row is None:
        row = Delivery(message_id=parcel.message_id, subscription_id=parcel.subscription_id, tries=0)
        session.add(row)
    elif row.outcome == str(Outcome.SENT):
        return Outcome.SENT  # The device's own receipt came first.
    # A parcel that was put off unposted does not count as a try.
    row.tries += 0 if verdict.status is None and verdict.wait_s is not None else 1
    outcome, again = verdict.outcome, None
    if outcome is Outcome.RETRY:
        again = rules.next_try_at(one.at, max(1, row.tries), verdict.wait_s, chance)
        if again >= one.claim.expires_at:
            outcome, again = Outcome.EXPIRED, None
    row.outcome, row.status, row.next_try_at, row.at = str(outcome), verdict.status, again, one.at
    if outcome is Outcome.GONE:
        session.execute(delete(Subscription).where(Subscription.id == parcel.subscription_id))
    noted = {Outcome.SENT: {"last_sent_at": one.at}, Outcome.REJECTED: {"last_refused_at": one.at}}
    if outcome in noted:
        session.execute(
            update(Subscription).where(Subscription.id == parcel.subscription_id).values(noted[outcome])
        )
    return outcome


def _held(session: Session, done: Sequence[Done]) -> set[UUID]:
    """Return the messages among these whose lease is still ours; lock them."""
    tokens = {one.claim.message_id: one.claim.token for one in done}
    query = select(Message.id, Message.lease_token).where(Message.id.in_(tokens)).order_by(Message.id)
    return {row.id for row in session.execute(query.with_for_update()) if row.lease_token == tokens[row.id]}


def _settle(session: Session, message_ids: set[UUID], now: datetime) -> None:
    """Put messages without an open parcel to rest: ended, or queued for the next try."""
    if not message_ids:
        return
    rows = session.scalars(select(Message).where(Message.id.in_(message_ids)).order_by(Message.id))
    for row in rows:
        lines = session.scalars(select(Delivery).where(Delivery.message_id == row.id)).all()
        again = [line.next_try_at for line in lines if line.next_try_at is not None]
        if again:
            row.state, row.lease_token, row.next_try_at = str(State.QUEUED), None, min(again)
        elif lines and all(line.outcome == str(Outcome.EXPIRED) for line in lines):
            _end(row, State.EXPIRED, now)
        else:
            _end(row, State.DONE, now)
    session.flush()


def _end(row: Message, state: State, now: datetime) -> None:
    row.state, row.next_try_at, row.lease_token, row.ended_at = str(state), None, None, now


def _wanted(session: Session, rows: Sequence[Any], checks: Checks) -> set[UUID]:
    wanted: set[UUID] = set()
    for kind in Kind:
        wishes = [Wish(row.id, row.reference_id, row.serial) for row in rows if row.kind == str(kind)]
        check = checks.get(kind)
        if wishes:
            wanted |= {wish.message_id for wish in wishes} if check is None else check(session, wishes)
    return wanted
