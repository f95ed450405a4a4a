"""The words on the wire for push."""

from __future__ import annotations

from marshmallow import fields

from companion.core.schema import Id, Instant, Line, Schema, StrictBool


class KeySchema(Schema):
    """The key a browser needs to subscribe; null when this server cannot push."""

    application_server_key = Line(allow_none=True, required=True)


class KeysSchema(Schema):
    """The browser's public key and secret (base64url)."""

    p256dh = Line(least=1, most=200, required=True)
    auth = Line(least=1, most=100, required=True)


class NewSubscriptionSchema(Schema):
    """What PushSubscription.toJSON() gives (W3C Push API)."""

    endpoint = Line(least=1, most=2000, required=True)
    expirationTime = fields.Float(allow_none=True, load_default=None, load_only=True)  # noqa: N815
    keys = fields.Nested(KeysSchema, required=True)


class SubscriptionSchema(Schema):
    """A browser that takes pushes."""

    id = Id(required=True)
    origin = Line(most=255, required=True)
    created_at = Instant(required=True)
    last_sent_at = Instant(required=True, allow_none=True)
    this_device = StrictBool(required=True)


class SubscriptionListSchema(Schema):
    """Browsers that take pushes."""

    items = fields.List(fields.Nested(SubscriptionSchema), required=True)


class TestSentSchema(Schema):
    """A test push that is on its way; `id` is its tag."""

    __test__ = False

    id = Id(required=True)
