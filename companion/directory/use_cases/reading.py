"""Which raw services of a page are new or changed, and their records with the positions postcodes give."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from sqlalchemy import ColumnElement, Text, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from companion.directory import models
from companion.directory.gateway import Given
from companion.directory.rules.care import corrected
from companion.directory.rules.locating import locate, unplaced_postcodes
from companion.directory.rules.parse import external_id, parse_service, record_hash, text_hash
from companion.directory.rules.record import Record
from companion.directory.rules.shape import Notes
from companion.directory.use_cases.locating import gazetteer_for
from companion.directory.use_cases.reports import Run
from companion.directory.use_cases.writing import Known

Fixes = Mapping[str, str]
# Ids like these stay as they are; the others are read as any words a feed gives us.
_PLAIN = re.compile(r"[0-9A-Za-z-]{1,200}")
_HALF = 32


@dataclass(slots=True)
class Read:
    """A raw service that is new or changed: its record (None when it is unusable) and what was wrong."""

    own_id: str
    known: Known | None
    digest: str
    record: Record | None
    notes: Notes


def own_id(raw: object) -> str | None:
    """Return the id a feed gives a service, as `external_id` does, sooner for those that are plain."""
    given = raw.get("id") if type(raw) is dict else None
    if type(given) is str and _PLAIN.fullmatch(given):
        return given
    return external_id(raw)


def among(session: Session, values: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a service's own id is one of these, given as one value however many."""
    column = models.Service.external_id
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(Text())))
    listed = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(listed.c.value))


def kept_hashes(session: Session, feed_id: UUID, ids: Sequence[str] | None) -> dict[str, str]:
    """Return what services that are not retired were written from, by their own ids; of all without `ids`."""
    service = models.Service
    found = select(service.external_id, service.record_hash).where(
        service.feed_id == feed_id, service.retired_at.is_(None)
    )
    if ids is not None:
        found = found.where(among(session, ids))
    rows = session.execute(found, execution_options={"yield_per": 5000})
    return {own: kept for some in rows.partitions() for own, kept in some}


def how_many(session: Session, feed_id: UUID) -> int:
    """Return how many services of a feed are not retired."""
    service = models.Service
    ours = select(func.count()).where(service.feed_id == feed_id, service.retired_at.is_(None))
    return session.scalar(ours) or 0


def stored(session: Session, feed_id: UUID, ids: Sequence[str]) -> dict[str, Known]:
    """Return what is stored of services already, by their own ids."""
    service = models.Service
    rows = session.execute(
        select(
            service.external_id, service.number, service.id, service.record_hash, service.retired_at,
            service.hidden_at,
        ).where(service.feed_id == feed_id, among(session, ids))
    )  # fmt: skip
    return {row[0]: Known(*row[1:4], row[4] is not None, row[5] is not None) for row in rows}


def fixes_of(session: Session, feed_id: UUID) -> dict[str, Fixes]:
    """Return the corrections of a feed by the services' own ids; people make them, so they are few."""
    row = models.Correction
    found = session.execute(select(row.external_id, row.fields).where(row.feed_id == feed_id))
    return {own: json.loads(fields) for own, fields in found}


def text_of(one: Given, fixes: Fixes | None, salt: str) -> str:
    """Return the hash of a record's very text and its corrections, or nothing when it has none."""
    if not one.text:
        return ""
    return text_hash(f"{one.text}|{json.dumps(fixes, sort_keys=True)}" if fixes else one.text, salt)


def is_written_from(kept: str, text: str, stamp: str) -> bool:
    """Tell whether a service was written from a record with this hash of its text.

    `kept` are two hashes: of the text, which is there at once, and of what it says. `stamp` says which list
    of postcodes is in use: a record that lacked a position is read again when that is another one.
    """
    first = kept[:_HALF]
    return bool(text) and (first == text or first == _stamped(text, stamp))


def says_the_same(kept: str, raw: object, fixes: Fixes | None, run: Run) -> bool:
    """Tell the same from what a record says: some publishers write it in another order each time."""
    if not kept:
        return False
    said = record_hash(corrected(raw, fixes or {}), run.salt)
    return kept[_HALF:] in (said, _stamped(said, run.stamp))


def read_changed(
    fresh: Mapping[str, Given], known: Mapping[str, Known], fixes: Mapping[str, Fixes], salt: str
) -> list[Read]:
    """Return the records of services by their own ids, still without the positions they lack."""
    found: list[Read] = []
    for own, one in fresh.items():
        mine = fixes.get(own, {})
        raw = corrected(one.raw, mine)
        said = record_hash(raw, salt)
        text = text_of(one, mine, salt) or said
        record, problems = parse_service(raw, one.where)
        found.append(Read(own, known.get(own), f"{text}{said}", record, Notes(one.where, problems=problems)))
    return found


def fill_positions(session: Session, found: Sequence[Read], stamp: str) -> None:
    """Give records the positions they lack from their postcodes, all asked for at once."""
    wanted = [(one, one.record, unplaced_postcodes(one.record)) for one in found if one.record is not None]
    gazetteer = gazetteer_for(session, chain.from_iterable(codes for _, _, codes in wanted))
    for one, record, codes in wanted:
        if codes:
            one.record = locate(record, gazetteer, one.notes)
            halves = one.digest[:_HALF], one.digest[_HALF:]
            one.digest = "".join(_stamped(half, stamp) for half in halves)


def _stamped(digest: str, stamp: str) -> str:
    """Return a hash that changes with the list of postcodes; without a list one that stays what it was.

    A record read without any list is then read again after the first one was loaded.
    """
    return text_hash(digest, stamp)
