"""A hundred times kill -9 under load, on both databases: nothing lost, nothing seen twice."""

from __future__ import annotations

import base64
import logging
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from companion import migrations
from companion.accounts import rules as account_rules
from companion.accounts import use_cases as accounts
from companion.core.identity import Role, Viewer
from companion.core.orm import Sessions, make_engine, make_session_factory
from companion.core.sealing import Keyring
from companion.push import use_cases as push
from companion.push.models import Delivery, Message
from companion.reminders import use_cases as reminders
from companion.reminders.models import Reminder
from companion.settings import Settings
from companion.treatment import use_cases as treatment
from tests.conftest import MASTER_KEY, VAPID_KEY
from tests.faults.nursery import start_worker
from tests.people import Cast, make_cast
from tests.rig.databases import Databases
from tests.rig.push_service import PushService, Told, push_service
from tests.treatment.plans import a_phase, a_plan_body

log = logging.getLogger("tests.faults")
KILLS = 100
WORKERS = 3
REMINDERS = 400
PEOPLE = 20
LATER = timedelta(minutes=5)


@dataclass
class Scene:
    """A database with reminders that fall due one after the other, and the service they are sent to."""

    settings: Settings
    factory: Sessions
    service: PushService
    viewers: dict[UUID, Viewer]
    held_back: list[UUID] = field(default_factory=list)
    expected: set[tuple[str, int]] = field(default_factory=set)


@contextmanager
def a_scene(url: str, folder: Path) -> Iterator[Scene]:
    """Lay out people, phones and reminders in the database at `url`."""
    engine = make_engine(url)
    factory = make_session_factory(engine, Keyring(MASTER_KEY))
    raw = base64.urlsafe_b64decode(VAPID_KEY + "=")
    assert len(raw) == 32
    with push_service() as service:
        settings = Settings(
            data_dir=folder,
            database_url=url,
            base_url="http://127.0.0.1:8000",
            master_key=MASTER_KEY,
            vapid_private_key=VAPID_KEY,
            vapid_subject="mailto:ops@example.org",
            push_origins=frozenset({service.origin}),
            tick_seconds=0.1,
        )
        service.application_server_key = push.setup_of(settings).application_server_key
        now = datetime.now(UTC)
        with factory.begin() as session:
            cast = make_cast(session, now)
            others = [_someone(session, cast, f"Person {number}", now) for number in range(PEOPLE - 2)]
        people = [cast["sam"], cast["jo"], *others]
        scene = Scene(settings, factory, service, {who.account_id: who for who in people})
        for who in people:
            _lay_out(scene, who, now)
        _hold_back(scene, now)
        try:
            yield scene
        finally:
            engine.dispose()


def _someone(session: Session, cast: Cast, name: str, now: datetime) -> Viewer:
    made = accounts.make_account(
        session, organisation_id=cast.organisation_id, role=Role.PERSON, name=name, now=now
    )
    signed_in = accounts.start_sign_in(session, made, account_rules.OWN_PHONE, now)
    return Viewer(made, Role.PERSON, cast.organisation_id, signed_in.id)


def _lay_out(scene: Scene, who: Viewer, now: datetime) -> None:
    browser = scene.service.subscribe()
    times = [f"{hour:02}:{minute:02}" for hour in (8, 14, 20) for minute in (0, 20, 40)]
    phase = a_phase(times=times, every={"unit": "day", "count": 1}, weekdays=[], take_home=False)
    with scene.factory.begin() as session:
        push.save_subscription(
            session,
            who,
            push.setup_of(scene.settings),
            endpoint=browser.endpoint,
            now=now,
            **browser.to_json()["keys"],
        )
        for _ in range(3):
            body = a_plan_body(kind="at_home", phases=[phase], recorded_at=now)
            treatment.save_plan(session, who, uuid4(), body, now)
    while True:
        with scene.factory.begin() as session:
            if reminders.plan_ahead(session, now) == 0:
                return


def _hold_back(scene: Scene, now: datetime) -> None:
    """Take the due time off all reminders; those of the days after tomorrow will fall due one by one."""
    with scene.factory.begin() as session:
        session.execute(update(Reminder).values(due_at=None))
        ahead = select(Reminder.id, Reminder.person_id).where(Reminder.on > (now + timedelta(days=1)).date())
        mine: dict[UUID, list[UUID]] = {}
        for row in session.execute(ahead.order_by(Reminder.id)):
            mine.setdefault(row.person_id, []).append(row.id)
        # One of each person in turn.
        scene.held_back = [one for turn in zip(*mine.values(), strict=False) for one in turn][:REMINDERS]
        assert len(mine) == PEOPLE
        assert len(scene.held_back) == REMINDERS


