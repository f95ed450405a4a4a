"""Tables of full postcodes with their positions, and the statements on them.

There are two tables of the same shape. One is live, the other is filled by the next loading; the row in
`directory_postcode_list` that is marked live says which. A search asks both in one statement and only the
live one answers, so that it never meets half a list and nothing but rows has to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import psycopg
from sqlalchemy import CursorResult, String, Text, delete, exists, func, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from companion.core.orm import Base

SLOTS = ("a", "b")
# Degrees are kept as whole numbers of a hundred-thousandth, about a metre.
SCALE = 100_000
_ASKED_AT_ONCE = 500
# Any fixed number will do, so long as nobody else locks the same one.
_LOCK = 728_008
# Compared byte by byte: letters and digits need no rules of a language.
_CODE = String(7).with_variant(String(7, collation="C"), "postgresql")

Row = tuple[str, int, int]


class PostcodeList(Base):
    """One list of postcodes: where it came from, under which words, and whether it is the live one."""

    __tablename__ = "directory_postcode_list"

    slot: Mapped[str] = mapped_column(String(1), primary_key=True)
    live: Mapped[bool]
    # The loading that fills the slot; another that begins takes it over.
    run: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))
    release: Mapped[str] = mapped_column(String(200))
    attribution: Mapped[str] = mapped_column(Text)
    count: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime]


class _Postcode:
    """A postcode without its space (`LS14AP`) and its position in hundred-thousandths of a degree."""

    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_with_rowid": False}

    postcode: Mapped[str] = mapped_column(_CODE, primary_key=True)
    lat: Mapped[int]
    lon: Mapped[int]


class PostcodeA(_Postcode, Base):
    """The first of the two lists."""

    __tablename__ = "directory_postcode_a"


class PostcodeB(_Postcode, Base):
    """The second of the two lists."""

    __tablename__ = "directory_postcode_b"


_TABLES: Mapping[str, type[PostcodeA] | type[PostcodeB]] = {"a": PostcodeA, "b": PostcodeB}


def live_list(session: Session) -> PostcodeList | None:
    """Return the list that searches use, or None when none was ever loaded whole."""
    return session.scalar(select(PostcodeList).where(PostcodeList.live))


def positions_of(session: Session, codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return latitude and longitude in degrees of those of these postcodes (`LS14AP`) the live list knows."""
    wanted = sorted(set(codes))
    found: dict[str, tuple[float, float]] = {}
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        some = wanted[start : start + _ASKED_AT_ONCE]
        asked = [
            select(table.postcode, table.lat, table.lon).where(
                table.postcode.in_(some),
                exists().where(PostcodeList.slot == slot, PostcodeList.live),
            )
            for slot, table in _TABLES.items()
        ]
        rows = session.execute(union_all(*asked))
        found.update({code: (lat / SCALE, lon / SCALE) for code, lat, lon in rows})
    return found


def claim_slot(session: Session, values: Mapping[str, Any]) -> str:
    """Empty the slot that is not live, note who fills it with what (`values`), and return its name."""
    _one_at_a_time(session)
    live = live_list(session)
    slot = next(one for one in SLOTS if live is None or one != live.slot)
    make = postgresql.insert if _is_postgres(session) else sqlite.insert
    row = make(PostcodeList).values(slot=slot, live=False, **values)
    session.execute(row.on_conflict_do_update(index_elements=["slot"], set_={"live": False, **values}))
    _empty(session, slot)
    return slot


def still_mine(session: Session, slot: str, run: UUID) -> bool:
    """Tell whether a loading still owns its slot, and hold it until the transaction ends."""
    _one_at_a_time(session)
    mine = (PostcodeList.slot == slot, PostcodeList.run == run, ~PostcodeList.live)
    held = session.execute(update(PostcodeList).where(*mine).values(run=run))
    assert isinstance(held, CursorResult)
    return held.rowcount == 1


def give_back(session: Session, slot: str) -> None:
    """Empty a slot that is not going to be used."""
    session.execute(delete(PostcodeList).where(PostcodeList.slot == slot, ~PostcodeList.live))
    _empty(session, slot)


def put_rows(session: Session, slot: str, rows: Sequence[Row]) -> None:
    """Add postcodes to a slot; the first position of a postcode is kept."""
    if not _is_postgres(session):
        statement = f"INSERT OR IGNORE INTO {_TABLES[slot].__tablename__} VALUES (?, ?, ?)"  # noqa: S608
        session.connection().exec_driver_sql(statement, list(rows))
        return
    try:
        with session.begin_nested():
            _copy(session, slot, rows)
    except psycopg.errors.UniqueViolation:
        # A postcode came twice. COPY cannot pass over it, this can.
        table = _TABLES[slot]
        values = [{"postcode": code, "lat": lat, "lon": lon} for code, lat, lon in rows]
        session.execute(postgresql.insert(table).on_conflict_do_nothing(), values)


def count_rows(session: Session, slot: str) -> int:
    """Return how many postcodes a slot holds."""
    return session.scalar(select(func.count()).select_from(_TABLES[slot])) or 0


def go_live(session: Session, slot: str, count: int, digest: str, at: datetime) -> None:
    """Make a slot (`still_mine`) the live one and empty the other, all in this transaction."""
    session.execute(update(PostcodeList).where(PostcodeList.slot != slot).values(live=False))
    session.execute(
        update(PostcodeList)
        .where(PostcodeList.slot == slot)
        .values(live=True, count=count, digest=digest, loaded_at=at)
    )
    for other in SLOTS:
        if other != slot:
            give_back(session, other)


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _one_at_a_time(session: Session) -> None:
    """Hold every other loading that wants to choose or change a slot; SQLite has one writer anyway."""
    if _is_postgres(session):
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _empty(session: Session, slot: str) -> None:
    connection, name = session.connection(), _TABLES[slot].__tablename__
    if _is_postgres(session):
        connection.exec_driver_sql(f"TRUNCATE {name}")
        return
    with _without_wiping(session):
        connection.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608


@contextmanager
def _without_wiping(session: Session) -> Iterator[None]:
    """Let SQLite free pages without writing zeros over them: the positions of postcodes are no secret."""
    connection = session.connection()
    connection.exec_driver_sql("PRAGMA secure_delete=OFF")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _copy(session: Session, slot: str, rows: Sequence[Row]) -> None:
    driver: Any = session.connection().connection.dbapi_connection
    # Postcodes are letters and digits only, so nothing has to be escaped.
    block = "".join([f"{code}\t{lat}\t{lon}\n" for code, lat, lon in rows])
    with driver.cursor() as cursor, cursor.copy(f"COPY {_TABLES[slot].__tablename__} FROM STDIN") as copy:
        copy.write(block)
