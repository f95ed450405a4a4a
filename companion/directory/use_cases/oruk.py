"""The directory as Open Referral UK 3.0 gives it out: lists with filters that add up, and single records.

Only shown services of feeds whose licence lets us pass them on; the rest does not exist here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from companion.core.errors import NotFound
from companion.directory import models
from companion.directory.rules import oruk
from companion.directory.rules.parts import Kind
from companion.directory.rules.record import Json
from companion.directory.use_cases.narrowing import Wanted, open_feeds, part_conditions, service_conditions

# Records read at once for a stream; what one takes in memory, whatever its length.
BATCH = 500
Rows = Select[*tuple[Any, ...]]


def list_published(session: Session, kind: Kind, wanted: Wanted, now: datetime) -> Json:
    """Return one page of a kind of object, ordered by id, in the standard's envelope."""
    rows, own, count = _rows(session, kind, wanted, now)
    total = session.scalar(count) or 0
    page = rows.order_by(own).limit(wanted.per_page).offset((wanted.page - 1) * wanted.per_page)
    contents = [body for _, body in _bodies(session, kind, page, wanted)]
    return oruk.envelope(contents, total, wanted.page, wanted.per_page)


def next_published(
    session: Session, kind: Kind, wanted: Wanted, now: datetime, after: UUID | None
) -> list[tuple[UUID, Json]]:
    """Return up to BATCH objects with ids beyond `after`, each with its id; none at the end."""
    rows, own, _ = _rows(session, kind, wanted, now)
    if after is not None:
        rows = rows.where(own > after)
    return _bodies(session, kind, rows.order_by(own).limit(BATCH), wanted)


def get_published(session: Session, kind: Kind, own_id: UUID, now: datetime) -> Json:
    """Return one object whole, or raise NotFound."""
    wanted = Wanted(full=True)
    rows, own, _ = _rows(session, kind, wanted, now)
    found = _bodies(session, kind, rows.where(own == own_id), wanted)
    if not found:
        raise NotFound
    return found[0][1]


def list_origins(session: Session) -> list[Json]:
    """Return the feeds that are given out, with what their publishers ask to be told with them."""
    feeds = sorted(open_feeds(session), key=lambda feed: (feed.name, feed.id))
    return [
        {"name": feed.name, "publisher": feed.publisher, "licence": feed.licence,
         "attribution": feed.attribution, "url": feed.url}
        for feed in feeds
    ]  # fmt: skip


def _rows(session: Session, kind: Kind, wanted: Wanted, now: datetime) -> tuple[Rows, Any, Rows]:
    """Return the select of (id, number of the service that holds it), its id column, and the count."""
    if kind is Kind.SERVICE:
        service = models.Service
        asked = service_conditions(session, wanted, now)
        count: Rows = select(func.count()).select_from(service).where(*asked)
        return select(service.id, service.number).where(*asked), service.id, count
    part = models.Part
    asked = part_conditions(session, kind, wanted, now)
    first = select(part.id, func.min(part.service_number)).where(*asked).group_by(part.id)
    return first, part.id, select(func.count(part.id.distinct())).where(*asked)


def _bodies(session: Session, kind: Kind, page: Rows, wanted: Wanted) -> list[tuple[UUID, Json]]:
    pairs = [(row[0], row[1]) for row in session.execute(page)]
    held = _records(session, sorted({number for _, number in pairs}))
    found: list[tuple[UUID, Json]] = []
    for own, number in pairs:
        service_id, document = held[number]
        if kind is Kind.SERVICE:
            body = oruk.published(own, document, full=wanted.full, minimal=wanted.minimal)
        else:
            body = oruk.published_part(kind, own, service_id, document, full=wanted.full)
        found.append((own, body))
    return found


def _records(session: Session, numbers: Sequence[int]) -> dict[int, tuple[UUID, Json]]:
    service = models.Service
    rows = session.execute(
        select(service.number, service.id, service.record).where(service.number.in_(numbers))
    )
    return {number: (own, json.loads(record)) for number, own, record in rows}
