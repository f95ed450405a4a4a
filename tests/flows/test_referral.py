"""Ask my keyworker to refer me: from the service's page to the keyworker and back, also without a network."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.steps import caller, new_person, open_as, wait_until, watch
from tests.rig.browser import axe_violations, scrolls_sideways, wait_for_service_worker
from tests.rig.server import Program

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("referral")]

ASK = "Ask my keyworker to refer me"
REFERRALS = "/api/review/referrals"


def open_service(page: Page, demo: Program, nth: int) -> str:
    """Open one of the services near Leeds; return its name."""
    found = caller(demo, "person").call("GET", "/api/directory/services", query={"near": "Leeds"}).json
    card = found["items"][nth]
    page.goto(f"/#/help/{card['id']}")
    expect(page.get_by_role("heading", level=1)).to_have_text(card["name"])
    return str(card["name"])


def asked(demo: Program) -> list[str]:
    """Return the states of Sam's requests on the server, newest first."""
    return [one["state"] for one in caller(demo, "person").call("GET", REFERRALS).json["items"]]


def test_what_the_keyworker_sees_is_what_was_shown_and_the_answer_comes_back(
    browser: Browser, demo: Program
) -> None:
    page = open_as(browser, demo, "person")
    faults = watch(page)
    name = open_service(page, demo, 0)
    page.get_by_role("button", name=ASK).press("Enter")
    form = page.get_by_role("form", name="This is what Priya will see")
    expect(form).to_be_focused()
    expect(form.get_by_text("Your keyworker looks when they can. This is not watched.")).to_be_visible()
    assert axe_violations(page) == []
    form.get_by_label("Your own words").fill("I can only come on Mondays.")
    shown = [re.sub(r"\s+", " ", one) for one in form.locator("dd").all_inner_texts()]
    assert shown[0] == name
    form.get_by_role("button", name="Send to Priya").click()
    expect(page.get_by_text("Not answered yet.")).to_be_visible()
    wait_until(page, lambda: asked(demo) == ["requested"], "the server has it")
    expect(page.get_by_role("button", name=ASK)).to_have_count(0)
    # The keyworker's side: counted on the list, the very words on the page, and an answer.
    desk = open_as(browser, demo, "keyworker", size="desktop")
    expect(desk.get_by_role("row", name=re.compile("Sam")).get_by_text("1 request")).to_be_visible()
    desk.get_by_role("button", name=re.compile("asks to be referred")).click()
    expect(desk.get_by_role("rowheader")).to_have_count(1)
    desk.get_by_role("link", name="Sam", exact=True).click()
    card = desk.locator("section", has=desk.get_by_role("heading", name="Asks to be referred"))
    expect(card.get_by_role("heading", name=name)).to_be_visible()
    for words in (shown[1], "I can only come on Mondays."):
        expect(card.get_by_text(words, exact=True)).to_be_visible()
    card.get_by_role("button", name="Send the answer").click()
    expect(desk.get_by_role("link", name="Choose done or not possible.")).to_be_visible()
    card.get_by_text("Not possible", exact=True).click()
    card.get_by_role("button", name="Send the answer").click()
    expect(desk.get_by_role("link", name="Say in a few words why, or what to do instead.")).to_be_visible()
    assert axe_violations(desk) == []
    card.get_by_label("A sentence to go with it").fill("They are full. Ring them in May.")
    card.get_by_role("button", name="Send the answer").click()
    expect(desk.get_by_text("Sent to Sam")).to_be_visible()
    # Back on the phone, on the service's page and among what came from the keyworker.
    page.reload()
    expect(page.get_by_text("Priya says: not possible.")).to_be_visible()
    expect(page.get_by_text("They are full. Ring them in May.")).to_be_visible()
    page.goto("/#/comments")
    expect(page.get_by_role("heading", name="What you asked for")).to_be_visible()
    expect(page.get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_text("They are full. Ring them in May.")).to_be_visible()
    page.goto("/#/who-looked")
    expect(page.get_by_text("Answered what you asked for")).to_be_visible()
    assert faults == []


def test_asked_without_a_network_it_waits_and_can_be_taken_back(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    wait_for_service_worker(page)
    before = asked(demo)
    # The list tells the phone what it needs: the page of this service was never opened with a network.
    with page.expect_response(lambda reply: reply.url.endswith(REFERRALS)):
        page.goto("/#/help")
    page.get_by_label("Town or postcode").fill("Leeds")
    page.get_by_role("button", name="Find", exact=True).first.click()
    expect(page.get_by_role("heading", name=re.compile("near Leeds"))).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator("#found ~ ul.list").first.get_by_role("heading").nth(1).get_by_role("link").click()
    page.get_by_role("button", name=ASK).click()
    page.get_by_role("button", name="Send to Priya").click()
    expect(page.get_by_text("You asked Priya. Saved on this phone, not sent yet.")).to_be_visible()
    page.goto("/#/waiting")
    expect(page.get_by_text("Asking to be referred")).to_be_visible()
    assert asked(demo) == before
    page.context.set_offline(False)
    wait_until(page, lambda: asked(demo) == ["requested", *before], "it was sent")
    page.go_back()
    expect(page.get_by_text("Not answered yet.")).to_be_visible()
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(page.get_by_role("button", name=ASK)).to_be_visible()
    expect(page.locator("#asked")).to_be_focused()
    wait_until(page, lambda: asked(demo) == before, "it was taken back")


def test_undo_takes_it_back_too(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    before = asked(demo)
    open_service(page, demo, 2)
    page.get_by_role("button", name=ASK).click()
    page.get_by_role("button", name="Send to Priya").click()
    expect(page.get_by_text("Not answered yet.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name=ASK)).to_be_visible()
    wait_until(page, lambda: asked(demo) == before, "it was taken back")


def test_who_shares_nothing_is_not_offered_it(browser: Browser, demo: Program) -> None:
    page = new_person(browser, demo, "Robin")
    open_service(page, demo, 0)
    expect(page.get_by_role("heading", name="Where this comes from")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name=ASK)).to_have_count(0)


def test_sharing_that_ended_meanwhile_is_said_and_nothing_is_lost(browser: Browser, demo: Program) -> None:
    jo, priya = caller(demo, "other_person"), caller(demo, "keyworker")
    grant = f"/api/sharing/grants/{uuid4()}"
    to = priya.call("GET", "/api/accounts/me").json["id"]
    assert jo.call("PUT", grant, {"keyworker_id": to, "scopes": ["goals"]}).status == 201
    page = open_as(browser, demo, "other_person")
    wait_for_service_worker(page)
    open_service(page, demo, 3)
    page.get_by_role("button", name=ASK).click()
    page.get_by_label("Your own words").fill("Please, before Friday.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send to Priya").click()
    expect(page.get_by_text("not sent yet")).to_be_visible()
    assert jo.call("DELETE", grant).status == 204
    page.context.set_offline(False)
    expect(page.get_by_text("You do not share with this keyworker. Share something first.")).to_be_visible()
    page.goto("/#/waiting")
    expect(page.get_by_role("heading", name="These need you")).to_be_visible()
    page.get_by_role("button", name="Throw away").click()
    expect(page.get_by_text("Everything is sent")).to_be_visible()
    assert jo.call("GET", REFERRALS).json["items"] == []


def test_the_form_fits_a_small_phone_with_large_words(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person", scheme="dark")
    open_service(page, demo, 4)
    page.get_by_role("button", name=ASK).click()
    assert axe_violations(page) == []
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert not scrolls_sideways(page)
