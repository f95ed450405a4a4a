"""Read what found services say, as cards and in full, in a few reads however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.core.errors import NotFound
from companion.directory import models
from companion.directory.models.places import CARD
from companion.directory.rules import cards
from companion.directory.rules.places import Spot, distance_km
from companion.directory.rules.record import Json
from companion.directory.use_cases.locating import gazetteer_for

_AT_ONCE = 500
Key = tuple[int, int]


def bodies_of(session: Session, keys: Sequence[Key]) -> dict[Key, Json]:
    """Return what cards are made of, by the number of the service and the position of the place."""
    row, wanted, found = CARD.c, set(keys), dict[Key, Json]()
    numbers = sorted({number for number, _ in keys})
    for start in range(0, len(numbers), _AT_ONCE):
        # SQLite would read every card to find pairs.
        some = row.service_number.in_(numbers[start : start + _AT_ONCE])
        rows = session.execute(select(row.service_number, row.position, row.body).where(some)).all()
        found.update(
            {(n, position): json.loads(body) for n, position, body in rows if (n, position) in wanted}
        )
    return found


def cards_of(
    session: Session, groups: Sequence[Sequence[Key]], origin: Spot | None, at: datetime
) -> list[list[Json]]:
    """Return the cards of groups of shown services, each in its order, with distances from `origin`."""
    keys = list(dict.fromkeys(key for group in groups for key in group))
    bodies = bodies_of(session, keys)
    named = _named(session, [number for number, _ in keys])

    def one(key: Key) -> Json:
        (service_id, feed), still = named[key[0]], bodies[key]
        place, km = still["place"], None
        if origin is not None and key[1] and place is not None:
            km = distance_km(origin.lat, origin.lon, place["lat"], place["lon"])
        return cards.card(service_id, still, feed, km, at)

    return [[one(key) for key in group if key in bodies and key[0] in named] for group in groups]


def _named(session: Session, numbers: Iterable[int]) -> dict[int, tuple[UUID, cards.Origin]]:
    """Return the id and the source of services by number; those that searches find are shown."""
    service, feed = models.Service, models.Feed
    rows = session.execute(
        select(
            service.number, service.id, feed.name, feed.publisher, feed.licence, feed.attribution, feed.url
        )
        .join(feed, feed.id == service.feed_id)
        .where(service.number.in_(sorted(set(numbers))))
    ).all()
    return {number: (service_id, cards.Origin(*origin)) for number, service_id, *origin in rows}


def get_service(session: Session, service_id: UUID, at: datetime) -> Json:
    """Return everything about one shown service, or raise NotFound."""
    found = session.execute(
        select(models.Service.number, models.Service.record).where(
            models.Service.id == service_id, models.Service.shown
        )
    ).first()
    if found is None:
        raise NotFound
    number, document = found[0], json.loads(found[1])
    position = session.scalar(
        select(CARD.c.position).where(CARD.c.service_number == number).order_by(CARD.c.position).limit(1)
    )
    if position is None:
        raise NotFound
    still = bodies_of(session, [(number, position)])[number, position]
    _, origin = _named(session, [number])[number]
    gazetteer = gazetteer_for(session, cards.unplaced_postcodes(document))
    return cards.whole(document, service_id, still, origin, position, at, gazetteer)
