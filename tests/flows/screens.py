"""Every screen there is, with the state that makes it worth a picture, and what must stand on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.flows.sources import UNREACHABLE, WAITING, untidy_sources
from tests.flows.steps import caller, daily_plan, invite_link, reminders, save, today
from tests.rig.caller import Caller
from tests.rig.server import REPOSITORY, Program

World = dict[str, str]
SIGN_IN, GONE, CLASH, NO_NETWORK = (
    "status of 401",
    "status of 404",
    "status of 409",
    "ERR_INTERNET_DISCONNECTED",
)
NOT_THERE = "6f9b5a3e-0000-4000-8000-000000000000"
PWA = REPOSITORY / "static" / "pwa"
_ROUTE = re.compile(r'^  "([a-z-]+(?:/:?[a-z]+)*)": ', re.MULTILINE)


@dataclass(frozen=True)
class Screen:
    """One screen: the route it shows, its address, and words that stand there once all of it is there."""

    name: str
    route: str
    see: str
    path: str = ""
    do: Callable[[Page], None] | None = None
    noted: str = ""  # what the browser itself notes of an answer that this screen is about

    def address(self, world: World) -> str:
        """Return the part of the address behind the number sign."""
        return (self.path or self.route).format(**world)


def routes(script: str) -> set[str]:
    """Return the routes a page knows, read from its own table."""
    return set(_ROUTE.findall((PWA / script).read_text(encoding="utf-8")))


def _press(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def _search(page: Page) -> None:
    page.get_by_label("Town or postcode").fill("Leeds")
    page.get_by_role("button", name="Find", exact=True).first.click()
    expect(page.get_by_role("heading", name=re.compile("near Leeds"))).to_be_visible()


def _filter(page: Page) -> None:
    _search(page)
    page.locator("summary", has_text="Will they take me?").click()
    page.get_by_role("button", name="Dogs welcome").click()
    expect(page.get_by_role("heading", name=re.compile("They do not say"))).to_be_visible()


def _show_map(page: Page) -> None:
    _search(page)
    page.get_by_role("button", name="Show on a map").click()
    page.locator("figure.map").scroll_into_view_if_needed()


def _ask_to_refer(page: Page) -> None:
    page.get_by_role("button", name="Ask my keyworker to refer me").click()
    page.locator("#ask").scroll_into_view_if_needed()


def _start(page: Page) -> None:
    page.get_by_role("link", name="Start").click()


def _choose_phone(page: Page) -> None:
    _start(page)
    page.get_by_text("My own phone", exact=True).click()
    page.get_by_role("button", name="Next").click()


def _give_name(page: Page) -> None:
    _choose_phone(page)
    page.get_by_label("First name or nickname").fill("Robin")
    page.get_by_role("button", name="Next").click()


def _make_invite(page: Page) -> None:
    page.get_by_role("button", name="Make a code").click()
    expect(page.get_by_text("Code to type")).to_be_visible()


def _skip(page: Page) -> None:
    page.get_by_role("button", name="Not today", exact=True).click()
    page.get_by_role("button", name="In my own words").click()


def _add_breaks(page: Page) -> None:
    page.get_by_role("switch", name="It closes in between, like for lunch").click()


def _plan_injection(page: Page) -> None:
    page.get_by_text("Injection", exact=True).click()
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_text("Monthly injection", exact=True).click()


def _choose_words(page: Page) -> None:
    page.get_by_text("My own words", exact=True).click()
    page.get_by_text("Up to 2 times more", exact=True).click()


def _make_quiet(page: Page) -> None:
    page.get_by_role("switch", name="Quiet hours").click()
    page.get_by_role("switch", name="Remind me to check in").click()


def _make_address(page: Page) -> None:
    page.get_by_role("button", name="Make a private address").click()


def _stop_sharing(page: Page) -> None:
    page.get_by_role("button", name="Stop sharing with Priya").click()


DAY = (
    Screen("today", "today", "Morning tablet"),
    Screen("check-in", "check-in", "What was hard?"),
    Screen("check-in-empty", "check-in", "There is a problem", do=_press("Save")),
    Screen("weeks", "weeks", "check-ins? in 14 days"),
    Screen("weeks-table", "weeks", "Show as a picture", do=_press("Show as a table")),
    Screen("measure", "measure/:key", "Question 1 of 4", "measure/ons4"),
    Screen("reminders", "reminders", "Morning tablet"),
    Screen("reminder", "reminders/:id", "8:30 pm", "reminders/{reminder}"),
    Screen("reminder-later", "reminders/:id", "Remind you when", "reminders/{reminder}", _press("Later")),
    Screen("reminder-why", "reminders/:id", "Your own words", "reminders/{third}", _skip),
    Screen("reminder-done", "reminders/:id", "You marked this as done", "reminders/{done}"),
    Screen("plan", "plan", "Market Street pharmacy"),
    Screen("plan-check", "plan/:id", "Check your plan", "plan/{plan}"),
    Screen("plan-kind", "plan/:id", "What do you want to plan", "plan/new"),
    Screen("plan-days", "plan/:id", "I take some home", "plan/{plan}?step=rhythm"),
    Screen("plan-times", "plan/:id", "Another time", "plan/{plan}?step=times"),
    Screen("plan-place", "plan/:id", "Which bank holidays count", "plan/{plan}?step=place"),
    Screen("plan-breaks", "plan/:id", "Mon: break until", "plan/{plan}?step=place", _add_breaks),
    Screen("plan-wordings", "plan/:id", "Each day comes in", "plan/{plan}?step=wordings"),
    Screen("plan-dates", "plan/:id", "Last day", "plan/{plan}?step=dates"),
    Screen("plan-remind", "plan/:id", "15 minutes before", "plan/{plan}?step=remind"),
    Screen("plan-name", "plan/:id", "Your own name for it", "plan/{plan}?step=name"),
    Screen("plan-reminders", "plan/:id/reminders", "What should your phone say", "plan/{plan}/reminders"),
    Screen("plan-words", "plan/:id/reminders", "Leave out medicines", "plan/{plan}/reminders", _choose_words),
    Screen("plan-missed", "plan/:id", "This is not watched", "plan/{plan}?step=missed&from=check"),
    Screen("plan-injection", "plan/:id", "Your service decides", "plan/new", _plan_injection),
    Screen("reminder-settings", "reminders/settings", "Quiet hours"),
    Screen("reminder-quiet", "reminders/settings", "Quiet until", do=_make_quiet),
    Screen("plan-every", "plan/:id", "Every 4 weeks", "plan/{visit}?step=rhythm"),
)  # fmt: skip

REST = (
    Screen("goals", "goals", "Sleep better"),
    Screen("goal", "goals/:id", "Good to hear", "goals/{shared}"),
    Screen("goal-paused", "goals/:id", "Paused", "goals/{paused}"),
    Screen("goal-edit", "goals/:id/edit", "Date you aim for", "goals/{shared}/edit"),
    Screen("goal-add", "goal-add", "My treatment"),
    Screen("goal-ideas", "goal-add", "Find a job", "goal-add?area=work_learning"),
    Screen("goal-details", "goal-add", "Make it yours", "goal-add?area=work_learning&template=find_work"),
    Screen("goal-own", "goal-add", "There are 6 kinds", "goal-add?own=1"),
    Screen("calendar", "calendar", "Make a private address"),
    Screen("calendar-made", "calendar", "Your private address", do=_make_address),
    Screen("turn-on", "turn-on", "You have a reminder"),
    Screen("turn-on-test", "turn-on", "The test worked", f"turn-on?test={NOT_THERE}", noted=GONE),
    Screen("help", "help", "anywhere in the UK"),
    Screen("help-leeds", "help", "Demo debt advice", do=_search),
    Screen("help-map", "help", "The ring in the middle is Leeds", do=_show_map),
    Screen("help-filters", "help", "No ID or address needed", do=_filter),
    Screen("service", "help/:id", "Where this comes from", "help/{service}"),
    Screen("service-ask", "help/:id", "This is what Priya will see", "help/{service}", _ask_to_refer),
    Screen("service-asked", "help/:id", "Not answered yet", "help/{asked}"),
    Screen("crisis", "crisis", "Samaritans"),
    Screen("you", "you", "Signed in as Sam"),
    Screen("sharing", "sharing", "Priya can see"),
    Screen("sharing-stop", "sharing", "will see nothing from now on", do=_stop_sharing),
    Screen("who-looked", "who-looked", "Priya, "),
    Screen("comments", "comments", "Good to hear"),
    Screen("devices", "devices", "This phone"),
    Screen("privacy", "privacy", "Size of the words"),
    Screen("about", "about", "GeoNames"),
    Screen("waiting", "waiting", "Everything is sent"),
)
NEW = (
    Screen("new-today", "today", "Nothing to do today"),
    Screen("new-goals", "goals", "What would you like to be different"),
    Screen("new-plan", "plan", "You have no plan yet"),
    Screen("new-reminders", "reminders", "No reminders yet"),
    Screen("new-weeks", "weeks", "after 3 check-ins"),
    Screen("new-sharing", "sharing", "Start sharing"),
    Screen("new-comments", "comments", "No comments yet"),
    Screen("new-who-looked", "who-looked", "No one has looked yet"),
    Screen("new-low", "today", "Sorry today is hard", do=_press("Very low")),
    Screen("gone-goal", "goals/:id", "could not find this goal", f"goals/{NOT_THERE}"),
    Screen("gone-service", "help/:id", "could not find", f"help/{NOT_THERE}", noted=GONE),
)
# Nobody is signed in: the app learns that from the refusal of its first question.
NOBODY = (
    Screen("out-welcome", "welcome", "Your code", noted=SIGN_IN),
    Screen("out-crisis", "crisis", "Samaritans", noted=SIGN_IN),
    Screen("out-help", "help", "anywhere in the UK", noted=SIGN_IN),
    Screen("out-about", "about", "What it is for", noted=SIGN_IN),
    Screen("out-sign-in", "sign-in", "This phone is not set up yet", noted=SIGN_IN),
    Screen("out-no-code", "whose-phone", "First we need your code", noted=SIGN_IN),
    Screen("out-invited", "welcome", "invited you", "i={code}", noted=SIGN_IN),
    Screen("out-whose-phone", "whose-phone", "Whose phone is this", "i={code}", _start, SIGN_IN),
    Screen("out-name", "whose-phone", "What should we call you", "i={code}", _choose_phone, SIGN_IN),
    Screen("out-pin", "whose-phone", "Choose a PIN", "i={code}", _give_name, SIGN_IN),
)
LOCKED = (Screen("sign-in", "sign-in", "Your PIN", noted=SIGN_IN),)
OFFLINE = (
    Screen("offline-today", "today", "1 thing waits to be sent", noted=NO_NETWORK),
    Screen("offline-waiting", "waiting", "On their way", noted=NO_NETWORK),
    Screen("offline-help", "help", "This phone has no list yet|This is the last list", noted=NO_NETWORK),
    Screen("offline-page", "who-looked", "not on your phone yet", noted=NO_NETWORK),
    Screen("offline-crisis", "crisis", "Samaritans", noted=NO_NETWORK),
)
STUCK = (
    Screen("clash-goals", "goals", "Saved in two ways"),
    Screen("clash-goal", "goals/:id", "You changed this on two phones", "goals/{jos}"),
    Screen("clash-waiting", "waiting", "These need you"),
)
KEYWORKER = (
    Screen("kw-caseload", "caseload", "Sam"),
    Screen("kw-person", "people/:id", "Goals they share", "people/{sam}"),
    Screen("kw-missed", "people/:id", "marked this day as not collected", "people/{jo}"),
    Screen("kw-goal", "people/:id/goals/:goal", "Write a comment", "people/{sam}/goals/{shared}"),
    Screen("kw-asks", "people/:id", "Mornings suit me best", "people/{sam}"),
    Screen("kw-gone", "people/:id", "Not found", f"people/{NOT_THERE}", noted=GONE),
    Screen("kw-invites", "invites", "Your codes"),
    Screen("kw-invite", "invites", "Code to type", do=_make_invite),
)
ADMIN = (
    Screen("adm-sources", "sources", "Northside services"),
    Screen("adm-source", "sources/:id", "Approve this source", "sources/{waiting}"),
    Screen("adm-source-web", "sources/:id", "The worker reads it again each night", "sources/{unreachable}"),
    Screen("adm-services", "services", "who runs it"),
    Screen("adm-found", "services", "13 services found", "services?text=northside"),
    Screen("adm-found-none", "services", "No service is called that", "services?text=zzz"),
    Screen("adm-service", "services/:id", "What people say is wrong", "services/{service}"),
    Screen(
        "adm-nothing",
        "services/:id",
        "There is a problem",
        "services/{service}",
        _press("Save what I changed"),
    ),
    Screen("adm-reports", "reports", "It has closed"),
    Screen("adm-gone", "services/:id", "Not found", f"services/{NOT_THERE}", noted=GONE),
)
OUTSIDE = (Screen("kw-sign-in", "sign-in", "Username", noted=SIGN_IN),)


JOS_GOAL = {
    "title": "Get back in touch with family",
    "why": "I miss them.",
    "level": "wider_problems",
    "template": None,
    "area": "people",
    "steps": [{"id": str(uuid4()), "title": title, "done_on": None} for title in ("Write a card", "Post it")],
    "target_on": None,
    "confidence": 7,
    "lifecycle": "active",
    "shared": False,
}


def furnish(demo: Program) -> World:
    """Give the demo what the pictures need beyond its own records, and return the ids they use."""
    sam, priya = caller(demo, "person"), caller(demo, "keyworker")
    tablets = daily_plan(sam, ["08:00", "20:30", "21:15"], "Morning tablet")
    first, second, third = reminders(sam, tablets, today())
    save(sam, f"/api/reminders/{first['id']}/answer", {"answer": "done"})
    plans = sam.call("GET", "/api/treatment/plans").json["items"]
    goals = sam.call("GET", "/api/goals").json["items"]
    shared = next(goal["id"] for goal in goals if goal["shared"])
    person = sam.call("GET", "/api/accounts/me").json["id"]
    priya.call("GET", f"/api/review/people/{person}")
    priya.call("GET", f"/api/review/people/{person}/goals/{shared}")
    priya.call("PUT", f"/api/review/people/{person}/next-review", {"on": str(today() + timedelta(days=5))})
    jo = caller(demo, "other_person")
    _miss_a_collection(jo, priya)
    found = sam.call("GET", "/api/directory/services", query={"near": "Leeds", "topic": "debt"}).json["items"]
    asked = {"keyworker_id": priya.call("GET", "/api/accounts/me").json["id"], "service_id": found[1]["id"]}
    save(sam, f"/api/review/referrals/{uuid4()}", {**asked, "note": "Mornings suit me best."})
    for reason in ("closed", "closed", "phone"):
        sam.call("POST", f"/api/directory/services/{found[0]['id']}/reports", {"reason": reason})
    sources = untidy_sources(demo, demo.data_dir)
    return {
        "waiting": sources[WAITING],
        "unreachable": sources[UNREACHABLE],
        "reminder": second["id"],
        "third": third["id"],
        "done": first["id"],
        "plan": next(plan["id"] for plan in plans if plan["kind"] == "collection"),
        "visit": next(plan["id"] for plan in plans if plan["kind"] == "appointment"),
        "shared": shared,
        "paused": _change(sam, next(goal for goal in goals if not goal["shared"]), lifecycle="on_hold"),
        "jo": jo.call("GET", "/api/accounts/me").json["id"],
        "jos": _change(jo, {**JOS_GOAL, "id": str(uuid4())}),
        "service": found[0]["id"],
        "asked": found[1]["id"],
        "sam": person,
        "code": invite_link(demo).partition("#i=")[2],
    }


def _miss_a_collection(person: Caller, keyworker: Caller) -> None:
    """Plan a collection for today that is shared when it is missed, share the plan, and miss it."""
    plan = daily_plan(person, ["23:55"], "", kind="collection", missed_shared=True)
    to = keyworker.call("GET", "/api/accounts/me").json["id"]
    grant = {"keyworker_id": to, "scopes": ["plan"]}
    assert person.call("PUT", f"/api/sharing/grants/{uuid4()}", grant).status == 201
    (reminder,) = reminders(person, plan, today())
    save(person, f"/api/reminders/{reminder['id']}/answer", {"answer": "skipped"})


def _change(person: Caller, goal: dict[str, Any], **changes: object) -> str:
    """Save a goal with some changes, and return its id."""
    path = f"/api/goals/{goal['id']}"
    save(person, path, {**{name: goal[name] for name in JOS_GOAL}, **changes})
    return str(goal["id"])


def change_elsewhere(demo: Program, world: World) -> None:
    """Tick the second step of Jo's goal on another phone, which has not heard of any other change."""
    jo = caller(demo, "other_person")
    goal = jo.call("GET", f"/api/goals/{world['jos']}").json
    goal["steps"][1]["done_on"] = str(today())
    _change(jo, goal, steps=goal["steps"], base_version=goal["version"])


def pictures() -> Path:
    """Return the folder of the pictures, made if it is not there."""
    folder = REPOSITORY / "build" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
