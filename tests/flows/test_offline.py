"""Without a network: nothing is lost, nothing is sent twice, nothing is shown twice."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, Worker, expect

from tests.flows.steps import (
    CHECK_INS,
    DEMO_PIN,
    caller,
    check_ins,
    daily_plan,
    here,
    open_as,
    reminders,
    requests_to,
    today,
    type_pin,
    wait_until,
)
from tests.rig.browser import deliver_push, wait_for_service_worker
from tests.rig.server import Program

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("offline")]

SHOWN = """async () => {
  const notifications = await (await navigator.serviceWorker.ready).getNotifications();
  return notifications.map(({ tag, title, body }) => ({ tag, title, body }));
}"""
DISMISS = """async () => {
  for (const one of await (await navigator.serviceWorker.ready).getNotifications()) one.close();
}"""
# An event made by a script may neither open nor focus a window, so those two only note what they were asked.
TAP = """async ([tag, action]) => {
  const asked = [];
  Clients.prototype.openWindow = async (url) => { asked.push(`open ${url}`); };
  WindowClient.prototype.focus = async function () { asked.push("focus"); return this; };
  const [notification] = await registration.getNotifications({ tag });
  const event = new NotificationEvent("notificationclick", { notification, action });
  const works = [];
  event.waitUntil = (work) => works.push(work);
  dispatchEvent(event);
  await Promise.all(works);
  return asked;
}"""


def check_in(page: Page, face: str = "Good") -> None:
    """Tap a face on Today."""
    page.get_by_role("group", name="How are you feeling?").get_by_role(
        "button", name=face, exact=True
    ).click()


def test_a_check_in_made_offline_survives_a_reload_and_is_sent_once(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    wait_for_service_worker(page)
    sam = caller(demo, "person")
    before = len(check_ins(sam))
    puts = requests_to(page.context, "PUT", CHECK_INS)
    page.context.set_offline(True)
    check_in(page)
    expect(page.get_by_text("Saved on this phone. We will send it later.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("^Good"))).to_be_visible()
    expect(page.get_by_text("1 thing waits to be sent.")).to_be_visible()
    expect(page.get_by_text("You checked in at")).to_be_visible()
    assert len(check_ins(sam)) == before
    puts.clear()
    page.context.set_offline(False)
    wait_until(page, lambda: len(check_ins(sam)) == before + 1, "the check-in was sent")
    expect(page.get_by_text("waits to be sent")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("You checked in at")).to_be_visible()
    assert len(check_ins(sam)) == before + 1
    assert len(puts) == 1


def test_a_lost_reply_makes_no_second_check_in(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    sam = caller(demo, "person")
    before = len(check_ins(sam))
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            return route.fallback()
        lost.append(route.fetch().status)
        return route.abort("connectionreset")

    page.context.route(f"**{CHECK_INS}/*", lose_the_first)
    puts = requests_to(page.context, "PUT", CHECK_INS)
    check_in(page, "Low")
    wait_until(page, lambda: len(puts) == 2, "the phone tried again")
    expect(page.get_by_text("waits to be sent")).to_have_count(0)
    assert lost == [201]
    assert len(set(puts)) == 1
    assert len(check_ins(sam)) == before + 1


def test_two_tabs_that_come_back_at_once_send_it_once(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    sam = caller(demo, "person")
    before = len(check_ins(sam))
    other = page.context.new_page()
    other.goto("/#/today")
    expect(other.get_by_role("heading", name=re.compile("^Good"))).to_be_visible()
    puts = requests_to(page.context, "PUT", CHECK_INS)
    page.context.set_offline(True)
    check_in(page)
    check_in(other, "OK")
    for tab in (page, other):
        expect(tab.get_by_text("2 things wait to be sent.")).to_be_visible()
    puts.clear()
    page.context.set_offline(False)
    for tab in (page, other):
        expect(tab.get_by_text(re.compile("waits? to be sent"))).to_have_count(0)
    wait_until(page, lambda: len(check_ins(sam)) == before + 2, "both check-ins were sent")
    assert len(puts) == 2
    assert len(set(puts)) == 2


def test_what_waits_when_the_sign_in_ends_is_only_sent_as_the_same_person(
    browser: Browser, demo: Program
) -> None:
    page = open_as(browser, demo, "person")
    sam, jo = caller(demo, "person"), caller(demo, "other_person")
    before = len(check_ins(sam)), len(check_ins(jo))
    page.context.clear_cookies(name="__Host-sid")
    check_in(page)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    page.goto("/demo/other_person")
    page.goto("/#/you")
    expect(page.get_by_text("Signed in as Jo")).to_be_visible()
    page.get_by_role("link", name="Waiting to be sent").click()
    expect(page.get_by_role("heading", name="Everything is sent")).to_be_visible()
    assert (len(check_ins(sam)), len(check_ins(jo))) == before

    page.context.clear_cookies(name="__Host-sid")
    page.goto("/demo/person")
    wait_until(page, lambda: len(check_ins(sam)) == before[0] + 1, "the check-in was sent")
    assert len(check_ins(jo)) == before[1]


def test_the_pin_opens_a_locked_phone_and_sends_what_waits(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    sam = caller(demo, "person")
    before = len(check_ins(sam))
    page.context.clear_cookies(name="__Host-sid")
    check_in(page)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert len(check_ins(sam)) == before
    type_pin(page, DEMO_PIN)
    expect(page.get_by_role("heading", name=re.compile("^Good"))).to_be_visible()
    wait_until(page, lambda: len(check_ins(sam)) == before + 1, "the check-in was sent")


def message(reminder: dict[str, Any], n: int) -> str:
    """Return what our server pushes for a reminder, raised for the n-th time."""
    notification = {
        "title": "Reminder",
        "body": "You have a reminder",
        "navigate": f"/#/reminders/{reminder['id']}",
        "tag": reminder["id"],
        "lang": "en-GB",
    }
    return json.dumps({"web_push": 8030, "notification": notification, "n": n})


def shown(page: Page) -> list[str]:
    """Return the tags of the notifications that stand on this phone."""
    return [one["tag"] for one in page.evaluate(SHOWN)]


def ready_for_push(browser: Browser, demo: Program) -> tuple[Page, Worker, list[dict[str, Any]]]:
    """Open Sam's phone with notifications allowed, and give Sam three reminders today."""
    sam = caller(demo, "person")
    plan = daily_plan(sam, ["23:57", "23:58", "23:59"], "Evening things")
    page = open_as(browser, demo, "person", permissions=["notifications"])
    wait_for_service_worker(page)
    return page, page.context.service_workers[0], reminders(sam, plan, today())


