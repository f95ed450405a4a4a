"""The ledger behind dispatch: which messages a worker holds, and what became of each device's copy."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from companion.core.sealing import SealBroken
from companion.push import rules
from companion.push.models import Delivery, Message, Subscription, takeable
from companion.push.rules import Kind, Outcome, Parcel, State, Verdict
from companion.push.use_cases.subscriptions import open_keys

log = logging.getLogger("companion.push")
# A device's outcome that another try cannot change.
ENDS = frozenset({str(Outcome.SENT), str(Outcome.GONE), str(Outcome.REJECTED), str(Outcome.EXPIRED)})


@dataclass(frozen=True, slots=True)
class Wish:
    """A message about to be sent, for the house it came from to say whether it is still wanted."""

    message_id: UUID
    reference_id: UUID
    serial: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A message this worker holds until its lease ends. `open` shrinks as its parcels are recorded."""

    message_id: UUID
    token: UUID
    taken_at: datetime
    expires_at: datetime
    parcels: tuple[Parcel, ...]
    open: set[UUID]


@dataclass(frozen=True, slots=True)
class Done:
    """One parcel with what came of it."""

    claim: Claim
    parcel: Parcel
    verdict: Verdict
    at: datetime


def claim(
    session: Session,
    now: datetime,
    *,
    limit: int,
    lease: timedelta,
    checks: Mapping[Kind, Callable[[Session, Sequence[Wish]], set[UUID]]],
) -> list[Claim]:
    """Take up to `limit` messages and return those that have a device to send to.

    Messages past their last moment expire; unwanted ones and those without a device end here.
    """
    expire(session, now)
    token = uuid4()
    rows = list(session.scalars(takeable(now, limit)))
    if not rows:
        return []
    wanted = _wanted(session, rows, checks)
    parcels = _parcels(session, [row for row in rows if row.id in wanted], now)
    claims: list[Claim] = []
    for row in rows:
        mine = parcels.get(row.id)
        if mine is None:
            _end(row, State.DROPPED, now)
            continue
        row.state, row.lease_token, row.tries = str(State.CLAIMED), token, row.tries + 1
        row.next_try_at = now + lease
        devices = {parcel.subscription_id for parcel in mine}
        claims.append(Claim(row.id, token, now, row.expires_at, tuple(mine), devices))
    session.flush()
    # Without an open device: its worker died between a device's mark and the message's, or a receipt came.
    _settle(session, {taken.message_id for taken in claims if not taken.parcels}, now)
    return [taken for taken in claims if taken.parcels]


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
            .where(Delivery.message_id.in_(ids), Delivery.outcome == str(Outcome.RETRY))
            .values(outcome=str(Outcome.EXPIRED), next_try_at=None, at=now)
        )
    return len(ids)


def record(session: Session, done: Sequence[Done], now: datetime, chance: random.Random) -> list[Outcome]:
    """Write what became of each parcel, where this worker still holds the message; return those outcomes."""
    held = _held(session, done)
    outcomes: list[Outcome] = []
    for one in done:
        one.claim.open.discard(one.parcel.subscription_id)
        if one.claim.message_id not in held:
            log.info("message %s is held by another worker; result left out", one.claim.message_id)
            continue
        outcomes.append(_record_one(session, one, chance))
    session.flush()
    ready = {one.claim.message_id for one in done if not one.claim.open}
    _settle(session, ready & held, now)
    return outcomes


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
    if outcome is Outcome.SENT:
        session.execute(
            update(Subscription).where(Subscription.id == parcel.subscription_id).values(last_sent_at=one.at)
        )
    return outcome


def _held(session: Session, done: Sequence[Done]) -> set[UUID]:
    """Return the messages among these whose lease is still ours; lock them."""
    tokens = {one.claim.message_id: one.claim.token for one in done}
    query = select(Message.id, Message.lease_token).where(Message.id.in_(tokens)).order_by(Message.id)
    return {row.id for row in session.execute(query.with_for_update()) if row.lease_token == tokens[row.id]}


def _settle(session: Session, message_ids: set[UUID], now: datetime) -> None:
    """Put messages without an open parcel to rest: ended, or queued for the next try."""
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


def _wanted(
    session: Session,
    rows: Sequence[Message],
    checks: Mapping[Kind, Callable[[Session, Sequence[Wish]], set[UUID]]],
) -> set[UUID]:
    wanted: set[UUID] = set()
    for kind in Kind:
        wishes = [Wish(row.id, row.reference_id, row.serial) for row in rows if row.kind == str(kind)]
        check = checks.get(kind)
        if wishes:
            wanted |= {wish.message_id for wish in wishes} if check is None else check(session, wishes)
    return wanted


def _parcels(session: Session, rows: Sequence[Message], now: datetime) -> dict[UUID, list[Parcel]]:
    """Return, for each message whose account has a device, the parcels that may be sent now."""
    devices: dict[UUID, list[Subscription]] = {}
    accounts = {row.account_id for row in rows}
    for device in session.scalars(select(Subscription).where(Subscription.account_id.in_(accounts))):
        devices.setdefault(device.account_id, []).append(device)
    lines = {
        (line.message_id, line.subscription_id): line
        for line in session.scalars(select(Delivery).where(Delivery.message_id.in_([row.id for row in rows])))
    }
    found: dict[UUID, list[Parcel]] = {}
    for row in rows:
        known = any(message_id == row.id for message_id, _ in lines)
        if row.account_id not in devices and not known:
            continue
        mine = found.setdefault(row.id, [])
        for device in devices.get(row.account_id, []):
            line = lines.get((row.id, device.id))
            if line is not None and (line.outcome in ENDS or (line.next_try_at or now) > now):
                continue
            parcel = _parcel(session, row, device, now)
            if parcel is not None:
                mine.append(parcel)
    return found


def _parcel(session: Session, row: Message, device: Subscription, now: datetime) -> Parcel | None:
    try:
        keys = open_keys(session, device)
    except SealBroken:
        log.error("subscription %s does not open; nothing is sent to it", device.id)
        line = session.get(Delivery, (row.id, device.id))
        if line is None:
            line = Delivery(message_id=row.id, subscription_id=device.id, tries=0)
            session.add(line)
        line.outcome, line.next_try_at, line.at = str(Outcome.REJECTED), None, now
        return None
    return Parcel(row.id, device.id, row.reference_id, row.serial, device.origin, keys)
