"""Inserting thousands of rows: past the mapper, and past everything that is made anew for each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import psycopg
from sqlalchemy import Dialect, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns, two or more of them."""
    if rows:
        names = list(rows[0])
        insert_cells(session, table.name, names, _bound(session.connection().dialect, table, names, rows))


def insert_cells(
    session: Session, table: str, names: Sequence[str], cells: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows whose values are as the driver takes them: on SQLite at once, else as one COPY.

    Fails with the errors of SQLAlchemy.
    """
    if not cells:
        return
    connection = session.connection()
    columns = ", ".join(names)
    if connection.dialect.name == "sqlite":
        put = f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
        connection.exec_driver_sql(put, list(cells))
        return
    driver: Any = connection.connection.dbapi_connection
    copy_in = f"COPY {table} ({columns}) FROM STDIN"
    try:
        with driver.cursor() as cursor, cursor.copy(copy_in) as copy:
            for row in cells:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(
            copy_in, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=driver.closed
        ) from error


def _bound(
    dialect: Dialect, table: Table, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Any, ...]]:
    """Return rows as their columns' types hand them to the driver."""
    cells = list(map(itemgetter(*names), rows))
    found = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    binds = [(number, bind) for number, bind in enumerate(found) if bind is not None]
    if not binds:
        return cells
    columns: list[Iterable[Any]] = [*zip(*cells, strict=True)]
    for number, bind in binds:
        columns[number] = map(bind, columns[number])
    return list(zip(*columns, strict=True))
