"""Parcels: what of a message goes to which device, opened for sending or made ready ahead."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from companion.accounts.use_cases import load_sealers, sealer_for
from companion.core.errors import NotFound
from companion.core.orm import among
from companion.core.sealing import SealBroken
from companion.push.models import Delivery, Message, Subscription
from companion.push.rules import Kind, Outcome, Parcel, Prepared, SubscriptionKeys, Words

log = logging.getLogger("companion.push")
# What sending needs to know of a message.
COLUMNS = (
    Message.id,
    Message.account_id,
    Message.kind,
    Message.reference_id,
    Message.serial,
    Message.tries,
    Message.sealed,
)
# A device's outcome that another try cannot change.
ENDS = frozenset({str(Outcome.SENT), str(Outcome.GONE), str(Outcome.REJECTED), str(Outcome.EXPIRED)})
MESSAGES, SUBSCRIPTIONS = "push_message", "push_subscription"


class Ready(NamedTuple):
    """A message whose bodies were made ahead, with what claiming needs to know of it."""

    id: UUID
    account_id: UUID
    kind: str
    reference_id: UUID
    serial: int
    expires_at: datetime
    parcels: tuple[Prepared, ...]


def are_unchanged(session: Session, ready: Sequence[Ready]) -> bool:
    """Tell whether the accounts of these have the very devices their bodies were made for.

    A version only ever grows. So the same devices, with the same sum of versions, are the same all over.
    """
    devices = {parcel.subscription_id: parcel.version for one in ready for parcel in one.parcels}
    here = among(session, Subscription.id, devices)
    query = select(
        func.count(), func.count(case((here, 1))), func.coalesce(func.sum(Subscription.version), 0)
    ).where(among(session, Subscription.account_id, {one.account_id for one in ready}))
    count, known, versions = session.execute(query).one()
    return bool(count == known == len(devices) and versions == sum(devices.values()))


def open_parcels(
    session: Session, rows: Sequence[Any], now: datetime, broken: list[tuple[UUID, UUID]]
) -> dict[UUID, list[Parcel]]:
    """Return, for each message whose account has a device, the parcels that may be sent now.

    What does not open is left out and added to `broken`, as message and subscription.
    """
    if not rows:
        return {}
    accounts = {row.account_id for row in rows}
    devices: dict[UUID, list[Any]] = {}
    query = select(
        Subscription.id,
        Subscription.account_id,
        Subscription.origin,
        Subscription.version,
        Subscription.sealed,
    )
    found_devices: Sequence[Any] = session.execute(
        query.where(among(session, Subscription.account_id, accounts))
    ).all()
    for device in found_devices:
        devices.setdefault(device.account_id, []).append(device)
    lines = _lines(session, rows)
    load_sealers(session, accounts & devices.keys())
    found: dict[UUID, list[Parcel]] = {}
    for row in rows:
        known = lines.get(row.id)
        if row.account_id not in devices and known is None:
            continue
        mine = found.setdefault(row.id, [])
        for device in devices.get(row.account_id, []):
            line = (known or {}).get(device.id)
            if line is not None and (line.outcome in ENDS or (line.next_try_at or now) > now):
                continue
            parcel = _parcel(session, row, device)
            if parcel is not None:
                mine.append(parcel)
            else:
                broken.append((row.id, device.id))
    return found


def _lines(session: Session, rows: Sequence[Any]) -> dict[UUID, dict[UUID, Delivery]]:
    """Return what is known of each device's copy; a message at its first try has none."""
    tried = [row.id for row in rows if row.tries > 1]
    lines: dict[UUID, dict[UUID, Delivery]] = {}
    if tried:
        for line in session.scalars(select(Delivery).where(among(session, Delivery.message_id, tried))):
            lines.setdefault(line.message_id, {})[line.subscription_id] = line
    return lines


def _parcel(session: Session, row: Any, device: Any) -> Parcel | None:
    try:
        sealer = sealer_for(session, device.account_id)
        body = sealer.unseal(SUBSCRIPTIONS, device.id, device.sealed)
        words = sealer.unseal(MESSAGES, row.id, row.sealed) if row.sealed is not None else None
    except (SealBroken, NotFound):
        log.error("subscription %s or its message does not open; nothing is sent to it", device.id)
        return None
    keys = SubscriptionKeys(body["endpoint"], body["p256dh"], body["auth"])
    return Parcel(
        row.id,
        device.id,
        row.reference_id,
        row.serial,
        sys.intern(device.origin),
        keys,
        Kind(row.kind),
        Words(words["title"], words["body"]) if words is not None else None,
        device.version,
    )
