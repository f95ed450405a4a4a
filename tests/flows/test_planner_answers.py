"""The planner's finer points on a phone: why something was left out, breaks, products, warnings on Today."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from companion.core.orm import make_engine
from companion.push.models import Subscription
from tests.flows.pushing import pushed, remove, subscribed
from tests.flows.steps import caller, daily_plan, here, new_person, open_as, reminders, today, wait_until
from tests.flows.test_offline import TAP
from tests.rig.browser import axe_violations, deliver_push
from tests.rig.caller import Caller
from tests.rig.push_service import PushService, Told
from tests.rig.server import REPOSITORY, Program

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("planner_answers")]

PLANS = "/api/treatment/plans"
WHY = "The bus did not come"


@pytest.fixture(scope="module")
def demo_settings(service: PushService, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An organisation that switched its words after missed collections on, and a push service near by."""
    content = tmp_path_factory.mktemp("organisation") / "content"
    shutil.copytree(REPOSITORY / "content", content)
    policy = content / "treatment" / "policy.yaml"
    words = policy.read_text("utf-8")
    assert "switched_on: false" in words
    policy.write_text(words.replace("switched_on: false", "switched_on: true"), "utf-8")
    push = {"COMPANION_PUSH_ORIGINS": service.origin, "COMPANION_TICK_SECONDS": "0.2"}
    return {**push, "COMPANION_CONTENT_DIR": str(content)}


def plans_of(person: Caller) -> list[dict[str, Any]]:
    """Return the plans of a person."""
    items: list[dict[str, Any]] = person.call("GET", PLANS).json["items"]
    return items


def newest(page: Page, person: Caller, known: set[str]) -> dict[str, Any]:
    """Return the plan that a phone has just sent."""
    wait_until(page, lambda: bool({one["id"] for one in plans_of(person)} - known), "the plan was sent")
    return next(one for one in plans_of(person) if one["id"] not in known)


def go_on(page: Page, heading: str) -> None:
    """Go to the next question, which has this heading."""
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


# ---------------------------------------------------------------- why something was left out


@pytest.fixture
def evening(demo: Program) -> Any:
    """Sam with one thing to do late today: the caller and the reminder's id."""
    sam = caller(demo, "person")
    plan = daily_plan(sam, ["23:58"], "Evening tablet")
    (reminder,) = reminders(sam, plan, today())
    yield sam, reminder["id"]
    remove(sam, plan)


def skip(browser: Browser, demo: Program, reminder: str) -> Page:
    """Open the reminder on Sam's phone and tap Not today."""
    page = open_as(browser, demo, "person")
    page.goto(f"/#/reminders/{reminder}")
    page.get_by_role("button", name="Not today").click()
    expect(page.get_by_text("You said: not today.")).to_be_visible()
    return page


def test_why_is_asked_gently_and_there_is_a_way_past_it(
    browser: Browser, demo: Program, evening: tuple[Caller, str]
) -> None:
    sam, reminder = evening
    page = skip(browser, demo, reminder)
    asked = page.get_by_role("form", name="Do you want to write down why?")
    expect(asked).to_contain_text("Only you can see it.")
    assert axe_violations(page) == []
    asked.get_by_role("button", name="No, thanks").click()
    expect(asked).to_be_hidden()
    page.goto("/#/today")
    page.reload()
    path = f"/api/reminders/{reminder}"
    wait_until(page, lambda: sam.call("GET", path).json["answer"] == "skipped", "the answer was sent")
    assert sam.call("GET", path).json["reason"] == ""


def test_why_is_written_without_a_network_kept_and_shown_where_the_answer_is(
    browser: Browser, demo: Program, evening: tuple[Caller, str]
) -> None:
    sam, reminder = evening
    page = open_as(browser, demo, "person")
    page.goto(f"/#/reminders/{reminder}")
    expect(page.get_by_role("button", name="Not today")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Not today").click()
    page.get_by_role("button", name="I could not get there").click()
    expect(page.get_by_text("Why: I could not get there")).to_be_visible()
    page.get_by_role("button", name="Change why").click()
    page.get_by_role("button", name="In my own words").click()
    page.get_by_label("Your own words").fill(WHY)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"Why: {WHY}")).to_be_visible()
    path = f"/api/reminders/{reminder}"
    assert sam.call("GET", path).json["answer"] is None
    page.context.set_offline(False)
    wait_until(page, lambda: sam.call("GET", path).json["reason"] == WHY, "the reason was sent", 20)
    assert sam.call("GET", path).json["answer"] == "skipped"
    page.goto("/#/reminders")
    page.reload()
    expect(page.get_by_role("listitem").filter(has_text="Evening tablet").first).to_contain_text(WHY)
    page.goto(f"/#/reminders/{reminder}")
    page.get_by_role("button", name="Change your answer").click()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_text("You marked this as done.")).to_be_visible()
    expect(page.get_by_text(WHY)).to_be_hidden()


