"""The meaning of Web Push: keys, the one payload, headers, and what follows from each answer. Pure."""

from __future__ import annotations

import base64
import json
import random
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from companion.core.errors import RuleBroken

# Hosts of the push services browsers use; a leading dot means every host below it.
PUSH_HOSTS = frozenset(
    {
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        ".push.services.mozilla.com",
        ".push.apple.com",
        ".notify.windows.com",
    }
)
MOST_SUBSCRIPTIONS = 10
MOST_TESTS = 10
TEST_WINDOW = timedelta(minutes=10)
TEST_LIFE = timedelta(minutes=10)
# One value for all, so that the header tells nobody what is sent. A push service may keep a message this
# long after it took it; with the last hand-over half an hour after the due time, nothing shows an hour late.
TTL_SECONDS = 1800
PAYLOAD_BYTES = 512
# A phone that was sent to and showed nothing for so long has gone quiet.
QUIET_AFTER = timedelta(days=7)
MOST_BACK_OFF_S = 300.0
MOST_RETRY_AFTER_S = 86_400.0

# The curve P-256 (FIPS 186-4, D.1.2.3): y² = x³ − 3x + b over the field of p.
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B

# Made once: `json.dumps` with options of its own makes an encoder at each call.
_to_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Kind(StrEnum):
    """What a message is about; stays on the server."""

    REMINDER = "reminder"
    TEST = "test"


class State(StrEnum):
    """Where a message stands. The last three are ends."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    DONE = "done"
    EXPIRED = "expired"
    DROPPED = "dropped"


class Outcome(StrEnum):
    """What became of a message on one device."""

    SENT = "sent"
    GONE = "gone"
    RETRY = "retry"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Health(StrEnum):
    """How the pushes of one phone fare."""

    OK = "ok"
    QUIET = "quiet"
    REFUSED = "refused"


class Words(NamedTuple):
    """What a notification says before the phone is unlocked."""

    title: str
    body: str

    def __repr__(self) -> str:
        return "Words(…)"


USUAL_WORDS = Words("Reminder", "You have a reminder")
TOPICS = {Kind.REMINDER: "n1", Kind.TEST: "n2"}
# The screen that a tap opens; what follows is the id. Padding hides that one is shorter.
SCREENS = {Kind.REMINDER: "reminders/", Kind.TEST: "turn-on?test="}


class SubscriptionKeys(NamedTuple):
    """Where a browser listens and how to encrypt for it (the words of the Push API)."""

    endpoint: str
    p256dh: str
    auth: str

    def __repr__(self) -> str:
        return "SubscriptionKeys(…)"


class Parcel(NamedTuple):
    """One message for one device, ready to be encrypted and posted."""

    message_id: UUID
    subscription_id: UUID
    reference_id: UUID
    serial: int
    origin: str
    keys: SubscriptionKeys
    kind: Kind = Kind.REMINDER
    words: Words | None = None
    version: int = 0


class Prepared(NamedTuple):
    """A parcel that was encrypted: what is left is to post it. `version` is its subscription's.

    `guarded`: it may go to public addresses by https only.
    """

    message_id: UUID
    subscription_id: UUID
    origin: str
    kind: Kind
    version: int
    endpoint: str
    guarded: bool
    body: bytes

    def __repr__(self) -> str:
        return f"Prepared({self.message_id})"


class Answered(NamedTuple):
    """A push service answered; `retry_after_s` is how long it asks us to wait (Retry-After), if it does."""

    status: int
    retry_after_s: float | None = None


class Unanswered(NamedTuple):
    """Nothing came back in time, or the address could not be reached. Nobody knows if it arrived."""

    reason: str


class Refused(NamedTuple):
    """We did not post: the endpoint is not one we may call."""

    reason: str


Reply = Answered | Unanswered | Refused


class Verdict(NamedTuple):
    """What follows from one try. `wait_s` holds how long the push service asked us to wait."""

    outcome: Outcome
    status: int | None = None
    wait_s: float | None = None
    warning: str | None = None


# The usual verdict is made once and not for each message.
SENT = {status: Verdict(Outcome.SENT, status) for status in (200, 201, 202, 204)}


def decode_base64url(text: str) -> bytes:
    """Return the bytes of base64url text with or without padding, or raise ValueError."""
    squeezed = text.rstrip("=").replace("+", "-").replace("/", "_")
    return base64.b64decode(squeezed + "=" * (-len(squeezed) % 4), altchars=b"-_", validate=True)


def encode_base64url(raw: bytes) -> str:
    """Return base64url text without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def check_keys(p256dh: str, auth: str) -> None:
    """Refuse keys that no browser makes: p256dh is a point on P-256 (65 bytes), auth 16 bytes (RFC 8291)."""
    try:
        point = decode_base64url(p256dh)
    except ValueError:
        point = b""
    if len(point) != 65 or point[0] != 4 or not _is_on_curve(point):
        raise RuleBroken("This is not a key of a browser's push subscription.", "keys.p256dh")
    try:
        secret = decode_base64url(auth)
    except ValueError:
        secret = b""
    if len(secret) != 16:
        raise RuleBroken("This is not a secret of a browser's push subscription.", "keys.auth")


