#!/usr/bin/env python3
"""A push service to measure against: TLS, HTTP/1.1 and HTTP/2, answers 201 to everything, keeps samples.

Pure Python on asyncio, in a process of its own. It reads frames and no header block: it need not know what a
request asks for to say 201. Prints `ready <port>`; on a line `stop` it prints one JSON object and ends.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import ssl
import sys
import time
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS, PING, WINDOW_UPDATE, CONTINUATION = 0, 1, 4, 6, 8, 9
END_STREAM, END_HEADERS, ACK, PADDED = 1, 4, 1, 8
# :status 201, a literal that leaves no trace in the table of headers (RFC 7541 §6.2.2).
CREATED = b"\x08\x03201"
OPENING = b"\x00\x00\x0c\x04\x00\x00\x00\x00\x00" + b"\x00\x03\x00\x00\x01\x00" + b"\x00\x04\x00\xff\xff\xff"
WIDE = b"\x00\x00\x04\x08\x00\x00\x00\x00\x00\x3f\xff\x00\x00"
H1_CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


class Counts:
    """What came, when, and a sample of bodies."""

    def __init__(self, every: int, delay_s: float, hang: bool) -> None:
        self.taken = 0
        self.every, self.delay_s, self.hang = every, delay_s, hang
        self.samples: list[bytes] = []
        self.times: list[float] = []

    def take(self, body: bytes) -> None:
        """Count one message."""
        if self.taken % self.every == 0:
            self.samples.append(body)
        self.taken += 1
        self.times.append(time.time())


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self, counts: Counts) -> None:
        self.counts, self.buffer = counts, bytearray()
        self.is_h2: bool | None = None
        self.bodies: dict[int, list[bytes]] = {}
        self.transport: asyncio.Transport | None = None
        self.eaten = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        chosen = transport.get_extra_info("ssl_object").selected_alpn_protocol()
        self.is_h2 = chosen == "h2"
        if self.is_h2:
            transport.write(OPENING + WIDE)

    def data_received(self, data: bytes) -> None:
        """Take what came and answer what is complete."""
        self.buffer += data
        answer = bytearray()
        if self.is_h2:
            self._frames(answer)
        else:
            self._requests(answer)
        if answer and not self.counts.hang:
            if self.counts.delay_s:
                asyncio.get_running_loop().call_later(self.counts.delay_s, self._write, bytes(answer))
            else:
                self._write(bytes(answer))

    def _write(self, answer: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(answer)

    def _frames(self, answer: bytearray) -> None:
        buffer, at = self.buffer, 0
        if buffer.startswith(PREFACE):
            at = len(PREFACE)
        while len(buffer) - at >= 9:
            size = int.from_bytes(buffer[at : at + 3], "big")
            if len(buffer) - at - 9 < size:
                break
            kind, flags = buffer[at + 3], buffer[at + 4]
            stream = int.from_bytes(buffer[at + 5 : at + 9], "big") & 0x7FFFFFFF
            body = bytes(buffer[at + 9 : at + 9 + size])
            at += 9 + size
            if kind == DATA:
                self.eaten += size
                self.bodies.setdefault(stream, []).append(body)
                if flags & END_STREAM:
                    self.counts.take(b"".join(self.bodies.pop(stream)))
                    answer += len(CREATED).to_bytes(3, "big") + bytes([HEADERS, END_STREAM | END_HEADERS])
                    answer += stream.to_bytes(4, "big") + CREATED
            elif kind == SETTINGS and not flags & ACK:
                answer += b"\x00\x00\x00\x04\x01\x00\x00\x00\x00"
            elif kind == PING and not flags & ACK:
                answer += b"\x00\x00\x08\x06\x01\x00\x00\x00\x00" + body
        del buffer[:at]
        if self.eaten > 1_000_000:
            answer += b"\x00\x00\x04\x08\x00\x00\x00\x00\x00" + self.eaten.to_bytes(4, "big")
            self.eaten = 0

    def _requests(self, answer: bytearray) -> None:
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self.buffer[:end]).lower()
            size = 0
            for line in head.split(b"\r\n")[1:]:
                if line.startswith(b"content-length:"):
                    size = int(line[15:])
            if len(self.buffer) < end + 4 + size:
                return
            self.counts.take(bytes(self.buffer[end + 4 : end + 4 + size]))
            del self.buffer[: end + 4 + size]
            answer += H1_CREATED


def make_certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 that names itself, with its key, in one file."""
    path = folder / "sink.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


async def serve(certificate: Path, counts: Counts) -> None:
    """Serve until told to stop."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2", "http/1.1"])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(counts), "127.0.0.1", 0, ssl=context, backlog=1024)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    while True:
        line = (await loop.run_in_executor(None, sys.stdin.readline)).strip()
        if line == "count":
            print(counts.taken, flush=True)
            continue
        samples = [base64.b64encode(body).decode() for body in counts.samples]
        said = {
            "taken": counts.taken,
            "cpu_s": time.process_time(),
            "samples": samples,
            "times": counts.times,
        }
        print(json.dumps(said), flush=True)
        if line != "reset":
            return
        counts.taken, counts.samples, counts.times = 0, [], []


def main() -> None:
    """Read the options and serve."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("certificate", type=Path)
    options.add_argument("--every", type=int, default=500, help="keep every so many bodies")
    options.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    options.add_argument("--hang", action="store_true", help="never answer")
    given = options.parse_args()
    asyncio.run(serve(given.certificate, Counts(given.every, given.delay, given.hang)))


if __name__ == "__main__":
    main()
