"""An import that is killed, at any batch and at any point of it, and run again: nothing tells it happened."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from companion.core.orm import Base, Sessions, reading
from companion.directory.gateway import files
from companion.directory.use_cases import Licence, import_feed
from tests.directory.builders import TOPICS, a_page, a_place, a_schedule, a_service, write_feed
from tests.directory.test_refreshing import publishing

OPEN = Licence("OGL")
PAGE, COUNT = 4, 14
# Numbers are given out by the database, and what stands beside them is told apart by its own id.
TABLES = {
    "directory_place": "p.position, p.x, p.y, p.name, p.yes, p.no, p.open_0",
    "directory_topic": "p.topic, p.position, p.band, p.open_0",
    "directory_opening": "p.position, p.line, p.starts, p.ends",
    "directory_card": "p.position, p.body",
    "directory_part": "p.kind, p.id, p.position, p.words",
}
KILLED = """
import os, signal, sys
from datetime import datetime
from companion.core.orm import make_engine, make_session_factory
from companion.core.sealing import Keyring
from companion.directory.gateway import files
from companion.directory.use_cases import Licence, import_feed, importing, keeping
from tests.directory.builders import TOPICS

url, source, now, where, origin, size = sys.argv[1:]
name, _, turn = where.rpartition(" ")
files.PAGE = importing.gateway.PAGE = int(size)
calls = []

def dies():
    calls.append(1)
    if len(calls) == int(turn):
        os.kill(os.getpid(), signal.SIGKILL)

def then_dies(real):
    def wrapped(*given, **named):
        found = real(*given, **named)
        dies()
        return found
    return wrapped

place = {"write_records": keeping, "note": keeping, "look": importing, "_finish": importing}.get(name)
if place is not None:
    setattr(place, name, then_dies(getattr(place, name)))
committed = (lambda *_: dies()) if name == "committed" else None
factory = make_session_factory(make_engine(url), Keyring(bytes(32)))
import_feed(factory.begin, source, topics=TOPICS, licence=Licence("OGL"), now=datetime.fromisoformat(now),
            label="a feed", extra_origins=frozenset({origin}), progress=committed, max_retire=1.0)
"""

POINTS = ["look 2", "write_records 1", "write_records 3", "note 2", "committed 1", "committed 3", "_finish 1"]


def services(word: str, count: int = COUNT) -> list[dict[str, Any]]:
    """Return services of which each says one word in its name, its place and its description."""
    return [
        a_service(
            f"Service {number}",
            description=f"Debt advice, {word}. Drop in.",
            schedules=[a_schedule()],
            service_at_locations=[a_place(53.0 + number / 100, location={"name": f"{word} house"})],
        )
        for number in range(count)
    ]


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PAGE", PAGE)
    monkeypatch.setattr("companion.directory.use_cases.importing.gateway.PAGE", PAGE)


@pytest.fixture
def state(factory: Sessions) -> Callable[[], dict[str, list[Any]]]:
    """Return all that people and publishers can see of the directory, but for the database's own numbers."""

    def take() -> dict[str, list[Any]]:
        service = (
            "SELECT external_id, id, name, shown, record, record_hash, retired_at FROM directory_service"
        )
        asked = {"service": f"{service} ORDER BY external_id"}
        for name, columns in TABLES.items():
            ordered = ", ".join(str(number + 2) for number in range(len(columns.split(","))))
            asked[name] = (
                f"SELECT s.external_id, {columns} FROM {name} p "
                f"JOIN directory_service s ON s.number = p.service_number ORDER BY 1, {ordered}"
            )
        asked["text"] = (
            "SELECT s.external_id, t.words FROM directory_text t "
            "JOIN directory_service s ON s.number = t.rowid ORDER BY 1"
        )
        asked["feed"] = "SELECT source, complete, failure FROM directory_feed"
        asked["notes"] = "SELECT external_id, code FROM directory_reject ORDER BY 1, 2"
        asked["pages"] = "SELECT number FROM directory_crawl_page"
        with factory() as session:
            return {name: [tuple(row) for row in session.execute(text(one))] for name, one in asked.items()}

    return take


