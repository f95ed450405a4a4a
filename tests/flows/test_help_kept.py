"""Find help in a hurry and without a network: four taps to a call, saved ones with their date, credits."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.steps import COUNT_TAPS, here, open_as, today, watch
from tests.rig.browser import axe_violations, open_context, scrolls_sideways, wait_for_service_worker
from tests.rig.server import Program

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("help_kept")]

SPOT: dict[str, Any] = {"latitude": 53.7967, "longitude": -1.5477}
# What a tap on a link to a phone number would ring; the browser of the tests has no phone.
RINGS = """() => addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='tel:']");
  if (!link) return;
  event.preventDefault();
  globalThis.rang = [link.getAttribute("href"), link.closest("li")?.querySelector("h3 a")?.textContent];
})"""


def said_day(days: int = 0) -> str:
    """Return a day from today as the app says it with its year."""
    day = today() + timedelta(days=days)
    return f"{day.day} {day:%B %Y}"


def start_counting(page: Page) -> None:
    """Count taps from Today on."""
    page.goto("/#/today")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Good"))
    page.evaluate(f"() => {{ {COUNT_TAPS} }}")
    page.evaluate(RINGS)


def taps(page: Page) -> int:
    """Return how many taps were made since."""
    return int(page.evaluate("() => globalThis.taps"))


def test_four_taps_from_today_to_a_call_to_the_nearest_food_bank(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person", geolocation=SPOT, permissions=["geolocation"])
    faults = watch(page)
    start_counting(page)
    page.get_by_role("link", name="Find help").tap()
    page.get_by_role("button", name="Use my location").tap()
    expect(page.get_by_role("heading", name=re.compile("near you"))).to_be_visible()
    page.get_by_role("button", name="Food", exact=False).first.tap()
    found = page.locator("#found ~ ul.list").first
    expect(found.get_by_role("heading", level=3).first).to_have_text("Demo food bank")
    found.get_by_role("link", name=re.compile("^Call ")).first.tap()
    assert page.evaluate("() => globalThis.rang") == ["tel:01134960105", "Demo food bank"]
    assert taps(page) == 4
    assert faults == []


def test_four_taps_with_a_town_that_is_typed(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    start_counting(page)
    page.get_by_role("link", name="Find help").tap()
    field = page.get_by_label("Town or postcode")
    field.tap()
    page.keyboard.type("Leeds")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("near Leeds"))).to_be_visible()
    link = page.locator("#found ~ ul.list").first.get_by_role("link", name=re.compile("^Call ")).first
    expect(link).to_have_attribute("href", re.compile(r"^tel:\+?\d+$"))
    link.tap()
    assert page.evaluate("() => globalThis.rang[0]").startswith("tel:")
    assert taps(page) <= 4


def test_a_saved_service_opens_and_rings_without_a_network_and_says_its_date(
    browser: Browser, demo: Program
) -> None:
    page = open_as(browser, demo, "person")
    wait_for_service_worker(page)
    page.goto("/#/help")
    page.get_by_label("Town or postcode").fill("Leeds")
    page.get_by_role("button", name="Find", exact=True).first.click()
    page.get_by_role("link", name="Demo food bank", exact=True).click()
    page.get_by_role("button", name="Save on this phone").click()
    expect(page.get_by_role("button", name="Take off this phone")).to_be_visible()
    address = here(page)
    page.context.set_offline(True)
    page.goto("/#/help")
    page.reload()
    expect(page.get_by_role("heading", name="Saved", exact=True)).to_be_visible()
    saved = page.locator("h2:has-text('Saved') + ul.list")
    expect(saved.get_by_text(f"As of {said_day()}.")).to_be_visible()
    saved.get_by_role("link", name="Demo food bank", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Demo food bank")
    expect(
        page.get_by_text(f"You are offline. This is what this phone kept. As of {said_day()}.")
    ).to_be_visible()
    expect(page.locator("#main .pill")).to_have_count(0)  # what was open then says nothing now
    call = page.get_by_role("link", name=re.compile("^Call "))
    expect(call.first).to_have_attribute("href", re.compile(r"^tel:\d+$"))
    assert axe_violations(page) == []
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert not scrolls_sideways(page)
    assert here(page) == address


def test_what_was_saved_takes_the_date_of_the_last_look_online(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    page.clock.set_fixed_time(f"{today() - timedelta(days=3)}T10:00:00Z")
    page.goto("/#/help")
    page.get_by_label("Town or postcode").fill("Leeds")
    page.get_by_role("button", name="Find", exact=True).first.click()
    page.get_by_role("link", name="Demo food bank", exact=True).click()
    page.get_by_role("button", name="Save on this phone").click()
    expect(page.get_by_role("button", name="Take off this phone")).to_be_visible()
    page.clock.set_fixed_time(f"{today()}T10:00:00Z")
    page.goto("/#/help")
    page.reload()
    saved = page.locator("h2:has-text('Saved') + ul.list")
    expect(saved.get_by_text(f"As of {said_day(-3)}.")).to_be_visible()
    saved.get_by_role("link", name="Demo food bank", exact=True).click()
    expect(page.get_by_role("heading", name="Where this comes from")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.go_back()
    expect(saved.get_by_text(f"As of {said_day()}.")).to_be_visible()


def test_the_way_to_a_call_with_the_keys_alone(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    page.goto("/#/help")
    page.get_by_label("Town or postcode").focus()
    page.keyboard.type("Leeds")
    page.keyboard.press("Enter")
    found = page.locator("#found")
    expect(found).to_be_focused()
    for _ in range(8):
        page.keyboard.press("Tab")
        name = page.evaluate("() => document.activeElement.getAttribute('aria-label') || ''")
        if name.startswith("Call "):
            break
    assert re.match(r"Call [\d ]+, \w+", name), "a call names whom it rings"


def test_about_names_every_source_with_its_licence_words_and_link(browser: Browser, demo: Program) -> None:
    page = open_context(browser, demo.url).new_page()
    page.goto("/#/about")
    card = page.locator(".card", has=page.get_by_role("heading", name="Where our lists come from"))
    expect(card.get_by_text("Place names and positions: GeoNames, CC BY 4.0.")).to_be_visible()
    expect(card.get_by_text("National services")).to_be_visible()
    expect(card.get_by_text(re.compile("Open Government Licence v3.0")).first).to_be_visible()
    link = card.get_by_role("link", name="See the source of Names of towns")
    expect(link).to_have_attribute("href", "https://www.geonames.org")
    assert axe_violations(page) == []
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert not scrolls_sideways(page)