# ---------------------------------------------------------------- missed visits


def test_what_the_organisation_wants_said_stands_after_a_missed_visit(
    browser: Browser, demo: Program
) -> None:
    page = new_person(browser, demo, "Robin")
    make_collection(page, phone="0113 496 0000")
    page.goto("/#/reminders")
    visits = page.get_by_role("link", name="Collect from the pharmacy")
    expect(visits).to_have_count(2, timeout=20_000)  # today's and tomorrow's
    visits.first.click()
    page.get_by_role("button", name="Not today").click()
    page.get_by_role("button", name="No, thanks").click()
    missed = page.locator("section").filter(has=page.get_by_role("heading", name="About the days you missed"))
    page.goto("/#/plan")  # leaving the screen sends what was held for Undo
    page.reload()
    expect(missed).to_contain_text("It happens.", timeout=20_000)
    expect(missed.get_by_role("link", name="Call 0113 496 0000")).to_be_visible()
    expect(missed).to_contain_text("Keep naloxone near you")
    expect(missed).to_contain_text("before your next dose")
    expect(missed.get_by_role("link", name="Where to get naloxone")).to_be_visible()


def make_collection(page: Page, **place: str) -> None:
    """Plan to collect every day at 11.30 at night from a pharmacy with a phone."""
    page.goto("/#/plan/new")
    page.get_by_text("Collect from the pharmacy", exact=True).click()
    go_on(page, "Which days do you go?")
    page.get_by_role("button", name="Every day", exact=True).first.click()
    go_on(page, "What time?")
    page.get_by_label("Another time").fill("23:30")
    go_on(page, "Where do you go?")
    page.get_by_label("Phone number").fill(place["phone"])
    go_on(page, "What does your prescription say?")
    go_on(page, "When does it start?")
    expect(page.get_by_label("Last day of your prescription")).to_be_visible()
    go_on(page, "Do you want a reminder?")
    go_on(page, "Check your plan")
    page.get_by_role("button", name="Save this plan").click()
    expect(page.get_by_role("heading", name="Your plan", exact=True)).to_be_visible()


def test_sharing_missed_collections_is_off_until_it_is_chosen_and_can_be_taken_back(
    browser: Browser, demo: Program
) -> None:
    sam = caller(demo, "person")
    plan = next(one for one in plans_of(sam) if one["kind"] == "collection")
    path = f"{PLANS}/{plan['id']}"
    assert plan["missed_shared"] is False
    page = open_as(browser, demo, "person")
    for before, now in (
        ("Not shared", "Shared with your keyworker"),
        ("Shared with your keyworker", "Not shared"),
    ):
        page.goto(f"/#/plan/{plan['id']}")
        expect(page.get_by_role("main")).to_contain_text(before)
        page.get_by_role("link", name="Change Missed collections").click()
        expect(page.get_by_role("main")).to_contain_text("This is not watched.")
        page.get_by_role("switch", name="Share with my keyworker when I miss a collection").click()
        go_on(page, "Check your plan")
        expect(page.get_by_role("main")).to_contain_text(now)
        page.get_by_role("button", name="Save this plan").click()
        is_shared = now != "Not shared"
        wait_until(
            page,
            lambda wanted=is_shared: sam.call("GET", path).json["missed_shared"] is wanted,
            "it was sent",
        )


# ---------------------------------------------------------------- which injection, and lunch breaks


