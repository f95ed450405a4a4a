"""1,000 hostile descriptions from feed to screen: nothing runs, nothing is asked of anybody else.

The same watch is first set on a page without our rules, where it must notice, and on ours, where a planted
picture must be stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from companion.content import use_cases as content
from companion.core.orm import make_engine, make_session_factory
from companion.core.sealing import Keyring
from companion.directory.use_cases import ImportReport, Licence, import_feed
from tests.directory.builders import write_feed
from tests.flows.hostile import EVIL, FAMILIES, HOW_MANY, payload, services
from tests.flows.steps import caller, save
from tests.rig.browser import open_context
from tests.rig.server import Program

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("hostile"), pytest.mark.timeout(300)]

PER_PAGE = 100
SURVIVE = 200
# Set before anything of a page runs: who runs, and what the page's own rules had to stop.
WATCH = """
globalThis.runs = [];
globalThis.ran = (number) => runs.push(number);
globalThis.stopped = [];
addEventListener("securitypolicyviolation", (event) => {
  stopped.push(`${event.violatedDirective} ${event.blockedURI}`);
});
for (const name of ["alert", "confirm", "prompt"]) globalThis[name] = () => runs.push(name);
"""
# What no screen of ours holds, whatever a feed says.
INSPECT = """() => {
  const tags = "script, iframe, object, embed, style, link, meta, base, template, math, img, image, video, "
    + "audio, source, marquee, foreignObject, animate, noscript, frame, portal";
  const found = [...document.querySelectorAll("body *")].flatMap((one) => {
    const odd = one.matches(tags) && !one.matches("body > script, body > noscript") ? [one.tagName] : [];
    const names = one.getAttributeNames()
      .filter((name) => /^on|^srcdoc$|^formaction$|^xlink|^ping$/.test(name));
    const links = ["href", "src", "action", "data", "poster"].filter((name) => one.hasAttribute(name)
      && !/^(https?|mailto|tel):$/.test(new URL(one.getAttribute(name), location.href).protocol));
    const styled = /url\\(|expression/i.test(one.getAttribute("style") || "") ? ["style"] : [];
    return [...odd, ...names, ...links, ...styled].map((what) => `${what} in ${one.outerHTML.slice(0, 120)}`);
  });
  return found;
}"""
# Every service's page in turn, as a person opens it; answers what was wrong on any, with its name.
EVERY_PAGE = """async (ids) => {

  const faults = [];
  for (const [id, name] of ids) {
    location.hash = `#/help/${id}`;
    const end = performance.now() + 5000;
    const there = () => document.querySelector("main h1")?.textContent === name
      && document.querySelector("main section ~ section ~ section");
    while (!there() && performance.now() < end) await new Promise((go) => setTimeout(go, 4));
    if (!there()) faults.push(`${name} did not open`);
    faults.push(...inspect().map((what) => `${name}: ${what}`));
  }
  return faults;
}"""
LICENCE = Licence(
    f'OGL <img src="{EVIL}/licence">',
    '<script>ran("publisher")</script>',
    f'<img src=x onerror=ran("words")> {EVIL}/words',
    '"><svg onload=ran("feed")>',
)


class Watcher:
    """What a browser did: what ran, what was asked of others, what its rules stopped."""

    def __init__(self, context: BrowserContext, own: str) -> None:
        self.others: list[str] = []
        self.boxes: list[str] = []
        self.own = urlsplit(own).netloc
        context.add_init_script(WATCH)
        context.route(lambda url: urlsplit(url).netloc != self.own, self._refuse)
        context.on("dialog", lambda dialog: (self.boxes.append(dialog.message), dialog.dismiss()))
        context.on("request", self._note)

    def _note(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != self.own:
            self.others.append(request.url)

    def _refuse(self, route: Route) -> None:
        route.abort()

    def noticed(self, page: Page) -> dict[str, list[Any]]:
        """Return all that was noticed, by kind; nothing is left out."""
        ran, stopped = page.evaluate("() => [runs, stopped]")
        return {"ran": ran, "stopped": stopped, "asked": self.others, "boxes": self.boxes}


# The start of a page without rules; its animation bears the name of one of ours.
UNRULY = "<!doctype html><style>@keyframes breathe { from { opacity: 0 } }</style><body>"
NOTHING: dict[str, list[Any]] = {"ran": [], "stopped": [], "asked": [], "boxes": []}


@pytest.fixture(scope="module")
def report(demo: Program, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportReport]:
    """The hostile feed in the demo's directory."""
    feed = write_feed(Path(tmp_path_factory.mktemp("hostile")), *services())
    engine = make_engine(f"sqlite:///{demo.data_dir / 'companion.db'}")
    factory = make_session_factory(engine, Keyring(bytes(32)))
    yield import_feed(
        factory.begin, feed, topics=content.topics(), licence=LICENCE, now=datetime.now(UTC), label="hostile"
    )
    engine.dispose()


def unruly(words: str) -> Callable[[Route], None]:
    """Return what answers with a page of these words and no rules at all."""
    return lambda route: route.fulfill(body=words, content_type="text/html")


def test_the_watch_notices_what_a_page_without_rules_would_do(browser: Browser, demo: Program) -> None:
    context = open_context(browser, demo.url)
    watcher = Watcher(context, demo.url)
    # These wait for a finger, go to another page, or are no markup by themselves.
    quiet = {
        "svg link", "link", "form", "bare javascript", "bare data", "attribute", "template string", "refresh",
        "mutation", "mutation noscript", "preconnect", "base",
    }  # fmt: skip
    noticed: set[str] = set()
    page, words = context.new_page(), ""
    page.route("**/unruly", lambda route: route.fulfill(body=words, content_type="text/html"))
    for number, family in enumerate(FAMILIES):
        if family in quiet:
            continue
        watcher.others.clear()
        words = f"{UNRULY}{payload(family, 'plain', number)}"
        page.goto("/unruly", wait_until="commit")
        for _ in range(40):
            seen = watcher.noticed(page)
            if number in seen["ran"] or f"{EVIL}/{number}" in seen["asked"]:
                noticed.add(family)
                break
            page.wait_for_timeout(25)
    assert noticed == set(FAMILIES) - quiet


def test_the_watch_notices_what_our_own_rules_stop(browser: Browser, demo: Program) -> None:
    context = open_context(browser, demo.url)
    watcher = Watcher(context, demo.url)
    page = context.new_page()
    page.goto("/#/help")
    expect(page.get_by_role("heading", level=1)).to_have_text("Find help")
    page.evaluate(
        f"""() => {{ const image = document.createElement("img"); image.src = "{EVIL}/planted";
        document.querySelector("main").append(image); }}"""
    )
    page.wait_for_function("() => stopped.length > 0")
    seen = watcher.noticed(page)
    assert seen["ran"] == []
    assert seen["asked"] == [f"{EVIL}/planted"], "what was stopped on its way is noticed as well"
    assert any("img-src" in one for one in seen["stopped"])
    assert any("IMG" in one for one in page.evaluate(INSPECT))


def test_nothing_runs_and_nobody_else_is_asked(browser: Browser, demo: Program, report: ImportReport) -> None:
    assert (report.new, report.rejected) == (HOW_MANY, 0)
    context = open_context(browser, demo.url)
    watcher = Watcher(context, demo.url)
    page = context.new_page()
    # The lists, as people get them but a hundred at a time.
    page.route(
        "**/api/directory/services?*",
        lambda route: route.continue_(url=route.request.url.replace("per_page=10", f"per_page={PER_PAGE}")),
    )
    page.goto("/#/help")
    page.get_by_label("Town or postcode").fill("Truro")
    page.get_by_role("button", name="Find", exact=True).first.click()
    cards = page.locator("#found ~ ul.list").first.locator("li.card")
    for shown in range(PER_PAGE, HOW_MANY + 1, PER_PAGE):
        expect(cards).to_have_count(shown)
        if shown < HOW_MANY:
            page.get_by_role("button", name="Show 100 more").press("Enter")
    assert page.evaluate(INSPECT) == []
    found = cards.locator("h3 a").evaluate_all(
        "(links) => links.map((link) => [link.hash.split('/').pop(), link.textContent])"
    )
    assert len({service for service, _ in found}) == HOW_MANY
    # The test would say nothing if the cleaning left nothing: many reach the screen, as words.
    as_words = "(all) => all.filter((one) => /ran\\(\\d|example.\\d/.test(one.textContent)).length"
    assert cards.evaluate_all(as_words) > SURVIVE
    page.get_by_role("button", name="Show on a map").press("Enter")
    expect(page.get_by_role("img").first).to_be_visible()
    assert watcher.noticed(page) == NOTHING
    # And the page of every one.
    page.evaluate(f"() => {{ globalThis.inspect = {INSPECT}; }}")
    assert page.evaluate(EVERY_PAGE, found) == []
    page.goto("/#/about")
    expect(page.get_by_role("heading", name="Where our lists come from")).to_be_visible()
    assert page.evaluate(INSPECT) == []
    assert watcher.noticed(page) == NOTHING


def test_a_request_about_a_hostile_service_harms_nobody(
    browser: Browser, demo: Program, report: ImportReport
) -> None:
    sam, priya = caller(demo, "person"), caller(demo, "keyworker")
    query = {"near": "Truro", "per_page": str(PER_PAGE)}
    found = sam.call("GET", "/api/directory/services", query=query).json["items"]
    to = priya.call("GET", "/api/accounts/me").json["id"]
    asked = [card for card in found if len(card["name"].split()) > 2 or not card["phones"]]
    assert len(asked) > 3
    for card in asked[:15]:
        body = {"keyworker_id": to, "service_id": card["id"], "note": FAMILIES["img onerror"]}
        save(sam, f"/api/review/referrals/{uuid4()}", body)
    person = sam.call("GET", "/api/accounts/me").json["id"]
    doors = (
        ("person", "phone", "/#/comments", "What you asked for"),
        ("keyworker", "desktop", f"/kw#/people/{person}", "Asks to be referred"),
    )
    for who, size, address, heading in doors:
        context = open_context(browser, demo.url, size="phone" if size == "phone" else "desktop")
        watcher = Watcher(context, demo.url)
        page = context.new_page()
        page.goto(f"/demo/{who}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.goto(address)
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_text(FAMILIES["img onerror"]).first).to_be_visible()
        assert page.evaluate(INSPECT) == []
        assert watcher.noticed(page) == NOTHING
