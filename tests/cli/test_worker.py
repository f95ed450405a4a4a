"""`companion worker --processes N`: as many as asked for, one that dies is replaced, all end together."""

from __future__ import annotations

import base64
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from companion import migrations
from companion.core.orm import make_engine, make_reading_factory
from companion.core.sealing import Keyring
from companion.push.models import Heartbeat
from tests.conftest import MASTER_KEY, VAPID_KEY
from tests.rig.databases import Databases
from tests.rig.server import Program, running

PATIENCE_S = 45


@pytest.fixture
def url(engine_name: str, databases: Databases) -> Iterator[str]:
    """The address of a migrated database of this test's own."""
    with databases.fresh(engine_name, migrations.upgrade) as made:
        yield made


def wait_until(condition: Callable[[], bool], program: Program) -> None:
    """Wait until `condition` holds, or fail with what the program wrote."""
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, program.text()[-4000:]
        time.sleep(0.05)


def workers_of(program: Program) -> list[int]:
    """Return the process ids of the workers that this program started and that live."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended while we looked.
        if int(after_name[1]) == program.pid and after_name[0] != "Z" and b"spawn_main" in command:
            found.append(int(folder.name))
    return sorted(found)


def said(program: Program, words: str) -> list[str]:
    """Return the messages of the log that hold `words`; every line is one JSON object."""
    messages = [json.loads(line)["message"] for line in program.text().splitlines()]
    return [message for message in messages if words in message]


@pytest.mark.slow
def test_so_many_workers_run_a_dead_one_is_replaced_and_all_end_together(url: str, tmp_path: Path) -> None:
    env = {
        "COMPANION_DATABASE_URL": url,
        "COMPANION_MASTER_KEY": base64.b64encode(MASTER_KEY).decode(),
        "COMPANION_VAPID_PRIVATE_KEY": VAPID_KEY,
        "COMPANION_VAPID_SUBJECT": "mailto:ops@example.org",
        "COMPANION_TICK_SECONDS": "0.2",
    }
    engine = make_engine(url)
    reading = make_reading_factory(engine, Keyring(MASTER_KEY))

    def have_looked(count: int) -> bool:
        with reading() as session:
            return session.scalar(select(func.count(Heartbeat.worker_id))) == count

    try:
        with running("worker", tmp_path / "data", arguments=["--processes", "2"], env=env) as program:
            wait_until(lambda: have_looked(2), program)
            first = workers_of(program)
            assert len(first) == 2
            os.kill(first[1], signal.SIGKILL)
            wait_until(lambda: have_looked(3), program)
            second = workers_of(program)
            assert len(second) == 2
            assert len(set(first) & set(second)) == 1
            (line,) = said(program, "starting another")
            assert "ended with status -9" in line
            assert program.stop(timeout_s=30) == 0
            assert not [pid for pid in second if Path(f"/proc/{pid}").exists()]
            assert len(said(program, "started")) == 3
            assert len(said(program, "stopped")) == 2
    finally:
        engine.dispose()


def test_a_number_of_workers_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    with running("worker", tmp_path / "data", arguments=["--processes", "0"]) as program:
        assert program.process is not None
        assert program.process.wait(30) == 2
        assert "--processes" in program.text()
