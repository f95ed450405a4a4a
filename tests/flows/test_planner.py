"""Planning and reminders on a phone: few taps, the explained week, reminders that prove they work."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.steps import (
    LONDON,
    WEEK,
    caller,
    daily_plan,
    here,
    new_person,
    open_as,
    reminders,
    save,
    today,
    wait_until,
    watch,
)
from tests.flows.test_offline import TAP
from tests.flows.test_screens import NARROW, STICKS_OUT, WIDEN
from tests.rig.browser import deliver_push, open_context, wait_for_service_worker
from tests.rig.caller import Caller
from tests.rig.push_service import Browser as Subscriber
from tests.rig.push_service import PushService, push_service
from tests.rig.server import Program, running

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("planner")]

# Two minutes at five seconds a tap.
MOST_TAPS = 24
EVERY_DAY = "Every day"
KINDS = (
    ("Take it at the pharmacy", "Mon, Wed, Fri"),
    ("Collect from the pharmacy", "Mon, Wed, Fri"),
    ("Take it at home", EVERY_DAY),
    ("Injection", "Every 4 weeks"),
    ("Implant", "Every 6 months"),
    ("Naltrexone tablets", "Mon, Wed, Fri"),
    ("Appointment", "Every week"),
)
# A tap on the words beside a choice counts once, though the browser reports two clicks.
COUNT_TAPS = "globalThis.taps = 0; addEventListener('pointerdown', () => { taps += 1; }, true);"
REFUSE = "Object.defineProperty(Notification, 'permission', { get: () => 'denied' });"
# A browser without a push service behind it: its subscription is one of the tests' own push service.
SUBSCRIBE = """(made) => {
  const subscription = {
    endpoint: made.endpoint, options: {}, toJSON: () => made,
    unsubscribe: async () => { localStorage.removeItem("made"); return true; },
  };
  PushManager.prototype.getSubscription = async () => (localStorage.getItem("made") ? subscription : null);
  PushManager.prototype.subscribe = async () => { localStorage.setItem("made", "1"); return subscription; };
}"""
QUIET = "/api/reminders/settings"

SHOWN = """async () => {
  const notifications = await (await navigator.serviceWorker.ready).getNotifications();
  return notifications.map(({ tag, title, body }) => ({ tag, title, body }));
}"""


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    """A push service for the phones of these tests."""
    with push_service() as made:
        yield made
        assert made.faults == []


@pytest.fixture(scope="module")
def demo(service: PushService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A demo whose worker may reach that push service."""
    env = {"COMPANION_PUSH_ORIGINS": service.origin, "COMPANION_TICK_SECONDS": "0.2"}
    with running("demo", tmp_path_factory.mktemp("planner") / "data", env=env, timeout_s=60) as program:
        yield program


def subscribed(browser: Browser, demo: Program, service: PushService, key: str) -> tuple[Page, Subscriber]:
    """Open a phone that allows notifications, and turn reminders on there."""
    phone = service.subscribe()
    context = open_context(browser, demo.url, permissions=["notifications"])
    context.add_init_script(f"({SUBSCRIBE})({json.dumps(phone.to_json())})")
    page = context.new_page()
    page.goto(f"/demo/{key}")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Good"))
    wait_for_service_worker(page)
    page.goto("/#/turn-on")
    page.get_by_role("button", name="Turn on", exact=True).click()
    expect(page.get_by_text("Reminders are on.")).to_be_visible()
    return page, phone


def pushed(service: PushService, phone: Subscriber) -> list[dict[str, Any]]:
    """Return what was pushed to a phone so far."""
    return [one.payload for one in list(service.received) if one.token == phone.token]


def come_due(person: Caller, plan_id: str) -> None:
    """Move a plan to this minute: its time has just come."""
    plan = person.call("GET", f"/api/treatment/plans/{plan_id}").json
    plan["phases"][0]["times"] = [f"{datetime.now(LONDON):%H:%M}"]
    save(person, f"/api/treatment/plans/{plan_id}", plan)


def remove(person: Caller, plan_id: str) -> None:
    """Delete a plan, so that it reminds nobody in a later test."""
    assert person.call("DELETE", f"/api/treatment/plans/{plan_id}").status == 204


# ---------------------------------------------------------------- set-up


