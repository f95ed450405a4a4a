"""The push services outside: encryption (RFC 8291), our VAPID header (RFC 8292) and the POST (RFC 8030)."""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from companion.core import net
from companion.core.net import NetFailure, Origins
from companion.push import rules
from companion.push.rules import Answered, Parcel, Refused, Reply, Unanswered

VAPID_LIFE = timedelta(hours=12)
DEADLINE_S = 10.0
# Answers of push services are short; nobody reads them.
MOST_ANSWER = 16 * 1024


@dataclass(frozen=True, slots=True)
class PushSetup:
    """What subscribing needs to know: our public key and where we may send to."""

    application_server_key: str | None
    allowed: Origins


def push_origins(extra: frozenset[str]) -> Origins:
    """Return where pushes may go: the browsers' services, and origins the operator added."""
    return Origins(suffixes=rules.PUSH_HOSTS, extra=extra)


def origin_of(endpoint: str) -> str:
    """Return scheme and host of an endpoint: all of it that may stand in clear."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc.lower()}"


@functools.cache
def application_server_key(private_key: str) -> str:
    """Return the public half of our VAPID key, as browsers take it (65 bytes, base64url)."""
    number = int.from_bytes(rules.decode_base64url(private_key), "big")
    public = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    return rules.encode_base64url(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


@dataclass
class Sender:
    """Encrypts and posts one parcel at a time; may be shared by threads."""

    vapid_private_key: str
    vapid_subject: str
    base_url: str
    allowed: Origins
    deadline_s: float = DEADLINE_S
    _vapid: Any = None
    _headers: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __repr__(self) -> str:
        return f"Sender({self.base_url})"

    def send(self, parcel: Parcel, now: datetime) -> Reply:
        """Encrypt and post one parcel; every outcome is a value."""
        problem = self.allowed.problem(parcel.keys.endpoint)
        if problem is not None:
            return Refused(problem)
        body = self.encrypt(parcel)
        answer = net.post(
            parcel.keys.endpoint,
            body,
            self.headers(parcel, now),
            allowed=self.allowed,
            deadline_s=self.deadline_s,
            max_bytes=MOST_ANSWER,
        )
        if isinstance(answer, NetFailure):
            return Unanswered(answer.reason)
        return Answered(answer.status, answer.headers.get("retry-after"))

    def encrypt(self, parcel: Parcel) -> bytes:
        """Return the encrypted body, with a new key of its own as RFC 8291 asks."""
        # Imported here: it brings two HTTP clients along, and only the process that sends needs it.
        from pywebpush import WebPusher

        keys = {"p256dh": parcel.keys.p256dh, "auth": parcel.keys.auth}
        payload = rules.payload_of(self.base_url, parcel.reference_id, parcel.serial)
        pusher = WebPusher({"endpoint": parcel.keys.endpoint, "keys": keys})
        return bytes(pusher.encode(payload, "aes128gcm")["body"])

    def headers(self, parcel: Parcel, now: datetime) -> dict[str, str]:
        """Return the headers: the same names and lengths for every message."""
        return {
            "Authorization": self._authorization(parcel.origin, now),
            "TTL": str(rules.TTL_SECONDS),
            "Urgency": "high",
            "Topic": rules.topic_of(parcel.reference_id),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
        }

    def _authorization(self, origin: str, now: datetime) -> str:
        """Return our signed VAPID header for a push service, made anew at half its life."""
        with self._lock:
            kept = self._headers.get(origin)
            # A clock set back leaves a header that looks as if it lasted too long: sign again then, too.
            if kept is not None and VAPID_LIFE / 2 < kept[1] - now <= VAPID_LIFE:
                return kept[0]
            if self._vapid is None:
                from py_vapid import Vapid02

                self._vapid = Vapid02.from_string(self.vapid_private_key)
            until = now + VAPID_LIFE
            claims = {"aud": origin, "exp": int(until.timestamp()), "sub": self.vapid_subject}
            header = str(self._vapid.sign(claims)["Authorization"])
            self._headers[origin] = (header, until)
            return header