def _let_fall_due(scene: Scene, count: int) -> None:
    """Let the next few reminders fall due, each in a minute of its own.

    Reminders of one person due in the same minute are one push; here each has to be seen by itself.
    """
    chosen, scene.held_back = scene.held_back[:count], scene.held_back[count:]
    with scene.factory.begin() as session:
        for reminder_id in chosen:
            turn = len(scene.held_back) // PEOPLE
            due_at = datetime.now(UTC) - timedelta(minutes=2 + turn)
            session.execute(update(Reminder).where(Reminder.id == reminder_id).values(due_at=due_at))
    scene.expected |= {(str(reminder_id), 1) for reminder_id in chosen}


def _put_off_some(scene: Scene, done: set[str]) -> None:
    """Answer later to a fifth of what was shown, so that it comes back in two seconds."""
    for tag, serial in list(scene.service.seen()):
        if serial > 1 or tag in done or int(tag[:2], 16) % 5:
            continue
        now = datetime.now(UTC)
        with scene.factory.begin() as session:
            row = session.get_one(Reminder, UUID(tag))
            viewer = scene.viewers[row.person_id]
            if str(row.person_id) in done:
                continue  # Two put off by one person would come back in the same minute.
            done |= {tag, str(row.person_id)}
            draft = {"answer": "later", "later_minutes": 5, "recorded_at": now}
            at = now - LATER + timedelta(seconds=2)
            reminders.answer_reminder(session, viewer, row.id, draft, at)
        scene.expected.add((tag, 2))


def _is_finished(scene: Scene) -> bool:
    with scene.factory() as session:
        waiting = session.scalar(select(func.count(Message.id)).where(Message.next_try_at.is_not(None)))
        due = Reminder.due_at <= datetime.now(UTC) + timedelta(seconds=5)
        planned = session.scalar(select(func.count(Reminder.id)).where(Reminder.state == "planned", due))
    return not waiting and not planned


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_hundred_kills_lose_nothing_and_show_nothing_twice(
    engine_name: str, databases: Databases, tmp_path: Path
) -> None:
    chance, log_file = random.Random(9), str(tmp_path / "worker.log")
    with databases.fresh(engine_name, migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        # A service of some slowness, so that kills fall between sending and marking too.
        scene.service.told = lambda _: Told(201, after_s=random.uniform(0, 0.08))
        workers = [start_worker(scene.settings, log_file) for _ in range(WORKERS)]
        put_off: set[str] = set()
        for _ in range(KILLS):
            _let_fall_due(scene, REMINDERS // KILLS)
            time.sleep(chance.uniform(0.02, 0.4))
            victim = workers.pop(chance.randrange(len(workers)))
            victim.kill()
            victim.join()
            workers.append(start_worker(scene.settings, log_file))
            _put_off_some(scene, put_off)
        patience = time.monotonic() + 60
        while not _is_finished(scene) and time.monotonic() < patience:
            time.sleep(0.2)
            _put_off_some(scene, put_off)
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join(15)
            assert worker.exitcode == 0

        seen = scene.service.seen()
        lost = scene.expected - set(seen)
        assert not lost, f"{len(lost)} lost of {len(scene.expected)}"
        # What a phone shows: one for each tag and raise count. Nothing was raised that nobody asked for.
        assert set(seen) == scene.expected
        assert not scene.service.faults
        assert put_off
        with scene.factory() as session:
            states = session.execute(select(Message.state, func.count()).group_by(Message.state)).all()
            assert {state for state, _ in states} <= {"done", "dropped"}
            outcomes = set(session.scalars(select(Delivery.outcome)))
            assert outcomes <= {"sent", "retry"}
            if engine_name == "sqlite":
                assert session.scalar(text("PRAGMA integrity_check")) == "ok"
                assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        repeats = sum(seen.values()) - len(seen)
        log.info("%s: %d kills, %d shown, 0 lost, %d wire repeats", engine_name, KILLS, len(seen), repeats)