def test_the_injection_that_is_chosen_sets_how_often_and_names_its_days(
    browser: Browser, demo: Program
) -> None:
    sam = caller(demo, "person")
    known = {one["id"] for one in plans_of(sam)}
    page = open_as(browser, demo, "person")
    page.goto("/#/plan/new")
    page.get_by_text("Injection", exact=True).click()
    go_on(page, "How often?")
    page.get_by_text("Monthly injection", exact=True).click()
    expect(page.get_by_text("Your service decides.")).to_be_visible()
    expect(page.get_by_role("radio", name="Every 4 weeks")).to_be_checked()
    for heading in ("What time?", "Where do you go?", "When is the next one?"):
        go_on(page, heading)
    page.get_by_label("First day").fill(str(today()))
    go_on(page, "Do you want a reminder?")
    go_on(page, "Check your plan")
    page.get_by_role("button", name="Save this plan").click()
    plan = newest(page, sam, known)
    assert plan["product"] == "monthly_injection"
    assert plan["phases"][0]["every"] == {"unit": "week", "count": 4}
    page.goto("/#/today")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text(re.compile("injection.*Your service decides", re.I))
    remove(sam, plan["id"])


def test_a_pharmacy_that_closes_for_lunch_is_written_down_and_told(browser: Browser, demo: Program) -> None:
    sam = caller(demo, "person")
    plan = next(one for one in plans_of(sam) if one["kind"] == "collection")
    before = plan["place"]["hours"]
    page = open_as(browser, demo, "person")
    page.goto(f"/#/plan/{plan['id']}?step=place&from=check")
    page.get_by_role("switch", name="It closes in between, like for lunch").click()
    page.get_by_label("Mon: break from").fill("14:00")
    page.get_by_label("Mon: break until").fill("13:00")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(
        "Monday: the break must lie between opening and closing."
    )
    page.get_by_label("Sun: break from").fill("13:00")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Sunday: enter when it opens and when it closes.")
    page.get_by_label("Sun: break from").fill("")
    page.get_by_label("Mon: break until").fill("")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Monday: enter when the break starts and when it ends.")
    page.get_by_label("Mon: break from").fill("13:00")
    page.get_by_label("Mon: break until").fill("14:00")
    page.get_by_role("button", name="Use Monday's hours until Friday").click()
    expect(page.get_by_label("Fri: break until")).to_have_value("14:00")
    page.get_by_label("Fri: break from").fill("")
    page.get_by_label("Fri: break until").fill("")
    go_on(page, "Check your plan")
    page.get_by_role("button", name="Save this plan").click()
    expect(page.get_by_role("heading", name="Your plan", exact=True)).to_be_visible()
    opens, closes = before["MO"][0][0], before["MO"][-1][1]
    lunch, whole = [[opens, "13:00"], ["14:00", closes]], [[opens, closes]]
    wanted = {**before, **dict.fromkeys(("MO", "TU", "WE", "TH"), lunch), "FR": whole}
    path = f"{PLANS}/{plan['id']}"
    wait_until(page, lambda: sam.call("GET", path).json["place"]["hours"] == wanted, "the hours were sent")
    page.goto(f"/#/plan/{plan['id']}?step=place&from=check")
    expect(page.get_by_label("Mon: break from")).to_have_value("13:00")
    page.get_by_role("switch", name="It closes in between, like for lunch").click()
    go_on(page, "Check your plan")
    page.get_by_role("button", name="Save this plan").click()
    closed = {**before, **dict.fromkeys(("MO", "TU", "WE", "TH", "FR"), whole)}
    wait_until(page, lambda: sam.call("GET", path).json["place"]["hours"] == closed, "the breaks went")


# ---------------------------------------------------------------- what Today warns of, and the test


def test_a_tap_on_the_test_opens_a_screen_that_says_it_worked(
    browser: Browser, demo: Program, service: PushService
) -> None:
    page, phone = subscribed(browser, demo, service, "person")
    page.get_by_role("button", name="Test now").click()
    wait_until(page, lambda: len(pushed(service, phone)) == 1, "the test was pushed")
    (payload,) = pushed(service, phone)
    deliver_push(page, demo.url, json.dumps(payload))
    expect(page.get_by_text(re.compile(r"It arrived after \d+\.\d seconds\."))).to_be_visible(timeout=10_000)
    page.goto("/#/today")
    tag = payload["notification"]["tag"]
    worker = page.context.service_workers[0]
    assert worker.evaluate(TAP, [tag, ""]) == ["focus"]
    expect(page.get_by_role("heading", name="The test worked")).to_be_visible()
    expect(page.get_by_text(re.compile(r"It arrived after \d+\.\d seconds\."))).to_be_visible()
    assert here(page) == f"/turn-on?test={tag}"


