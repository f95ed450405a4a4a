"""kill -9 at random moments under load, on both databases: nothing lost, nothing seen twice.

A hundred times with every run, a thousand times with `--soak` (or as often as `--kills` says).
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from companion import migrations
from companion.push.models import Delivery, Message
from tests.faults.nursery import start_worker
from tests.faults.scene import (
    PEOPLE,
    TURNS,
    Scene,
    a_scene,
    check_database,
    has_beaten,
    is_finished,
    let_fall_due,
    put_off_some,
    wait_until,
)
from tests.rig.databases import Databases
from tests.rig.plugin import RUN
from tests.rig.push_service import Told

KILLS = 100
WORKERS = 3
# So many reminders fall due before each kill.
AT_ONCE = PEOPLE * TURNS // KILLS
TELL_EVERY = 50
PATIENCE_S = 180

Tell = Callable[[str], None]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_kills_lose_nothing_and_show_nothing_twice(
    engine_name: str, databases: Databases, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    with databases.fresh(engine_name, migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        said = kill_and_look(scene, KILLS, random.Random(9), lambda _: None)
    pytestconfig.stash[RUN].tell(f"kills-{KILLS}-{engine_name}", f"{engine_name}: {said}")


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_a_thousand_kills_lose_nothing_and_show_nothing_twice(
    engine_name: str,
    databases: Databases,
    tmp_path: Path,
    pytestconfig: pytest.Config,
    capfd: pytest.CaptureFixture[str],
) -> None:
    kills = int(pytestconfig.getoption("--kills"))

    def tell(line: str) -> None:
        with capfd.disabled():
            sys.stderr.write(f"\n{engine_name}: {line}\n")
            sys.stderr.flush()

    # As many people to every kill as with a hundred.
    people = max(PEOPLE, -(-kills * PEOPLE // KILLS))
    with databases.fresh(engine_name, migrations.upgrade) as url, a_scene(url, tmp_path, people) as scene:
        said = kill_and_look(scene, kills, random.Random(), tell)
    tell(said)
    pytestconfig.stash[RUN].tell(f"kills-soak-{engine_name}", f"{engine_name}: {said}")


def kill_and_look(scene: Scene, kills: int, chance: random.Random, tell: Tell) -> str:
    """Kill a worker so many times while reminders fall due; return what came of it in one line."""
    began, log_file = time.monotonic(), str(scene.settings.data_dir / "worker.log")
    # A service of some slowness, so that kills fall between sending and marking too.
    scene.service.told = lambda _: Told(201, after_s=random.uniform(0, 0.08))
    workers = [start_worker(scene.settings, log_file) for _ in range(WORKERS)]
    # On a busy machine a worker takes long to begin: those killed before would not have done anything.
    pace = max(0.4, wait_until(lambda: has_beaten(scene), 60))
    put_off: set[str] = set()
    for number in range(1, kills + 1):
        let_fall_due(scene, AT_ONCE)
        time.sleep(chance.uniform(0.02, pace))
        victim = workers.pop(chance.randrange(len(workers)))
        victim.kill()
        victim.join()
        workers.append(start_worker(scene.settings, log_file))
        put_off_some(scene, put_off)
        if number % TELL_EVERY == 0:
            seen, wanted = len(scene.service.seen()), len(scene.expected)
            tell(f"{number} of {kills} kills, {seen} of {wanted} shown, {time.monotonic() - began:.0f} s")
    patience = time.monotonic() + PATIENCE_S
    while not is_finished(scene) and time.monotonic() < patience:
        time.sleep(0.2)
        put_off_some(scene, put_off)
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(15)
        assert worker.exitcode == 0
    return _look(scene, kills, put_off)


def _look(scene: Scene, kills: int, put_off: set[str]) -> str:
    """Check what phones were shown and what the rows say."""
    seen = scene.service.seen()
    # What a phone shows is told apart by tag and raise count: one raised once too often shows twice.
    lost, twice = scene.expected - set(seen), set(seen) - scene.expected
    repeats = sum(seen.values()) - len(seen)
    said = f"{kills} kills, {len(seen)} shown, {len(lost)} lost, {len(twice)} twice, {repeats} wire repeats"
    assert not lost, said
    assert not twice, said
    assert len(seen) >= kills * AT_ONCE
    assert not scene.service.faults
    assert put_off
    with scene.factory() as session:
        states = session.execute(select(Message.state, func.count()).group_by(Message.state)).all()
        assert {state for state, _ in states} <= {"done", "dropped"}
        outcomes = set(session.scalars(select(Delivery.outcome)))
        assert outcomes <= {"sent", "retry"}
    check_database(scene)
    return said
