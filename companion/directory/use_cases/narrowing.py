"""The read API's filters as conditions: every one given narrows what the others left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, and_, exists, or_, select
from sqlalchemy.orm import Session

from companion.core.errors import RuleBroken
from companion.directory import models
from companion.directory.rules import oruk, search
from companion.directory.rules.licences import may_republish
from companion.directory.rules.parts import Kind, point_of, squared_chord
from companion.directory.rules.values import LONDON
from companion.directory.use_cases.locating import gazetteer_for

Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader of the API asks for; times are `HH:MM` of London, `proximity` is in metres.

    Each kind of object knows some of the filters only; see the schemas.
    """

    search: str = ""
    page: int = 1
    per_page: int = 50
    format: str = "json"
    full: bool = False
    minimal: bool = False
    taxonomy_term_id: UUID | None = None
    taxonomy_id: UUID | None = None
    organization_id: UUID | None = None
    parent_id: UUID | None = None
    top_only: bool = False
    modified_after: datetime | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    day: str = ""
    start_time: str = ""
    end_time: str = ""
    postcode: str = ""
    proximity: int | None = None

    @property
    def windows(self) -> list[tuple[int, int]]:
        """The minutes of the week asked about; none when neither a day nor a time is named."""
        if not (self.day or self.start_time or self.end_time):
            return []
        return oruk.week_windows(oruk.parse_days(self.day) or (), self.start_time, self.end_time)


def open_feeds(session: Session) -> list[models.Feed]:
    """Return the feeds whose licence lets us pass their records on."""
    return [feed for feed in session.scalars(select(models.Feed)) if may_republish(feed.licence)]


def service_conditions(session: Session, wanted: Wanted, now: datetime) -> Conditions:
    """Return the conditions on `Service`: shown, of an open feed, and what is asked for."""
    service = models.Service
    feeds = [feed.id for feed in open_feeds(session)]
    found: list[Any] = [service.shown, service.feed_id.in_(feeds), *_asked(session, wanted)]
    if wanted.windows:
        found.append(_opens(wanted.windows, _today(now), models.Opening.service_number == service.number))
    return found


def part_conditions(session: Session, kind: Kind, wanted: Wanted, now: datetime) -> Conditions:
    """Return the conditions on `Part` for one kind of object."""
    part = models.Part
    feeds = [feed.id for feed in open_feeds(session)]
    found: Conditions = [part.kind == str(kind), part.feed_id.in_(feeds)]
    if kind is Kind.AT_LOCATION:
        asked = _asked(session, wanted)
        if asked:
            found.append(part.service_number.in_(select(models.Service.number).where(*asked)))
        if wanted.windows:
            found.append(_opens_at(wanted.windows, _today(now)))
        return found + _near(session, wanted)
    found += _named(wanted.search)
    if wanted.taxonomy_id is not None:
        term = models.Term
        found.append(part.id.in_(select(term.term_id).where(term.taxonomy_id == wanted.taxonomy_id)))
    if wanted.parent_id is not None:
        found.append(part.parent_id == wanted.parent_id)
    if wanted.top_only:
        found.append(part.parent_id.is_(None))
    return found


def _today(now: datetime) -> date:
    return now.astimezone(LONDON).date()


def _asked(session: Session, wanted: Wanted) -> Conditions:
    """Return what the filters common to services and their locations say about `Service`."""
    service, term = models.Service, models.Term
    found: list[Any] = []
    if wanted.search.strip():
        words = search.query_words(wanted.search)
        # A question of signs only finds nothing; it must not find everything.
        found.append(service.number.in_(models.matching(session, words)) if words else service.number < 0)
    if wanted.taxonomy_term_id is not None:
        named = select(term.service_number).where(term.term_id == wanted.taxonomy_term_id)
        found.append(service.number.in_(named))
    if wanted.taxonomy_id is not None:
        named = select(term.service_number).where(term.taxonomy_id == wanted.taxonomy_id)
        found.append(service.number.in_(named))
    if wanted.organization_id is not None:
        found.append(service.organisation_id == wanted.organization_id)
    if wanted.modified_after is not None:
        # "On or after", the standard says.
        found.append(service.last_modified >= wanted.modified_after)
    # Ages overlap: a service without an end to its ages takes everybody on that side.
    if wanted.minimum_age is not None:
        found.append(or_(service.maximum_age.is_(None), service.maximum_age >= wanted.minimum_age))
    if wanted.maximum_age is not None:
        found.append(or_(service.minimum_age.is_(None), service.minimum_age <= wanted.maximum_age))
    return found


def _opens(windows: Sequence[tuple[int, int]], today: date, *where: Any) -> Exists:
    """Return the condition that an opening in force reaches into one of the windows."""
    opening = models.Opening
    inside = or_(*[and_(opening.starts < end, opening.ends > start) for start, end in windows])
    return exists().where(or_(opening.valid_to.is_(None), opening.valid_to >= today), inside, *where)


def _opens_at(windows: Sequence[tuple[int, int]], today: date) -> ColumnElement[bool]:
    """Return the same for a service at a location: its own hours, or those of the service."""
    opening, part = models.Opening, models.Part
    same = opening.service_number == part.service_number
    here = or_(opening.position == part.position, opening.position == -1 - part.position)
    return or_(
        _opens(windows, today, same, here),
        and_(~exists().where(same, here), _opens(windows, today, same, opening.position.in_((0, -1)))),
    )


def _near(session: Session, wanted: Wanted) -> Conditions:
    """Return the condition of lying within so many metres of a postcode."""
    part = models.Part
    if not wanted.postcode:
        if wanted.proximity is None:
            return []
        raise RuleBroken("Say which postcode to measure from: postcode=LS1 4AP.", "postcode")
    spot = gazetteer_for(session, [wanted.postcode]).find(wanted.postcode)
    if spot is None:
        raise RuleBroken("We do not know this postcode. Check it, or send its first half.", "postcode")
    x, y, z = point_of(spot.lat, spot.lon)
    chord = (part.x - x) * (part.x - x) + (part.y - y) * (part.y - y) + (part.z - z) * (part.z - z)
    metres = oruk.PROXIMITY if wanted.proximity is None else wanted.proximity
    return [part.x.is_not(None), chord <= squared_chord(metres)]


def _named(text: str) -> Conditions:
    """Return the conditions that a part's name holds every word; the last may be unfinished."""
    if not text.strip():
        return []
    words, part = search.query_words(text), models.Part
    if not words:
        return [part.words < ""]
    ends = [" "] * (len(words) - 1) + ["" if len(words[-1]) > 2 else " "]
    return [part.words.contains(f" {word}{end}") for word, end in zip(words, ends, strict=True)]
