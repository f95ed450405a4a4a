"""A private address on the running server: nothing it writes holds it."""

from __future__ import annotations

import json
import socket
import struct
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.rig.server import running


def call(url: str, method: str = "GET", cookie: str = "") -> tuple[int, bytes]:
    """Send one request as our own page would."""
    headers = {"Sec-Fetch-Site": "same-origin", "X-App": "1", "Cookie": cookie}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method, headers=headers)) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


def hang_up(url: str) -> None:
    """Ask for the address and break the connection off, so that the answer cannot be written."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())


@pytest.mark.slow
def test_the_log_of_a_running_server_never_holds_an_address(tmp_path: Path) -> None:
    with running("demo", tmp_path / "data", timeout_s=60) as demo:
        found = json.loads((tmp_path / "data" / "demo.json").read_text())
        cookie = next(person["cookie"] for person in found["people"] if person["key"] == "person")
        status, made = call(f"{demo.url}/api/records/calendar", "POST", cookie)
        assert status == 201
        address = f"{demo.url}{urlsplit(json.loads(made)['url']).path}"
        status, calendar = call(address)
        assert (status, calendar[:15]) == (200, b"BEGIN:VCALENDAR")
        for _ in range(20):
            hang_up(address)
        assert call(f"{demo.url}/api/records/calendar", "DELETE", cookie)[0] == 204
        assert call(address)[0] == 404
        hang_up(address)
        assert call(f"{demo.url}/healthz")[0] == 200
        demo.stop()
        assert address.rpartition("/")[2].removesuffix(".ics") not in demo.text()
        assert "/calendar/" not in demo.text()
