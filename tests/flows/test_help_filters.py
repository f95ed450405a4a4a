"""Find help: who takes me, who does not say, what the phone keeps of it, and what leaves the phone."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.flows.steps import caller, open_as, replies_to, save, watch
from tests.rig.browser import axe_violations, open_context, scrolls_sideways, wait_for_service_worker
from tests.rig.server import Program

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("help_filters")]

DOGS, DROP_IN = "Dogs welcome", "Drop in"
NEEDLES, FOOD = "Demo needle exchange and naloxone", "Demo food bank"


def look_near_leeds(page: Page) -> None:
    """Open Find help and search near Leeds."""
    page.goto("/#/help")
    page.get_by_label("Town or postcode").fill("Leeds")
    page.get_by_role("button", name="Find", exact=True).first.click()
    expect(page.get_by_role("heading", name=re.compile("near Leeds"))).to_be_visible()


def open_filters(page: Page) -> Locator:
    """Unfold "Will they take me?" and return the group of facts."""
    page.locator("summary", has_text="Will they take me?").click()
    return page.get_by_role("group", name="Will they take me?")


def listed(page: Page, heading: str) -> list[str]:
    """Return the names in the list that follows a heading."""
    found = page.locator(f"h2:has-text('{heading}') ~ ul.list").first
    return found.get_by_role("heading", level=3).all_inner_texts()


def test_yes_and_not_said_stand_apart_and_no_is_left_out(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    faults = watch(page)
    look_near_leeds(page)
    facts = open_filters(page)
    asked = replies_to(page.context, "GET", "/api/directory/services?")
    facts.get_by_role("button", name=DOGS).press("Enter")
    expect(facts.get_by_role("button", name=DOGS)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("heading", name=re.compile("1 place near Leeds"))).to_be_visible()
    assert listed(page, "1 place near Leeds") == [NEEDLES]
    unsaid = listed(page, "They do not say")
    assert unsaid
    assert not {NEEDLES, FOOD} & set(unsaid)
    muted = page.locator("p.meta", has_text=f"They do not say: {DOGS}")
    assert muted.count() == len(unsaid)
    assert any("facts=dogs" in address for address in asked)
    # Both together: nobody says yes to all, and the way out stands there.
    facts.get_by_role("button", name="LGBT+").click()
    expect(page.get_by_text("None of them says yes to all of this.")).to_be_visible()
    page.get_by_role("button", name="Take these off").first.click()
    expect(page.get_by_role("heading", name=re.compile("They do not say"))).to_be_hidden()
    assert faults == []


def test_an_age_is_a_number_and_the_rest_is_explained(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    look_near_leeds(page)
    open_filters(page)
    page.get_by_label("Your age").fill("old")
    page.get_by_role("button", name="Use this age").click()
    expect(page.get_by_text("Enter your age in years, like 17.")).to_be_visible()
    asked = replies_to(page.context, "GET", "/api/directory/services?")
    page.get_by_label("Your age").fill("17")
    page.get_by_label("Your age").press("Enter")
    expect(page.get_by_text("1 chosen")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("They do not say"))).to_be_visible()
    assert any("age=17" in address for address in asked)


def test_the_phone_keeps_the_choice_and_uses_it_without_a_network(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    wait_for_service_worker(page)
    look_near_leeds(page)
    open_filters(page).get_by_role("button", name=DROP_IN).click()
    expect(page.get_by_text("1 chosen")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("They do not say"))).to_be_visible()
    before = listed(page, "near Leeds")
    assert NEEDLES in before
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("You are offline. This is the last list we have")).to_be_visible()
    expect(page.get_by_text("1 chosen")).to_be_visible()
    assert set(listed(page, "near Leeds")) == set(before)
    # Another choice is answered from what the phone has.
    facts = open_filters(page)
    facts.get_by_role("button", name=DROP_IN).click()
    facts.get_by_role("button", name=DOGS).click()
    expect(page.get_by_text(f"They do not say: {DOGS}").first).to_be_visible()
    expect(page.get_by_role("heading", name="1 place near Leeds")).to_be_visible()
    assert listed(page, "near Leeds") == [NEEDLES]
    page.context.set_offline(False)
    kept = page.evaluate("() => JSON.stringify({ ...localStorage, ...sessionStorage })")
    assert "dogs" not in kept


def test_nobody_signed_in_keeps_nothing(browser: Browser, demo: Program) -> None:
    page = open_context(browser, demo.url).new_page()
    look_near_leeds(page)
    open_filters(page).get_by_role("button", name=DOGS).click()
    expect(page.get_by_text("1 chosen")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Find help")).to_be_visible()
    expect(page.get_by_text("1 chosen")).to_be_hidden()


def test_a_service_lists_all_in_three_groups(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    look_near_leeds(page)
    page.get_by_role("link", name=FOOD, exact=True).click()
    card = page.locator(".card", has=page.get_by_role("heading", name="Will they take me?"))
    expect(card.get_by_role("heading", level=3)).to_have_text(["Yes", "No", "They do not say"])
    groups = [one.all_inner_texts() for one in (card.locator("ul").nth(n).locator("li") for n in range(3))]
    assert (groups[0], groups[1]) == (["Free", "Children welcome"], [DOGS])
    assert len(groups[2]) == 8
    expect(card.get_by_text("Ring and ask before you go.")).to_be_visible()


def test_only_a_rough_position_leaves_the_phone(browser: Browser, demo: Program) -> None:
    place: dict[str, Any] = {"latitude": 53.796512, "longitude": -1.547812}
    page = open_as(browser, demo, "person", geolocation=place, permissions=["geolocation"])
    page.goto("/#/help")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Use my location").click()
    expect(page.get_by_role("heading", name=re.compile("near you"))).to_be_visible()
    near = [address for address in asked if "lat=" in address]
    assert near
    assert all(re.search(r"lat=53\.8&lon=-1\.55(&|$)", address) for address in near)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_filters_fit_a_small_phone_with_large_words(
    browser: Browser, demo: Program, scheme: Any
) -> None:
    page = open_as(browser, demo, "person", scheme=scheme)
    look_near_leeds(page)
    open_filters(page).get_by_role("button", name=DROP_IN).click()
    expect(page.get_by_role("heading", name=re.compile("They do not say"))).to_be_visible()
    assert axe_violations(page) == []
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert not scrolls_sideways(page)


def test_a_goal_about_debt_offers_debt_advice(browser: Browser, demo: Program) -> None:
    sam, goal, other = caller(demo, "person"), str(uuid4()), str(uuid4())
    save(sam, f"/api/goals/{goal}", {"title": "Be free of my debts", "level": "wider_problems"})
    save(sam, f"/api/goals/{other}", {"title": "See the sea", "level": "wider_problems"})
    page = open_as(browser, demo, "person")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/#/goals/{goal}")
    page.get_by_role("link", name="Find help: Debt advice").click()
    expect(page.get_by_role("button", name="Debt advice", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_role("link", name="Demo debt advice, city centre", exact=True)).to_be_visible()
    assert not any("free" in address and "debts" in address for address in asked)
    page.goto(f"/#/goals/{other}")
    expect(page.get_by_role("heading", name="See the sea")).to_be_visible()
    expect(page.get_by_text("Help with this")).to_be_hidden()


def test_every_line_for_the_whole_country_can_be_reached(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    look_near_leeds(page)
    cards = page.locator("h2:has-text('anywhere in the UK') ~ ul.list").first.get_by_role("listitem")
    more = page.get_by_role("button", name=re.compile(r"See \d+ more line"))
    expect(cards).to_have_count(4)
    left = int(re.sub(r"\D", "", more.inner_text()))
    assert left > 20
    for shown in range(10, left + 4, 10):
        more.click()
        expect(cards).to_have_count(shown)
    more.click()
    expect(cards).to_have_count(left + 4)
    names = cards.get_by_role("heading").all_inner_texts()
    assert len(set(names)) == left + 4
    expect(more).to_be_hidden()