def empty(factory: Sessions) -> None:
    """Take everything out of the directory."""
    with factory.begin() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name.startswith("directory_"):
                session.execute(table.delete())
        session.execute(text("DELETE FROM directory_text"))


def kill(url: str, source: Path | str, now: datetime, where: str, origin: str = "") -> None:
    """Import in a process of its own that is killed at a point."""
    words = [sys.executable, "-c", KILLED, url, str(source), now.isoformat(), where, origin, str(PAGE)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("where", POINTS)
def test_a_file_ends_the_same_however_its_import_was_killed(
    factory: Sessions, database_url: str, now: datetime, tmp_path: Path, state: Any, where: str
) -> None:
    def load(source: Path) -> None:
        import_feed(factory.begin, source, topics=TOPICS, licence=OPEN, now=now, label="a feed", max_retire=1)

    old = write_feed(tmp_path, *services("old", COUNT + 1), name="old.json")
    new = write_feed(tmp_path, *services("new"), {"id": "x", "name": ""}, name="new.json")
    load(old)
    load(new)
    undisturbed = state()
    empty(factory)
    load(old)
    kill(database_url, new, now, where)
    load(new)
    assert state() == undisturbed


@pytest.fixture
def publisher() -> Iterator[Any]:
    """A publisher on this machine that answers by page."""
    with publishing() as made:
        yield made


@pytest.mark.parametrize("where", ["write_records 2", "note 3", "committed 2", "committed 3", "_finish 1"])
def test_a_feed_of_the_web_ends_the_same_however_its_reading_was_killed(
    factory: Sessions, database_url: str, now: datetime, publisher: Any, state: Any, where: str
) -> None:
    def say(found: list[dict[str, Any]]) -> None:
        pages = -(-len(found) // PAGE)
        publisher.pages = [
            json.dumps(a_page(*found[start : start + PAGE], total_items=len(found), total_pages=pages,
                              page_number=number, last_page=number == pages))
            for number, start in enumerate(range(0, len(found), PAGE), start=1)
        ]  # fmt: skip

    def load() -> None:
        import_feed(
            factory.begin, publisher.url, topics=TOPICS, licence=OPEN, now=now, label="a feed",
            extra_origins=frozenset({publisher.origin}), max_retire=1.0,
        )  # fmt: skip

    old, new = services("old", COUNT + 1), services("new")
    for feed in (old, new):
        say(feed)
        load()
    undisturbed = state()
    empty(factory)
    say(old)
    load()
    say(new)
    kill(database_url, publisher.url, now, where, publisher.origin)
    load()
    assert state() == undisturbed


def test_whoever_reads_meanwhile_meets_whole_services(
    factory: Sessions, now: datetime, tmp_path: Path
) -> None:
    met: list[set[str]] = []
    over = threading.Event()

    def load(word: str) -> None:
        source = write_feed(tmp_path, *services(word))
        import_feed(factory.begin, source, topics=TOPICS, licence=OPEN, now=now, label="a feed")

    def look() -> None:
        wanted = text(
            "SELECT s.description, p.body, (SELECT count(*) FROM directory_topic t WHERE t.service_number = "
            "s.number), (SELECT count(*) FROM directory_opening o WHERE o.service_number = s.number), "
            "(SELECT count(*) FROM directory_place f WHERE f.service_number = s.number AND f.yes > 0) FROM "
            "(SELECT number, record AS description FROM directory_service WHERE shown) s "
            "LEFT JOIN directory_card p ON p.service_number = s.number"
        )
        while not over.wait(0.002):
            with reading(factory) as session:
                rows = session.execute(wanted).all()
            for record, body, topics, openings, facts in rows:
                word = str(json.loads(body or "{}").get("place", {}).get("name", "")).split(" ")[0]
                whole = f"advice, {word}." in record and (topics, openings, facts) == (2, 5, 1)
                met.append({word if whole else f"half: {word} {topics} {openings} {facts}"})

    load("word0")
    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 9):
            load(f"word{number}")
    finally:
        over.set()
        for reader in readers:
            reader.join(timeout=30)
    assert not any(reader.is_alive() for reader in readers)
    found = set.union(*met)
    assert not [one for one in found if one.startswith("half")]
    assert len(found) > 1
