"""Missed collections from the switch on a person's phone to the keyworker's page, and back off again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.pushing import remove
from tests.flows.steps import caller, daily_plan, open_as, reminders, say_day, today, wait_until
from tests.rig.browser import axe_violations
from tests.rig.caller import Caller
from tests.rig.server import Program

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("missed_shared")]

WHY = "The bus did not come"
SHARED = "Share with my keyworker when I miss a collection"


@pytest.fixture
def evening(demo: Program) -> Iterator[tuple[Caller, str, str]]:
    """Sam with one collection late today: the caller, the plan's id and the reminder's."""
    sam = caller(demo, "person")
    plan = daily_plan(sam, ["23:57"], "Evening walk", kind="collection")
    (reminder,) = reminders(sam, plan, today())
    yield sam, plan, reminder["id"]
    remove(sam, plan)


def turn_the_switch(page: Page, sam: Caller, plan: str, *, on: bool) -> None:
    """Turn the plan's switch on Sam's phone, save the plan, and wait until it is sent."""
    page.goto(f"/#/plan/{plan}?step=missed&from=check")
    switch = page.get_by_role("switch", name=SHARED)
    expect(switch).to_be_checked(checked=not on)
    expect(page.get_by_role("main")).to_contain_text("Never why.")
    switch.click()
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Save this plan").click()
    expect(page.get_by_role("heading", name="Your plan", exact=True)).to_be_visible()
    path = f"/api/treatment/plans/{plan}"
    wait_until(page, lambda: sam.call("GET", path).json["missed_shared"] is on, "the choice was sent")


def walk(desk: Page) -> str:
    """Have the keyworker open Sam's page from the caseload, and return what it says of the evening's plan."""
    desk.goto("/kw#/caseload")
    desk.get_by_role("link", name="Sam", exact=True).first.click()
    card = desk.locator("li").filter(has=desk.get_by_role("heading", name="Evening walk"))
    expect(card).to_be_visible()
    return card.inner_text()


def test_a_keyworker_sees_a_missed_collection_from_when_it_is_shared_until_it_is_not(
    browser: Browser, demo: Program, evening: tuple[Caller, str, str]
) -> None:
    sam, plan, reminder = evening
    page = open_as(browser, demo, "person")
    page.goto(f"/#/plan/{plan}?step=missed&from=check")
    expect(page.get_by_text("No one can see your plan now.")).to_be_visible()
    page.goto("/#/sharing")
    priya = page.locator("section").filter(has=page.get_by_role("heading", name="Priya can see"))
    priya.get_by_role("switch", name="Plan").click()
    expect(priya.get_by_role("switch", name="Plan")).to_be_checked()
    expect(priya.get_by_text("The plan you entered. Never its note.")).to_be_visible()
    desk = open_as(browser, demo, "keyworker", size="desktop")
    assert "not collected" not in walk(desk)

    turn_the_switch(page, sam, plan, on=True)
    page.goto(f"/#/plan/{plan}?step=missed&from=check")
    expect(page.get_by_text("Who can see your plan now: Priya.")).to_be_visible()
    assert axe_violations(page) == []
    page.goto("/#/sharing")
    expect(priya.get_by_text("Also the days you mark as not collected")).to_be_visible()
    assert "Sam marked no day as not collected." in walk(desk)

    page.goto(f"/#/reminders/{reminder}")
    page.get_by_role("button", name="Not today").click()
    page.get_by_role("button", name="In my own words").click()
    page.get_by_label("Your own words").fill(WHY)
    page.get_by_role("button", name="Save", exact=True).click()
    path = f"/api/reminders/{reminder}"
    page.goto("/#/today")
    wait_until(page, lambda: sam.call("GET", path).json["reason"] == WHY, "the answer was sent", 20)
    said = walk(desk)
    assert f"Sam marked this day as not collected: {say_day(today())}." in said
    assert "This is not watched." in said
    assert axe_violations(desk) == []
    assert WHY not in desk.get_by_role("main").inner_text()

    page.goto("/#/who-looked")
    page.reload()
    expect(page.get_by_text("Looked at your collection days").first).to_be_visible()
    turn_the_switch(page, sam, plan, on=False)
    assert "not collected" not in walk(desk)
