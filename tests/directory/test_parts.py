"""The rules of the read API: parts of a service, distances as chords, days and times of a week."""

from __future__ import annotations

import math
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from companion.directory.rules.oruk import parse_days, week_windows
from companion.directory.rules.parse import parse_service
from companion.directory.rules.parts import Kind, parts_of, point_of, positions, squared_chord
from companion.directory.rules.places import distance_km
from companion.directory.rules.record import Record
from tests.directory.builders import a_place, a_service, an_id

LATS, LONS = st.floats(-90, 90), st.floats(-180, 180)
TIMES = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")


def record_of(raw: Any) -> Record:
    """Return the record of a raw service that has one."""
    record, _ = parse_service(raw)
    assert record is not None
    return record


def chord(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the squared chord between two positions."""
    return sum((one - other) ** 2 for one, other in zip(point_of(*a), point_of(*b), strict=True))


@given(LATS, LONS, LATS, LONS, st.floats(1, 20_000_000))
def test_a_chord_says_the_same_as_the_way_over_the_ground(
    lat: float, lon: float, other_lat: float, other_lon: float, metres: float
) -> None:
    km = distance_km(lat, lon, other_lat, other_lon)
    # At the very edge the last digits decide, and nobody lives by those.
    assume(abs(km * 1000 - metres) > 0.01 + metres * 1e-6)
    assume(metres < 20_000_000 and km < 20_000)
    near = chord((lat, lon), (other_lat, other_lon)) <= squared_chord(metres)
    assert near == (km * 1000 <= metres)


def test_a_few_metres_are_told_apart() -> None:
    here, metre = (53.7965, -1.5478), math.degrees(0.001 / 6371.0088)
    there = (53.7965 + 30 * metre, -1.5478)
    assert chord(here, there) > squared_chord(29.9)
    assert chord(here, there) < squared_chord(30.1)


def test_the_parts_of_a_service() -> None:
    term = {"id": an_id("term"), "name": "Debt advice", "taxonomy": "Needs", "parent_id": an_id("top")}
    places = [
        {"id": an_id("online"), "location": {"id": an_id("web"), "location_type": "virtual", "name": "Chat"}},
        a_place(),
        a_place(100, 101, location={"addresses": []}),
    ]
    raw = a_service(
        service_at_locations=places, attributes=[{"taxonomy_term": term}, {"taxonomy_term": term}]
    )
    record = record_of(raw)
    found = {(part.kind, part.id): part for part in parts_of(record)}
    kinds = [kind for kind, _ in found]
    assert sorted(kinds) == [Kind.ORGANISATION, *[Kind.AT_LOCATION] * 3, Kind.TAXONOMY, Kind.TERM]
    assert found[Kind.ORGANISATION, UUID(an_id("org"))].words == " northside advice "
    own = found[Kind.TERM, UUID(an_id("term"))]
    assert (own.words, own.parent_id) == (" debt advice ", UUID(an_id("top")))
    links = [part for part in found.values() if part.kind is Kind.AT_LOCATION]
    assert [part.position for part in links] == [0, 1, 2]
    assert [part.point is None for part in links] == [True, False, True]


@given(st.lists(st.sampled_from(["virtual", "physical", "nothing"]), max_size=6))
def test_places_are_counted_as_search_counts_them(kinds: list[str]) -> None:
    links = [
        {"id": an_id(f"link {number}"), "description": "Ask inside.",
         **({} if kind == "nothing" else {"location": {"location_type": kind, "name": f"Place {number}"}})}
        for number, kind in enumerate(kinds)
    ]  # fmt: skip
    record = record_of(a_service(service_at_locations=links))
    found = positions(record.document)
    names = [record.places[position - 1].name for position in found if position]
    assert names == [f"Place {number}" for number, kind in enumerate(kinds) if kind == "physical"]
    assert len(record.places) == max(found, default=0)


def test_a_taxonomy_without_an_id_has_a_stable_one() -> None:
    raw = a_service(attributes=[{"taxonomy_term": {"name": name, "taxonomy": "Needs"}} for name in "ab"])
    terms = [one["taxonomy_term"] for one in record_of(raw).document["attributes"]]
    assert terms[0]["taxonomy_id"] == terms[1]["taxonomy_id"]
    assert UUID(terms[0]["taxonomy_id"])


@pytest.mark.parametrize(
    ("text", "days"),
    [("MO", (0,)), ("mo", (0,)), ("Monday", (0,)), ("Tue,we", (1, 2)), ("SU, MO", (0, 6)), ("FR,FR", (4,)),
     ("", None), ("MO,", None), ("Mondays", None), ("M", None), ("1MO", None), ("0", None)],
)  # fmt: skip
def test_days_are_read_in_the_ways_people_write_them(text: str, days: tuple[int, ...] | None) -> None:
    assert parse_days(text) == days


@given(st.lists(st.integers(0, 6), max_size=7), TIMES | st.just(""), TIMES | st.just(""))
def test_windows_hold_just_the_minutes_between_two_times(days: list[int], start: str, end: str) -> None:
    first = int(start[:2]) * 60 + int(start[3:]) if start else 0
    last = int(end[:2]) * 60 + int(end[3:]) if end else 0
    length = (last - first) % 1440 or (1 if first else 1440)
    wanted = {(day * 1440 + first + step) % 10_080 for day in days or range(7) for step in range(length)}
    windows = week_windows(days, start, end)
    assert {minute for one in windows for minute in range(*one)} == wanted
    assert all(0 <= one[0] < one[1] <= 10_080 for one in windows)
