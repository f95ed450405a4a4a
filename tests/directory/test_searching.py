"""Searches: words, topics, places, opening hours, and the group without a place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from companion.core.errors import NotFound, RuleBroken
from companion.core.ids import new_id
from companion.directory.use_cases import ImportReport, Search, find_places, get_service, search_services
from tests.directory.builders import Raw, a_place, a_schedule, a_service, an_address

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)
NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=LONDON)
LEEDS, BRADFORD, LONDON_CITY = (53.7965, -1.5478), (53.7939, -1.7521), (51.5085, -0.1257)
Find = Callable[..., dict[str, Any]]


def local(name: str, at: tuple[float, float] = LEEDS, **more: Any) -> Raw:
    """Return a service at a position."""
    return a_service(name, service_at_locations=[a_place(*at)], **more)


def helpline(name: str, area: str = "United Kingdom", **more: Any) -> Raw:
    """Return a service without a place."""
    return a_service(name, service_at_locations=[], service_areas=[{"name": area}], **more)


@pytest.fixture
def find(imports: Callable[..., ImportReport], session: Session) -> Callable[..., Find]:
    """Import services; return a search over them."""

    def load(*services: Raw) -> Find:
        imports(*services)

        def search(at: datetime = MONDAY, **wanted: Any) -> dict[str, Any]:
            found = search_services(session, Search(**wanted), at)
            session.rollback()
            return found

        return search

    return load


def names(found: dict[str, Any], group: str = "items") -> list[str]:
    """Return the names in the order shown."""
    return [card["name"] for card in found[group]]


def test_near_a_town_by_distance(find: Callable[..., Find]) -> None:
    search = find(local("Far", LONDON_CITY), local("Mid", BRADFORD), local("Close", LEEDS))
    found = search(near="Leeds")
    assert names(found) == ["Close", "Mid", "Far"]
    assert [card["distance_km"] for card in found["items"]][:2] == [0.0, pytest.approx(13.4, abs=0.2)]
    assert found["near"]["name"] == "Leeds"
    assert names(search(near="LS1 4AP", within_km=20)) == ["Close", "Mid"]
    assert names(search(lat=BRADFORD[0], lon=BRADFORD[1], within_km=5)) == ["Mid"]


def test_ties_keep_the_order_they_came_in_and_pages_add_up(find: Callable[..., Find]) -> None:
    search = find(*[local(f"Service {number}") for number in range(25)])
    whole = search(near="Leeds", per_page=100)["items"]
    assert [card["name"] for card in whole] == [f"Service {number}" for number in range(25)]
    pages = [
        card["id"] for page in (1, 2, 3) for card in search(near="Leeds", per_page=10, page=page)["items"]
    ]
    assert pages == [card["id"] for card in whole]
    assert search(near="Leeds", per_page=10, page=9)["items"] == []


def test_without_a_distance_the_smallest_ring_with_enough_is_taken(find: Callable[..., Find]) -> None:
    close = [local(f"Close {number}") for number in range(10)]
    search = find(*close, local("Far", LONDON_CITY))
    found = search(near="Leeds")
    assert (found["total"], found["within_km"]) == (10, 16.0)
    assert "Far" in names(search(near="Leeds", within_km=500))


def test_the_group_without_a_place_is_never_dropped_by_distance(find: Callable[..., Find]) -> None:
    search = find(local("Close"), helpline("Helpline"), helpline("Not located", area="Leeds"))
    found = search(near="Leeds", within_km=1)
    assert names(found) == ["Close"]
    assert names(found, "national") == ["Helpline", "Not located"]
    assert found["national"][0]["place"] is None


def test_helplines_of_the_own_nation_come_first(find: Callable[..., Find]) -> None:
    search = find(
        helpline("A Scotland", "Scotland"), helpline("B Wales", "Wales"), helpline("C England", "England")
    )
    assert names(search(near="Leeds"), "national")[0] == "C England"
    assert names(search(lat=55.95, lon=-3.19), "national")[0] == "A Scotland"


def test_words_are_found_in_names_topics_and_descriptions(find: Callable[..., Find]) -> None:
    search = find(
        local("Money Matters", description="Help with debts."), local("Choir", description="Singing")
    )
    for text in ("debt", "DEBTS", "debt advice", "mon", "money matters", "help with my debt"):
        assert names(search(text=text)) == ["Money Matters"], text
    assert names(search(text="sing", near="Leeds")) == ["Choir"]
    assert search(text="'\" OR * --")["total"] == 0
    assert search(text="\u2603")["total"] == 0


def test_a_name_that_matches_comes_before_a_mention(find: Callable[..., Find]) -> None:
    search = find(local("Allotment", description="Growing, and debt talk."), local("Debt Centre"))
    assert names(search(text="debt")) == ["Debt Centre", "Allotment"]


def test_when_no_service_holds_every_word_some_are_better_than_none(find: Callable[..., Find]) -> None:
    search = find(local("Debt Centre"), local("Choir", description="Singing"))
    assert names(search(text="debt zebra")) == ["Debt Centre"]


def test_topics_narrow_and_add_to_the_rest(find: Callable[..., Find]) -> None:
    search = find(
        local("Debt Centre"), local("Food bank", LONDON_CITY, description="Food bank"), helpline("Debtline")
    )
    found = search(topic="debt", near="Leeds")
    assert (names(found), names(found, "national")) == (["Debt Centre"], ["Debtline"])
    assert names(search(topic="food", near="Leeds", within_km=10)) == []
    assert search(topic="no such topic")["total"] == 0
    assert names(search(topic="debt", text="centre")) == ["Debt Centre"]


def test_open_now_lists_only_what_is_known_to_be_open(find: Callable[..., Find]) -> None:
    search = find(
        local("Days", schedules=[a_schedule()]),
        local("Nights", schedules=[a_schedule(byday="SU,MO", opens="22:00", closes="06:00")]),
        local("Unknown"),
        helpline(
            "Always", schedules=[a_schedule(byday="MO,TU,WE,TH,FR,SA,SU", opens="00:00", closes="23:59")]
        ),
        helpline("Silent"),
    )
    day, night = search(open_now=True), search(open_now=True, at=NIGHT)
    assert (names(day), names(day, "national")) == (["Days"], ["Always"])
    assert (names(night), names(night, "national")) == (["Nights"], ["Always"])
    states = {card["name"]: card["open"] for card in search()["items"]}
    assert states == {"Days": "open", "Nights": "closed", "Unknown": "unknown"}


def test_hours_of_a_month_or_every_other_week_are_worked_out(find: Callable[..., Find]) -> None:
    fourth = {"freq": "MONTHLY", "byday": "4MO", "opens_at": "09:00", "closes_at": "12:00"}
    first = {**fourth, "byday": "1MO"}
    search = find(
        local("Fourth", schedules=[fourth]),
        local("First", schedules=[first]),
        helpline("Line", schedules=[first]),
    )
    found = search(open_now=True)
    assert (names(found), names(found, "national")) == (["Fourth"], [])


def test_hours_outside_their_dates_do_not_open_anything(find: Callable[..., Find]) -> None:
    search = find(
        local("Over", schedules=[a_schedule(valid_to="2026-01-01")]),
        local("To come", schedules=[a_schedule(valid_from="2027-01-01")]),
        local("Now", schedules=[a_schedule(valid_from="2026-01-01", valid_to="2026-12-31")]),
    )
    assert names(search(open_now=True)) == ["Now"]
    states = {card["name"]: card["open"] for card in search()["items"]}
    assert states == {"Over": "unknown", "To come": "closed", "Now": "open"}


def test_a_place_goes_by_its_own_hours(find: Callable[..., Find]) -> None:
    places = [a_place(*LEEDS, schedules=[a_schedule(byday="SA")]), a_place(*BRADFORD)]
    search = find(a_service("Two places", service_at_locations=places, schedules=[a_schedule(byday="MO")]))
    (card,) = search(near="Leeds", open_now=True)["items"]
    assert card["distance_km"] > 10
    assert card["open"] == "open"
    assert search(near="Leeds")["items"][0]["open"] == "closed"


def test_closed_for_a_while_is_shown_as_closed(find: Callable[..., Find]) -> None:
    search = find(local("Shut", status="temporarily closed", schedules=[a_schedule()]))
    assert (search()["items"][0]["open"], search()["items"][0]["opens_text"]) == ("closed", "Closed for now")
    assert search(open_now=True)["items"] == []


def test_a_place_on_the_meridian_is_found(find: Callable[..., Find]) -> None:
    search = find(local("Greenwich", (51.478, 0.0)))
    assert names(search(lat=51.478, lon=0.0, within_km=1)) == ["Greenwich"]


def test_the_card_says_where_it_came_from_and_when_it_was_checked(find: Callable[..., Find]) -> None:
    search = find(
        a_service(
            "One", fees="Free", application_process="You can self-refer.", minimum_age=16, maximum_age=25,
            contacts=[{"phones": [{"number": "0113 496 0000"}]}], email="one@charity.org.uk",
            url="charity.org.uk",
            service_at_locations=[a_place(None, None, location={"addresses": [an_address()]})],
        ),
        a_service("Two", assured_date="2030-01-01"),
    )  # fmt: skip
    one, two = search(text="northside")["items"]
    assert one["source"] == {
        "name": "Northside services", "publisher": "Northside Council",
        "licence": "Open Government Licence v3.0", "url": "",
    }  # fmt: skip
    assert (one["checked_on"].isoformat(), two["checked_on"]) == ("2026-10-01", None)
    assert (one["free"], one["self_referral"], one["who_text"]) == ("yes", "yes", "Ages 16 to 25")
    assert (two["free"], two["self_referral"], two["who_text"]) == ("not_said", "not_said", "")
    assert one["place"]["approximate"]
    assert one["phones"] == [{"number": "0113 496 0000", "text": ""}]
    assert one["url"] == "https://charity.org.uk"


def test_one_service_in_full(find: Callable[..., Find], session: Session) -> None:
    search = find(
        local("One", schedules=[a_schedule()], cost_options=[{"amount": 3.5, "option": "A session"}])
    )
    found = get_service(session, search()["items"][0]["id"], MONDAY)
    assert found["hours"][0] == {"day": "Monday", "date": "2026-11-23", "text": "9 am to 5 pm"}
    assert found["cost_text"] == "A session, £3.50"
    assert found["places"][0]["address"] == "1 Park Row, Leeds"
    with pytest.raises(NotFound):
        get_service(session, new_id(), MONDAY)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"near": "Atlantis"}, "near"),
        ({"lat": 53.0}, "lon"),
        ({"lon": -1.0}, "lat"),
        ({"within_km": 5.0}, "near"),
    ],
)
def test_a_place_that_cannot_be_measured_from_is_named(
    session: Session, wanted: dict[str, Any], field: str
) -> None:
    with pytest.raises(RuleBroken) as caught:
        search_services(session, Search(**wanted), MONDAY)
    assert field in caught.value.fields


def test_places_by_their_first_letters() -> None:
    assert find_places("lee")[0] == {"name": "Leeds"}
    assert {"name": "LS6"} in find_places("ls6")
    assert find_places("zzzz") == []
