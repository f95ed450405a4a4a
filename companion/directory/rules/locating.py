"""Positions for places that came without one: the postcode's own, else the middle of its district."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from companion.directory.rules.places import Gazetteer, Spot
from companion.directory.rules.record import Json, Place, Record
from companion.directory.rules.shape import Notes


def physical_links(document: Json) -> Iterator[tuple[int, Json]]:
    """Yield each `service_at_location` that is a place to go to, with its number in the document from 0."""
    for number, link in enumerate(document.get("service_at_locations", [])):
        location = link.get("location", {})
        if location and location.get("location_type") != "virtual":
            yield number, link


def unplaced_postcodes(record: Record) -> list[str]:
    """Return the postcodes of a record's places that came without a position."""
    return [place.postcode for place in record.places if place.lat is None and place.postcode]


def spot_of(gazetteer: Gazetteer, postcode: str) -> tuple[Spot, str] | None:
    """Return where a postcode is and the code that says how that is known, or None."""
    spot = gazetteer.postcode(postcode)
    if spot is not None:
        return spot, "position_from_postcode"
    spot = gazetteer.outcode(postcode)
    return None if spot is None else (spot, "position_from_outcode")


def locate(record: Record, gazetteer: Gazetteer, notes: Notes) -> Record:
    """Return the record with positions for places that came without one, each noted and approximate."""
    places: list[Place] = []
    for (number, _), place in zip(physical_links(record.document), record.places, strict=True):
        found = spot_of(gazetteer, place.postcode) if place.lat is None else None
        if found is not None:
            spot, code = found
            place = replace(place, lat=spot.lat, lon=spot.lon, approximate=True)
            notes.at("service_at_locations", str(number), "location").add("latitude", code)
        places.append(place)
    placed = any(place.lat is not None for place in places)
    return replace(record, places=tuple(places), national=record.national and not placed)
