"""A strict push service on this machine: checks every header, decrypts every body, answers as told.

The decryption is written from RFC 8188 and RFC 8291 with nothing of the sender's libraries, so that the
two cannot share a mistake.
"""

from __future__ import annotations

import base64
import functools
import json
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MOST_BODY = 4096
LONGEST_TTL = 30 * 86_400
# Connections that fill a queue of one for certain.
FILLERS = 8
URGENCIES = ("very-low", "low", "normal", "high")


def b64url(raw: bytes) -> str:
    """Return base64url text without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    """Return the bytes of base64url text without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """A subscription as a browser holds it: the private key stays here."""

    token: str
    private: ec.EllipticCurvePrivateKey
    auth: bytes
    endpoint: str

    @property
    def public(self) -> bytes:
        """The public key as 65 bytes."""
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def to_json(self) -> dict[str, Any]:
        """Return what PushSubscription.toJSON() gives."""
        keys = {"p256dh": b64url(self.public), "auth": b64url(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def decrypt(self, body: bytes) -> bytes:
        """Return the plain text of an aes128gcm body of one record (RFC 8291), or raise ValueError."""
        if len(body) < 21:
            raise ValueError("the body is shorter than its header")
        salt, size, id_length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender_public, sealed = body[21 : 21 + id_length], body[21 + id_length :]
        if id_length != 65 or len(sealed) > size:
            raise ValueError("the body is not one record with a public key")
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender_public)
        info = b"WebPush: info\x00" + self.public + sender_public
        secret = _hkdf(self.auth, self.private.exchange(ec.ECDH(), sender), info, 32)
        key = _hkdf(salt, secret, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _hkdf(salt, secret, b"Content-Encoding: nonce\x00", 12)
        record = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00")
        if not record.endswith(b"\x02"):
            raise ValueError("the record does not end as the last one does")
        return record[:-1]


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


@dataclass(frozen=True)
class Received:
    """One POST the service took."""

    token: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    plain: bytes
    at: float

    @functools.cached_property
    def payload(self) -> dict[str, Any]:
        """The payload as the service worker reads it."""
        found: dict[str, Any] = json.loads(self.plain)
        return found

    @property
    def shown_as(self) -> tuple[str, int]:
        """What a service worker keeps apart: the tag and how often it was raised."""
        return self.payload["notification"]["tag"], self.payload["n"]

    def header(self, name: str) -> str:
        """Return one header, or an empty text."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True)
class Told:
    """How to answer: a status with headers, after some seconds; `drip` sends a byte each `drip` seconds."""

    status: int = 201
    headers: tuple[tuple[str, str], ...] = ()
    after_s: float = 0.0
    drip: float = 0.0


@dataclass
class PushService:
    """The service: its browsers, what it took, what it found wrong, and how it answers."""

    application_server_key: str | None = None
    now: Callable[[], float] = time.time
    told: Callable[[str], Told] = field(default=lambda _token: Told())
    browsers: dict[str, Browser] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    elsewhere: int = 0
    port: int = 0
    closing: threading.Event = field(default_factory=threading.Event)
    server: _Server | None = None
    fillers: list[socket.socket] = field(default_factory=list)

    def let_go(self) -> None:
        """End every answer that hangs or drips; nobody is told anything."""
        self.closing.set()
        time.sleep(0.1)
        self.closing.clear()

    def stop_accepting(self) -> None:
        """Hang at connect: fill the queue of those who wait to be let in, so that no more SYN is answered."""
        assert self.server is not None
        self.server.shutdown()
        self.server.socket.listen(0)
        for _ in range(FILLERS):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            self.fillers.append(filler)

    def accept_again(self) -> None:
        """Let in again whoever knocks."""
        assert self.server is not None
        for filler in self.fillers:
            filler.close()
        self.fillers.clear()
        self.server.socket.listen(self.server.request_queue_size)
        _serve(self.server)

    @property
    def origin(self) -> str:
        """The origin of its endpoints."""
        return f"http://127.0.0.1:{self.port}"

    def subscribe(self) -> Browser:
        """Return a new subscription, as pushManager.subscribe() does."""
        token = b64url(os.urandom(12))
        private = ec.generate_private_key(ec.SECP256R1())
        browser = Browser(token, private, os.urandom(16), f"{self.origin}/push/{token}")
        self.browsers[token] = browser
        return browser

    def check(self, headers: dict[str, str], token: str, body: bytes) -> bytes:
        """Return the plain text, or raise ValueError naming what is wrong with the request."""
        if not re.fullmatch(r"[0-9]{1,8}", headers.get("ttl", "")) or int(headers["ttl"]) > LONGEST_TTL:
            raise ValueError("TTL is missing or wrong")
        if int(headers["ttl"]) == 0:
            raise ValueError("TTL 0 is lost when the phone sleeps")
        if headers.get("urgency", "normal") not in URGENCIES:
            raise ValueError("Urgency is not one of the four words")
        if "topic" in headers and not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", headers["topic"]):
            raise ValueError("Topic is longer than 32 or not base64url")
        if headers.get("content-encoding") != "aes128gcm":
            raise ValueError("Content-Encoding is not aes128gcm")
        if len(body) > MOST_BODY:
            raise ValueError("the body is longer than 4096 bytes")
        self._check_vapid(headers.get("authorization", ""))
        return self.browsers[token].decrypt(body)

    def _check_vapid(self, authorization: str) -> None:
        found = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)", authorization)
        if found is None:
            raise ValueError("Authorization is not a vapid header")
        head, claims, signature, key = found.groups()
        if self.application_server_key is not None and key != self.application_server_key:
            raise ValueError("the VAPID key is not the one subscribed with")
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64url(key))
        raw = unb64url(signature)
        pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        try:
            public.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            raise ValueError("the VAPID signature is wrong") from None
        if json.loads(unb64url(head)).get("alg") != "ES256":
            raise ValueError("the VAPID algorithm is not ES256")
        claim = json.loads(unb64url(claims))
        if claim["aud"] != self.origin:
            raise ValueError("the VAPID audience is another origin")
        if not self.now() < claim["exp"] <= self.now() + 86_400:
            raise ValueError("the VAPID expiry is past or more than a day ahead")
        if not re.match(r"mailto:|https:", claim.get("sub", "")):
            raise ValueError("the VAPID subject is missing")

    def seen(self) -> dict[tuple[str, int], int]:
        """Return how often each notification came, told apart by tag and raise count."""
        counts: dict[tuple[str, int], int] = {}
        for one in list(self.received):
            counts[one.shown_as] = counts.get(one.shown_as, 0) + 1
        return counts


@contextmanager
def push_service(
    application_server_key: str | None = None, now: Callable[[], float] = time.time
) -> Iterator[PushService]:
    """Run a push service on a free port for the length of the block."""
    service = PushService(application_server_key, now)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": service}))
    service.port, service.server = server.server_address[1], server
    _serve(server)
    try:
        yield service
    finally:
        service.closing.set()
        server.shutdown()
        server.server_close()


def _serve(server: _Server) -> None:
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: PushService

    def do_POST(self) -> None:
        """Take a push, or count a request that had no business here."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.startswith("/push/"):
            self.do_GET()
            return
        service, token = self.service, self.path.removeprefix("/push/")
        told = service.told(token) if token in service.browsers else Told(404)
        if told.status in (200, 201, 202, 204):
            told = self._take(token, body, told)
        self._answer(told)

    def do_GET(self) -> None:
        """Count a request that had no business here."""
        self.service.elsewhere += 1
        self._answer(Told(200))

    def _take(self, token: str, body: bytes, told: Told) -> Told:
        service = self.service
        try:
            plain = service.check({k.lower(): v for k, v in self.headers.items()}, token, body)
        except (ValueError, KeyError) as wrong:
            service.faults.append(str(wrong))
            return Told(400)
        headers = tuple(self.headers.items())
        service.received.append(Received(token, headers, body, plain, service.now()))
        return told

    def _answer(self, told: Told) -> None:
        self.close_connection = True
        if self.service.closing.wait(told.after_s):
            return
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.headers)
        head = (
            f"HTTP/1.1 {told.status} Told\r\n{lines}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
        )
        parts = [head[i : i + 1] for i in range(len(head))] if told.drip else [head]
        try:
            for part in parts:
                self.wfile.write(part)
                if told.drip and self.service.closing.wait(told.drip):
                    return
        except OSError:
            return  # The sender gave up, which is what a drip is there to see.

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""
