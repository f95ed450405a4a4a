"""Find services: narrowed in SQL, ranked by rules. Nothing a person asks for is kept or written to a log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal
from sqlalchemy.orm import Session

from companion.core.errors import RuleBroken
from companion.directory import gateway, models
from companion.directory.rules import cards, search
from companion.directory.rules.hours import OpenState
from companion.directory.rules.places import Spot, box_around
from companion.directory.rules.record import Json
from companion.directory.rules.search import Candidate, Hit
from companion.directory.rules.values import LONDON
from companion.directory.rules.windows import evenings, rest_of_today, this_minute
from companion.directory.use_cases.asking import Filters, possible, sure
from companion.directory.use_cases.locating import gazetteer_for
from companion.directory.use_cases.showing import cards_of, documents_of

MOST_NATIONAL = 100
# So many places are ranked faster than they are looked for again in the next ring.
FEW = 500
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
    open_today: bool = False
    open_evening: bool = False
    facts: tuple[str, ...] = ()
    age: int | None = None
    at: datetime | None = None
    page: int = 1
    per_page: int = PER_PAGE


@dataclass(frozen=True, slots=True)
class _Question:
    """A search made ready: its words, its filters, where it measures from, when.

    `every` tells whether all words must be held; `sure` whether a service must say yes to the filters, or
    else may leave some unsaid.
    """

    wanted: Search
    words: tuple[str, ...]
    filters: Filters
    origin: Spot | None
    at: datetime
    every: bool = True
    sure: bool = True

    @property
    def says_nothing(self) -> bool:
        """Tell whether text was sent that holds no word; that finds nothing, not everything."""
        return bool(self.wanted.text.strip()) and not self.words


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found: sure ones with a place and without, and those that do not say, with their distances."""

    hits: list[Hit]
    within: float | None
    national: list[Hit]
    unsure: list[Hit]
    unsure_within: float | None


def search_services(session: Session, wanted: Search, now: datetime) -> Json:
    """Return one page of services by distance, and beside it those without a place.

    A place nobody knows raises RuleBroken. Without a distance the smallest ring that holds enough is taken;
    the last ring has no end. What does not say whether it fits the filters stands in `not_said`, apart from
    what does, on the same pages.
    """
    origin, at = _origin(session, wanted), wanted.at or now
    words = tuple(search.query_words(wanted.text))
    asked = _Question(wanted, words, _filters(wanted, at), origin, at)
    found = _look(session, asked)
    if not (found.hits or found.national or found.unsure) and len(words) > 1:
        # No service holds every word: those that hold some are better than an empty page.
        found = _look(session, replace(asked, every=False))
    page = slice((wanted.page - 1) * wanted.per_page, wanted.page * wanted.per_page)
    return {
        "items": cards_of(session, found.hits[page], at),
        "national": cards_of(session, found.national[:MOST_NATIONAL], at),
        "national_total": len(found.national),
        "not_said": cards_of(session, found.unsure[page], at),
        "not_said_total": len(found.unsure),
        "not_said_within_km": found.unsure_within,
        "near": None if origin is None else _near(origin),
        "within_km": found.within,
        "total": len(found.hits),
        "page": wanted.page,
        "per_page": wanted.per_page,
    }


def _near(origin: Spot) -> Json:
    return {"name": origin.name, "lat": origin.lat, "lon": origin.lon, "approximate": origin.approximate}


def _filters(wanted: Search, at: datetime) -> Filters:
    times = [
        windows(at)
        for asked, windows in (
            (wanted.open_now, this_minute),
            (wanted.open_today, rest_of_today),
            (wanted.open_evening, evenings),
        )
        if asked
    ]
    return Filters(wanted.facts, wanted.age, tuple(times), at.astimezone(LONDON).date())


