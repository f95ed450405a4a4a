"""The database layer on both databases: instants, pragmas, writing and reading sessions."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from uuid import RFC_4122, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from companion import migrations
from companion.accounts.models import Organisation
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