def _is_on_curve(point: bytes) -> bool:
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    return x < _P and y < _P and (y * y - (x * x * x - 3 * x + _B)) % _P == 0


def topic_of(kind: Kind) -> str:
    """Return the Topic of a message (RFC 8030), so that a newer copy replaces one the phone has not fetched.

    Few and fixed: push services keep only a handful for each phone. They say nothing and have one length.
    """
    return TOPICS[kind]


def payload_of(
    base_url: str, reference_id: UUID, serial: int, words: Words | None = None, kind: Kind = Kind.REMINDER
) -> bytes:
    """Return the payload: neutral words, an id, how often it was raised; padded to one constant length.

    Encryption does not hide a length, so every message has the same one. Words that do not fit are left out.
    """
    screen = f"{base_url}/#/{SCREENS[kind]}{reference_id}"
    for said in (words or USUAL_WORDS, USUAL_WORDS):
        plain = _payload(screen, reference_id, serial, said)
        if len(plain) <= PAYLOAD_BYTES:
            return plain.ljust(PAYLOAD_BYTES)
    raise ValueError("The base address is too long for a push message.")


def _payload(screen: str, reference_id: UUID, serial: int, words: Words) -> bytes:
    body = {
        "web_push": 8030,
        "notification": {
            "title": words.title,
            "body": words.body,
            "navigate": screen,
            "tag": str(reference_id),
            "lang": "en-GB",
        },
        "n": serial,
    }
    return _to_json(body).encode()


def health_of(
    created_at: datetime, sent_at: datetime | None, arrived_at: datetime | None, refused_at: datetime | None
) -> Health:
    """Return how a phone's pushes fare: refused, sent but not shown for a week, or ok."""
    if refused_at is not None and (sent_at is None or refused_at > sent_at):
        return Health.REFUSED
    if sent_at is not None and sent_at - (arrived_at or created_at) >= QUIET_AFTER:
        return Health.QUIET
    return Health.OK


def decide(reply: Reply) -> Verdict:
    """Return what follows from a push service's reply (RFC 8030, and what services do in practice)."""
    if isinstance(reply, Refused):
        return Verdict(Outcome.REJECTED, warning=f"endpoint refused: {reply.reason}")
    if isinstance(reply, Unanswered):
        return Verdict(Outcome.RETRY)
    status = reply.status
    if status in SENT:
        return SENT[status]
    if status in (404, 410):
        return Verdict(Outcome.GONE, status)
    wait_s = None if reply.retry_after_s is None else min(reply.retry_after_s, MOST_RETRY_AFTER_S)
    if status in (408, 429) or status >= 500:
        return Verdict(Outcome.RETRY, status, wait_s)
    if status in (401, 403):
        # Our own key or clock is wrong. The subscription is good: losing it would lose every phone.
        return Verdict(Outcome.RETRY, status, wait_s, "the push service refuses our VAPID key")
    if status < 400:
        return Verdict(Outcome.RETRY, status, wait_s, "the push service answered with a redirect")
    return Verdict(Outcome.REJECTED, status, warning="the push service refuses our message")


def next_try_at(now: datetime, tries: int, wait_s: float | None, chance: random.Random) -> datetime:
    """Return when to try again: what the service asked for, or full-jitter back-off up to five minutes.

    `tries` counts the tries made so far, from 1. A second at least, so that nothing spins.
    """
    if wait_s is not None:
        return now + timedelta(seconds=max(1.0, wait_s) + chance.uniform(0, 1))
    most = min(MOST_BACK_OFF_S, 2.0 ** min(tries, 20))
    return now + timedelta(seconds=1.0 + chance.uniform(0, most))
