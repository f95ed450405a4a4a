"""A worker frozen past its lease and let go again: another works meanwhile, and both go on after."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import func, select

from companion import migrations
from companion.push.models import Delivery, Message
from tests.faults.nursery import LEASE, end_workers, start_worker
from tests.faults.points import Trap
from tests.faults.scene import Scene, a_scene, check_outcome, is_all_there, let_fall_due, wait_until
from tests.rig.databases import SQLITE, Databases

PAST_LEASE_S = LEASE.total_seconds() + 1


@contextmanager
def frozen_worker(scene: Scene, point: str, folder: Path) -> Iterator[BaseProcess]:
    """Start a worker and wait until it is frozen at this point."""
    trap = Trap(point, folder / "trap", signal.SIGSTOP)
    process = start_worker(scene.settings, str(folder / "frozen.log"), trap)
    try:
        wait_until(lambda: is_stopped(process), 30)
        assert trap.flag.exists()
        yield process
    finally:
        let_go(process)


def is_stopped(process: BaseProcess) -> bool:
    """Tell whether the system has stopped this process."""
    return "\nState:\tT" in Path(f"/proc/{process.pid}/status").read_text()


def let_go(process: BaseProcess) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGCONT)


def check_that_it_works_alone(scene: Scene, process: BaseProcess) -> None:
    """Check that this worker, alone, still raises and sends what falls due."""
    let_fall_due(scene, 5)
    wait_until(lambda: is_all_there(scene), 60)
    end_workers(process)


@pytest.mark.slow
@pytest.mark.parametrize("point", ["after claim", "while posting", "after send"])
def test_frozen_past_its_lease_it_changes_nothing_and_goes_on_after(
    engine_name: str, databases: Databases, tmp_path: Path, point: str
) -> None:
    with databases.fresh(engine_name, migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        let_fall_due(scene, 10)
        with frozen_worker(scene, point, tmp_path) as frozen:
            other = start_worker(scene.settings, str(tmp_path / "other.log"))
            let_fall_due(scene, 5)
            time.sleep(PAST_LEASE_S)
            # Everything arrives while one worker stands still: what it held, and what others wait for.
            wait_until(lambda: is_all_there(scene), 60)
            end_workers(other)
            with scene.factory() as session:
                marks = marks_of(scene)
                assert session.scalar(select(func.count()).select_from(Delivery)) == len(scene.expected)
        wait_until(lambda: has_let_go(tmp_path), 60)
        assert marks_of(scene) == marks
        check_that_it_works_alone(scene, frozen)
        check_outcome(scene)


def marks_of(scene: Scene) -> list[tuple[object, ...]]:
    """Return everything that is written about the messages of now."""
    with scene.factory() as session:
        rows = session.execute(
            select(Message.id, Message.state, Message.tries, Message.lease_token, Message.ended_at, Delivery)
            .join(Delivery)
            .order_by(Message.id)
        ).all()
    return [(*row[:5], row[5].outcome, row[5].status, row[5].tries, row[5].at) for row in rows]


def has_let_go(folder: Path) -> bool:
    """Tell whether the frozen worker has found that another holds what it held."""
    return "held by another worker" in (folder / "frozen.log").read_text()


@pytest.mark.slow
def test_frozen_in_the_middle_of_a_write_everything_goes_on_when_it_does(
    engine_name: str, databases: Databases, tmp_path: Path
) -> None:
    """SQLite has one writer at a time, so there all wait for a frozen one; PostgreSQL's others go on."""
    with databases.fresh(engine_name, migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        let_fall_due(scene, 10)
        before = set(scene.expected)
        with frozen_worker(scene, "before mark", tmp_path) as frozen:
            if engine_name == SQLITE:
                other = start_worker(scene.settings, str(tmp_path / "other.log"))
                # Longer than a writer waits for the lock: the other says so, and tries again.
                log = tmp_path / "other.log"
                wait_until(lambda: log.exists() and "database error" in log.read_text(), 30)
                assert set(scene.service.seen()) == before
            else:
                let_fall_due(scene, 5)
                other = start_worker(scene.settings, str(tmp_path / "other.log"))
                wait_until(lambda: scene.expected <= set(scene.service.seen()), 60)
        if engine_name == SQLITE:
            let_fall_due(scene, 5)
        wait_until(lambda: is_all_there(scene), 60)
        end_workers(other)
        check_that_it_works_alone(scene, frozen)
        check_outcome(scene)
