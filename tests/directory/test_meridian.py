"""Places on the meridian of Greenwich: a longitude of nought is a place like any other; a latitude is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.directory.rules.parse import parse_service
from companion.directory.rules.places import box_around, check_position, distance_km
from companion.directory.use_cases import ImportReport, Search, search_services
from tests.conftest import Client
from tests.directory.builders import a_place, a_service

Import = Callable[..., ImportReport]
LAT = 51.4779
# On the meridian, and as near to it as a float can tell.
LONGITUDES = st.one_of(st.sampled_from([0.0, -0.0, 1e-12, -1e-12, 5e-324]), st.floats(-0.2, 0.2))
LATITUDES = st.floats(50.8, 53.6)


@pytest.mark.parametrize("lon", [0.0, -0.0, 0, "0", "0.000000", 1e-9, -1e-9], ids=repr)
def test_a_service_on_the_meridian_is_found(
    imports: Import, ask: Callable[..., Any], now: datetime, lon: Any
) -> None:
    report = imports(a_service("On it", service_at_locations=[a_place(LAT, lon)]))
    assert report.without_position == 0

    def near(**where: Any) -> list[tuple[str, float]]:
        found = ask(lambda session: search_services(session, Search(per_page=10, **where), now))
        return [(card["name"], card["distance_km"]) for card in found["items"]]

    assert near(lat=LAT, lon=0.0) == [("On it", 0.0)]
    assert near(lat=LAT, lon=0.0, within_km=0.1) == [("On it", 0.0)]
    for side in (-0.01, 0.01):
        ((name, km),) = near(lat=LAT, lon=side, within_km=1.0)
        assert (name, km) == ("On it", pytest.approx(0.69, abs=0.01))
    assert near(lat=LAT, lon=0.05, within_km=1.0) == []


def test_a_latitude_of_nought_is_no_place_of_ours_and_no_error(imports: Import, client_for: Any) -> None:
    report = imports(a_service("Null island", service_at_locations=[a_place(0.0, 0.0)]))
    # What is left of it is its postcode's district.
    assert report.problems["position_outside_uk"] == 1
    client: Client = client_for(None)
    for lat, lon in ((0, 0), (0, -1.5), (51.4779, 0), (-0.0, -0.0)):
        answer: Any = client.get("/api/directory/services", query_string={"lat": lat, "lon": lon})
        assert answer.status_code == 200, answer.json


@given(LATITUDES, LONGITUDES)
def test_a_position_around_the_meridian_is_kept_as_it_is(lat: float, lon: float) -> None:
    position, code = check_position(lat, lon)
    # Rounded to what a metre is, and no more.
    assert (position, code) == (pytest.approx((lat, lon), abs=1e-5), None)
    record, _ = parse_service(a_service(service_at_locations=[a_place(lat, lon)]))
    assert record is not None
    assert (record.places[0].lat, record.places[0].lon) == position


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES, st.floats(0.1, 50))
def test_what_is_within_a_distance_is_in_the_box_on_either_side(
    lat: float, lon: float, other_lat: float, other_lon: float, km: float
) -> None:
    box = box_around(lat, lon, km)
    if distance_km(lat, lon, other_lat, other_lon) <= km:
        assert box.south <= other_lat <= box.north
        assert box.west <= other_lon <= box.east
    assert box.west < lon < box.east
