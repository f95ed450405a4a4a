"""Find services: narrowed in SQL, ranked by rules. Nothing a person asks for is kept or written to a log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from companion.core.errors import NotFound, RuleBroken
from companion.directory import gateway, models
from companion.directory.rules import cards, search
from companion.directory.rules.hours import OpenState, week_minute
from companion.directory.rules.places import Spot, box_around
from companion.directory.rules.record import Json
from companion.directory.rules.search import Candidate, Hit
from companion.directory.rules.values import LONDON

MOST_NATIONAL = 100
Rows = Select[*tuple[Any, ...]]
PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Search:
    """What a person looks for; a place is a name (`near`) or a position, distances are kilometres."""

    text: str = ""
    topic: str | None = None
    near: str = ""
    lat: float | None = None
    lon: float | None = None
    within_km: float | None = None
    open_now: bool = False
    at: datetime | None = None
    page: int = 1
    per_page: int = PER_PAGE


@dataclass(frozen=True, slots=True)
class _Question:
    """A search made ready: its words, where it measures from, when, and whether every word must be held."""

    wanted: Search
    words: tuple[str, ...]
    origin: Spot | None
    at: datetime
    every: bool = True

    @property
    def says_nothing(self) -> bool:
        """Tell whether text was sent that holds no word; that finds nothing, not everything."""
        return bool(self.wanted.text.strip()) and not self.words


def search_services(session: Session, wanted: Search, now: datetime) -> Json:
    """Return one page of services by distance, and beside it those without a place.

    A place nobody knows raises RuleBroken. Without a distance the smallest ring that holds enough is taken;
    the last ring has no end. With `open_now` only services known to be open are listed.
    """
    origin, at = _origin(wanted), wanted.at or now
    asked = _Question(wanted, tuple(search.query_words(wanted.text)), origin, at)
    hits, within = _hits(session, asked)
    national = _without_place(session, asked)
    if not hits and not national and len(asked.words) > 1:
        # No service holds every word: those that hold some are better than an empty page.
        asked = replace(asked, every=False)
        hits, within = _hits(session, asked)
        national = _without_place(session, asked)
    start = (wanted.page - 1) * wanted.per_page
    return {
        "items": _cards(session, hits[start : start + wanted.per_page], at),
        "national": _cards(session, national[:MOST_NATIONAL], at),
        "national_total": len(national),
        "near": None if origin is None else {"name": origin.name, "lat": origin.lat, "lon": origin.lon},
        "within_km": within,
        "total": len(hits),
        "page": wanted.page,
        "per_page": wanted.per_page,
    }


def _origin(wanted: Search) -> Spot | None:
    if wanted.near.strip():
        found = gateway.gazetteer().find(wanted.near)
        if found is None:
            raise RuleBroken(
                "We do not know that place. Try a town, or the first half of a postcode.", "near"
            )
        return found
    if wanted.lat is None and wanted.lon is None:
        if wanted.within_km is not None:
            raise RuleBroken("Say where to measure from: a town, or the first half of a postcode.", "near")
        return None
    if wanted.lat is None or wanted.lon is None:
        raise RuleBroken("Send both numbers of a position.", "lat" if wanted.lat is None else "lon")
    return Spot("Your position", wanted.lat, wanted.lon)


def _hits(session: Session, asked: _Question) -> tuple[list[Hit], float | None]:
    """Return services with a place in their order, and the distance that was looked through."""
    named = asked.wanted.within_km
    if asked.says_nothing:
        return [], named
    if asked.origin is None:
        return search.rank_by_name(_candidates(session, asked, None), asked.words), None
    rings: tuple[float | None, ...] = (*search.RINGS, None) if named is None else (named,)
    hits: list[Hit] = []
    ring: float | None = None
    for ring in rings:
        hits = search.rank_near(_candidates(session, asked, ring), asked.origin, ring)
        if len(hits) >= search.ENOUGH:
            break
    return hits, ring


def _candidates(session: Session, asked: _Question, km: float | None) -> list[Candidate]:
    origin, box = asked.origin, None
    if origin is not None and km is not None:
        box = box_around(origin.lat, origin.lon, km)
    found, table = models.spots(asked.wanted.topic, box)
    rows = session.execute(_narrowed(session, asked, found, table.position)).all()
    closed: set[tuple[int, int]] = set()
    if asked.wanted.open_now:
        closed = _complex_and_closed(session, rows, asked.at)
    return [Candidate(*row[:6]) for row in rows if (row[0], row[2]) not in closed]


def _narrowed(session: Session, asked: _Question, found: Rows, position: Any) -> Rows:
    if asked.words:
        found = found.where(
            models.Service.number.in_(models.matching(session, asked.words, every=asked.every))
        )
    if asked.wanted.open_now:
        today = asked.at.astimezone(LONDON).date()
        found = found.where(models.open_at(position, week_minute(asked.at), today))
    return found


def _complex_and_closed(session: Session, rows: Sequence[Any], at: datetime) -> set[tuple[int, int]]:
    """Return (number, position) of found services whose hours only rules can tell, and which are not open."""
    asked = {(row[0], row[2]) for row in rows if row[6]}
    documents = _documents(session, sorted({number for number, _ in asked}))
    return {
        (number, position)
        for number, position in asked
        if cards.hours_now(documents[number], position, at)[0] is not OpenState.OPEN
    }


def _documents(session: Session, numbers: Sequence[int]) -> dict[int, Json]:
    found: dict[int, Json] = {}
    for start in range(0, len(numbers), 500):
        rows = session.execute(
            select(models.Service.number, models.Service.record).where(
                models.Service.number.in_(numbers[start : start + 500])
            )
        )
        found.update({number: json.loads(record) for number, record in rows})
    return found


def _without_place(session: Session, asked: _Question) -> list[Hit]:
    """Return services without coordinates; a distance never drops them. National ones come first."""
    if asked.says_nothing:
        return []
    service, topic = models.Service, models.TopicPlace
    found: Rows = models.shown_without_place()
    if asked.wanted.topic:
        found = found.join(topic, topic.service_number == service.number).where(
            topic.topic == asked.wanted.topic, topic.position == 0
        )
    rows = session.execute(_narrowed(session, asked, found, literal(0))).all()
    closed: set[tuple[int, int]] = set()
    if asked.wanted.open_now:
        spots = [(row[0], None, 0, None, None, None, row[4]) for row in rows]
        closed = _complex_and_closed(session, spots, asked.at)
    kept = [row for row in rows if (row[0], 0) not in closed]
    documents = _documents(session, [row[0] for row in kept if row[3]])
    nation = _nation(asked.origin)

    def order(row: Any) -> tuple[object, ...]:
        document = documents.get(row[0])
        telling = search.telling_words(document) if document else row[2]
        elsewhere = document is not None and not cards.serves(document, nation)
        return not row[3], elsewhere, search.name_rank(telling, asked.words), row[2].casefold(), str(row[1])

    return [Hit(row[0], row[1], 0, None) for row in sorted(kept, key=order)]


def _nation(origin: Spot | None) -> str:
    if origin is None:
        return ""
    return origin.nation or gateway.gazetteer().nation_at(origin.lat, origin.lon)


def _cards(session: Session, hits: Sequence[Hit], at: datetime) -> list[Json]:
    found = _found(session, [hit.number for hit in hits], {hit.number: hit.position for hit in hits})
    return [cards.card(replace(found[hit.number], km=hit.km), at) for hit in hits if hit.number in found]


def _found(session: Session, numbers: Sequence[int], positions: dict[int, int]) -> dict[int, cards.Found]:
    """Return what cards need of services, in four reads however many there are."""
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
        )  # fmt: skip
    return made


def get_service(session: Session, service_id: UUID, at: datetime) -> Json:
    """Return everything about one shown service, or raise NotFound."""
    number = session.scalar(
        select(models.Service.number).where(models.Service.id == service_id, models.Service.shown)
    )
    if number is None:
        raise NotFound
    return cards.whole(_found(session, [number], {})[number], at, gateway.gazetteer())


def find_places(text: str) -> list[dict[str, str]]:
    """Return names of places that start like `text`, for a search field."""
    return [{"name": name} for name in gateway.gazetteer().suggest(text)]
