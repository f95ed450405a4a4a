"""Read what found services say, as cards and in full, in a few reads however many there are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.core.errors import NotFound
from companion.directory import models
from companion.directory.rules import cards
from companion.directory.rules.record import Json
from companion.directory.rules.search import Hit
from companion.directory.use_cases.locating import gazetteer_for


def documents_of(session: Session, numbers: Sequence[int]) -> dict[int, Json]:
    """Return the records of services by number."""
    found: dict[int, Json] = {}
    for start in range(0, len(numbers), 500):
        rows = session.execute(
            select(models.Service.number, models.Service.record).where(
                models.Service.number.in_(numbers[start : start + 500])
            )
        )
        found.update({number: json.loads(record) for number, record in rows})
    return found


def cards_of(session: Session, hits: Sequence[Hit], at: datetime) -> list[Json]:
    """Return the cards of shown services in the order of the hits."""
    found = _found(session, [hit.number for hit in hits], {hit.number: hit.position for hit in hits})
    return [cards.card(replace(found[hit.number], km=hit.km), at) for hit in hits if hit.number in found]


def _found(session: Session, numbers: Sequence[int], positions: dict[int, int]) -> dict[int, cards.Found]:
    """Return what cards need of services, in five reads however many there are."""
    if not numbers:
        return {}
    service, place = models.Service, models.Place
    rows = session.execute(
        select(service.number, service.id, service.record, models.Feed)
        .join(models.Feed, models.Feed.id == service.feed_id)
        .where(service.number.in_(numbers), service.shown)
    ).all()
    topics: dict[int, list[str]] = {}
    topic = models.TopicPlace
    for number, key in session.execute(
        select(topic.service_number, topic.topic)
        .where(topic.service_number.in_(numbers))
        .distinct()
        .order_by(topic.service_number, topic.topic)
    ):
        topics.setdefault(number, []).append(key)
    facts: dict[int, dict[str, str]] = {}
    said = select(models.Fact).where(models.Fact.service_number.in_(numbers))
    for one in session.scalars(said):
        facts.setdefault(one.service_number, {})[one.fact] = one.answer
    where: dict[tuple[int, int], models.Place] = {
        (found.service_number, found.position): found
        for found in session.scalars(select(place).where(place.service_number.in_(numbers)))
    }
    first = {number: min(p for n, p in where if n == number) for number in {n for n, _ in where}}
    made: dict[int, cards.Found] = {}
    for number, own_id, record, feed in rows:
        position = positions.get(number) or first.get(number, 0)
        spot = where.get((number, position))
        made[number] = cards.Found(
            own_id, json.loads(record), tuple(topics.get(number, ())),
            cards.Origin(feed.name, feed.publisher, feed.licence, feed.attribution, feed.url), position,
            spot.lat if spot else None, spot.lon if spot else None, spot.approximate if spot else False, None,
            facts.get(number, {}),
        )  # fmt: skip
    return made


def get_service(session: Session, service_id: UUID, at: datetime) -> Json:
    """Return everything about one shown service, or raise NotFound."""
    number = session.scalar(
        select(models.Service.number).where(models.Service.id == service_id, models.Service.shown)
    )
    if number is None:
        raise NotFound
    found = _found(session, [number], {})[number]
    return cards.whole(found, at, gazetteer_for(session, cards.unplaced_postcodes(found.document)))
