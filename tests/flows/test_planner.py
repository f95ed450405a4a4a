"""Planning and reminders on a phone: few taps, the explained week, reminders that prove they work."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.pushing import come_due, pushed, remove, subscribed
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
    say_day,
    today,
    wait_until,
    watch,
)
from tests.flows.test_offline import TAP
from tests.flows.test_screens import NARROW, STICKS_OUT, WIDEN
from tests.rig.browser import deliver_push
from tests.rig.push_service import PushService
from tests.rig.server import Program

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
QUIET = "/api/reminders/settings"

SHOWN = """async () => {
  const notifications = await (await navigator.serviceWorker.ready).getNotifications();
  return notifications.map(({ tag, title, body }) => ({ tag, title, body }));
}"""


@pytest.fixture(scope="module")
def demo_settings(service: PushService) -> dict[str, str]:
    """A worker that may reach the tests' push service."""
    return {"COMPANION_PUSH_ORIGINS": service.origin, "COMPANION_TICK_SECONDS": "0.2"}


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
        page.get_by_role("button", name="10 am").click()
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


def test_days_in_doubt_and_gaps_say_to_ask_and_not_that_there_is_nothing_to_do(
    browser: Browser, demo: Program
) -> None:
    jo = caller(demo, "other_person")
    yesterday = today() - timedelta(days=1)
    weekly = {"starts_on": str(yesterday), "every": {"unit": "week", "count": 1}, "take_home": True}
    place = {"name": "Harbour chemist", "phone": "0113 496 0000", "closed_on": [str(yesterday)]}
    part = {**weekly, "ends_on": str(today() + timedelta(days=2)), "times": ["10:00"]}
    following = {**part, "starts_on": str(today() + timedelta(days=5)), "ends_on": None}
    plan = {
        "kind": "collection",
        "starts_on": str(yesterday),
        "place": place,
        "wordings": {"closed_day": "no"},
        "phases": [part, following],
    }
    plan_id = str(uuid4())
    save(jo, f"/api/treatment/plans/{plan_id}", plan)
    page = open_as(browser, demo, "other_person")
    page.set_viewport_size(NARROW)
    main = page.get_by_role("main")
    expect(main).to_contain_text("That visit was for today too.")
    expect(main.get_by_role("link", name="Ask about this day")).to_be_visible()
    page.goto("/#/plan")
    doubt = page.get_by_role("listitem").filter(has_text=f"for your visit on {say_day(yesterday)}")
    expect(doubt).to_have_count(3)
    expect(doubt.first).to_contain_text("Ask your pharmacist or service about this day.")
    gap = page.get_by_role("listitem").filter(has_text="There is a gap in your plan on this day.")
    expect(gap).to_have_count(2)
    expect(gap.first).to_contain_text("If you expected something, ask your pharmacist or service.")
    expect(gap.filter(has_text="Nothing to do")).to_have_count(0)
    note = page.get_by_role("listitem").filter(has_text="That visit was for today too.")
    expect(note.get_by_role("link", name="Call 0113 496 0000")).to_have_attribute("href", "tel:01134960000")
    for size in ("", "200%"):
        page.evaluate(WIDEN, size)
        assert page.evaluate(STICKS_OUT, NARROW["width"]) == [], size
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
    expect(page.get_by_role("heading", name="Evening tablet", level=1)).to_be_visible()  # not the list's Done
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


def test_the_line_that_reminders_are_off_waits_for_nothing_and_so_moves_nothing(
    browser: Browser, demo: Program
) -> None:
    page = open_as(browser, demo, "person")
    page.add_init_script(
        "Object.defineProperty(navigator.serviceWorker, 'ready', { get: () => new Promise(() => {}) })"
    )
    page.goto("/#/reminders")
    page.reload()
    expect(page.get_by_role("link", name="Collect from the pharmacy").first).to_be_visible()
    assert page.get_by_text("Reminders are off on this phone.").is_visible()
