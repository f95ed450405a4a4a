"""The worker as it runs: its clock, a failing database, a clean end."""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from companion import migrations, worker
from companion.push import use_cases as push
from tests.faults.nursery import start_worker
from tests.faults.scene import a_plan_of_this_minute, a_scene, has_beaten, wait_until
from tests.rig.databases import Databases


@pytest.mark.slow
def test_a_reminder_due_now_goes_out_within_two_ticks(
    engine_name: str, databases: Databases, tmp_path: Path
) -> None:
    tick = 2.0
    with databases.fresh(engine_name, migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        stop = worker.start_in_background(replace(scene.settings, tick_seconds=tick))
        try:
            wait_until(lambda: has_beaten(scene))
            a_plan_of_this_minute(scene)
            assert wait_until(lambda: scene.service.received) < 2 * tick
            time.sleep(tick)
            assert list(scene.service.seen().values()) == [1]
        finally:
            stop()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("push")]


@pytest.mark.slow
def test_it_ends_cleanly_when_it_is_told_to(engine_name: str, databases: Databases, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with databases.fresh(engine_name, migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        process = start_worker(scene.settings, str(log))
        wait_until(lambda: has_beaten(scene))
        process.terminate()
        process.join(15)
        assert process.exitcode == 0
        assert "stopped" in log.read_text()


@pytest.mark.slow
def test_a_locked_database_is_waited_for(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh("sqlite", migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        running = worker.start(scene.settings)
        try:
            wait_until(lambda: has_beaten(scene))
            holder = sqlite3.connect(make_url(url).database or "", isolation_level=None)
            a_plan_of_this_minute(scene)
            holder.execute("BEGIN EXCLUSIVE")
            time.sleep(6)  # Longer than the driver waits for a lock.
            holder.execute("ROLLBACK")
            holder.close()
            wait_until(lambda: scene.service.received)
            assert list(scene.service.seen().values()) == [1]
        finally:
            running.stop()


def test_no_error_ends_a_tick_and_none_is_logged_with_its_words(caplog: pytest.LogCaptureFixture) -> None:
    def fails(error: Exception) -> Any:
        def tick() -> None:
            raise error

        return tick

    worker._surviving("remind", fails(OperationalError("SELECT secret", {}, Exception("secret"))))()
    worker._surviving("remind", fails(ValueError("secret")))()
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]
    assert "secret" not in caplog.text
    assert "ValueError" in caplog.text


def test_without_a_push_key_it_plans_and_sends_nothing(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh("sqlite", migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        a_plan_of_this_minute(scene)
        settings = replace(scene.settings, vapid_private_key=None, vapid_subject=None)
        made = worker.Worker(scene.factory, push.make_sender(settings), 1.0)
        assert made.plan_and_raise() == 1
        assert made.dispatch().claimed == 0
        made.keep_house()
        with scene.factory() as session:
            assert push.health(session, datetime.now(UTC) + timedelta(seconds=1)).waiting == 1
