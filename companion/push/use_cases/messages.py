"""Messages: queue one in the transaction of what it is about, drop it, note that a device showed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Update, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from companion.accounts.use_cases import load_sealers, sealer_for
from companion.core.errors import NotFound, RuleBroken, TooMany
from companion.core.identity import Viewer
from companion.core.ids import new_id
from companion.core.orm import among
from companion.push import rules
from companion.push.models import Delivery, Message, Subscription, owned_by
from companion.push.rules import Kind, Outcome, State
from companion.push.use_cases.parcels import MESSAGES

OPEN = (str(State.QUEUED), str(State.CLAIMED))


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to queue: "look at this reference", raised for the `serial`-th time.

    It goes out at `due_at`; `expires_at` is the last moment at which it may be handed to a push service.
    `title` and `body` are words the person chose; without them the neutral ones are used.
    """

    account_id: UUID
    kind: Kind
    reference_id: UUID
    serial: int
    due_at: datetime
    expires_at: datetime
    title: str = ""
    body: str = ""


def queue_messages(session: Session, messages: Sequence[NewMessage], now: datetime) -> None:
    """Queue messages; one with a reference and serial that are there already changes nothing.

    Older copies of the same references that still wait are dropped.
    """
    for one in messages:
        if one.serial > 1:
            older = (Message.reference_id == one.reference_id, Message.serial < one.serial)
            session.execute(_drop(now).where(*older))
    if not messages:
        return
    load_sealers(session, {one.account_id for one in messages if one.title or one.body})
    ids = [new_id() for _ in messages]
    rows = [
        {
            "id": message_id,
            "account_id": one.account_id,
            "kind": str(one.kind),
            "reference_id": one.reference_id,
            "serial": one.serial,
            "due_at": one.due_at,
            "expires_at": one.expires_at,
            "next_try_at": max(now, one.due_at),
            "state": str(State.QUEUED),
            "tries": 0,
            "sealed": _sealed(session, message_id, one),
        }
        for message_id, one in zip(ids, messages, strict=True)
    ]
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(Message).on_conflict_do_nothing(index_elements=["reference_id", "serial"]), rows)


def _sealed(session: Session, message_id: UUID, one: NewMessage) -> bytes | None:
    """Return the person's own words sealed; None without any, and when the account is going."""
    if not (one.title or one.body):
        return None
    words = {"title": one.title or rules.USUAL_WORDS.title, "body": one.body or rules.USUAL_WORDS.body}
    return sealer_for(session, one.account_id).seal(MESSAGES, message_id, words)


def hold_waiting(session: Session, serials: Mapping[UUID, int]) -> set[UUID]:
    """Hold the messages about these references that nobody has tried to send yet; return their references.

    `serials` holds which copy of each is meant. They are about to speak for more than one thing, so words
    chosen for the one go, and with them every body that was made ahead: it belongs to the old id.
    """
    query = select(Message).where(
        among(session, Message.reference_id, serials), Message.state == str(State.QUEUED), Message.tries == 0
    )
    found: set[UUID] = set()
    for row in session.scalars(query.with_for_update(skip_locked=True)):
        if row.serial != serials[row.reference_id]:
            continue
        found.add(row.reference_id)
        if row.sealed is not None:
            row.id, row.sealed = new_id(), None
    session.flush()
    return found


def drop_messages(session: Session, reference_ids: list[UUID], now: datetime) -> int:
    """End the messages about these references that have not been sent; return how many."""
    dropped = session.execute(_drop(now).where(Message.reference_id.in_(reference_ids)).returning(Message.id))
    return len(dropped.all())


def _drop(now: datetime) -> Update:
    """Return the change that ends messages which still wait."""
    values = {"state": str(State.DROPPED), "next_try_at": None, "lease_token": None, "ended_at": now}
    return update(Message).where(Message.state.in_(OPEN)).values(values)


def queue_test(session: Session, viewer: Viewer, now: datetime) -> UUID:
    """Queue a real test push to the viewer's own devices; its reference is the message itself."""
    if session.scalars(owned_by(viewer.account_id).limit(1)).first() is None:
        raise RuleBroken("Turn reminders on for this phone first.")
    recent = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(
            Message.account_id == viewer.account_id,
            Message.kind == str(Kind.TEST),
            Message.due_at > now - rules.TEST_WINDOW,
        )
    )
    if (recent or 0) >= rules.MOST_TESTS:
        raise TooMany("There were many tests just now. Try again in 10 minutes.", 600)
    message_id = new_id()
    session.add(
        Message(
            id=message_id,
            account_id=viewer.account_id,
            kind=str(Kind.TEST),
            reference_id=message_id,
            serial=1,
            due_at=now,
            expires_at=now + rules.TEST_LIFE,
            next_try_at=now,
            state=str(State.QUEUED),
            tries=0,
        )
    )
    session.flush()
    return message_id


def find_test(session: Session, viewer: Viewer, message_id: UUID) -> dict[str, Any]:
    """Return when a test push was handed over and when a device first said that it arrived."""
    message = session.scalars(
        select(Message).where(
            Message.id == message_id,
            Message.account_id == viewer.account_id,
            Message.kind == str(Kind.TEST),
        )
    ).first()
    if message is None:
        raise NotFound
    lines = session.scalars(select(Delivery).where(Delivery.message_id == message_id)).all()
    sent = [line.at for line in lines if line.outcome == str(Outcome.SENT)]
    arrived = [line.shown_at for line in lines if line.shown_at is not None]
    return {
        "id": message_id,
        "queued_at": message.due_at,
        "sent_at": min(sent, default=None),
        "arrived_at": min(arrived, default=None),
    }


def note_shown(
    session: Session, viewer: Viewer, reference_id: UUID, serial: int | None, now: datetime
) -> bool:
    """Note the receipt of the viewer's device: it showed this reference, so nothing is sent there again.

    Without `serial` the newest copy that was tried is meant. Return whether there was one.
    """
    query = select(Message.id).where(
        Message.account_id == viewer.account_id, Message.reference_id == reference_id, Message.tries > 0
    )
    if serial is not None:
        query = query.where(Message.serial == serial)
    message_id = session.scalar(query.order_by(Message.serial.desc()).limit(1).with_for_update())
    subscription_id = session.scalar(
        select(Subscription.id).where(
            Subscription.account_id == viewer.account_id, Subscription.sign_in_id == viewer.sign_in_id
        )
    )
    if message_id is None or subscription_id is None:
        return False
    row = session.get(Delivery, (message_id, subscription_id))
    if row is None:
        row = Delivery(message_id=message_id, subscription_id=subscription_id, tries=1, at=now)
        session.add(row)
    # The device itself is the best witness that it arrived, whatever the push service said.
    row.outcome, row.next_try_at = str(Outcome.SENT), None
    row.shown_at = row.shown_at or now
    session.execute(
        update(Subscription).where(Subscription.id == subscription_id).values(last_arrived_at=now)
    )
    session.flush()
    return True
