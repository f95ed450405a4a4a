"""Attribution: every source in use is named with the words its licence asks for, and no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from companion.core.orm import Sessions
from companion.directory import use_cases
from companion.directory.rules.postcode_lists import KNOWN_LISTS, Kind
from companion.directory.use_cases import ImportReport, load_postcodes
from tests.conftest import Client
from tests.directory.builders import a_service
from tests.directory.lists import LEEDS, code_point_line, write

KEYS = {"name", "publisher", "licence", "attribution", "url"}


def names(ask: Callable[..., Any]) -> list[str]:
    """Return the names of the sources in use."""
    return [one["name"] for one in ask(use_cases.list_credits)]


def test_a_feed_is_named_while_it_shows_a_service(
    imports: Callable[..., ImportReport], ask: Callable[..., Any], factory: Sessions, now: datetime
) -> None:
    before = names(ask)
    assert "Northside services" not in before
    imports(a_service("Choir"))
    assert names(ask) == ["Northside services", *before]
    (credit, *_) = ask(use_cases.list_credits)
    assert credit["attribution"] == "© Northside Council"
    assert credit["licence"] == "Open Government Licence v3.0"
    with factory.begin() as session:
        (card,) = use_cases.search_services(session, use_cases.Search(text="Choir"), now)["items"]
        use_cases.hide_service(session, card["id"], now)
    assert names(ask) == before


def test_the_postcode_list_is_named_in_its_publishers_words(
    factory: Sessions, ask: Callable[..., Any], now: datetime, tmp_path: Path
) -> None:
    path = write(tmp_path, code_point_line(LEEDS[0], 429_800, 433_500))
    load_postcodes(factory.begin, path, now=now, release="August 2026")
    (credit, *_) = ask(use_cases.list_credits)
    assert credit["name"] == "Code-Point Open, August 2026"
    assert "Contains OS data © Crown copyright and database right 2026" in credit["attribution"]
    assert credit["url"].startswith("https://")


def test_anybody_may_read_them_and_the_carried_lists_are_among_them(
    clean: Any, client_for: Callable[[str | None], Client]
) -> None:
    items = client_for(None).get("/api/directory/credits").json["items"]
    assert all(set(item) == KEYS for item in items)
    assert "Place names and positions: GeoNames, CC BY 4.0." in {item["attribution"] for item in items}


def test_every_kind_of_list_has_its_words() -> None:
    assert set(KNOWN_LISTS) == set(Kind)
