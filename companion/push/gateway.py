"""The push services outside: encryption (RFC 8291), our VAPID header (RFC 8292) and the POST (RFC 8030)."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from companion.core.net import NetFailure, Origins
from companion.core.posting import Poster
from companion.push import rules
from companion.push.rules import Answered, Kind, Parcel, Prepared, Refused, Reply, Unanswered

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
    """Encrypts and posts; may be shared by threads, each with a round of its own."""

    vapid_private_key: str
    vapid_subject: str
    base_url: str
    allowed: Origins
    deadline_s: float = DEADLINE_S
    ca_file: str | None = None
    _vapid: Any = None
    _headers: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _lines: dict[tuple[str, Kind], tuple[str, list[str]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _posters: list[Poster] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Sender({self.base_url})"

    @contextmanager
    def round(self) -> Iterator[Round]:
        """Lend the connections of an earlier round, or new ones, to one thread."""
        with self._lock:
            poster = self._posters.pop() if self._posters else None
        if poster is None:
            poster = Poster(max_bytes=MOST_ANSWER, ca_file=self.ca_file)
        try:
            yield Round(self, poster)
        finally:
            # What is still under way belongs to a round that failed: nobody waits for its answers.
            if len(poster):
                poster.close()
            else:
                with self._lock:
                    self._posters.append(poster)

    def close(self) -> None:
        """Let go of every connection that is kept."""
        with self._lock:
            posters, self._posters = self._posters, []
        for poster in posters:
            poster.close()

    def prepare(self, parcel: Parcel) -> Prepared | Refused:
        """Encrypt a parcel, also ahead of its time; or say why it may not be posted at all."""
        endpoint = parcel.keys.endpoint
        problem = self.allowed.problem(endpoint)
        if problem is not None:
            return Refused(problem)
        return Prepared(
            parcel.message_id,
            parcel.subscription_id,
            parcel.origin,
            parcel.kind,
            parcel.version,
            endpoint,
            # An origin of the operator's list may be an internal address and plain http.
            not self.allowed.names(endpoint),
            self.encrypt(parcel),
        )

    def encrypt(self, parcel: Parcel) -> bytes:
        """Return the encrypted body, with a new key of its own as RFC 8291 asks."""
        # What pywebpush calls underneath; its own wrapper brings two HTTP clients along (14 MB a worker).
        payload = rules.payload_of(
            self.base_url, parcel.reference_id, parcel.serial, parcel.words, parcel.kind
        )
        body = http_ece.encrypt(
            payload,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=rules.decode_base64url(parcel.keys.p256dh),
            auth_secret=rules.decode_base64url(parcel.keys.auth),
            version="aes128gcm",
        )
        return bytes(body)

    def header_lines(self, origin: str, kind: Kind, now: datetime) -> list[str]:
        """Return the headers, with the same names and lengths for every message; kept while they are good."""
        signed = self._authorization(origin, now)
        kept = self._lines.get((origin, kind))
        if kept is not None and kept[0] is signed:
            return kept[1]
        lines = [
            f"Authorization: {signed}",
            f"TTL: {rules.TTL_SECONDS}",
            "Urgency: high",
            f"Topic: {rules.topic_of(kind)}",
            "Content-Encoding: aes128gcm",
            "Content-Type: application/octet-stream",
        ]
        self._lines[origin, kind] = (signed, lines)
        return lines

    def _authorization(self, origin: str, now: datetime) -> str:
        """Return our signed VAPID header for a push service, made anew at half its life."""
        with self._lock:
            kept = self._headers.get(origin)
            # A clock set back leaves a header that looks as if it lasted too long: sign again then, too.
            if kept is not None and VAPID_LIFE / 2 < kept[1] - now <= VAPID_LIFE:
                return kept[0]
            if self._vapid is None:
                self._vapid = Vapid02.from_string(self.vapid_private_key)
            until = now + VAPID_LIFE
            claims = {"aud": origin, "exp": int(until.timestamp()), "sub": self.vapid_subject}
            header = str(self._vapid.sign(claims)["Authorization"])
            self._headers[origin] = (header, until)
            return header


@dataclass
class Round:
    """Posts of one dispatch: started one by one, collected as they end. `fast` holds origins with HTTP/2."""

    sender: Sender
    poster: Poster
    fast: set[str] = field(default_factory=set)
    _lines: dict[tuple[str, Kind], tuple[datetime, list[str]]] = field(default_factory=dict)

    def start(self, parcel: Prepared, now: datetime) -> None:
        """Start to post."""
        kept = self._lines.get((parcel.origin, parcel.kind))
        if kept is None or kept[0] is not now:
            # Once a turn for each push service: all that start in it are handed the same `now`.
            kept = (now, self.sender.header_lines(parcel.origin, parcel.kind, now))
            self._lines[parcel.origin, parcel.kind] = kept
        self.poster.post(
            parcel,
            parcel.endpoint,
            parcel.body,
            kept[1],
            guarded=parcel.guarded,
            deadline_s=self.sender.deadline_s,
        )

    def collect(self, timeout_s: float) -> list[tuple[Prepared, Reply]]:
        """Return what has ended, waiting at most so long for a first one."""
        found: list[tuple[Prepared, Reply]] = []
        for parcel, answer in self.poster.collect(timeout_s):
            assert isinstance(parcel, Prepared)
            if isinstance(answer, NetFailure):
                found.append((parcel, Unanswered(answer.reason)))
                continue
            if answer.is_http2:
                self.fast.add(parcel.origin)
            found.append((parcel, Answered(answer.status, answer.retry_after_s)))
        return found
