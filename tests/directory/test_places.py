"""Distances, boxes, postcodes and names of places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.directory.gateway import gazetteer
from companion.directory.rules.places import (
    box_around,
    check_position,
    distance_km,
    parse_outcode,
    parse_postcode,
)

LATS, LONS = st.floats(-89, 89), st.floats(-180, 180)


def test_leeds_to_bradford_is_thirteen_kilometres() -> None:
    assert distance_km(53.7965, -1.5478, 53.7939, -1.7521) == pytest.approx(13.4, abs=0.2)


@given(LATS, LONS, LATS, LONS)
def test_distance_is_the_same_both_ways_and_never_negative(a: float, b: float, c: float, d: float) -> None:
    assert distance_km(a, b, c, d) == pytest.approx(distance_km(c, d, a, b), abs=1e-6)
    assert 0 <= distance_km(a, b, c, d) < 20_020


@given(st.floats(49, 61), st.floats(-9, 2), st.floats(0.1, 500), st.floats(49, 61), st.floats(-9, 2))
def test_the_box_holds_every_point_within_the_distance(
    lat: float, lon: float, km: float, other_lat: float, other_lon: float
) -> None:
    box = box_around(lat, lon, km)
    if distance_km(lat, lon, other_lat, other_lon) <= km:
        assert box.south <= other_lat <= box.north
        assert box.west <= other_lon <= box.east


@given(LATS, LONS, st.floats(0.1, 21_000))
def test_the_box_stays_on_the_planet(lat: float, lon: float, km: float) -> None:
    box = box_around(lat, lon, km)
    assert -90 <= box.south <= box.north <= 90
    assert -180 <= box.west <= box.east <= 180


@pytest.mark.parametrize(
    ("raw", "clean"),
    [("ls14ap", "LS1 4AP"), (" LS1  4AP ", "LS1 4AP"), ("EC1A 1BB", "EC1A 1BB"), ("BT1 5GS", "BT1 5GS"),
     ("LS1 OAA", "LS1 0AA"), ("ABC 1234", None), ("90210", None), ("", None)],
)  # fmt: skip
def test_postcodes(raw: str, clean: str | None) -> None:
    assert parse_postcode(raw) == clean


def test_half_a_postcode() -> None:
    assert parse_outcode("ls6") == "LS6"
    assert parse_outcode("LS6 3HN") == "LS6"
    assert parse_outcode("Leeds") is None


def test_positions_are_checked_and_swapped_ones_put_back() -> None:
    assert check_position(53.8, -1.5) == ((53.8, -1.5), None)
    assert check_position(-1.5, 53.8) == ((53.8, -1.5), "position_swapped")
    assert check_position(100, 101) == (None, "position_out_of_range")
    assert check_position(0, 0) == (None, "position_outside_uk")
    assert check_position(51.478, 0.0) == ((51.478, 0.0), None)


@pytest.mark.parametrize(
    ("text", "name"),
    [("Leeds", "Leeds"), ("leeds", "Leeds"), ("LS6", "LS6"), ("ls6 3hn", "LS6"), ("Hull", "Hull"),
     ("Newcastle", "Newcastle upon Tyne"), ("St. Helens", "St Helens"), ("Newport, Wales", "Newport"),
     ("Kings Lynn", "King's Lynn")],
)  # fmt: skip
def test_places_people_type_are_found(text: str, name: str) -> None:
    found = gazetteer().find(text)
    assert found is not None
    assert found.name == name


def test_places_nobody_knows_are_not_found() -> None:
    assert gazetteer().find("Atlantis") is None
    assert gazetteer().find("") is None
    assert gazetteer().find("ZZ99 9ZZ") is None


def test_every_suggestion_finds_its_place_again() -> None:
    for start in ("l", "new", "st", "ls", "ash", "bt"):
        for name in gazetteer().suggest(start):
            assert gazetteer().find(name) is not None, name


def test_the_nation_of_a_position_is_that_of_the_nearest_district() -> None:
    assert gazetteer().nation_at(53.8, -1.55) == "England"
    assert gazetteer().nation_at(55.95, -3.19) == "Scotland"
    assert gazetteer().nation_at(54.6, -5.93) == "Northern Ireland"


def test_the_list_holds_the_biggest_towns_of_all_four_nations() -> None:
    for name in (
        "London",
        "Birmingham",
        "Glasgow",
        "Leeds",
        "Cardiff",
        "Belfast",
        "Edinburgh",
        "Swansea",
        "Derry",
    ):
        assert gazetteer().find(name) is not None, name


def test_a_map_of_leeds_has_its_town_first_and_its_districts_after() -> None:
    names = [spot.name for spot in gazetteer().around(53.7965, -1.5478, 8)]
    assert names[0] == "Leeds"
    assert {"Pudsey", "LS1", "LS2", "LS11"} <= set(names)
    assert names.index("Pudsey") < names.index("LS1")
    assert len(names) == len(set(names)) <= 24


def test_a_wide_map_has_only_the_biggest_towns() -> None:
    names = [spot.name for spot in gazetteer().around(53.7965, -1.5478, 60)]
    assert len(names) == 12
    assert {"Leeds", "Manchester", "Sheffield", "Bradford"} <= set(names)
    assert not any(char.isdigit() for name in names for char in name)


def test_two_names_of_one_place_are_one_on_a_map() -> None:
    names = [spot.name for spot in gazetteer().around(53.7446, -0.3353, 10)]
    assert len({"Hull", "Kingston upon Hull"} & set(names)) == 1


@given(LATS, LONS, st.floats(0.1, 500))
def test_everything_on_a_map_is_within_its_reach(lat: float, lon: float, km: float) -> None:
    for spot in gazetteer().around(lat, lon, km):
        assert distance_km(lat, lon, spot.lat, spot.lon) <= km