def test_every_kind_is_set_up_in_two_minutes_worth_of_taps(browser: Browser, demo: Program) -> None:
    page = new_person(browser, demo, "Robin")
    page.context.add_init_script(COUNT_TAPS)
    taps = {kind: set_up(page, kind, often) for kind, often in KINDS}
    assert {kind: n for kind, n in taps.items() if n > MOST_TAPS} == {}
    for kind, _ in KINDS:
        expect(page.get_by_role("heading", level=3, name=kind, exact=True).last).to_be_visible()


def set_up(page: Page, kind: str, often: str) -> int:
    """Answer every question of a new plan with a finger, and return how many taps it took."""
    page.goto("about:blank")
    page.goto("/#/plan/new")
    page.get_by_text(kind, exact=True).click()
    for _ in range(10):
        heading = page.get_by_role("heading", level=1)
        asked = heading.inner_text()
        answer(page, asked, often)
        if asked == "Check your plan":
            page.get_by_role("button", name="Save this plan").click()
            expect(heading).to_have_text("Your plan")
            return int(page.evaluate("() => taps"))
        page.get_by_role("button", name="Next", exact=True).click()
        expect(heading).not_to_have_text(asked)
    raise AssertionError("The questions did not come to an end.")


def answer(page: Page, asked: str, often: str) -> None:
    """Answer one question."""
    if asked in ("Which days do you go?", "Which days?"):
        choice = page.get_by_role("button", name=often, exact=True).first
        if choice.get_attribute("aria-pressed") == "false":
            choice.click()
    elif asked == "How often?":
        page.get_by_text(often, exact=True).click()
    elif asked == "What time?":
        page.get_by_role("button", name="10:00 am").click()
    elif asked == "Where do you go?":
        page.get_by_label("Name of the place").click()
        page.get_by_label("Name of the place").fill("Harbour chemist")
    elif asked == "What does your prescription say?":
        for row in page.get_by_role("group").all():
            row.get_by_text("Don't know", exact=True).click()
    elif asked == "Do you want a reminder?":
        page.get_by_text("30 minutes before", exact=True).click()


# ---------------------------------------------------------------- the week


