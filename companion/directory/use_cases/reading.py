"""Read a page of raw services: those that are new or changed, with the positions their postcodes give."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy.orm import Session

from companion.directory.rules.locating import locate, unplaced_postcodes
from companion.directory.rules.parse import parse_service, record_hash
from companion.directory.rules.record import Record
from companion.directory.rules.shape import Notes
from companion.directory.use_cases.locating import gazetteer_for
from companion.directory.use_cases.writing import Known


@dataclass(slots=True)
class Read:
    """A raw service that is new or changed: its record (None when it is unusable) and what was wrong."""

    own_id: str
    known: Known | None
    digest: str
    record: Record | None
    notes: Notes


def read_changed(
    fresh: Mapping[str, tuple[str, object]], stored: Mapping[str, Known], salt: str, stamp: str
) -> list[Read]:
    """Return the services that are not stored just so; still without the positions they lack.

    `fresh` holds where each stands in the feed and its raw record by its id. `stamp` says which list of
    postcodes is in use: a record that lacked a position is read again when that is another one.
    """
    found: list[Read] = []
    for own_id, (pointer, raw) in fresh.items():
        known, digest = stored.get(own_id), record_hash(raw, salt)
        same = known is not None and known.record_hash in (digest, _stamped(digest, stamp))
        if known is not None and same and not known.retired:
            continue
        record, problems = parse_service(raw, pointer)
        found.append(Read(own_id, known, digest, record, Notes(pointer, problems=problems)))
    return found


def fill_positions(session: Session, found: Sequence[Read], stamp: str) -> None:
    """Give records the positions they lack from their postcodes, all asked for at once."""
    wanted = [(one, one.record, unplaced_postcodes(one.record)) for one in found if one.record is not None]
    gazetteer = gazetteer_for(session, chain.from_iterable(codes for _, _, codes in wanted))
    for one, record, codes in wanted:
        if codes:
            one.record = locate(record, gazetteer, one.notes)
            one.digest = _stamped(one.digest, stamp)


def _stamped(digest: str, stamp: str) -> str:
    """Return a hash that changes with the list of postcodes; without a list one that stays what it was.

    A record read without any list is then read again after the first one was loaded.
    """
    return hashlib.sha256(f"{digest}|{stamp}".encode()).hexdigest()