def test_a_reminder_is_shown_once_however_often_it_is_delivered(browser: Browser, demo: Program) -> None:
    page, _, (one, fence, last) = ready_for_push(browser, demo)

    def deliver(reminder: dict[str, Any], n: int = 1) -> None:
        deliver_push(page, demo.url, message(reminder, n))

    deliver(one)
    wait_until(page, lambda: shown(page) == [one["id"]], "the reminder stood there")
    assert page.evaluate(SHOWN)[0]["title"] == "Reminder"
    deliver(one)
    deliver(fence)  # comes after it: when this one stands there, the second copy has been dealt with
    wait_until(page, lambda: fence["id"] in shown(page), "the second reminder stood there")
    assert sorted(shown(page)) == sorted([one["id"], fence["id"]])
    page.evaluate(DISMISS)
    deliver(one)
    deliver(last)
    wait_until(page, lambda: last["id"] in shown(page), "the third reminder stood there")
    assert shown(page) == [last["id"]]
    deliver(one, 2)  # raised again by the server, after Later
    wait_until(page, lambda: one["id"] in shown(page), "the reminder came back")
    assert len(shown(page)) == 2


def test_done_on_a_notification_is_the_answer(browser: Browser, demo: Program) -> None:
    page, worker, (one, *_) = ready_for_push(browser, demo)
    deliver_push(page, demo.url, message(one, 1))
    wait_until(page, lambda: shown(page) == [one["id"]], "the reminder stood there")
    assert worker.evaluate(TAP, [one["id"], "done"]) == []
    sam = caller(demo, "person")
    answer = sam.call("GET", f"/api/reminders/{one['id']}").json
    assert (answer["answer"], answer["state"]) == ("done", "answered")
    assert shown(page) == []
    page.goto(f"/#/reminders/{one['id']}")
    expect(page.get_by_text("You marked this as done.")).to_be_visible()


def test_done_on_a_notification_waits_for_the_network(browser: Browser, demo: Program) -> None:
    page, worker, (one, *_) = ready_for_push(browser, demo)
    deliver_push(page, demo.url, message(one, 1))
    wait_until(page, lambda: shown(page) == [one["id"]], "the reminder stood there")
    page.context.set_offline(True)
    worker.evaluate(TAP, [one["id"], "done"])
    expect(page.get_by_text("1 thing waits to be sent.")).to_be_visible()
    page.context.set_offline(False)
    sam = caller(demo, "person")
    path = f"/api/reminders/{one['id']}"
    wait_until(page, lambda: sam.call("GET", path).json["answer"] == "done", "the answer was sent")


def test_a_tap_on_a_notification_opens_the_reminder(browser: Browser, demo: Program) -> None:
    page, worker, (one, two, _) = ready_for_push(browser, demo)
    for reminder in (one, two):
        deliver_push(page, demo.url, message(reminder, 1))
    wait_until(page, lambda: len(shown(page)) == 2, "both reminders stood there")
    assert worker.evaluate(TAP, [one["id"], ""]) == ["focus"]
    expect(page.get_by_role("heading", level=1, name="Evening things")).to_be_visible()
    assert here(page) == f"/reminders/{one['id']}"
    expect(page.get_by_role("button", name="Done", exact=True)).to_be_visible()
    worker.evaluate("() => { Clients.prototype.matchAll = async () => []; }")
    assert worker.evaluate(TAP, [two["id"], ""]) == [f"open /#/reminders/{two['id']}"]