def test_the_explained_week_is_readable_on_a_narrow_phone_with_large_letters(
    browser: Browser, demo: Program
) -> None:
    page = open_as(browser, demo, "person")
    said = watch(page)
    page.set_viewport_size(NARROW)
    page.goto("/#/plan")
    expect(page.get_by_role("heading", name="This week")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(re.compile("bring home|Brings home"))
    expect(page.get_by_role("main")).to_contain_text("before your next dose")
    for size in ("", "200%"):
        page.evaluate(WIDEN, size)
        assert page.evaluate(STICKS_OUT, NARROW["width"]) == [], size
    assert said == []


def test_a_closed_day_says_where_that_is_known_from_and_whom_to_call(browser: Browser, demo: Program) -> None:
    jo = caller(demo, "other_person")
    closed = today() + timedelta(days=1)
    place = {
        "name": "Harbour chemist",
        "phone": "0113 496 0000",
        "hours": {day: [["09:00", "17:30"]] for day in WEEK},
        "closed_on": [str(closed)],
    }
    phase = {"starts_on": str(today() - timedelta(days=3)), "every": {"unit": "week", "count": 1}}
    plan = {
        "kind": "collection",
        "starts_on": phase["starts_on"],
        "place": place,
        "phases": [{**phase, "weekdays": WEEK, "times": ["10:00"]}],
    }
    plan_id = str(uuid4())
    save(jo, f"/api/treatment/plans/{plan_id}", plan)
    page = open_as(browser, demo, "other_person")
    page.goto("/#/plan")
    expect(page.get_by_role("heading", name="Good to know")).to_be_visible()
    note = page.get_by_role("listitem").filter(has_text="Ask your pharmacist or service now")
    expect(note.get_by_role("link", name="Call 0113 496 0000")).to_have_attribute("href", "tel:01134960000")
    expect(page.get_by_role("main")).to_contain_text("We know this from:")
    remove(jo, plan_id)


# ---------------------------------------------------------------- choices


def test_settings_are_kept_and_can_be_taken_back(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    sam = caller(demo, "person")
    before = sam.call("GET", QUIET).json
    page.goto("/#/reminders")
    page.get_by_role("link", name="Reminder settings").click()
    page.get_by_role("switch", name="Quiet hours").click()
    page.get_by_label("Quiet until").fill("07:30")
    page.get_by_role("button", name="In 4 hours").click()
    page.get_by_label("First day away").fill(str(today() + timedelta(days=30)))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Your reminders")).to_be_visible()
    wait_until(page, lambda: bool(sam.call("GET", QUIET).json["quiet"]), "the settings were sent")
    now = sam.call("GET", QUIET).json
    assert now["quiet"] == {"from": "22:00", "to": "07:30"}
    assert now["snooze"] == [30, 60, 120, 240]
    assert [one["from"] for one in now["away"]] == [str(today() + timedelta(days=30))]
    page.get_by_role("button", name="Undo").click()
    wait_until(page, lambda: sam.call("GET", QUIET).json["quiet"] is None, "they were taken back")
    assert sam.call("GET", QUIET).json["snooze"] == before["snooze"]


def test_own_words_and_follow_ups_of_one_plan(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    sam = caller(demo, "person")
    plan = daily_plan(sam, ["08:00"], "Morning tablet")
    path = f"/api/reminders/choices/{plan}"
    page.goto("/#/plan")
    page.get_by_role("link", name="Choose when it reminds you: Morning tablet").click()
    page.get_by_role("button", name="1 hour before").click()
    page.get_by_role("switch", name="The evening before").click()
    page.get_by_text("Up to 2 times more", exact=True).click()
    page.get_by_role("button", name="10 minutes", exact=True).click()
    page.get_by_text("My own words", exact=True).click()
    page.get_by_label("Your own words").fill("take 5 mg")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Leave out amounts")
    page.get_by_label("Your own words").fill("call Mum")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Your plan", exact=True)).to_be_visible()
    wait_until(page, lambda: sam.call("GET", path).json["words"]["kind"] == "own", "the choices were sent")
    kept = sam.call("GET", path).json
    assert kept["words"]["text"] == "call Mum"
    assert kept["follow_up"] == {"every_minutes": 10, "times": 2}
    assert {one["kind"] for one in kept["before"]} == {"minutes", "evening_before"}
    remove(sam, plan)


def test_another_time_zone_asks_and_moves_nothing_by_itself(browser: Browser, demo: Program) -> None:
    jo = caller(demo, "other_person")
    plan = daily_plan(jo, ["08:00"], "Morning tablet")
    path = f"/api/treatment/plans/{plan}"
    page = open_as(browser, demo, "other_person", timezone_id="Asia/Tokyo")
    expect(page.get_by_text("This phone is in another time zone.")).to_be_visible(timeout=10_000)
    assert jo.call("GET", path).json["time_zone"] == "Europe/London"
    page.get_by_role("link", name="See what to do").click()
    page.get_by_role("button", name="Use Tokyo time").click()
    wait_until(page, lambda: jo.call("GET", path).json["time_zone"] == "Asia/Tokyo", "the plan moved")
    assert jo.call("GET", path).json["phases"][0]["times"] == ["08:00"]
    remove(jo, plan)


# ---------------------------------------------------------------- reminders that prove they work


def test_a_test_shows_its_round_trip_through_the_service_worker(
    browser: Browser, demo: Program, service: PushService
) -> None:
    page, phone = subscribed(browser, demo, service, "person")
    expect(page.get_by_text("No reminder has arrived here yet.")).to_be_visible()
    page.get_by_role("button", name="Test now").click()
    wait_until(page, lambda: len(pushed(service, phone)) == 1, "the test was pushed")
    deliver_push(page, demo.url, json.dumps(pushed(service, phone)[0]))
    expect(page.get_by_text(re.compile(r"It arrived after \d+\.\d seconds\."))).to_be_visible(timeout=10_000)
    expect(page.get_by_text("Last reminder arrived: ")).to_be_visible()


def test_own_words_reach_the_locked_phone_and_later_brings_it_back(
    browser: Browser, demo: Program, service: PushService
) -> None:
    page, phone = subscribed(browser, demo, service, "person")
    sam = caller(demo, "person")
    plan = daily_plan(sam, ["23:57"], "Evening tablet")
    choices = {
        "before": [{"kind": "minutes", "minutes": 0}],
        "follow_up": {"every_minutes": 5, "times": 1},
        "words": {"kind": "own", "text": "call Mum"},
    }
    save(sam, f"/api/reminders/choices/{plan}", choices)
    come_due(sam, plan)
    (reminder,) = reminders(sam, plan, today())
    wait_until(page, lambda: len(pushed(service, phone)) >= 1, "the reminder was pushed")
    deliver_push(page, demo.url, json.dumps(pushed(service, phone)[-1]))
    wait_until(page, lambda: len(page.evaluate(SHOWN)) == 1, "the reminder stood there")
    (notification,) = page.evaluate(SHOWN)
    assert notification["tag"] == reminder["id"]
    assert "call Mum" in notification.values()
    assert "Evening tablet" not in notification.values()
    worker = page.context.service_workers[0]
    assert worker.evaluate(TAP, [reminder["id"], "later"]) == []
    path = f"/api/reminders/{reminder['id']}"
    wait_until(page, lambda: sam.call("GET", path).json["answer"] == "later", "the answer was sent")
    page.goto(f"/#/reminders/{reminder['id']}")
    expect(page.get_by_text("We will remind you later.")).to_be_visible()
    page.get_by_role("button", name="Not today").click()
    expect(page.get_by_role("link", name="Where to get naloxone")).to_be_visible()
    remove(sam, plan)


def test_quiet_hours_hold_a_reminder_back_and_the_list_shows_it(
    browser: Browser, demo: Program, service: PushService
) -> None:
    jo = caller(demo, "other_person")
    now = datetime.now(LONDON)
    quiet = {"from": f"{now - timedelta(hours=1):%H:%M}", "to": f"{now + timedelta(hours=1):%H:%M}"}
    zone = {"time_zone": str(LONDON)}
    settings = {**jo.call("GET", QUIET).json, **zone, "quiet": quiet, "quiet_except_medicine": False}
    save(jo, QUIET, settings)
    page, phone = subscribed(browser, demo, service, "other_person")
    plan = daily_plan(jo, ["23:57"], "Evening tablet")
    come_due(jo, plan)
    page.goto("/#/reminders")
    expect(page.get_by_role("link", name="Evening tablet").first).to_be_visible()
    page.wait_for_timeout(3_000)  # fifteen ticks of the worker
    assert pushed(service, phone) == []
    save(jo, QUIET, {**settings, "quiet": None})
    remove(jo, plan)


def test_everything_works_with_notifications_refused(browser: Browser, demo: Program) -> None:
    sam = caller(demo, "person")
    plan = daily_plan(sam, ["23:58"], "Evening tablet")
    page = open_as(browser, demo, "person")
    page.context.add_init_script(REFUSE)
    page.goto("/#/turn-on")
    page.reload()
    expect(page.get_by_text("Your phone blocks reminders from this app")).to_be_visible()
    page.goto("/#/reminders")
    page.get_by_role("link", name="Evening tablet").first.click()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_text("You marked this as done.")).to_be_visible()
    (reminder,) = reminders(sam, plan, today())
    path = f"/api/reminders/{reminder['id']}"
    page.goto("/#/today")
    page.reload()
    wait_until(page, lambda: sam.call("GET", path).json["answer"] == "done", "the answer was sent")
    remove(sam, plan)


def test_today_says_that_permission_was_withdrawn(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    person = caller(demo, "person").call("GET", "/api/accounts/me").json["id"]
    page.context.add_init_script(REFUSE)
    page.evaluate("(id) => localStorage.setItem('push', id)", person)
    page.reload()
    expect(page.get_by_text("This phone does not let us remind you any more.")).to_be_visible(timeout=10_000)
    page.get_by_role("link", name="See what to do").click()
    assert here(page) == "/turn-on"


# ---------------------------------------------------------------- calendar


def test_a_private_calendar_address_is_made_once_and_ended(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    page.goto("/#/calendar")
    page.get_by_role("button", name="Make a private address").click()
    address = page.get_by_label("Address", exact=True).input_value()
    assert re.fullmatch(re.escape(demo.url) + r"/calendar/[\w-]{40,}\.ics", address)
    reader = browser.new_context()
    feed = reader.request.get(address)
    assert feed.status == 200
    assert feed.headers["content-type"].startswith("text/calendar")
    assert "Market Street" not in feed.text()
    page.reload()
    expect(page.get_by_text("There is an address since")).to_be_visible()
    page.get_by_role("button", name="Stop the address").click()
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_role("button", name="Make a private address")).to_be_visible()
    assert reader.request.get(address).status == 404
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the file").click()
    assert download.value.suggested_filename == "planner.ics"