def _look(session: Session, asked: _Question) -> _Answer:
    hits, within = _hits(session, asked)
    national = _without_place(session, asked)
    if asked.filters.ask_nothing:
        return _Answer(hits, within, national, [], None)
    # Nobody has to travel further to ask than to be sure, so the second part never looks past the first.
    maybe, known = replace(asked, sure=False), {hit.number for hit in (*hits, *national)}
    placed, reached = _hits(session, maybe, within, known)
    lines = _without_place(session, maybe, known)
    return _Answer(hits, within, national, [*placed, *lines], reached)


def _origin(session: Session, wanted: Search) -> Spot | None:
    if wanted.near.strip():
        found = gazetteer_for(session, [wanted.near]).find(wanted.near)
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


def _hits(
    session: Session, asked: _Question, most: float | None = None, without: Collection[int] = ()
) -> tuple[list[Hit], float | None]:
    """Return services with a place in their order, and the distance that was looked through.

    No ring beyond `most` kilometres is tried; the services numbered `without` stand elsewhere already.
    """
    named = asked.wanted.within_km
    if asked.says_nothing:
        return [], named
    if asked.origin is None:
        return search.rank_by_name(_candidates(session, asked, None, without), asked.words), None
    rings: tuple[float | None, ...] = (*search.RINGS, None) if named is None else (named,)
    if most is not None and named is None:
        rings = tuple(ring for ring in search.RINGS if ring <= most)
    # Where few say yes, every ring would look through the whole country for them anew.
    # Hours that only rules can tell are taken out after the limit, so with times the limit says nothing.
    sparse = named is None and asked.sure and asked.filters.facts and not asked.filters.times
    few = _few(session, asked) if sparse else None
    hits: list[Hit] = []
    ring: float | None = None
    for ring in rings:
        found = _candidates(session, asked, ring, without) if few is None else few
        hits = search.rank_near(found, asked.origin, ring)
        if len(hits) >= search.ENOUGH:
            break
    return hits, ring


def _few(session: Session, asked: _Question) -> list[Candidate] | None:
    """Return all services that fit, wherever they are, or None when they are many."""
    found = _candidates(session, asked, None, (), FEW + 1)
    return found if len(found) <= FEW else None


def _candidates(
    session: Session, asked: _Question, km: float | None, without: Collection[int], most: int | None = None
) -> list[Candidate]:
    origin, box = asked.origin, None
    if origin is not None and km is not None:
        box = box_around(origin.lat, origin.lon, km)
    found, table = models.spots(asked.wanted.topic, box)
    rows = session.execute(_narrowed(session, asked, found, table.position).limit(most)).all()
    wrong = _wrong_times(session, asked, {(row[0], row[2]) for row in rows if row[6]})
    return [Candidate(*row[:6]) for row in rows if (row[0], row[2]) not in wrong and row[0] not in without]


def _narrowed(session: Session, asked: _Question, found: Rows, position: Any) -> Rows:
    if asked.words:
        found = found.where(
            models.Service.number.in_(models.matching(session, asked.words, every=asked.every))
        )
    return found.where(*(sure if asked.sure else possible)(asked.filters, position))


def _wrong_times(
    session: Session, asked: _Question, found: Collection[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Return (number, position) of services whose hours only rules can tell, and which do not fit."""
    times, on = asked.filters.times, asked.filters.on
    if not times or not found:
        return set()
    right = {OpenState.OPEN} if asked.sure else {OpenState.OPEN, OpenState.UNKNOWN}
    documents = documents_of(session, sorted({number for number, _ in found}))
    return {
        (number, position)
        for number, position in found
        if cards.open_at_times(documents[number], position, times, on) not in right
    }


def _without_place(session: Session, asked: _Question, without: Collection[int] = ()) -> list[Hit]:
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
    wrong = _wrong_times(session, asked, {(row[0], 0) for row in rows if row[4]})
    kept = [row for row in rows if (row[0], 0) not in wrong and row[0] not in without]
    documents = documents_of(session, [row[0] for row in kept if row[3]])
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


def find_places(text: str) -> list[dict[str, str]]:
    """Return names of places that start like `text`, for a search field."""
    return [{"name": name} for name in gateway.gazetteer().suggest(text)]
