"""What a service holds that has an address of its own in the read API: its parts, and where they lie.

Distances are measured as chords through the earth. With a position as a point on the unit sphere the square
of the chord is three subtractions and three products, which every database can work out alike; it grows
with the distance, so a circle on the ground is one comparison.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from companion.directory.rules.places import EARTH_KM
from companion.directory.rules.record import Json, Place, Record
from companion.directory.rules.search import tokens

MOST_PART_WORDS = 60
Point = tuple[float, float, float]


class Kind(StrEnum):
    """The objects of the read API, in the standard's words."""

    SERVICE = "service"
    ORGANISATION = "organization"
    AT_LOCATION = "service_at_location"
    TAXONOMY = "taxonomy"
    TERM = "taxonomy_term"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of one service.

    `position` is the number of the place whose hours a service at a location has (0: none of its own);
    `parent_id` is that of a term; `words` are what its name is found by, a space before and after each;
    `point` is where it lies.
    """

    kind: Kind
    id: UUID
    position: int = 0
    parent_id: UUID | None = None
    words: str = ""
    point: Point | None = None


def point_of(lat: float, lon: float) -> Point:
    """Return a position (degrees) as a point on the unit sphere."""
    north, east = math.radians(lat), math.radians(lon)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def squared_chord(metres: float) -> float:
    """Return the square of the chord of the unit sphere that spans `metres` on the ground."""
    angle = min(metres / 1000 / EARTH_KM, math.pi)
    return (2 * math.sin(angle / 2)) ** 2


def positions(document: Json) -> list[int]:
    """Return for each service at a location the number its place has in `Record.places`, 0 without one."""
    found: list[int] = []
    for link in document.get("service_at_locations", []):
        location = link.get("location")
        placed = bool(location) and location.get("location_type") != "virtual"
        found.append(max(found, default=0) + 1 if placed else 0)
    return found


def parts_of(record: Record) -> list[Part]:
    """Return the parts of a service, each once."""
    document = record.document
    found = [*_organisation(document), *_links(document, record.places)]
    for attribute in document.get("attributes", []):
        term = attribute.get("taxonomy_term")
        if term:
            found += _term(term)
    first: dict[tuple[Kind, UUID], Part] = {}
    for part in found:
        first.setdefault((part.kind, part.id), part)
    return list(first.values())


def _organisation(document: Json) -> list[Part]:
    organisation, own = document.get("organization"), document.get("organization_id")
    if not organisation or not own:
        return []
    return [Part(Kind.ORGANISATION, UUID(own), words=_words(organisation["name"]))]


def _links(document: Json, places: Sequence[Place]) -> list[Part]:
    found: list[Part] = []
    links = document.get("service_at_locations", [])
    for link, position in zip(links, positions(document), strict=True):
        place = places[position - 1] if position else None
        point = None
        if place is not None and place.lat is not None and place.lon is not None:
            point = point_of(place.lat, place.lon)
        found.append(Part(Kind.AT_LOCATION, UUID(link["id"]), position, point=point))
    return found


def _term(term: Json) -> list[Part]:
    parent, taxonomy = term.get("parent_id"), term.get("taxonomy_id")
    above = UUID(parent) if parent else None
    found = [Part(Kind.TERM, UUID(term["id"]), parent_id=above, words=_words(term["name"]))]
    if taxonomy:
        found.append(Part(Kind.TAXONOMY, UUID(taxonomy), words=_words(term.get("taxonomy", ""))))
    return found


@lru_cache(maxsize=4096)
def _words(name: str) -> str:
    found = dict.fromkeys(tokens(name))
    return f" {' '.join(list(found)[:MOST_PART_WORDS])} " if found else ""
