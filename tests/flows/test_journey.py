"""The main job in real Chromium: a person on a phone, their keyworker at a desk."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.steps import (
    COUNT_TAPS,
    DEMO_PIN,
    LONDON,
    PIN,
    caller,
    check_ins,
    first_run,
    here,
    next_day,
    open_as,
    say_day,
    today,
    type_pin,
    wait_until,
    watch,
)
from tests.rig.browser import open_context
from tests.rig.caller import Caller
from tests.rig.server import Program

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]

MOST_TAPS = 3
GOAL = "Make a new friend"
CHEMIST = "Harbour chemist"
COMMENT = "That sounds good. Tell me how the first one goes."


def test_the_main_job_from_first_tap_to_withdrawal(browser: Browser, demo: Program) -> None:
    phone = open_as(browser, demo, "person")
    said = watch(phone)
    taps = check_in(phone)
    assert taps <= MOST_TAPS
    sam = caller(demo, "person")
    wait_until(phone, lambda: [one["mood"] for one in check_ins(sam)] == [4], "the check-in was sent")
    add_goal(phone)
    make_plan(phone)
    see_it_on_a_collection_day(phone)
    find_debt_advice(phone)
    share_goal(phone)

    desk = open_as(browser, demo, "keyworker", size="desktop")
    said_at_the_desk = watch(desk)
    review(desk)
    read_comment_and_who_looked(phone)
    withdraw(phone)
    desk.get_by_role("link", name="Back").click()
    expect(desk.get_by_role("main")).to_contain_text("Not found")
    expect(desk.get_by_role("main")).not_to_contain_text(GOAL)
    desk.get_by_role("link", name="See your caseload").click()
    expect(desk.get_by_role("heading", name="No one is on your list yet")).to_be_visible()
    assert said == []
    assert [line for line in said_at_the_desk if "404" not in line] == []


def check_in(page: Page) -> int:
    """Check in from opening the app, and return how many taps it took."""
    page.context.add_init_script(COUNT_TAPS)
    page.goto("about:blank")
    page.goto("/")
    page.get_by_role("group", name="How are you feeling?").get_by_role(
        "button", name="Good", exact=True
    ).click()
    expect(page.get_by_role("status").get_by_text("Saved", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Good", exact=True)).to_have_attribute("aria-pressed", "true")
    return int(page.evaluate("() => taps"))


def add_goal(page: Page) -> None:
    """Add a goal from a template, with two steps."""
    tab(page, "Goals")
    page.get_by_role("link", name="Add a goal").click()
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name=GOAL).click()
    expect(page.get_by_label("Your goal")).to_have_value(GOAL)
    page.get_by_label("Step 1").fill("Ask about the walking group")
    page.get_by_label("Step 2").fill("Go once and see")
    for further in page.get_by_label(re.compile(r"Step [3-9]")).all():
        further.fill("")
    page.get_by_role("button", name="Save this goal").click()
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=GOAL))
    expect(card).to_contain_text("0 of 2 steps")
    card.get_by_label("Ask about the walking group").check()
    expect(card).to_contain_text("1 of 2 steps")


def make_plan(page: Page) -> None:
    """Plan to collect on Monday, Wednesday and Friday at 10, with some to take home for the days between."""
    tab(page, "You")
    page.get_by_role("link", name="Your plan").click()
    page.get_by_role("link", name="Add to your plan").click()
    expect(page.get_by_role("heading", level=1, name="What do you want to plan?")).to_be_focused()
    page.get_by_text("Collect from the pharmacy", exact=True).click()
    go_on(page, "Which days do you go?")
    page.get_by_role("button", name="Mon, Wed, Fri").click()
    expect(page.get_by_role("switch", name="I take some home for the days between")).to_be_checked()
    go_on(page, "What time?")
    page.get_by_role("button", name="10 am").click()
    go_on(page, "Where do you go?")
    page.get_by_label("Name of the place").fill(CHEMIST)
    go_on(page, "What does your prescription say?")
    go_on(page, "When does it start?")
    go_on(page, "Do you want a reminder?")
    go_on(page, "Check your plan")
    for answer in ("Monday, Wednesday and Friday", "You take some home.", "10 am", CHEMIST):
        expect(page.get_by_role("main")).to_contain_text(answer)
    page.get_by_role("button", name="Save this plan").click()
    expect(page.get_by_role("heading", name="Your plan", exact=True)).to_be_visible()
    expect(page.get_by_role("main").get_by_text(CHEMIST).first).to_be_visible()


def see_it_on_a_collection_day(page: Page) -> None:
    """Open Today on the morning of the next collection day, whatever day it is now."""
    day = next_day(("MO", "WE", "FR"))
    morning = page.context.new_page()
    morning.clock.set_system_time(datetime.combine(day, time(8, 0), LONDON))
    morning.goto("/")
    expect(morning.get_by_role("banner")).to_contain_text(say_day(day))
    line = morning.get_by_role("listitem").filter(has_text=CHEMIST)
    expect(line).to_contain_text("10 am")
    expect(line).to_contain_text("Collect from the pharmacy")
    morning.goto("/#/plan")
    line = morning.get_by_role("listitem").filter(has_text=re.compile(rf"^Today, {say_day(day)}.*{CHEMIST}"))
    expect(line).to_contain_text(f"bring home {day + timedelta(days=1):%A}")
    morning.close()


def find_debt_advice(page: Page) -> None:
    """Look for debt advice near Leeds and open what is nearest."""
    tab(page, "Find help")
    page.get_by_label("Town or postcode").fill("Leeds")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("near Leeds"))).to_be_visible()
    page.get_by_role("button", name="More choices").click()
    page.get_by_role("button", name="Debt advice", exact=True).click()
    found = page.get_by_role("listitem").filter(
        has=page.get_by_role("heading", name="Demo debt advice, city centre")
    )
    expect(found).to_contain_text(re.compile(r"miles? away"))
    expect(found).to_contain_text("Last checked on")
    found.get_by_role("link", name="Demo debt advice, city centre", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Demo debt advice")
    expect(page.get_by_role("link", name="Call 0113 496 0101")).to_have_attribute("href", "tel:01134960101")


def share_goal(page: Page) -> None:
    """Mark the goal as shared; Sam lets Priya see goals already."""
    tab(page, "Goals")
    page.get_by_role("link", name=GOAL).click()
    page.get_by_role("switch", name="Share with my keyworker").click()
    expect(page.get_by_text("Priya can see this goal, its steps and why it matters.")).to_be_visible()


def review(page: Page) -> None:
    """Open Sam from the caseload, see what is shared and nothing else, and comment."""
    page.get_by_role("link", name="Sam", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Sam")).to_be_visible()
    expect(page.get_by_role("link", name=GOAL)).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text("Sort out my debts")
    expect(page.get_by_role("main")).not_to_contain_text(CHEMIST)
    page.get_by_role("link", name=GOAL).click()
    expect(page.get_by_role("main")).to_contain_text("1 of 2 steps done")
    page.get_by_label("Write a comment").fill(COMMENT)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("listitem").filter(has_text=COMMENT)).to_contain_text("Priya")


def read_comment_and_who_looked(page: Page) -> None:
    """Read the comment, and who looked at what and when."""
    tab(page, "You")
    page.get_by_role("link", name="From your keyworker").click()
    expect(page.get_by_role("listitem").filter(has_text=COMMENT)).to_contain_text("Priya")
    page.get_by_role("link", name=f"About: {GOAL}").click()
    expect(page.get_by_role("main")).to_contain_text(COMMENT)
    tab(page, "You")
    page.get_by_role("link", name="Who looked").click()
    expect(page.get_by_role("heading", name=say_day(today()))).to_be_visible()
    look = page.get_by_role("listitem").filter(has_text="Looked at a shared goal").first
    expect(look).to_contain_text(re.compile(r"Priya, \d{1,2}:\d\d [ap]m"))


def withdraw(page: Page) -> None:
    """Stop sharing with Priya."""
    tab(page, "You")
    page.get_by_role("link", name="Who sees what").click()
    page.get_by_role("button", name="Stop sharing with Priya").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop sharing").click()
    expect(page.get_by_role("status").get_by_text("You stopped sharing with Priya.")).to_be_visible()


def tab(page: Page, name: str) -> None:
    """Tap one of the four tabs and wait for its screen."""
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("navigation").get_by_role("link", name=name, exact=True)).to_have_attribute(
        "aria-current", "page"
    )


def go_on(page: Page, title: str) -> None:
    """Tap Next, and wait for the page with this title, which takes the focus."""
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_focused()


def test_the_first_run_of_a_new_person(browser: Browser, demo: Program) -> None:
    desk = open_as(browser, demo, "keyworker", size="desktop")
    desk.get_by_role("navigation").get_by_role("link", name="Invites").click()
    with desk.expect_response(
        lambda reply: reply.url.endswith("/invites") and reply.request.method == "POST"
    ) as made:
        desk.get_by_role("button", name="Make a code").click()
    invite = made.value.json()
    expect(desk.get_by_text(invite["typed_code"])).to_be_visible()
    expect(desk.get_by_role("img", name="A picture to scan")).to_be_visible()

    phone = open_context(browser, demo.url).new_page()
    first_run(phone, invite["link"], "Robin")
    assert "i=" not in phone.url
    expect(phone.get_by_text("Nothing to do today.")).to_be_visible()
    desk.reload()
    expect(desk.get_by_role("row").nth(1)).to_contain_text("Used")

    sign_out(phone)
    expect(phone.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    type_pin(phone, "111112")
    expect(phone.get_by_label("Your PIN")).to_have_accessible_description(re.compile(r"\d+ tries are left"))
    type_pin(phone, PIN)
    expect(phone.get_by_role("heading", name=re.compile("^Good"))).to_be_visible()
    assert here(phone) == "/today"
    tab(phone, "You")
    expect(phone.get_by_text("Signed in as Robin")).to_be_visible()

    other = open_context(browser, demo.url).new_page()
    other.goto(invite["link"])
    expect(other.get_by_role("alert").or_(other.locator(".error")).first).to_contain_text(
        "This code does not work"
    )


def test_leave_covers_everything_at_once_and_needs_the_pin_to_come_back(
    browser: Browser, demo: Program
) -> None:
    phone = open_as(browser, demo, "person")
    phone.context.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="Weather"))
    phone.goto("/#/goals")
    expect(phone.get_by_text("Sleep better")).to_be_visible()
    left = Caller(demo.url, "; ".join(f"{one['name']}={one['value']}" for one in phone.context.cookies()))
    assert left.call("GET", "/api/goals").status == 200
    phone.get_by_role("button", name="Leave").click()
    phone.wait_for_url("https://www.bbc.co.uk/weather")
    wait_until(phone, lambda: left.call("GET", "/api/goals").status == 401, "the sign-in ended")
    phone.goto("/#/goals")
    expect(phone.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    expect(phone.get_by_text("Sleep better")).to_have_count(0)
    assert caller(demo, "person").call("GET", "/api/goals").status == 200  # other sign-ins are left alone
    type_pin(phone, DEMO_PIN)
    expect(phone.get_by_role("heading", level=1, name="Your goals")).to_be_visible()


def sign_out(page: Page) -> None:
    """Sign out through You."""
    tab(page, "You")
    page.get_by_role("button", name="Sign out").click()
