"""What feeds must not do to us: each is stopped with one sentence, and what was there stays."""

from __future__ import annotations

import csv
import json
import os
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from companion.directory.gateway import polite
from companion.directory.use_cases import FeedUnreadable, ImportReport, open_rejects
from tests.directory.builders import a_page, a_service

Import = Callable[..., ImportReport]


@pytest.fixture
def kept(imports: Import, ask: Callable[..., Any]) -> Callable[[], list[str]]:
    """Import one service and return how to ask what is shown."""
    imports(a_service("Kept"))
    return lambda: [name for (name,) in ask("SELECT name FROM directory_service WHERE shown ORDER BY name")]


def _write(folder: Path, content: str | bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _zip(folder: Path, files: dict[str, str | bytes]) -> Path:
    path = folder / "feed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def _lying_zip(folder: Path) -> Path:
    path = _zip(folder, {"feed.json": json.dumps(a_page(a_service("Bad"))) + " " * 3_000_000})
    size = zipfile.ZipFile(path).infolist()[0].file_size.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (900).to_bytes(4, "little")))
    return path


def _huge(folder: Path) -> Path:
    path = _write(folder, json.dumps([a_service("Bad")]), "huge.json")
    os.truncate(path, 10 * 1024**3)
    return path


def _spoilt(folder: Path) -> Path:
    path = _zip(
        folder,
        {"feed.json": json.dumps([a_service(f"Bad {n}", fees=os.urandom(99).hex()) for n in range(2000)])},
    )
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    return path


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a zip bomb": (lambda folder: _zip(folder, {"a.json": b"[" + b" " * 20_000_000}), "more than we take"),
    "a zip that lies": (_lying_zip, "damaged or locked zip"),
    "a spoilt zip": (_spoilt, "is not JSON|damaged or locked zip"),
    "10 GB": (_huge, "larger than"),
    "a page": (lambda folder: _write(folder, "<!DOCTYPE html><p>Sign in", "feed.json"), "web page"),
    "a page in UTF-16": (lambda folder: _write(folder, "<html>".encode("utf-16"), "feed.json"), "web page"),
    "an endless string": (
        lambda folder: _write(folder, '[{"id": "' + "x" * 9_000_000, "feed.json"),
        "longer",
    ),
    "an endless list of nothing": (
        lambda folder: _write(folder, "[" + "null," * 500_000, "a.json"),
        "half way",
    ),
    "endless blanks": (lambda folder: _write(folder, " " * 5_000_000, "feed.json"), "empty"),
}


@pytest.mark.parametrize("kind", sorted(FILES))
def test_a_file_is_stopped_with_a_sentence(
    imports: Import, kept: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("companion.directory.gateway.members.MOST_UNPACKED", 10_000_000)
    monkeypatch.setattr("companion.directory.gateway.json_text.MOST_VALUE", 1_000_000)
    make, words = FILES[kind]
    with pytest.raises(FeedUnreadable, match=words) as caught:
        imports(source=make(tmp_path))
    assert caught.value.detail.endswith(".")
    assert kept() == ["Kept"]


def test_half_of_a_long_file_changes_nothing(imports: Import, kept: Any, tmp_path: Path) -> None:
    services = json.dumps(a_page(*[a_service(f"New {number}") for number in range(1200)]))
    with pytest.raises(FeedUnreadable, match="half way"):
        imports(source=_write(tmp_path, services[: len(services) * 9 // 10], "feed.json"))
    assert kept() == ["Kept"]


@pytest.mark.parametrize("name", ["../../evil.json", "/etc/evil.json", "C:\\evil.json", "a\x1b[2J\n.json"])
def test_names_in_a_zip_lead_nowhere(imports: Import, kept: Any, tmp_path: Path, name: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    bad = json.dumps([a_service("New"), {"id": "1"}])
    source = _zip(inside, {name: bad, "b.json": json.dumps([a_service("Other")])})
    report = imports(source=source)
    assert [path.name for path in tmp_path.rglob("*")] == ["feed.json", "inside", "feed.zip"]
    assert kept() == ["Kept", "New", "Other"]
    assert all(one.pointer.isprintable() for one in report.rejects)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252"])
def test_other_encodings_come_out_right(imports: Import, kept: Any, tmp_path: Path, encoding: str) -> None:
    text = json.dumps(a_page(a_service("Café – £5")), ensure_ascii=False)
    imports(source=_write(tmp_path, text.encode(encoding), "feed.json"), max_retire=0.0)
    assert "Café – £5" in kept()


def test_a_formula_is_words_in_the_file_of_rejects(imports: Import, tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    with open_rejects(path) as tell:
        imports(
            {"id": "=cmd|' /C calc'!A0", "name": ""},
            label="=HYPERLINK(1)",
            source=_write(tmp_path, json.dumps([{"id": "=1+1", "name": ""}]), "=1+1.json"),
            tell=tell,
        )
    with path.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert len(rows) == 2
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server of one thread that does with a connection what it is told."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(5)
                    connection.recv(65536)
                    try:
                        answer(connection)
                    except OSError:
                        continue  # Whoever asked has gone, which is what is tested.

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def _redirects(connection: socket.socket) -> None:
    connection.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    )


def _endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n[")
    while True:
        connection.sendall(b'{"id": 1},' * 10_000)


def _drips(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n[")
    until = time.monotonic() + 5
    while time.monotonic() < until:
        connection.sendall(b" ")
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("answer", "words"),
    [(_redirects, "status 302"), (_endless, "larger than we take"), (_drips, "no full answer in time")],
    ids=["redirect", "endless", "drip"],
)
def test_a_server_is_left_alone_after_a_while(
    imports: Import, kept: Any, monkeypatch: pytest.MonkeyPatch, answer: Any, words: str
) -> None:
    get = polite.net.get
    monkeypatch.setattr(
        polite.net, "get", lambda url, **more: get(url, **{**more, "max_bytes": 500_000}, deadline_s=1)
    )
    with answering(answer) as origin, pytest.raises(FeedUnreadable, match=words):
        imports(source=f"{origin}/services", extra_origins=frozenset({origin}))
    assert kept() == ["Kept"]
