"""The words on the wire for push."""

from __future__ import annotations

from marshmallow import fields

from companion.core.schema import Choice, Id, Instant, Line, Schema, StrictBool, StrictInt
from companion.push.rules import Health


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
    """A browser that takes pushes. `quiet`: sent to for a week and nothing was shown."""

    id = Id(required=True)
    origin = Line(most=255, required=True)
    created_at = Instant(required=True)
    last_sent_at = Instant(required=True, allow_none=True)
    last_arrived_at = Instant(required=True, allow_none=True)
    last_refused = Instant(required=True, allow_none=True)
    state = Choice(Health, required=True)
    this_device = StrictBool(required=True)


class SubscriptionListSchema(Schema):
    """Browsers that take pushes."""

    items = fields.List(fields.Nested(SubscriptionSchema), required=True)


class TestSentSchema(Schema):
    """A test push that is on its way; `id` is its tag."""

    __test__ = False

    id = Id(required=True)


class TestTripSchema(Schema):
    """How a test push fared: handed to the push service, and shown by a device (null while not)."""

    __test__ = False

    id = Id(required=True)
    queued_at = Instant(required=True)
    sent_at = Instant(required=True, allow_none=True)
    arrived_at = Instant(required=True, allow_none=True)


class ReceiptSchema(Schema):
    """A device's receipt; `n` is the count of the copy it showed."""

    n = StrictInt(least=1, most=1_000_000)
