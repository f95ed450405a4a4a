"""The database layer: base class, types, engines and sessions for SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    LargeBinary,
    MetaData,
    Uuid,
    any_,
    create_engine,
    event,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from companion.core.sealing import Keyring

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
Sealed = LargeBinary


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Aware values go in, UTC comes out; a naive value is an error.

    SQLite drops the offset of an aware value without a word, so the conversion is done here.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into what the database stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant without a time zone was about to be stored.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn what the database holds into an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table, with a naming rule so that migrations can speak of constraints."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: UTCDateTime(), bytes: LargeBinary()}


# Who waits longer to write is told so; meanwhile they ask this often whether it is their turn.
SQLITE_WAIT_S = 5.0
SQLITE_ASK_S = 0.001
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={int(SQLITE_WAIT_S * 1000)}",
    "secure_delete=ON",
    "recursive_triggers=ON",
    "temp_store=MEMORY",
    "wal_autocheckpoint=4000",
)


# A process that stands still in the middle of a transaction must not hold its rows for ever: others go on.
POSTGRES_OPTIONS = "-c lock_timeout=10000 -c idle_in_transaction_session_timeout=30000 -c timezone=UTC"


def normal_url(url: str) -> URL:
    """Return `url` with the driver we ship (psycopg 3 for PostgreSQL)."""
    parsed = make_url(
        url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url
    )
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed


def make_engine(url: str, *, foreign_keys: bool = True, pool_size: int = 5) -> Engine:
    """Return an engine. `foreign_keys=False` is for migrations only (SQLite's batch mode drops tables)."""
    parsed = normal_url(url)
    if parsed.get_backend_name() != "sqlite":
        # 10 s is longer than any honest wait; a server that is away must not hang a request.
        return create_engine(
            parsed,
            hide_parameters=True,
            pool_size=pool_size,
            max_overflow=5,
            pool_pre_ping=True,
            pool_timeout=10,
            connect_args={"connect_timeout": 5, "options": POSTGRES_OPTIONS},
        )
    engine = create_engine(parsed, hide_parameters=True, pool_size=pool_size, max_overflow=5, pool_timeout=10)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN would start deferred transactions, which fail at once when two
        # writers meet and break transactional migrations; see the begin event below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            if pragma.startswith("foreign_keys") and not foreign_keys:
                pragma = "foreign_keys=OFF"
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("reads", False):
            connection.exec_driver_sql("BEGIN")
        else:
            _begin_to_write(connection)

    return engine


def _begin_to_write(connection: Connection) -> None:
    """Begin as SQLite's one writer; wait for whoever writes now, asking often.

    SQLite's own waiting asks ever more seldom, up to every 100 ms: next to workers that write one short
    transaction after the other, someone saving a check-in would come upon a free moment after a second.
    """
    driver: Any = connection.connection.dbapi_connection
    # Whoever gives way to others with the processor (a worker) does so here, too.
    ask_s = SQLITE_ASK_S * (1 + max(0, os.getpriority(os.PRIO_PROCESS, 0)))
    driver.execute("PRAGMA busy_timeout=0")
    try:
        until = time.monotonic() + SQLITE_WAIT_S
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break  # to be raised below, as SQLAlchemy's own
            time.sleep(ask_s)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(SQLITE_WAIT_S * 1000)}")


Sessions = sessionmaker[Session]


def make_session_factory(engine: Engine, keyring: Keyring) -> Sessions:
    """Return the factory of sessions that may write. `session.info["keyring"]` opens sealed bodies."""
    return sessionmaker(engine, expire_on_commit=False, info={"keyring": keyring})


def make_reading_factory(engine: Engine, keyring: Keyring) -> Sessions:
    """Return the factory of sessions that only read (no write lock on SQLite)."""
    return sessionmaker(
        engine, expire_on_commit=False, info={"keyring": keyring}, execution_options={"reads": True}
    )


def reading(factory: Sessions) -> Session:
    """Return a session of `factory` that only reads: on SQLite it takes no lock from those who write."""
    return factory(execution_options={"reads": True})


def hold(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Hold those of these ids that nobody else holds until the transaction ends, and return them.

    SQLite has one writer at a time, who thereby holds all.
    """
    if session.get_bind().dialect.name != "postgresql":
        return set(ids)
    # The last eight bytes of an id are chance; should two ids share them, one waits for the other's turn.
    keys = {int.from_bytes(one.bytes[8:], "big", signed=True): one for one in ids}
    wanted = func.unnest(literal(sorted(keys), ARRAY(BigInteger()))).column_valued("key")
    found = session.scalars(select(wanted).where(func.pg_try_advisory_xact_lock(wanted)))
    return {keys[key] for key in found}


def among(session: Session, column: InstrumentedAttribute[Any], ids: Iterable[UUID]) -> ColumnElement[bool]:
    """Return the condition that `column` is one of `ids`, given as one value however many."""
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(literal(list(ids), ARRAY(Uuid())))
    listed = func.json_each(json.dumps([one.hex for one in ids])).table_valued("value")
    return column.in_(select(listed.c.value))


def insert_if_absent(
    session: Session, model: type[Base], values: dict[str, Any], index_elements: list[str]
) -> bool:
    """Insert a row unless one with the same `index_elements` stands there; return whether it was inserted."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # RETURNING, because a row count of an insert is not reliable on every driver.
    statement = (
        make(model)
        .values(**values)
        .on_conflict_do_nothing(index_elements=index_elements)
        .returning(*(getattr(model, name) for name in index_elements))
    )
    return session.execute(statement).first() is not None
