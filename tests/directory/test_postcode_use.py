"""Full postcodes in use: searches measure from them, imports and service pages fill what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from companion.core.errors import RuleBroken
from companion.core.orm import Sessions
from companion.directory.use_cases import ImportReport, Search, get_service, load_postcodes, search_services
from tests.directory.builders import Raw, a_place, a_service, an_address, an_id
from tests.directory.lists import LEEDS, onspd, onspd_line, write

Import = Callable[..., ImportReport]
Ask = Callable[..., Any]
NORTH = ("LS29 9AA", 53.925, -1.823)


@pytest.fixture
def load(factory: Sessions, now: datetime, tmp_path: Path) -> Callable[..., None]:
    """Load a list of these postcodes."""

    def run(*spots: tuple[str, float, float]) -> None:
        path = write(tmp_path, onspd(*[onspd_line(*spot) for spot in spots]), "postcodes.csv")
        load_postcodes(factory.begin, path, now=now, max_drop=1.0)

    return run


@pytest.fixture
def near(ask: Ask, now: datetime) -> Callable[[str], dict[str, Any]]:
    """Search near a place; return what was understood by it."""

    def run(words: str) -> dict[str, Any]:
        found: dict[str, Any] = ask(lambda session: search_services(session, Search(near=words), now))["near"]
        return found

    return run


def unplaced(name: str, postcode: str = "LS1 4AP") -> Raw:
    """Return a service with an address and no position."""
    return a_service(
        name, service_at_locations=[a_place(None, None, location={"addresses": [an_address(postcode)]})]
    )


@pytest.mark.parametrize(
    "typed", ["LS1 4AP", "ls1 4ap", "LS14AP", " LS1  4AP ", "ls1\u00a04ap", "L S1 4 A P"]
)
def test_a_full_postcode_in_any_spelling_is_where_it_is(load: Any, near: Any, typed: str) -> None:
    load(LEEDS)
    assert near(typed) == {"name": "LS1", "lat": LEEDS[1], "lon": LEEDS[2], "approximate": False}


def test_a_postcode_nobody_knows_is_the_middle_of_its_district(load: Any, near: Any) -> None:
    district = near("LS1 4AP")
    assert (district["name"], district["approximate"]) == ("LS1", True)
    load(NORTH)
    assert near("LS1 4AP") == near("LS1") == district
    assert near("LS29 9AA")["approximate"] is False
    assert near("Leeds")["approximate"] is False


def test_a_district_nobody_knows_is_no_place(load: Any, near: Any) -> None:
    load(LEEDS)
    with pytest.raises(RuleBroken):
        near("ZZ99 9ZZ")


def test_the_list_knows_postcodes_of_districts_that_are_new(load: Any, near: Any) -> None:
    with pytest.raises(RuleBroken):
        near("LS99 1AA")
    load(("LS99 1AA", 53.8, -1.5))
    assert near("ls991aa") == {"name": "LS99", "lat": 53.8, "lon": -1.5, "approximate": False}


def test_a_search_by_postcode_measures_from_it(load: Any, imports: Import, ask: Ask, now: datetime) -> None:
    load(LEEDS, NORTH)
    imports(a_service("Close", service_at_locations=[a_place(NORTH[1], NORTH[2])]), a_service("Far"))
    found = ask(lambda session: search_services(session, Search(near="LS29 9AA"), now))
    assert [(card["name"], card["distance_km"]) for card in found["items"]] == [
        ("Close", 0.0),
        ("Far", pytest.approx(23.0, abs=0.5)),
    ]


def _places(ask: Ask) -> list[list[Any]]:
    """Return the name, latitude, longitude and whether it is approximate, of each place on a card."""
    cards = [json.loads(body) for (body,) in ask("SELECT body FROM directory_card")]
    names = ("lat", "lon", "approximate")
    return [[card["name"], *(card["place"][name] for name in names)] for card in cards if card["place"]]


def test_an_import_takes_the_postcode_before_its_district(load: Any, imports: Import, ask: Ask) -> None:
    load(LEEDS)
    report = imports(unplaced("Known"), unplaced("District", "LS6 3HN"), a_service("Placed"))
    assert (report.problems["position_from_postcode"], report.problems["position_from_outcode"]) == (1, 1)
    found = {name: place for name, *place in _places(ask)}
    assert found["Known"] == [*LEEDS[1:], True]
    assert found["District"][2] is True
    assert found["Placed"] == [53.7965, -1.5478, False]


def test_a_new_list_fills_unchanged_feeds_and_leaves_placed_services_alone(
    load: Any, imports: Import, ask: Ask
) -> None:
    feed = [unplaced("Unplaced"), a_service("Placed"), a_service("Phone", service_at_locations=[])]
    imports(*feed)
    load(LEEDS)
    filled = imports(*feed)
    assert (filled.updated, filled.unchanged) == (1, 2)
    assert sorted(lat for _, lat, *_ in _places(ask) if lat) == [LEEDS[1], 53.7965]
    assert imports(*feed).unchanged == 3
    load(LEEDS)
    assert imports(*feed).unchanged == 3
    load((LEEDS[0], 53.5, -1.5))
    assert imports(*feed).updated == 1
    assert min(lat for _, lat, *_ in _places(ask) if lat) == 53.5


def test_a_page_of_services_asks_for_its_postcodes_once(load: Any, imports: Import, engine: Engine) -> None:
    load(LEEDS, NORTH)
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM directory_postcode_a" in statement:
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        imports(
            *[
                unplaced(f"Service {number}", ("LS1 4AP", "LS29 9AA", "LS6 3HN")[number % 3])
                for number in range(60)
            ]
        )
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) == 1


def test_the_page_of_a_service_shows_the_postcodes_position(
    load: Any, imports: Import, ask: Ask, now: datetime
) -> None:
    load(LEEDS)
    imports(unplaced("One"))
    whole = ask(lambda session: get_service(session, UUID(an_id("One")), now))
    (place,) = whole["places"]
    assert (place["lat"], place["lon"], place["approximate"]) == (*LEEDS[1:], True)
