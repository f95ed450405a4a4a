"""Subscriptions: save what a browser gave us, list, remove."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from companion.accounts.use_cases import sealer_for
from companion.core.errors import NotFound, RuleBroken
from companion.core.identity import Viewer
from companion.core.ids import new_id
from companion.core.orm import insert_if_absent
from companion.core.sealing import keyring_of
from companion.push import gateway, rules
from companion.push.gateway import PushSetup
from companion.push.models import Subscription, owned_by
from companion.settings import Settings

TABLE = "push_subscription"


def setup_of(settings: Settings) -> PushSetup:
    """Return the public key and the allowed push services of these settings."""
    key = settings.vapid_private_key
    public = gateway.application_server_key(key) if key is not None else None
    return PushSetup(public, gateway.push_origins(settings.push_origins))


def make_sender(
    settings: Settings, *, deadline_s: float = gateway.DEADLINE_S, ca_file: str | None = None
) -> gateway.Sender | None:
    """Return the sender of these settings, or None when no push key is set."""
    if settings.vapid_private_key is None or settings.vapid_subject is None:
        return None
    return gateway.Sender(
        vapid_private_key=settings.vapid_private_key,
        vapid_subject=settings.vapid_subject,
        base_url=settings.base_url,
        allowed=gateway.push_origins(settings.push_origins),
        deadline_s=deadline_s,
        ca_file=ca_file,
    )


def save_subscription(
    session: Session,
    viewer: Viewer,
    setup: PushSetup,
    *,
    endpoint: str,
    p256dh: str,
    auth: str,
    now: datetime,
) -> tuple[dict[str, Any], bool]:
    """Save a browser's subscription for the viewer's sign-in; return it and whether it is new.

    The same endpoint again is bound to the present sign-in. One that was another account's moves here:
    the browser belongs to whoever signs in on it. A browser has one subscription, so an older one of the
    same sign-in goes.
    """
    problem = setup.allowed.problem(endpoint)
    if problem is not None:
        raise RuleBroken(f"We cannot send to this address: {problem}.", "endpoint")
    rules.check_keys(p256dh, auth)
    endpoint_hash = keyring_of(session).lookup("push endpoint", endpoint)
    body = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}
    sealer = sealer_for(session, viewer.account_id)

    row_id = new_id()
    values: dict[str, Any] = {
        "id": row_id,
        "account_id": viewer.account_id,
        "sign_in_id": viewer.sign_in_id,
        "endpoint_hash": endpoint_hash,
        "origin": gateway.origin_of(endpoint),
        "sealed": sealer.seal(TABLE, row_id, body),
        "created_at": now,
        "version": 0,
    }
    is_new = insert_if_absent(session, Subscription, values, ["endpoint_hash"])
    row = session.scalars(
        select(Subscription).where(Subscription.endpoint_hash == endpoint_hash).with_for_update()
    ).one()
    if not is_new:
        if row.account_id != viewer.account_id:
            row.created_at, row.last_sent_at = now, None
            row.last_arrived_at, row.last_refused_at = None, None
        row.account_id, row.sign_in_id = viewer.account_id, viewer.sign_in_id
        row.version += 1
        row.sealed = sealer.seal(TABLE, row.id, body)
    session.flush()
    session.execute(
        delete(Subscription).where(
            Subscription.account_id == viewer.account_id,
            Subscription.sign_in_id == viewer.sign_in_id,
            Subscription.id != row.id,
        )
    )
    held = session.scalar(
        select(func.count()).select_from(Subscription).where(Subscription.account_id == viewer.account_id)
    )
    if (held or 0) > rules.MOST_SUBSCRIPTIONS:
        raise RuleBroken(
            f"Reminders are on for {rules.MOST_SUBSCRIPTIONS} phones or browsers. Turn one off first."
        )
    return _shown(row, viewer), is_new


def list_subscriptions(session: Session, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the viewer's subscriptions, oldest first."""
    return [_shown(row, viewer) for row in session.scalars(owned_by(viewer.account_id))]


def remove_subscription(session: Session, viewer: Viewer, subscription_id: UUID) -> None:
    """Remove one of the viewer's subscriptions."""
    removed = session.execute(
        delete(Subscription)
        .where(Subscription.id == subscription_id, Subscription.account_id == viewer.account_id)
        .returning(Subscription.id)
    ).first()
    if removed is None:
        raise NotFound


def _shown(row: Subscription, viewer: Viewer) -> dict[str, Any]:
    return {
        "id": row.id,
        "origin": row.origin,
        "created_at": row.created_at,
        "last_sent_at": row.last_sent_at,
        "last_arrived_at": row.last_arrived_at,
        "last_refused": row.last_refused_at,
        "state": rules.health_of(row.created_at, row.last_sent_at, row.last_arrived_at, row.last_refused_at),
        "this_device": row.sign_in_id == viewer.sign_in_id,
    }