def test_today_says_that_no_reminder_arrived_for_seven_days(
    browser: Browser, demo: Program, service: PushService
) -> None:
    page, _ = subscribed(browser, demo, service, "person")
    now = datetime.now(UTC)
    engine = make_engine(f"sqlite:///{demo.data_dir / 'companion.db'}")
    with engine.begin() as connection:
        quiet = {"created_at": now - timedelta(days=9), "last_sent_at": now, "last_arrived_at": None}
        assert connection.execute(update(Subscription).values(**quiet)).rowcount >= 1
    engine.dispose()
    page.goto("/#/today")
    page.reload()
    expect(page.get_by_text("No reminder has reached this phone for 7 days.")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="See what to do").click()
    here_now = page.get_by_role("listitem").filter(has_text="This phone")
    expect(here_now).to_contain_text("Quiet for 7 days")


def test_today_says_that_a_push_was_refused(browser: Browser, demo: Program, service: PushService) -> None:
    page, phone = subscribed(browser, demo, service, "other_person")
    service.told = lambda token: Told(413 if token == phone.token else 201)
    page.get_by_role("button", name="Test now").click()
    jo = caller(demo, "other_person")

    def is_refused() -> bool:
        items = jo.call("GET", "/api/push/subscriptions").json["items"]
        return any(one["state"] == "refused" for one in items)

    wait_until(page, is_refused, "the push service refused it", 20)
    page.goto("/#/today")
    page.reload()
    told = page.get_by_text("Your last reminder could not be brought to this phone.")
    expect(told).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="See what to do").click()
    expect(page.get_by_text("Could not be reached")).to_be_visible()


# ---------------------------------------------------------------- by keyboard alone


def reach(
    page: Page, role: Literal["button", "radio", "switch", "textbox"], name: str, *, most: int = 60
) -> None:
    """Press the tabulator key until this has the focus; nothing is ever clicked."""
    wanted = page.get_by_role(role, name=name, exact=True).first
    for _ in range(most):
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The keyboard does not reach {name}.")


def press_on(page: Page, heading: str) -> None:
    """Go to the next question with the keyboard; its heading takes the focus."""
    reach(page, "button", "Next")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_focused()


def test_a_plan_is_set_up_with_the_keyboard_alone(browser: Browser, demo: Program) -> None:
    sam = caller(demo, "person")
    known = {one["id"] for one in plans_of(sam)}
    page = open_as(browser, demo, "person", size="desktop")
    page.goto("/#/plan/new")
    expect(page.get_by_role("heading", level=1)).to_have_text("What do you want to plan?")
    reach(page, "radio", "Collect from the pharmacy You pick it up for one day or for more.")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name=re.compile("Take it at the pharmacy"))).to_be_checked()
    press_on(page, "Which days do you go?")
    reach(page, "button", "Mon, Wed, Fri")
    page.keyboard.press("Enter")
    press_on(page, "What time?")
    reach(page, "button", "10 am")
    page.keyboard.press("Space")
    press_on(page, "Where do you go?")
    reach(page, "textbox", "Name of the place")
    page.keyboard.type("Harbour chemist")
    reach(page, "button", "Add opening hours")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Mon: opens")).to_be_focused()
    reach(page, "switch", "It closes in between, like for lunch", most=400)
    page.keyboard.press("Space")
    expect(page.get_by_label("Mon: break from")).to_be_visible()
    reach(page, "button", "Next", most=400)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What does your prescription say?")
    press_on(page, "When does it start?")
    press_on(page, "Do you want a reminder?")
    press_on(page, "Check your plan")
    reach(page, "button", "Save this plan")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plan")
    plan = newest(page, sam, known)
    assert (plan["kind"], plan["phases"][0]["weekdays"]) == ("supervised", ["MO", "WE", "FR"])
    assert (plan["phases"][0]["times"], plan["place"]["name"]) == (["10:00"], "Harbour chemist")
    remove(sam, plan["id"])
