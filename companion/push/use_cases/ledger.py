"""The ledger of dispatch: what became of each device's copy, and of the message with it."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from companion.core.orm import among
from companion.push import rules
from companion.push.models import Delivery, Message, Subscription, add_sent
from companion.push.rules import Outcome, Parcel, Prepared, State, Verdict

log = logging.getLogger("companion.push")
# When a phone was last sent to is kept no finer than this: a write for each would cost as much as the mark.
SENT_EVERY = timedelta(minutes=10)


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
    settle(session, ready & held, now)
    return outcomes


def note_sent(session: Session, done: Sequence[Done], now: datetime) -> None:
    """Note on each device that took something that it did, for the person's list of phones.

    Apart from `record`, which others on SQLite wait for.
    """
    devices = {one.parcel.subscription_id for one in done if one.verdict.outcome is Outcome.SENT}
    if not devices:
        return
    # Rows another worker writes are passed: two that wait for each other would lose both their marks.
    to_note = (
        select(Subscription.id)
        .where(
            among(session, Subscription.id, devices),
            or_(Subscription.last_sent_at.is_(None), Subscription.last_sent_at < now - SENT_EVERY),
        )
        .with_for_update(skip_locked=True)
    )
    session.execute(
        update(Subscription).where(Subscription.id.in_(to_note)).values(last_sent_at=now),
        execution_options={"synchronize_session": False},
    )


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
    if outcome is Outcome.REJECTED:
        session.execute(
            update(Subscription)
            .where(Subscription.id == parcel.subscription_id)
            .values(last_refused_at=one.at)
        )
    return outcome


def _held(session: Session, done: Sequence[Done]) -> set[UUID]:
    """Return the messages among these whose lease is still ours; lock them."""
    tokens = {one.claim.message_id: one.claim.token for one in done}
    query = select(Message.id, Message.lease_token).where(Message.id.in_(tokens)).order_by(Message.id)
    return {row.id for row in session.execute(query.with_for_update()) if row.lease_token == tokens[row.id]}


def settle(session: Session, message_ids: set[UUID], now: datetime) -> None:
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
