"""The map of results: drawn here, nobody else is asked, and the list says all that it shows."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.flows.steps import open_as, replies_to, wait_until, watch
from tests.rig.browser import axe_violations, open_context, scrolls_sideways, wait_for_service_worker
from tests.rig.server import Program

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("help_map")]

MAP = re.compile(r"^A map with \d+ places? around ")


def look_near(page: Page, place: str = "Leeds") -> None:
    """Open Find help and search near a place."""
    page.goto("/#/help")
    page.get_by_label("Town or postcode").fill(place)
    page.get_by_role("button", name="Find", exact=True).first.click()
    expect(page.get_by_role("heading", name=re.compile("places? near "))).to_be_visible()


def show_map(page: Page) -> Locator:
    """Press the button and return the picture."""
    page.get_by_role("button", name="Show on a map").click()
    picture = page.get_by_role("img", name=MAP)
    expect(picture).to_be_visible()
    return picture


def numbers_on(picture: Locator) -> set[int]:
    """Return all numbers that stand in the dots."""
    found: set[int] = set()
    for label in picture.locator(".map-dot text").all_text_contents():
        for part in label.split(", "):
            first, _, last = part.partition("–")
            found |= set(range(int(first), int(last or first) + 1))
    return found


def test_the_map_shows_what_the_list_numbers_and_asks_nobody_else(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    faults = watch(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    look_near(page, "LS1 4AP")
    assert not any("service-map" in address for address in asked), "the map's code came unasked"
    expect(page.get_by_text("Measured from the middle of LS1.")).to_be_visible()
    picture = show_map(page)
    expect(picture.locator(".map-name", has_text=re.compile("^LS2$"))).to_be_visible()
    listed = [int(one) for one in page.locator("li.card .map-no").all_inner_texts()]
    assert listed == list(range(1, len(listed) + 1))
    assert numbers_on(picture) == set(listed)
    first = page.locator("li.card").first
    expect(first.locator(".time")).to_contain_text(re.compile("(mile|miles) away, (north|east|south|west)"))
    assert re.search(
        r"The nearest is number 1, .* (north|east|south|west)", picture.get_attribute("aria-label") or ""
    )
    assert {urlsplit(address).netloc for address in asked} == {urlsplit(demo.url).netloc}
    names = [address for address in asked if "/api/directory/names" in address]
    assert names
    assert all(re.search(r"\?lat=53\.\d\d&lon=-1\.\d\d&within_km=\d+$", address) for address in names)
    assert faults == []


def test_a_number_leads_to_its_card_and_the_choice_stays(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    look_near(page)
    picture = show_map(page)
    picture.locator(".map-dot").filter(has_text="3").first.click()
    expect(page.locator("#place-3")).to_be_focused()
    page.reload()
    look_near(page)
    expect(page.get_by_role("img", name=MAP)).to_be_visible()
    page.get_by_role("button", name="Hide the map").press("Enter")
    expect(page.get_by_role("img", name=MAP)).to_have_count(0)
    expect(page.locator(".map-no")).to_have_count(0)
    page.reload()
    look_near(page)
    expect(page.get_by_role("button", name="Show on a map")).to_have_attribute("aria-expanded", "false")


def test_closer_and_further_out_with_the_keys(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    look_near(page)
    picture = show_map(page)
    all_of_them = numbers_on(picture)
    page.get_by_role("button", name="Closer").press("Enter")
    left_out = page.locator("figcaption").get_by_role("status")
    expect(left_out).to_contain_text(re.compile(r"(is|are) outside this picture"))
    assert numbers_on(picture) < all_of_them
    closer, wider = (page.get_by_role("button", name=name) for name in ("Closer", "Further out"))
    while closer.count():
        closer.press("Enter")
    expect(wider).to_be_focused()
    while wider.count():
        wider.press("Enter")
    expect(closer).to_be_focused()
    expect(left_out).to_be_empty()
    assert numbers_on(picture) == all_of_them


def test_the_map_works_without_a_network(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    wait_for_service_worker(page)
    look_near(page)
    expect(show_map(page).locator(".map-name").first).to_be_visible()
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("You are offline. This is the last list we have")).to_be_visible()
    picture = page.get_by_role("img", name=MAP)
    expect(picture.locator(".map-name").first).to_be_visible()
    assert numbers_on(picture)


def test_without_a_place_there_is_no_map(browser: Browser, demo: Program) -> None:
    page = open_context(browser, demo.url).new_page()
    page.goto("/#/help")
    page.get_by_role("button", name="Food", exact=False).first.click()
    expect(page.get_by_text("Add a town to see the nearest first.")).to_be_visible()
    expect(page.get_by_role("button", name="Show on a map")).to_have_count(0)
    asked = replies_to(page.context, "GET", "/api/directory/names")
    look_near(page)
    show_map(page)
    wait_until(page, lambda: len(asked) == 1, "the names were asked for, once")


def test_a_position_of_the_phone_is_called_rough(browser: Browser, demo: Program) -> None:
    spot: Any = {"latitude": 53.796512, "longitude": -1.547812}
    page = open_as(browser, demo, "person", geolocation=spot, permissions=["geolocation"])
    page.goto("/#/help")
    page.get_by_role("button", name="Use my location").click()
    expect(page.get_by_text("Measured from a rough spot near you.")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("near you"))).to_be_visible()
    page.get_by_role("button", name="Show on a map").click()
    expect(page.get_by_role("img", name=re.compile("around where you are"))).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_fits_a_small_phone_with_large_words(browser: Browser, demo: Program, scheme: Any) -> None:
    page = open_as(browser, demo, "person", scheme=scheme)
    look_near(page)
    picture = show_map(page)
    assert axe_violations(page) == []
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    expect(picture.locator(".map-dot text").first).to_have_attribute("font-size", re.compile(r"^2[0-9]"))
    assert not scrolls_sideways(page)
