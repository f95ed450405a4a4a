"""Write cleaned records: the service's own row and its rows in the search tables, many at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID, uuid5

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.orm import Session

from companion.directory import models
from companion.directory.models.finding import NAME_MARK
from companion.directory.rules.care import Approval
from companion.directory.rules.facts import facts_of
from companion.directory.rules.hours import week_intervals
from companion.directory.rules.parts import Kind, parts_of
from companion.directory.rules.record import SHOWN, Day, OpeningRule, Record, Topic
from companion.directory.rules.search import document_words, naming_words
from companion.directory.rules.topics import TopicFinder
from companion.directory.rules.values import LONDON
from companion.directory.use_cases.indexing import Cells, search_rows

_INDEX = (models.PLACE, models.TOPIC_PLACE, models.CARD)
_MAPPED = tuple(cast("Table", row.__table__) for row in (models.Opening, models.Term, models.Part))
_SERVICE = cast("Table", models.Service.__table__)
EVERY_DAY = tuple(Day(number) for number in range(7))


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a service already."""

    number: int
    id: UUID
    record_hash: str
    retired: bool
    hidden: bool = False


Changed = tuple[Record, str, Known | None]


def write_records(
    session: Session, feed_id: UUID, changed: Sequence[Changed], topics: Sequence[Topic], now: datetime
) -> None:
    """Insert new and update changed services with everything search needs."""
    if not changed:
        return
    held = session.get_one(models.Feed, feed_id).approval == Approval.WAITING
    # 1. What was known of changed services goes first: their ids at locations are free again.
    take_away(session, [known.number for _, _, known in changed if known is not None])
    changed = _with_own_ids(session, feed_id, changed)
    # 2. The services themselves. An id another feed uses already gets a stable one of our own.
    new = [(record, digest) for record, digest, known in changed if known is None]
    wanted = [UUID(record.document["id"]) for record, _ in new]
    taken = set(session.scalars(select(models.Service.id).where(models.Service.id.in_(wanted))))
    numbers: dict[str, int] = {}
    rows = []
    for (record, digest), own in zip(new, wanted, strict=True):
        public = uuid5(feed_id, record.external_id) if own in taken else own
        taken.add(public)
        rows.append({"id": public, "feed_id": feed_id, **_row(record, digest, now, hidden=held)})
    if rows:
        models.insert_rows(session, _SERVICE, rows)
        made = models.Service.external_id.in_([record.external_id for record, _ in new])
        number_of = select(models.Service.external_id, models.Service.number)
        found = session.execute(number_of.where(models.Service.feed_id == feed_id, made))
        numbers = {row[0]: row[1] for row in found}
    old = [(record, digest, known) for record, digest, known in changed if known is not None]
    if old:
        values = [
            {"the_number": known.number, **_row(record, digest, now, hidden=known.hidden or held)}
            for record, digest, known in old
        ]
        names = [name for name in values[0] if name != "the_number"]
        change = update(models.Service).where(models.Service.number == bindparam("the_number"))
        session.connection().execute(change.values({name: bindparam(name) for name in names}), values)
        numbers.update({record.external_id: known.number for record, _, known in old})
    # 3. What search looks at; only services that are shown stand there.
    shown = [record for record, _, known in changed if not held and not (known and known.hidden)]
    on = now.astimezone(LONDON).date()
    _fill(session, [(numbers[record.external_id], feed_id, record) for record in shown], topics, on)


def _with_own_ids(session: Session, feed_id: UUID, changed: Sequence[Changed]) -> list[Changed]:
    """Return the records with an id for each service at a location that nothing else has.

    The read API shows these by their id, and some publishers use one id for several of them.
    """
    links = [link for record, _, _ in changed for link in record.document.get("service_at_locations", [])]
    wanted, part = list({UUID(link["id"]) for link in links}), models.Part
    taken: set[UUID] = set()
    for start in range(0, len(wanted), 500):
        some = part.id.in_(wanted[start : start + 500])
        taken.update(session.scalars(select(part.id).where(part.kind == str(Kind.AT_LOCATION), some)))
    found: list[Changed] = []
    for record, digest, known in changed:
        own: list[dict[str, Any]] = []
        for line, link in enumerate(record.document.get("service_at_locations", [])):
            given = UUID(link["id"])
            public = uuid5(feed_id, f"{record.external_id}|{line}|{given}") if given in taken else given
            taken.add(public)
            own.append({**link, "id": str(public)})
        if own:
            record = replace(record, document={**record.document, "service_at_locations": own})
        found.append((record, digest, known))
    return found


