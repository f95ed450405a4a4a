"""A database that is locked, crashes or has no more room: nothing lost, and no process started anew."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, create_engine, delete, event, insert, make_url, text
from sqlalchemy.exc import OperationalError

from companion import migrations
from companion.app import create_app
from companion.audit.models import AuditEvent
from companion.core.ids import new_id
from companion.core.orm import Base, make_engine, normal_url
from companion.push.models import Message
from companion.push.rules import Kind, State
from tests.conftest import Client
from tests.faults.household import a_busy_phone, a_household, late_by
from tests.faults.scene import (
    PEOPLE,
    Scene,
    a_scene,
    check_database,
    check_outcome,
    is_all_there,
    let_fall_due,
    let_fall_due_together,
    wait_until,
)
from tests.rig.databases import SQLITE, Databases
from tests.rig.own_postgres import NO_LIMIT, OwnPostgres, own_postgres
from tests.rig.plugin import cannot_run
from tests.rig.postgres import PostgresMissing
from tests.rig.run import Run
from tests.shared.drafts import a_check_in

LOCKED_S = 30
ON_TIME_S = 60
ONE_MB = 1024 * 1024
LONG_AGO = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def own(request: pytest.FixtureRequest) -> Iterator[tuple[OwnPostgres, str]]:
    """A PostgreSQL of this test's own, and the address of its migrated database."""
    run = Run.begin()
    try:
        with own_postgres(run.folder, migrations.upgrade) as made:
            yield made
    except PostgresMissing as missing:
        cannot_run(request.config, "postgres", str(missing))
    finally:
        run.end()


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Hold the whole database as long as the block lasts."""
    if make_url(url).get_backend_name() == SQLITE:
        holder = sqlite3.connect(make_url(url).database or "", isolation_level=None, timeout=30)
        holder.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            holder.execute("ROLLBACK")
            holder.close()
        return
    # Not our own engine: it would end a transaction that stands idle for so long.
    engine = create_engine(normal_url(url))
    with engine.connect() as connection:
        wait_until(lambda: holds_all(connection), 30)
        yield
        connection.rollback()
    engine.dispose()


def holds_all(connection: Connection) -> bool:
    """Lock every table at once, or none: two who wait for each other would both be turned away."""
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    try:
        connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE NOWAIT"))
    except OperationalError:
        connection.rollback()
        return False
    return True


@pytest.mark.slow
def test_locked_for_half_a_minute_people_are_told_and_nothing_is_lost(
    engine_name: str, databases: Databases, tmp_path: Path
) -> None:
    with (
        databases.fresh(engine_name, migrations.upgrade) as url,
        a_scene(url, tmp_path) as scene,
        a_household(scene, tmp_path) as house,
    ):
        house.save_now()
        at = datetime.now(UTC) + timedelta(seconds=3)
        groups = let_fall_due_together(scene, 10, 1, at)
        with locked(url):
            until = time.monotonic() + LOCKED_S
            refused = house.save_in_vain()
            if engine_name == SQLITE:  # There reading needs no lock.
                assert house.phone.call("GET", "/api/wellbeing/check-ins").status == 200
            time.sleep(max(0, until - time.monotonic()))
            assert not scene.service.received
        house.save_again(refused)
        wait_until(lambda: is_all_there(scene), ON_TIME_S)
        assert late_by(scene, {str(mine[0].id): at.timestamp() for mine in groups}) < ON_TIME_S
        assert "database error" in (tmp_path / "worker.log").read_text()
        house.check_alive()
        check_outcome(scene)


@pytest.mark.slow
@pytest.mark.postgres
def test_postgresql_crashes_under_load_and_comes_back(own: tuple[OwnPostgres, str], tmp_path: Path) -> None:
    server, url = own
    with a_scene(url, tmp_path) as scene, a_household(scene, tmp_path) as house:
        with a_busy_phone(house):
            for _ in range(3):
                let_fall_due(scene, PEOPLE)
            began = time.time()
            wait_until(lambda: len(scene.service.received) > 5, 30)
            server.crash()
            refused = house.save_in_vain()
            time.sleep(2)
            server.start()
            # The connections from before are dead; whoever comes now need not know.
            house.save_now()
        house.save_again(refused)
        wait_until(lambda: is_all_there(scene), ON_TIME_S)
        assert max(one.at for one in scene.service.received) - began < ON_TIME_S
        let_fall_due(scene, 5)
        wait_until(lambda: is_all_there(scene), ON_TIME_S)
        house.check_alive()
        check_outcome(scene)


@pytest.mark.slow
def test_sqlite_without_room_on_the_disk_loses_nothing(databases: Databases, tmp_path: Path) -> None:
    with (
        databases.fresh(SQLITE, migrations.upgrade) as url,
        a_scene(url, tmp_path) as scene,
        a_household(scene, tmp_path) as house,
    ):
        house.save_now()
        let_fall_due(scene, 5)
        wait_until(lambda: is_all_there(scene), ON_TIME_S)
        # Less than one page: the system refuses every write to the database, its log too.
        house.limit_files(4000)
        before, due = set(scene.expected), time.time()
        let_fall_due(scene, 5)
        refused = house.save_in_vain()
        assert house.phone.call("GET", "/api/wellbeing/check-ins").status == 200
        time.sleep(3)
        assert set(scene.service.seen()) == before
        house.limit_files()
        house.save_again(refused)
        house.save_now()
        wait_until(lambda: is_all_there(scene), ON_TIME_S)
        new = {tag: due for tag, _ in scene.expected - before}
        assert late_by(scene, new) < ON_TIME_S
        house.check_alive()
        check_outcome(scene)


def test_sqlite_that_says_it_is_full_keeps_what_it_has_and_says_so(
    databases: Databases, tmp_path: Path
) -> None:
    with databases.fresh(SQLITE, migrations.upgrade) as url, a_scene(url, tmp_path) as scene:
        engine = make_engine(url)
        app = create_app(scene.settings, engine)
        app.test_client_class = Client
        client = app.test_client(use_cookies=False)
        assert isinstance(client, Client)
        client.token = scene.tokens[next(iter(scene.viewers))]

        def save(record_id: UUID) -> int:
            draft = a_check_in(recorded_at=datetime.now(UTC).isoformat(), note="A quiet day. " * 100)
            status: int = client.put(f"/api/wellbeing/check-ins/{record_id}", json=draft).status_code
            return status

        def limit(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA max_page_count = 1")  # As many as there are: it never shrinks.

        event.listen(engine, "connect", limit)
        engine.dispose()
        saved = []
        while (status := save(refused := uuid4())) == 201:
            saved.append(refused)
            assert len(saved) < 2000
        assert status == 503
        event.remove(engine, "connect", limit)
        engine.dispose()
        assert save(refused) == 201
        listed = client.get("/api/wellbeing/check-ins").get_json()["items"]
        assert sorted(one["id"] for one in listed) == sorted(map(str, [*saved, refused]))
        check_database(scene)
        engine.dispose()


@pytest.mark.slow
@pytest.mark.postgres
def test_postgresql_without_room_on_the_disk_loses_nothing(
    own: tuple[OwnPostgres, str], tmp_path: Path
) -> None:
    server, url = own
    with a_scene(url, tmp_path) as scene, a_household(scene, tmp_path) as house:
        house.save_now()
        let_fall_due(scene, 5)
        wait_until(lambda: is_all_there(scene), ON_TIME_S)
        fill(scene)
        server.limit_files(ONE_MB)
        before, due = set(scene.expected), time.time()
        let_fall_due(scene, 5)
        refused = house.save_in_vain()
        assert house.phone.call("GET", "/api/wellbeing/check-ins").status == 200
        time.sleep(3)
        assert set(scene.service.seen()) == before
        server.limit_files(NO_LIMIT)
        house.save_again(refused)
        house.save_now()
        wait_until(lambda: is_all_there(scene), ON_TIME_S)
        new = {tag: due for tag, _ in scene.expected - before}
        assert late_by(scene, new) < ON_TIME_S
        assert "database error" in (tmp_path / "worker.log").read_text()
        house.check_alive()
        with scene.factory.begin() as session:
            session.execute(delete(Message).where(Message.ended_at == LONG_AGO))
        check_outcome(scene)


def fill(scene: Scene) -> None:
    """Make the tables that a save and a raise add to longer than the limit, and every page full."""
    who = next(iter(scene.viewers))
    event = {"subject_id": uuid4(), "actor_id": None, "action": "saved", "item_kind": "x", "at": LONG_AGO}
    message = {
        "account_id": who,
        "kind": str(Kind.REMINDER),
        "serial": 1,
        "due_at": LONG_AGO,
        "expires_at": LONG_AGO,
        "state": str(State.DONE),
        "tries": 0,
        "ended_at": LONG_AGO,
    }
    with scene.factory.begin() as session:
        for table in (AuditEvent, Message):
            # Pages a tenth full take no new row, so each new row asks for a new page.
            session.execute(text(f"ALTER TABLE {table.__tablename__} SET (fillfactor = 10)"))
        for _ in range(800):
            session.execute(insert(AuditEvent), [{**event, "id": new_id()} for _ in range(5)])
            rows = [{**message, "id": new_id(), "reference_id": uuid4()} for _ in range(5)]
            session.execute(insert(Message), rows)
        for table in (AuditEvent, Message):
            size = session.scalar(text(f"SELECT pg_relation_size('{table.__tablename__}')"))
            assert size is not None
            assert size > ONE_MB
