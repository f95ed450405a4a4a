"""Without a network: nothing is lost, nothing is sent twice, nothing is shown twice."""

from __future__ import annotations

import json
import re

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
    replies_to,
    today,
    type_pin,
    wait_until,
)
from tests.rig.browser import deliver_push, wait_for_service_worker
from tests.rig.server import Program

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("offline")]

# Chromium forgets a notification if it is asked for the list while it puts it up: the worker keeps a record.
LISTEN = """() => {
  const put = ServiceWorkerRegistration.prototype.showNotification;
  self.record = [];
  ServiceWorkerRegistration.prototype.showNotification = async function (title, options) {
    await put.call(this, title, options);
    record.push(options.tag);
  };
}"""
STANDING = "async () => (await registration.getNotifications()).map(({ tag, title }) => [tag, title])"
DISMISS = "async () => { for (const one of await registration.getNotifications()) one.close(); }"
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


def end_sign_in_while_something_waits(page: Page) -> None:
    """Check in without a network; when it is back the sign-in has ended."""
    page.context.set_offline(True)
    check_in(page)
    expect(page.get_by_text("1 thing waits to be sent.")).to_be_visible()
    page.context.clear_cookies(name="__Host-sid")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_check_in_made_offline_survives_a_reload_and_is_sent_once(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    wait_for_service_worker(page)
    sam = caller(demo, "person")
    before = len(check_ins(sam))
    puts = replies_to(page.context, "PUT", CHECK_INS)
    page.context.set_offline(True)
    check_in(page)
    expect(page.get_by_text("Saved on this phone. We will send it later.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("^Good"))).to_be_visible()
    expect(page.get_by_text("1 thing waits to be sent.")).to_be_visible()
    expect(page.get_by_text("You checked in at")).to_be_visible()
    assert len(check_ins(sam)) == before
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
    puts = replies_to(page.context, "PUT", CHECK_INS)
    check_in(page, "Low")
    wait_until(page, lambda: len(puts) == 1, "the phone tried again")
    expect(page.get_by_text("waits to be sent")).to_have_count(0)
    assert lost == [201]
    assert len(check_ins(sam)) == before + 1


def test_two_tabs_that_come_back_at_once_send_it_once(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    sam = caller(demo, "person")
    before = len(check_ins(sam))
    other = page.context.new_page()
    other.goto("/#/today")
    expect(other.get_by_role("heading", name=re.compile("^Good"))).to_be_visible()
    puts = replies_to(page.context, "PUT", CHECK_INS)
    page.context.set_offline(True)
    check_in(page)
    check_in(other, "OK")
    for tab in (page, other):
        expect(tab.get_by_text("2 things wait to be sent.")).to_be_visible()
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
    end_sign_in_while_something_waits(page)

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
    end_sign_in_while_something_waits(page)
    assert len(check_ins(sam)) == before
    type_pin(page, DEMO_PIN)
    expect(page.get_by_role("heading", name=re.compile("^Good"))).to_be_visible()
    wait_until(page, lambda: len(check_ins(sam)) == before + 1, "the check-in was sent")


def message(reminder: str, n: int) -> str:
    """Return what our server pushes for a reminder, raised for the n-th time."""
    notification = {
        "title": "Reminder",
        "body": "You have a reminder",
        "navigate": f"/#/reminders/{reminder}",
        "tag": reminder,
        "lang": "en-GB",
    }
    return json.dumps({"web_push": 8030, "notification": notification, "n": n})


def standing(worker: Worker) -> list[str]:
    """Return the tags of the notifications that stand on this phone."""
    found = worker.evaluate(STANDING)
    assert {title for _, title in found} <= {"Reminder"}
    return sorted(tag for tag, _ in found)


class Phone:
    """Sam's phone with notifications allowed, and three reminders today."""

    def __init__(self, browser: Browser, demo: Program) -> None:
        self.sam = caller(demo, "person")
        plan = daily_plan(self.sam, ["23:57", "23:58", "23:59"], "Evening things")
        self.page = open_as(browser, demo, "person", permissions=["notifications"])
        wait_for_service_worker(self.page)
        self.worker = self.page.context.service_workers[0]
        self.worker.evaluate(LISTEN)
        self.reminders = [one["id"] for one in reminders(self.sam, plan, today())]
        self.url = demo.url

    def deliver(self, reminder: str, n: int = 1) -> None:
        """Hand what our server pushes to the phone."""
        deliver_push(self.page, self.url, message(reminder, n))

    def wait_for(self, *tags: str) -> None:
        """Wait until exactly these were put up, in this order."""
        wait_until(self.page, lambda: len(self.record()) >= len(tags), "the reminder was shown")
        assert self.record() == list(tags)

    def record(self) -> list[str]:
        """Return the tags of all that was ever put up."""
        return [str(tag) for tag in self.worker.evaluate("() => record")]

    def tap(self, reminder: str, action: str = "") -> list[str]:
        """Tap a notification or one of its buttons, and return what was asked of the windows."""
        return [str(asked) for asked in self.worker.evaluate(TAP, [reminder, action])]


def test_a_reminder_is_shown_once_however_often_it_is_delivered(browser: Browser, demo: Program) -> None:
    phone = Phone(browser, demo)
    one, fence, last = phone.reminders
    phone.deliver(one)
    phone.wait_for(one)
    assert standing(phone.worker) == [one]
    phone.deliver(one)
    phone.deliver(fence)  # comes after it: when this one is up, the second copy has been dealt with
    phone.wait_for(one, fence)
    assert standing(phone.worker) == sorted([one, fence])
    phone.worker.evaluate(DISMISS)
    phone.deliver(one)
    phone.deliver(last)
    phone.wait_for(one, fence, last)
    assert standing(phone.worker) == [last]
    phone.deliver(one, 2)  # raised again by the server, after Later
    phone.wait_for(one, fence, last, one)
    assert standing(phone.worker) == sorted([one, last])


def test_done_on_a_notification_is_the_answer(browser: Browser, demo: Program) -> None:
    phone = Phone(browser, demo)
    one = phone.reminders[0]
    phone.deliver(one)
    phone.wait_for(one)
    assert phone.tap(one, "done") == []
    answer = phone.sam.call("GET", f"/api/reminders/{one}").json
    assert (answer["answer"], answer["state"]) == ("done", "answered")
    assert standing(phone.worker) == []
    phone.page.goto(f"/#/reminders/{one}")
    expect(phone.page.get_by_text("You marked this as done.")).to_be_visible()


def test_done_on_a_notification_waits_for_the_network(browser: Browser, demo: Program) -> None:
    phone = Phone(browser, demo)
    one = phone.reminders[0]
    phone.deliver(one)
    phone.wait_for(one)
    phone.page.context.set_offline(True)
    phone.tap(one, "done")
    expect(phone.page.get_by_text("1 thing waits to be sent.")).to_be_visible()
    phone.page.context.set_offline(False)
    path = f"/api/reminders/{one}"
    wait_until(
        phone.page, lambda: phone.sam.call("GET", path).json["answer"] == "done", "the answer was sent"
    )


def test_a_tap_on_a_notification_opens_the_reminder(browser: Browser, demo: Program) -> None:
    phone = Phone(browser, demo)
    one, two, _ = phone.reminders
    phone.deliver(one)
    phone.deliver(two)
    phone.wait_for(one, two)
    assert phone.tap(one) == ["focus"]
    expect(phone.page.get_by_role("heading", level=1, name="Evening things")).to_be_visible()
    assert here(phone.page) == f"/reminders/{one}"
    expect(phone.page.get_by_role("button", name="Done", exact=True)).to_be_visible()
    phone.worker.evaluate("() => { Clients.prototype.matchAll = async () => []; }")
    assert phone.tap(two) == [f"open /#/reminders/{two}"]
