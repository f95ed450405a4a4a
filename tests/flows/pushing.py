"""What the journeys with reminders share: a phone that takes pushes, and a plan whose time has come."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.flows.steps import LONDON, save
from tests.rig.browser import open_context, wait_for_service_worker
from tests.rig.caller import Caller
from tests.rig.push_service import Browser as Subscriber
from tests.rig.push_service import PushService
from tests.rig.server import Program

# A browser without a push service behind it: its subscription is one of the tests' own push service.
SUBSCRIBE = """(made) => {
  const subscription = {
    endpoint: made.endpoint, options: {}, toJSON: () => made,
    unsubscribe: async () => { localStorage.removeItem("made"); return true; },
  };
  PushManager.prototype.getSubscription = async () => (localStorage.getItem("made") ? subscription : null);
  PushManager.prototype.subscribe = async () => { localStorage.setItem("made", "1"); return subscription; };
}"""


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
