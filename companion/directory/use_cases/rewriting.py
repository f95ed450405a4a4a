"""Writing services anew from what is stored of them, with nothing fetched: shown again, or corrected."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from types import MappingProxyType

from sqlalchemy.orm import Session

from companion.core.errors import RuleBroken
from companion.directory import models
from companion.directory.rules.care import corrected
from companion.directory.rules.locating import locate, unplaced_postcodes
from companion.directory.rules.own_list import own_topics
from companion.directory.rules.parse import parse_service
from companion.directory.rules.record import Level, Problem, Record, Topic
from companion.directory.rules.shape import Notes
from companion.directory.use_cases.locating import gazetteer_for
from companion.directory.use_cases.writing import Changed, Known, write_records

_NO_FIELDS: Mapping[str, str] = MappingProxyType({})


def read_again(
    session: Session,
    services: Sequence[models.Service],
    topics: Sequence[Topic],
    fields: Mapping[str, str] = _NO_FIELDS,
) -> list[tuple[Record | None, list[Problem]]]:
    """Return the records of kept services with corrections laid over, and what is wrong with them.

    Positions that a postcode gave and topics that an own list names are no part of what is stored, so they
    are worked out again.
    """
    read = [
        parse_service(corrected({**json.loads(one.record), "id": one.external_id}, fields))
        for one in services
    ]
    codes = chain.from_iterable(unplaced_postcodes(record) for record, _ in read if record is not None)
    gazetteer = gazetteer_for(session, codes)
    found: list[tuple[Record | None, list[Problem]]] = []
    for record, problems in read:
        if record is not None:
            named = own_topics(record.document, topics)
            record = replace(locate(record, gazetteer, Notes("")), term_ids=(*named, *record.term_ids))
        found.append((record, problems))
    return found


def write_again(
    session: Session,
    services: Sequence[models.Service],
    topics: Sequence[Topic],
    now: datetime,
    fields: Mapping[str, str] = _NO_FIELDS,
) -> None:
    """Write services of one feed anew; with `fields` laid over, and refused when they cannot be read."""
    if not services:
        return
    changed: list[Changed] = []
    for one, (record, problems) in zip(services, read_again(session, services, topics, fields), strict=True):
        _refuse_unreadable(fields, problems)
        if record is None:
            raise RuleBroken("A service needs a name.", "name")
        # Corrected here, an import has to write it again: what stands in its source is something else.
        digest = "" if fields else one.record_hash
        known = Known(one.number, one.id, one.record_hash, retired=False, hidden=one.hidden_at is not None)
        changed.append((record, digest, known))
    write_records(session, services[0].feed_id, changed, topics, now)
    for one in services:
        session.expire(one)


def _refuse_unreadable(fields: Mapping[str, str], problems: Sequence[Problem]) -> None:
    for problem in problems:
        name = "phone" if problem.field.startswith("phones") else problem.field
        left_out = problem.level is not Level.MENDED or problem.code == "placeholder"
        if left_out and name in fields:
            raise RuleBroken(problem.message, name)
