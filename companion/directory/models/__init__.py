"""Tables of the directory and the selects on them. What a person searches for is never kept.

A service has a small whole number beside its UUID: the search tables repeat it many times over, and
SQLite's text index can only be keyed by one. Search tables (`places`) hold shown services only, so a search
needs no state filter.

Text is found with what each database brings along, FTS5 and tsvector, behind `matching`. A word table of
our own would be the same on both and have no DDL besides the metadata, but with some sixty different words
a service it is six million rows for a hundred thousand services: more than all the rest, and the slowest
part of an import. Folding and stemming are done in rules, so both indexes hold the same words and find the
same services.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    event,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from companion.core.orm import Base
from companion.directory.models import postcodes as postcodes
from companion.directory.models.bulk import insert_cells as insert_cells
from companion.directory.models.bulk import insert_rows as insert_rows
from companion.directory.models.care import Correction as Correction
from companion.directory.models.care import Report as Report
from companion.directory.models.crawl import Crawl as Crawl
from companion.directory.models.crawl import CrawlPage as CrawlPage
from companion.directory.models.finding import matching as matching
from companion.directory.models.places import CARD as CARD
from companion.directory.models.places import PLACE as PLACE
from companion.directory.models.places import TOPIC_PLACE as TOPIC_PLACE

# Tables that start with this are made by `text_index_ddl` and not from the metadata.
TEXT_INDEX = "directory_text"


class Feed(Base):
    """Where records come from, under which licence, and how the last reading went."""

    __tablename__ = "directory_feed"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(2000), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    publisher: Mapped[str] = mapped_column(String(300))
    licence: Mapped[str] = mapped_column(String(300))
    attribution: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(String(2000))
    fetched_at: Mapped[datetime]
    complete: Mapped[bool]
    counts: Mapped[str] = mapped_column(Text)
    # Where the worker fetches it from, when next, when it last tried, and why that failed.
    address: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    refresh_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(String(300), default="", server_default="")
    # See `rules.care.Approval`; and the rules that cleaned it the last time it was read to its end.
    approval: Mapped[str] = mapped_column(String(10), default="shown", server_default="shown")
    rules_version: Mapped[str] = mapped_column(String(20), default="", server_default="")


class Service(Base):
    """One service of one feed: the cleaned record and what lists need without opening it."""

    __tablename__ = "directory_service"
    __table_args__ = (
        UniqueConstraint("feed_id", "external_id"),
        Index(None, "shown", "placed", "name"),
        Index(None, "organisation_id", "shown", "id"),
        # Counts and pages of the read API are made from this one alone.
        Index(None, "shown", "id", "feed_id"),
        # Whether a feed has changed is answered from this one alone: records are long.
        Index(None, "feed_id", "external_id", "record_hash", "retired_at"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    feed_id: Mapped[UUID] = mapped_column(ForeignKey("directory_feed.id"))
    external_id: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(300))
    organisation: Mapped[str] = mapped_column(String(300))
    organisation_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(30))
    # Active or closed for a while, not retired and not hidden: what people may find.
    shown: Mapped[bool]
    placed: Mapped[bool]
    national: Mapped[bool]
    has_complex_hours: Mapped[bool]
    minimum_age: Mapped[float | None]
    maximum_age: Mapped[float | None]
    record: Mapped[str] = mapped_column(Text)
    record_hash: Mapped[str] = mapped_column(String(64))
    assured_on: Mapped[date | None]
    last_modified: Mapped[datetime | None] = mapped_column(index=True)
    retired_at: Mapped[datetime | None]
    # When an admin took it away from people; no import brings it back.
    hidden_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class Opening(Base):
    """Half-open minutes of the week a shown service is open; position 0 holds for all its places.

    A place with hours of its own has rows of its own and does not use position 0. Hours no week can hold
    (every second Tuesday) stand at -1 minus the position, with the minutes of every week they may be in.
    """

    __tablename__ = "directory_opening"

    service_number: Mapped[int] = mapped_column(
        ForeignKey("directory_service.number", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    starts: Mapped[int]
    ends: Mapped[int]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Term(Base):
    """A taxonomy term a service names, for the filters of the read API."""

    __tablename__ = "directory_term"
    __table_args__ = (Index(None, "term_id"), Index(None, "taxonomy_id"))

    service_number: Mapped[int] = mapped_column(
        ForeignKey("directory_service.number", ondelete="CASCADE"), primary_key=True
    )
    term_id: Mapped[UUID] = mapped_column(primary_key=True)
    taxonomy_id: Mapped[UUID | None]


class Part(Base):
    """Something of a shown service that has an address of its own in the read API; see `rules.parts`.

    One row for each service that holds it: the first one speaks for it, and it goes with the last one.
    `x`, `y` and `z` are a point on the unit sphere; only services at a location have one.
    """

    __tablename__ = "directory_part"
    __table_args__ = (Index(None, "service_number"), {"sqlite_with_rowid": False})

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_number: Mapped[int] = mapped_column(
        ForeignKey("directory_service.number", ondelete="CASCADE"), primary_key=True
    )
    feed_id: Mapped[UUID]
    position: Mapped[int]
    parent_id: Mapped[UUID | None]
    words: Mapped[str] = mapped_column(Text)
    x: Mapped[float | None]
    y: Mapped[float | None]
    z: Mapped[float | None]


class Reject(Base):
    """What was wrong with a feed's records: refused ones, and facts that were dropped."""

    __tablename__ = "directory_reject"
    __table_args__ = (Index(None, "feed_id", "external_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    feed_id: Mapped[UUID] = mapped_column(ForeignKey("directory_feed.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(10))
    pointer: Mapped[str] = mapped_column(String(300))
    field: Mapped[str] = mapped_column(String(300))
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(String(300))


def text_index_ddl(dialect: str) -> list[str]:
    """Return the statements that make the text index of one database (`sqlite` or `postgresql`)."""
    if dialect == "sqlite":
        return [f"CREATE VIRTUAL TABLE {TEXT_INDEX} USING fts5(words, detail=none, columnsize=0, prefix='3')"]
    return [
        f"CREATE TABLE {TEXT_INDEX} "
        f"(rowid INTEGER CONSTRAINT pk_{TEXT_INDEX} PRIMARY KEY, words tsvector NOT NULL)",
        f"CREATE INDEX ix_{TEXT_INDEX}_words ON {TEXT_INDEX} USING gin (words)",
    ]


@event.listens_for(Base.metadata, "after_create")
def _make_text_index(_target: Any, connection: Connection, tables: Sequence[Any] = (), **_rest: Any) -> None:
    # Only for databases made straight from the metadata; migrations call text_index_ddl themselves.
    if any(table.name == Service.__tablename__ for table in tables):
        for statement in text_index_ddl(connection.dialect.name):
            connection.execute(text(statement))


def put_words(session: Session, words: Mapping[int, Sequence[str]]) -> None:
    """Put the words of services (by number) into the text index, in place of what was there."""
    drop_words(session, list(words))
    # Words are letters and digits, so with spaces between they are a tsvector as it is written, too.
    cells = [(number, " ".join(found)) for number, found in words.items()]
    insert_cells(session, TEXT_INDEX, ("rowid", "words"), cells)


def drop_words(session: Session, numbers: Sequence[int]) -> None:
    """Take services out of the text index."""
    drop = text(f"DELETE FROM {TEXT_INDEX} WHERE rowid IN :numbers")  # noqa: S608
    for start in range(0, len(numbers), 500):
        some = {"numbers": numbers[start : start + 500]}
        session.execute(drop.bindparams(bindparam("numbers", expanding=True)), some)


def shown_services() -> Select[Service]:
    """Return the select of services anybody may see."""
    return select(Service).where(Service.shown)
