"""`/api/push`: the key, subscriptions of a browser, a test push."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import flask

from companion.core import clock
from companion.core.errors import NotFound
from companion.core.web import Access, Blueprint, reading, transaction, viewer
from companion.push import use_cases
from companion.push.schemas import (
    KeySchema,
    NewSubscriptionSchema,
    ReceiptSchema,
    SubscriptionListSchema,
    SubscriptionSchema,
    TestSentSchema,
    TestTripSchema,
)

blp = Blueprint("push", __name__, url_prefix="/api/push", description="Web Push to a person's own devices")


def _setup() -> use_cases.PushSetup:
    return use_cases.setup_of(flask.current_app.extensions["companion_settings"])


@blp.route("/key", methods=["GET"], access=Access.ANYONE)
@blp.response(200, KeySchema)
def get_key() -> dict[str, Any]:
    """Show the key a browser needs to subscribe."""
    return {"application_server_key": _setup().application_server_key}


@blp.route("/subscriptions", methods=["POST"], access=Access.SIGNED_IN)
@blp.arguments(NewSubscriptionSchema)
@blp.response(201, SubscriptionSchema)
@blp.alt_response(200, schema=SubscriptionSchema, description="This browser was subscribed already.")
def save_subscription(draft: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Turn on pushes for this browser; sending the same again does no harm."""
    with transaction() as session:
        saved, is_new = use_cases.save_subscription(
            session,
            viewer(),
            _setup(),
            endpoint=draft["endpoint"],
            p256dh=draft["keys"]["p256dh"],
            auth=draft["keys"]["auth"],
            now=clock.now(),
        )
    return saved, 201 if is_new else 200


@blp.route("/subscriptions", methods=["GET"], access=Access.SIGNED_IN)
@blp.response(200, SubscriptionListSchema)
def list_subscriptions() -> dict[str, Any]:
    """List the browsers that take your pushes."""
    with reading() as session:
        return {"items": use_cases.list_subscriptions(session, viewer())}


@blp.route("/subscriptions/<uuid:subscription_id>", methods=["DELETE"], access=Access.SIGNED_IN)
@blp.response(204)
def remove_subscription(subscription_id: UUID) -> None:
    """Turn off pushes for one browser."""
    with transaction() as session:
        use_cases.remove_subscription(session, viewer(), subscription_id)


@blp.route("/test", methods=["POST"], access=Access.SIGNED_IN)
@blp.response(202, TestSentSchema)
def send_test() -> dict[str, Any]:
    """Send a real test push to your own devices."""
    with transaction() as session:
        return {"id": use_cases.queue_test(session, viewer(), clock.now())}


@blp.route("/test/<uuid:test_id>", methods=["GET"], access=Access.SIGNED_IN)
@blp.response(200, TestTripSchema)
def find_test(test_id: UUID) -> dict[str, Any]:
    """Show how your test push fared."""
    with reading() as session:
        return use_cases.find_test(session, viewer(), test_id)


@blp.route("/messages/<uuid:reference_id>/shown", methods=["POST"], access=Access.SIGNED_IN)
@blp.arguments(ReceiptSchema)
@blp.response(204)
def note_shown(draft: dict[str, Any], reference_id: UUID) -> None:
    """Take a device's receipt for any push; one that was never sent to you is not found."""
    with transaction() as session:
        if not use_cases.note_shown(session, viewer(), reference_id, draft.get("n"), clock.now()):
            raise NotFound
