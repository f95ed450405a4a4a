"""Find services near a place or by name. Nothing a person asks for is kept or written to a log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from companion.core.errors import RuleBroken
from companion.directory import gateway
from companion.directory.models import finding, places
from companion.directory.models.finding import LINE, SAID
from companion.directory.rules import cards, search
from companion.directory.rules.parts import point_of
from companion.directory.rules.places import Spot, box_around
from companion.directory.rules.record import Json
from companion.directory.rules.values import LONDON
from companion.directory.rules.windows import evenings, rest_of_today, this_minute
from companion.directory.use_cases.asking import Filters
from companion.directory.use_cases.finding import Answer, Spots, find
from companion.directory.use_cases.locating import gazetteer_for
from companion.directory.use_cases.showing import cards_of

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
    """A search made ready: its words, its filters, where it measures from.

    `every` tells whether all words must be held.
    """

    wanted: Search
    words: tuple[str, ...]
    filters: Filters
    origin: Spot | None
    every: bool = True

    @property
    def says_nothing(self) -> bool:
        """Tell whether text was sent that holds no word; that finds nothing, not everything."""
        return bool(self.wanted.text.strip()) and not self.words

    @property
    def page(self) -> slice:
        """Where the wanted page lies among all that is found."""
        return slice((self.wanted.page - 1) * self.wanted.per_page, self.wanted.page * self.wanted.per_page)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found: sure ones with a place and without, and those that do not say, with their distances."""

    hits: Spots
    within: float | None
    national: Spots
    unsure: Spots
    unsure_within: float | None

    @property
    def nothing(self) -> bool:
        """Tell whether there is not one service."""
        return not (self.hits.total or self.national.total or self.unsure.total)


_NONE = Spots(0, [])


def search_services(session: Session, wanted: Search, now: datetime) -> Json:
    """Return one page of services by distance, and beside it those without a place.

    A place nobody knows raises RuleBroken. Without a distance the smallest ring that holds enough is taken;
    the last ring has no end. What does not say whether it fits the filters stands in `not_said`, apart from
    what does, on the same pages.
    """
    origin, at = _origin(session, wanted), wanted.at or now
    words = tuple(search.query_words(wanted.text))
    asked = _Question(wanted, words, _filters(wanted, at), origin)
    found = _look(session, asked)
    if found.nothing and len(words) > 1:
        # No service holds every word: those that hold some are better than an empty page.
        found = _look(session, replace(asked, every=False))
    groups = [group.first[asked.page] for group in (found.hits, found.national, found.unsure)]
    items, national, unsure = cards_of(session, groups, origin, at)
    return {
        "items": items,
        "national": national,
        "national_total": found.national.total,
        "not_said": unsure,
        "not_said_total": found.unsure.total,
        "not_said_within_km": found.unsure_within,
        "near": None if origin is None else _near(origin),
        "within_km": found.within,
        "total": found.hits.total,
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


def _look(session: Session, asked: _Question) -> _Found:
    if asked.says_nothing:
        return _Found(_NONE, asked.wanted.within_km, _NONE, _NONE, asked.wanted.within_km)
    answers = _by_rings(session, asked)
    # Those without a place come with the first ring. The last one that was tried holds enough, or has no end.
    lines, within = next(iter(answers.values())), list(answers)[-1]
    national, hits = lines.spots(LINE | SAID), answers[within].spots(SAID)
    if asked.filters.ask_nothing:
        return _Found(hits, within, national, _NONE, None)
    # Nobody has to travel further to ask than to be sure, so the second part never looks past the first.
    unsure, reached = _unsure(answers, hits)
    silent = lines.spots(LINE, national.several)
    both = Spots(unsure.total + silent.total, _joined(unsure, silent, asked.page.stop))
    return _Found(hits, within, national, both, reached)


def _unsure(answers: dict[float | None, Answer], hits: Spots) -> tuple[Spots, float | None]:
    """Return those that have not said in the first ring that holds enough of them, or in the last one."""
    found: tuple[Spots, float | None] = (_NONE, None)
    for ring, answer in answers.items():
        found = (answer.spots(0, hits.several), ring)
        if found[0].total >= search.ENOUGH:
            break
    return found


def _joined(first: Spots, second: Spots, most: int) -> list[tuple[int, int]]:
    """Return so many of two groups, one after the other; of each no more than its first ones are known."""
    return first.first[:most] if first.total >= most else [*first.first, *second.first]


def _by_rings(session: Session, asked: _Question) -> dict[float | None, Answer]:
    """Return what each ring holds, up to the first that holds enough."""
    named = asked.wanted.within_km
    rings: tuple[float | None, ...] = (named,)
    if asked.origin is not None and named is None:
        rings = (*search.RINGS, None)
    found: dict[float | None, Answer] = {}
    for ring in rings:
        found[ring] = _read(session, asked, ring, lines=not found)
        if found[ring].spots(SAID).total >= search.ENOUGH:
            break
    return found


def _read(session: Session, asked: _Question, km: float | None, *, lines: bool) -> Answer:
    """Return what is found within some kilometres, or anywhere; with `lines` also what has no place."""
    origin, dialect = asked.origin, finding.dialect_of(session)
    shape = finding.Shape(
        dialect, lines, origin is not None, bool(asked.wanted.topic), bool(asked.words),
        bool(asked.filters.facts), asked.filters.age is not None, asked.filters.days,
    )  # fmt: skip
    values: dict[str, Any] = {"topic": asked.wanted.topic or places.ANY}
    values["south"], values["north"] = _bands(origin, km)
    if origin is not None:
        values |= dict(zip("xyz", point_of(origin.lat, origin.lon), strict=True))
        values["cosine"] = -2.0 if km is None else finding.cosine_of(km)
    if asked.words:
        values["words"] = finding.text_query(dialect, asked.words, every=asked.every)
        for name, every in (("named_all", True), ("named_some", False)):
            values[name] = finding.text_query(dialect, asked.words, every=every, in_name=True)
    if lines:
        values["nation"] = cards.nation_bit(_nation(asked.origin))
    return find(session, shape, values, asked.filters, asked.page.stop)


def _bands(origin: Spot | None, km: float | None) -> tuple[int, int]:
    """Return the first and the last band of latitude to look in."""
    if origin is None or km is None:
        return 0, 180 * places.BANDS_A_DEGREE
    box = box_around(origin.lat, origin.lon, km)
    return places.band_of(box.south), places.band_of(box.north)


def _nation(origin: Spot | None) -> str:
    if origin is None:
        return ""
    return origin.nation or gateway.gazetteer().nation_at(origin.lat, origin.lon)


def names_around(lat: float, lon: float, km: float) -> list[Json]:
    """Return names of towns and districts around a position, the most telling first, for a map."""
    found = gateway.gazetteer().around(lat, lon, km)
    return [{"name": spot.name, "lat": spot.lat, "lon": spot.lon} for spot in found]


def find_places(text: str) -> list[dict[str, str]]:
    """Return names of places that start like `text`, for a search field."""
    return [{"name": name} for name in gateway.gazetteer().suggest(text)]
