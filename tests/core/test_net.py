"""Outbound HTTP: only where we may, never further, never for long."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator

import pytest

from companion.core import net

PUSH = net.Origins(frozenset({"fcm.googleapis.com", ".push.apple.com"}))


@pytest.mark.parametrize(
    "url",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://push.apple.com/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@evil.example/",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com\\@evil.example/",
        "https://fcm.googleapis.com./x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://0x7f000001/x",
        "https://127.1/x",
        "https://localhost/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
        "gopher://fcm.googleapis.com/",
        "ftp://fcm.googleapis.com/",
        "//fcm.googleapis.com/x",
        "fcm.googleapis.com/x",
        "https:///x",
        "https://fcm.googleapis.com:99999/x",
        "https://fcm.googleapis.com/\nHost: x",
        "https://fcm。googleapis.com/x",
        "",
        " https://fcm.googleapis.com/x",
    ],
)
def test_these_are_never_called(url: str) -> None:
    assert PUSH.problem(url)
    assert isinstance(net.post(url, b"", {}, allowed=PUSH), net.NetFailure)


def test_hosts_on_the_list_may_be_called() -> None:
    assert PUSH.problem("https://fcm.googleapis.com/fcm/send/abc") is None
    assert PUSH.problem("https://web.push.apple.com/abc") is None
    assert net.Origins(extra=frozenset({"http://127.0.0.1:9"})).problem("http://127.0.0.1:9/x") is None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "::1",
        "fe80::1",
        "0.0.0.0",
        "::ffff:10.0.0.1",
        "224.0.0.1",
        "64:ff9b::7f00:1",
        "192.168.1.1",
        "100.64.0.1",
        "fd00::1",
        "nonsense",
    ],
)
def test_internal_addresses_are_not_public(address: str) -> None:
    assert not net.is_public(address)


def test_a_public_address_is_public() -> None:
    assert net.is_public("93.184.216.34")
    assert net.is_public("2606:2800:220:1::1")


class _Odd(http.server.BaseHTTPRequestHandler):
    hits: list[str]

    def do_GET(self) -> None:
        """Answer in the way the path asks for."""
        self.server.hits.append(self.path)  # type: ignore[attr-defined]
        if self.path == "/redirect":
            self.send_response(307)
            self.send_header("Location", "/inside")
            self.end_headers()
        elif self.path == "/large":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(200):
                    self.wfile.write(b"x" * 10_000)
            except OSError:
                self.close_connection = True
        elif self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(100):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.1)
            except OSError:
                self.close_connection = True
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"inside")

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def odd() -> Iterator[tuple[str, list[str]]]:
    """A local server with bad manners, and the paths it was asked for."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Odd)
    server.hits = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", server.hits  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def test_a_redirect_is_an_answer_and_not_followed(odd: tuple[str, list[str]]) -> None:
    base, hits = odd
    reply = net.get(base + "/redirect", allowed=net.Origins(extra=frozenset({base})))
    assert isinstance(reply, net.Reply)
    assert reply.status == 307
    assert hits == ["/redirect"]


def test_a_large_answer_stops_at_the_cap(odd: tuple[str, list[str]]) -> None:
    base, _hits = odd
    reply = net.get(base + "/large", allowed=net.Origins(extra=frozenset({base})), max_bytes=50_000)
    assert isinstance(reply, net.NetFailure)
    assert reply.reason == "too_large"


def test_a_slow_answer_ends_at_the_deadline(odd: tuple[str, list[str]]) -> None:
    base, _hits = odd
    started = time.monotonic()
    reply = net.get(base + "/drip", allowed=net.Origins(extra=frozenset({base})), deadline_s=0.5)
    assert isinstance(reply, net.NetFailure)
    assert reply.reason == "timeout"
    assert time.monotonic() - started < 3


def test_an_internal_address_is_refused_at_connect_time() -> None:
    # The name passes the list; where it leads does not.
    reply = net.get("https://localhost.localdomain/", allowed=net.PUBLIC_HTTPS, deadline_s=2)
    assert isinstance(reply, net.NetFailure)
