"""Kill -9 at each named point of a worker's work; another worker finishes what it left."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from companion import migrations
from companion.reminders import use_cases as reminders
from companion.reminders.models import Reminder
from companion.treatment import use_cases as treatment
from tests.faults.nursery import end_workers, start_worker
from tests.faults.points import Trap
from tests.faults.scene import (
    Scene,
    a_plan_of_this_minute,
    a_scene,
    check_outcome,
    is_all_there,
    let_fall_due,
    let_fall_due_together,
    wait_until,
)
from tests.rig.databases import Databases

# What was on its way to the push service may reach it twice; the phone shows one tag and serial once.
MAY_REPEAT = ["while posting", "after send", "before mark"]
BEFORE_POSTING = ["after claim", "while raising", "after raising"]


def kill_one_and_let_another_finish(scene: Scene, point: str, folder: Path) -> set[tuple[str, int]]:
    """Let a worker step into the trap; then others' reminders fall due, and a second worker does it all.

    Return what the first one had sent by then.
    """
    log, trap = str(folder / "worker.log"), Trap(point, folder / "trap")
    victim = start_worker(scene.settings, log, trap)
    victim.join(30)
    assert victim.exitcode == -signal.SIGKILL
    assert trap.flag.exists()
    sent = set(scene.service.seen())
    let_fall_due(scene, 5)
    second = start_worker(scene.settings, log)
    wait_until(lambda: is_all_there(scene), 60)
    end_workers(second)
    return sent


@pytest.mark.slow
@pytest.mark.parametrize("point", [*MAY_REPEAT, *BEFORE_POSTING, "after mark"])
def test_killed_at_a_named_point_nothing_is_lost_and_nothing_seen_twice(
    engine_name: str, databases: Databases, tmp_path: Path, point: str
) -> None:
    with databases.fresh(engine_name, migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        let_fall_due(scene, 10)
        sent = kill_one_and_let_another_finish(scene, point, tmp_path)
        check_outcome(scene)
        times = scene.service.seen()
        if point in BEFORE_POSTING:
            assert not sent
        elif point == "after mark":
            assert 1 in {times[one] for one in sent}, "what was marked was sent again"
        elif point != "while posting":  # There the service may not have read the first copy.
            assert max(times.values()) >= 2, "the kill did not fall between the answer and the mark"


@pytest.mark.slow
def test_killed_while_planning_every_plan_is_planned_once(
    engine_name: str, databases: Databases, tmp_path: Path
) -> None:
    with databases.fresh(engine_name, migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        for number in range(4):
            a_plan_of_this_minute(scene, number)
        kill_one_and_let_another_finish(scene, "while planning", tmp_path)
        check_outcome(scene)
        assert set(scene.service.seen().values()) == {1}


@pytest.mark.slow
def test_killed_while_encrypting_ahead_everything_goes_out_when_it_is_due(
    engine_name: str, databases: Databases, tmp_path: Path
) -> None:
    with databases.fresh(engine_name, migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        let_fall_due_together(scene, 10, 1, datetime.now(UTC) + timedelta(seconds=8))
        kill_one_and_let_another_finish(scene, "while preparing", tmp_path)
        check_outcome(scene)
        assert set(scene.service.seen().values()) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("point", ["while raising", "after send"])
def test_killed_while_one_push_speaks_for_several_it_comes_once_for_all(
    engine_name: str, databases: Databases, tmp_path: Path, point: str
) -> None:
    with databases.fresh(engine_name, migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        groups = let_fall_due_together(scene, 5, 4, datetime.now(UTC) - timedelta(minutes=1))
        kill_one_and_let_another_finish(scene, point, tmp_path)
        check_outcome(scene)
        with scene.factory() as session:
            carried = {
                row.id: row.carried_by for row in session.execute(select(Reminder.id, Reminder.carried_by))
            }
        for first, *others in groups:
            assert carried[first.id] is None
            assert {carried[one.id] for one in others} == {first.id}


@pytest.mark.slow
def test_killed_while_a_push_is_handed_over_it_comes_once_for_those_left(
    engine_name: str, databases: Databases, tmp_path: Path
) -> None:
    with databases.fresh(engine_name, migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        now = datetime.now(UTC)
        ((speaker, heir, *others),) = let_fall_due_together(scene, 1, 3, now + timedelta(seconds=15))
        assert len({row.plan_id for row in (speaker, heir, *others)}) == 3
        with scene.factory.begin() as session:
            assert reminders.raise_due(session, now, ahead=timedelta(minutes=1)) == 3
        with scene.factory.begin() as session:
            treatment.delete_plan(session, scene.viewers[speaker.person_id], speaker.plan_id, now)
        scene.expected = {(str(heir.id), 1)}
        kill_one_and_let_another_finish(scene, "while handing over", tmp_path)
        check_outcome(scene)
        assert set(scene.service.seen().values()) == {1}
