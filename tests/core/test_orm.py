"""The database layer on both databases: instants, pragmas, writing and reading sessions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Thread
from uuid import RFC_4122, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError
from sqlalchemy.orm import Session

from companion import migrations
from companion.accounts.models import Organisation
from companion.core import orm
from companion.core.ids import new_id
from companion.core.orm import Sessions, insert_if_absent, make_engine, normal_url
from tests.rig.databases import Databases

AT = datetime(2026, 6, 21, 10, 30, tzinfo=timezone(timedelta(hours=2)))


def organisation(name: str = "North", at: datetime = AT) -> Organisation:
    """Return an organisation that is not stored."""
    return Organisation(id=new_id(), name=name, created_at=at)


def test_an_instant_comes_back_as_the_same_instant_in_utc(factory: Sessions) -> None:
    with factory() as session, session.begin():
        session.add(organisation())
    with factory() as session:
        found = session.query(Organisation).one().created_at
    assert found == AT
    assert found.utcoffset() == timedelta(0)


def test_a_naive_instant_is_an_error(session: Session) -> None:
    session.add(organisation(at=datetime(2026, 1, 1)))
    with pytest.raises(StatementError):
        session.flush()


def test_insert_if_absent_tells_whether_it_did(session: Session) -> None:
    values = {"id": uuid4(), "name": "North", "created_at": AT}
    assert insert_if_absent(session, Organisation, values, ["id"])
    assert not insert_if_absent(session, Organisation, values, ["id"])


def test_sqlite_is_set_as_the_promises_need(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        assert engine.url.drivername == "postgresql+psycopg"
        return
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "secure_delete": 1,
        "recursive_triggers": 1,
    }
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    assert found == wanted


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """Two programs at one SQLite file."""
    engines = make_engine(f"sqlite:///{tmp_path}/d.db"), make_engine(f"sqlite:///{tmp_path}/d.db")
    with engines[0].begin() as connection:
        connection.exec_driver_sql("CREATE TABLE note (word TEXT)")
    yield engines
    for one in engines:
        one.dispose()


def test_a_writer_waits_for_the_one_before_and_then_writes(two: tuple[Engine, Engine]) -> None:
    said: list[str] = []

    def write() -> None:
        with two[1].begin() as connection:
            said.append("second begins")
            connection.exec_driver_sql("INSERT INTO note VALUES ('second')")

    with two[0].begin() as connection:
        connection.exec_driver_sql("INSERT INTO note VALUES ('first')")
        other = Thread(target=write)
        other.start()
        time.sleep(0.1)
        said.append("first ends")
    other.join()
    assert said == ["first ends", "second begins"]
    with two[0].connect() as connection:
        assert connection.scalars(text("SELECT word FROM note")).all() == ["first", "second"]


def test_a_writer_whose_turn_never_comes_is_told_and_can_write_later(
    two: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orm, "SQLITE_WAIT_S", 0.1)
    with two[0].begin(), pytest.raises(OperationalError, match="locked"), two[1].begin():
        raise AssertionError("Two wrote at once.")
    with two[1].begin() as connection:
        connection.exec_driver_sql("INSERT INTO note VALUES ('later')")
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 100


def test_postgresql_ends_a_transaction_nobody_goes_on_with(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "30s"
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '100ms'"))
        time.sleep(0.5)
        with pytest.raises(DBAPIError) as ended:
            connection.execute(text("SELECT 1"))
        assert ended.value.connection_invalidated
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_errors_hold_no_values(session: Session) -> None:
    session.add(organisation("MARKERWORD"))
    session.flush()
    session.add(organisation("MARKERWORD"))
    with pytest.raises(DBAPIError) as refused:
        session.flush()
    if session.get_bind().dialect.name == "sqlite":
        assert "MARKERWORD" not in str(refused.value)


def test_a_migration_goes_up_and_down_and_up(engine_name: str, databases: Databases) -> None:
    with databases.empty(engine_name) as url:
        migrations.upgrade(url)
        assert migrations.current(url) == migrations.head()
        migrations.downgrade(url, "base")
        assert migrations.current(url) is None
        migrations.upgrade(url)
        engine = make_engine(url)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM audit_event")).scalar() == 0
        engine.dispose()


def test_addresses_are_given_the_driver_we_ship() -> None:
    assert normal_url("postgres://u@h/d").drivername == "postgresql+psycopg"
    assert normal_url("postgresql://u@h/d").drivername == "postgresql+psycopg"
    assert normal_url("sqlite:///x.db").drivername == "sqlite"


def test_ids_sort_in_the_order_they_were_made_whatever_the_clock_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = [new_id() for _ in range(5000)]
    monkeypatch.setattr(time, "time_ns", lambda: 1)  # a clock put back
    ids += [new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert all(one.version == 7 and one.variant == RFC_4122 for one in ids)
