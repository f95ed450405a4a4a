"""Inserting many rows at once gives the rows and the errors that inserting them one by one gives."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
from sqlalchemy import Table, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from companion.core.ids import new_id
from companion.directory import models

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SERVICE = cast("Table", models.Service.__table__)
# What the text of a COPY uses for itself, and what comes near.
ODD = "tab\t, line\n, return\r, back\\slash, \\N, \\., quote's \" and caf\u00e9 \U0001f600"


@pytest.fixture
def feed(session: Session) -> models.Feed:
    """Return a feed that services can belong to."""
    found = models.Feed(
        id=new_id(), source="a feed", name="", publisher="", licence="OGL v3.0", attribution="", url="",
        fetched_at=NOW, complete=True, counts="{}",
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def a_row(feed: models.Feed, external_id: str = "one", **more: Any) -> dict[str, Any]:
    """Return the values of a service."""
    return {
        "id": new_id(), "feed_id": feed.id, "external_id": external_id, "name": "A service",
        "organisation": "", "organisation_id": None, "status": "active",
        "shown": True, "placed": False, "national": False,
        "has_complex_hours": False, "minimum_age": None, "maximum_age": 17.5, "record": "{}",
        "record_hash": "", "assured_on": date(2026, 9, 1), "last_modified": NOW, "retired_at": None,
        "updated_at": NOW, **more,
    }  # fmt: skip


def test_what_goes_in_comes_out(session: Session, feed: models.Feed) -> None:
    rows = [a_row(feed, "odd", name=ODD, record=ODD, organisation_id=new_id()), a_row(feed, shown=False)]
    models.insert_rows(session, SERVICE, rows)
    found = session.execute(select(SERVICE).order_by(SERVICE.c.number)).mappings()
    assert [{name: row[name] for name in rows[0]} for row in found] == rows


def test_no_rows_are_no_statement(session: Session) -> None:
    models.insert_rows(session, SERVICE, [])
    models.put_words(session, {})


def test_an_instant_without_a_zone_is_refused(session: Session, feed: models.Feed) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        models.insert_rows(session, SERVICE, [a_row(feed, updated_at=NOW.replace(tzinfo=None))])


def test_a_row_that_is_there_already_fails_as_ever(session: Session, feed: models.Feed) -> None:
    own = a_row(feed)
    with pytest.raises(IntegrityError):
        models.insert_rows(session, SERVICE, [own, a_row(feed, "two", id=own["id"])])
    session.rollback()
    assert session.scalar(select(models.Feed)) is None


def test_words_take_the_place_of_those_before(session: Session) -> None:
    models.put_words(session, {number: ["debt", "advice"] for number in range(1, 601)})
    models.put_words(session, {1: ["0debt"], 2: []})
    models.drop_words(session, range(3, 601))
    words = "SELECT rowid, CAST(words AS text) FROM directory_text ORDER BY rowid"
    found = [(number, said.strip("'")) for number, said in session.connection().exec_driver_sql(words)]
    assert found == [(1, "0debt"), (2, "")]
