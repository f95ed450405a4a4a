"""What the journeys in the browser share: the demo's people, phones and desks, waiting, records."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.rig.browser import collect_faults, open_context
from tests.rig.caller import Caller
from tests.rig.server import Program

LONDON = ZoneInfo("Europe/London")
WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CHECK_INS = "/api/wellbeing/check-ins"
PIN = "274913"
DEMO_PIN = "246810"
# Counts what a person does with a finger, whatever a test says about it.
COUNT_TAPS = "globalThis.taps = 0; addEventListener('click', (e) => { taps += e.isTrusted; }, true);"


def today() -> date:
    """Return the day it is where the browsers of the tests are."""
    return datetime.now(LONDON).date()


def next_day(weekdays: tuple[str, ...]) -> date:
    """Return today or the first day after it that is one of these days of the week."""
    days = (today() + timedelta(days=ahead) for ahead in range(7))
    return next(day for day in days if WEEK[day.weekday()] in weekdays)


def say_day(day: date) -> str:
    """Return a day as the app says it: "Saturday 21 November"."""
    return f"{day:%A} {day.day} {day:%B}"


def caller(demo: Program, key: str) -> Caller:
    """Return one of the demo's people as a caller of the API."""
    people = json.loads((demo.data_dir / "demo.json").read_text(encoding="utf-8"))["people"]
    one = next(person for person in people if person["key"] == key)
    return Caller(demo.url, one["cookie"], one["headers"])


def check_ins(person: Caller) -> list[dict[str, Any]]:
    """Return the check-ins of today as the server has them; the demo's own ones are older."""
    query = {"from": str(today()), "to": str(today() + timedelta(days=1))}
    answer = person.call("GET", CHECK_INS, query=query)
    assert answer.status == 200, answer.body
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def save(person: Caller, path: str, body: Mapping[str, Any]) -> Any:
    """Put a record through the API and return the server's copy."""
    record = {**body, "recorded_at": datetime.now(LONDON).isoformat()}
    answer = person.call("PUT", path, record)
    assert answer.status in (200, 201), answer.body
    return answer.json


def daily_plan(person: Caller, times: list[str], title: str, **changes: object) -> str:
    """Give a person a plan with something to do at these times every day, and return its id."""
    plan_id = str(uuid4())
    start = str(today() - timedelta(days=3))
    phase = {"starts_on": start, "every": {"unit": "week", "count": 1}, "weekdays": WEEK, "times": times}
    plan = {"kind": "at_home", "title": title, "starts_on": start, "phases": [phase], **changes}
    save(person, f"/api/treatment/plans/{plan_id}", plan)
    return plan_id


def reminders(person: Caller, plan_id: str, on: date) -> list[dict[str, Any]]:
    """Return the reminders that a plan has on a day."""
    answer = person.call("GET", "/api/reminders", query={"on": str(on)})
    assert answer.status == 200, answer.body
    return [one for one in answer.json["items"] if one["plan_id"] == plan_id]


def open_as(
    browser: Browser, demo: Program, key: str, *, size: Literal["phone", "desktop"] = "phone", **options: Any
) -> Page:
    """Open the demo's door to one of its people in a fresh browser, and wait for the first screen."""
    context = open_context(browser, demo.url, size=size, **options)
    page = context.new_page()
    page.goto(f"/demo/{key}")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Good|Your caseload|Sources"))
    if size == "phone":
        page.wait_for_function(
            "() => localStorage.settings && JSON.parse(localStorage.settings).phone === 'own'"
        )
    return page


def invite_link(demo: Program) -> str:
    """Have Priya make an invite and return its link."""
    answer = caller(demo, "keyworker").call("POST", "/api/accounts/invites", {})
    assert answer.status == 201, answer.body
    return str(answer.json["link"])


def type_pin(page: Page, pin: str) -> None:
    """Enter a PIN on the number keys, as a thumb would."""
    pad = page.get_by_role("group", name="Number keys")
    for digit in pin:
        pad.get_by_role("button", name=digit, exact=True).click()


def first_run(page: Page, link: str, name: str, phone: str = "My own phone") -> None:
    """Open an invite link on a new phone and answer what it asks, until Today stands there."""
    page.goto(link)
    page.get_by_role("link", name="Start").or_(page.get_by_role("button", name="Start")).click()
    page.get_by_text(phone, exact=True).click()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("First name or nickname").fill(name)
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Your PIN", exact=True).fill(PIN)
    page.get_by_label("Your PIN again").fill(PIN)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name=re.compile("Good"))).to_be_visible()


def new_person(browser: Browser, demo: Program, name: str, **options: Any) -> Page:
    """Open a new phone and set it up for somebody nobody knew before."""
    context = open_context(browser, demo.url, **options)
    page = context.new_page()
    first_run(page, invite_link(demo), name)
    return page


def watch(page: Page) -> list[str]:
    """Collect what the page complains about; what an aborted request leaves behind does not count."""
    return collect_faults(page)


def here(page: Page) -> str:
    """Return the part of the address behind the number sign."""
    return page.url.partition("#")[2]


def replies_to(context: BrowserContext, method: str, part: str) -> list[str]:
    """Collect the addresses, with this part in them, of requests that the server answers from now on."""
    found: list[str] = []

    def note(reply: Response) -> None:
        if reply.request.method == method and part in reply.url:
            found.append(reply.url)

    context.on("response", note)
    return found


def wait_until(page: Page, true: Callable[[], bool], what: str, seconds: int = 10) -> None:
    """Ask again and again, for so many seconds at the most, until something is so on the server."""
    for _ in range(seconds * 20):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"It never came to be that {what}.")