def hide(session: Session, numbers: Sequence[int], now: datetime) -> None:
    """Retire services: kept, no longer shown or found."""
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        session.execute(
            update(models.Service).where(models.Service.number.in_(some)).values(retired_at=now, shown=False)
        )
        take_away(session, some)


def _row(record: Record, digest: str, now: datetime, *, hidden: bool = False) -> dict[str, Any]:
    organisation = record.document.get("organization_id")
    return {
        "external_id": record.external_id, "name": record.name, "organisation": record.organisation,
        "organisation_id": UUID(organisation) if organisation else None, "status": str(record.status),
        "shown": record.status in SHOWN and not hidden,
        "placed": any(place.lat is not None for place in record.places), "national": record.national,
        "has_complex_hours": any(rule.complex for _, rule in _openings(record)),
        "minimum_age": record.minimum_age, "maximum_age": record.maximum_age,
        "record": json.dumps(record.document, ensure_ascii=False, separators=(",", ":")),
        "record_hash": digest,
        "assured_on": record.assured_on, "last_modified": record.last_modified, "retired_at": None,
        "updated_at": now,
    }  # fmt: skip


def _openings(record: Record) -> list[tuple[int, OpeningRule]]:
    own = [(number, rule) for number, place in enumerate(record.places, 1) for rule in place.openings]
    return [(0, rule) for rule in record.openings] + own


def take_away(session: Session, numbers: Sequence[int]) -> None:
    """Take services out of everything search looks at."""
    if not numbers:
        return
    for table in (*_INDEX, *_MAPPED):
        session.execute(delete(table).where(table.c.service_number.in_(numbers)))
    models.drop_words(session, numbers)


def index_again(
    session: Session, found: Sequence[tuple[int, UUID, Record]], topics: Sequence[Topic], on: date
) -> None:
    """Write anew what search looks at, of shown services: their numbers, feeds and records."""
    take_away(session, [number for number, _, _ in found])
    _fill(session, found, topics, on)


def _fill(
    session: Session,
    found: Sequence[tuple[int, UUID, Record]],
    topics: Sequence[Topic],
    on: date,
) -> None:
    titles = {topic.key: topic.title for topic in topics}
    finder = TopicFinder(topics)
    index: list[list[Cells]] = [[] for _ in _INDEX]
    openings: list[dict[str, Any]] = []
    terms: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    words: dict[int, list[str]] = {}
    for number, feed_id, record in found:
        if record.status not in SHOWN:
            continue
        keys = finder.topics_of(record)
        made = search_rows(number, record, keys, facts_of(record.document), on)
        for cells, more in zip(index, made, strict=True):
            cells += more
        openings += _opening_rows(number, record)
        terms += _term_rows(number, record)
        parts += _part_rows(number, feed_id, record)
        named = [f"{NAME_MARK}{word}" for word in naming_words(record)]
        words[number] = document_words(record, [titles[key] for key in keys]) + named
    for table, cells in zip(_INDEX, index, strict=True):
        models.insert_cells(session, table.name, [column.name for column in table.columns], cells)
    for table, rows in zip(_MAPPED, (openings, terms, parts), strict=True):
        models.insert_rows(session, table, rows)
    models.put_words(session, words)


def _opening_rows(number: int, record: Record) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    if record.status != "active":
        return rows
    for position, rule in _openings(record):
        # Rules a week cannot hold are worked out after a search (see has_complex_hours); what week they may
        # be open in stands apart, for the read API's filters by day and time.
        possible = rule if rule.days else replace(rule, days=EVERY_DAY)
        stands = -1 - position if rule.complex else position
        for starts, ends in week_intervals(possible):
            rows.append({
                "service_number": number, "position": stands, "line": len(rows),
                "starts": starts, "ends": ends, "valid_from": rule.valid_from, "valid_to": rule.valid_to,
            })  # fmt: skip
    return rows


def _term_rows(number: int, record: Record) -> list[dict[str, Any]]:
    found: dict[str, str | None] = {}
    for attribute in record.document.get("attributes", []):
        term = attribute.get("taxonomy_term")
        if term:
            found.setdefault(term["id"], term.get("taxonomy_id"))
    return [
        {"service_number": number, "term_id": UUID(term), "taxonomy_id": UUID(taxonomy) if taxonomy else None}
        for term, taxonomy in found.items()
    ]


def _part_rows(number: int, feed_id: UUID, record: Record) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for part in parts_of(record):
        x, y, z = part.point or (None, None, None)
        rows.append({
            "kind": str(part.kind), "id": part.id, "service_number": number, "feed_id": feed_id,
            "position": part.position, "parent_id": part.parent_id, "words": part.words,
            "x": x, "y": y, "z": z,
        })  # fmt: skip
    return rows
