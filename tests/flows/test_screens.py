"""Every screen, small and large, light and dark: a picture, no barrier, no complaint, no sideways scroll."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as TooLong

from tests.flows import screens
from tests.flows.screens import Screen, World, change_elsewhere, furnish, pictures
from tests.flows.steps import invite_link, new_person, open_as, watch
from tests.rig.browser import DESKTOP, PHONE, axe_violations, open_context, wait_for_service_worker
from tests.rig.server import Program

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SIZES = {"360x740": PHONE, "1280x800": DESKTOP}
PLAIN = {"device_scale_factor": 1}  # four times as fast to take as on a fine display
NARROW = {"width": 320, "height": 740}
# Marks what stands there before, so that it is not taken for what comes.
BEFORE = "() => { document.querySelectorAll('h1').forEach((head) => { head.dataset.before = location; }); }"
SETTLED = """() => document.querySelector("main#main h1:not([data-before])")
  && !document.querySelector(".skeleton, button[aria-disabled=true]") && document.fonts.status === 'loaded'"""
FOCUSED = "() => document.title.trim() && document.activeElement.tagName === 'H1'"
WIDEN = "(size) => { document.documentElement.style.fontSize = size; }"
# What sticks out. A wide table has a box of its own that scrolls.
STICKS_OUT = """(width) => {
  if (document.documentElement.scrollWidth <= width) return [];
  const beyond = [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > width + 1);
  const ours = beyond.filter((one) => !one.closest(".scroll, .tabs, .toasts, svg"));
  if (!ours.length) return ["something"];
  return ours.slice(-3).map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 30)}`);
}"""


@pytest.fixture(scope="module")
def world(demo: Program) -> World:
    """The demo, furnished for the pictures."""
    return furnish(demo)


def test_every_route_has_its_screen() -> None:
    groups = (screens.DAY, screens.REST, screens.NEW, screens.NOBODY, screens.LOCKED)
    phone = {screen.route for group in groups for screen in group}
    desktop = {
        screen.route for group in (screens.KEYWORKER, screens.ADMIN, screens.OUTSIDE) for screen in group
    }
    assert phone == screens.routes("app.js")
    assert desktop == screens.routes("kw.js")


@pytest.mark.parametrize("group", [screens.DAY, screens.REST], ids=["day", "rest"])
def test_a_persons_screens(browser: Browser, demo: Program, world: World, group: Sequence[Screen]) -> None:
    page = open_as(browser, demo, "person", **PLAIN)
    assert_none(faults_of(page, "/", group, world))


def test_the_screens_of_someone_new(browser: Browser, demo: Program, world: World) -> None:
    page = new_person(browser, demo, "Robin", **PLAIN)
    assert_none(faults_of(page, "/", screens.NEW, world))


def test_the_screens_of_nobody(browser: Browser, demo: Program, world: World) -> None:
    page = open_context(browser, demo.url, **PLAIN).new_page()
    assert_none(faults_of(page, "/", screens.NOBODY, world))


def test_the_screens_of_a_phone_in_trouble(browser: Browser, demo: Program, world: World) -> None:
    page = open_as(browser, demo, "other_person", **PLAIN)
    wait_for_service_worker(page)
    page.goto("/#/goals")
    expect(page.get_by_label("Write a card")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_label("Write a card").check()
    faults = faults_of(page, "/", screens.OFFLINE, world)
    change_elsewhere(demo, world)
    page.context.set_offline(False)
    expect(page.get_by_text("1 thing could not be sent.")).to_be_visible()
    assert_none([*faults, *faults_of(page, "/", screens.STUCK, world)])


def test_the_screens_of_a_locked_phone(browser: Browser, demo: Program, world: World) -> None:
    page = open_as(browser, demo, "person", **PLAIN)
    page.context.clear_cookies(name="__Host-sid")
    page.goto("about:blank")
    assert_none(faults_of(page, "/", screens.LOCKED, world))


def test_a_keyworkers_screens(browser: Browser, demo: Program, world: World) -> None:
    page = open_as(browser, demo, "keyworker", size="desktop")
    assert_none(faults_of(page, "/kw", screens.KEYWORKER, world))


def test_an_admins_screens(browser: Browser, demo: Program, world: World) -> None:
    page = open_as(browser, demo, "admin", size="desktop")
    assert_none(faults_of(page, "/kw", screens.ADMIN, world))


def test_the_screens_outside_of_the_keyworkers_pages(browser: Browser, demo: Program, world: World) -> None:
    page = open_context(browser, demo.url, size="desktop").new_page()
    assert_none(faults_of(page, "/kw", screens.OUTSIDE, world))


def test_the_numbers_for_hard_moments_need_neither_sign_in_nor_network(
    browser: Browser, demo: Program
) -> None:
    context = open_context(browser, demo.url)
    page = context.new_page()
    page.goto(invite_link(demo))
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    context.set_offline(True)
    page.goto("/#/crisis")
    page.reload()
    expect(page.get_by_role("link", name="Call 116 123")).to_have_attribute("href", "tel:116123")


def assert_none(faults: Sequence[str]) -> None:
    """Fail with one fault a line."""
    assert not faults, "\n".join(("", *faults))


def faults_of(page: Page, start: str, group: Sequence[Screen], world: World) -> list[str]:
    """Show each screen, take its pictures, and return everything that is wrong with any of them."""
    said = watch(page)
    faults: list[str] = []
    for turn, screen in enumerate(group):
        show(page, start, screen, world)
        if turn and not screen.do and not takes_focus(page):
            faults.append(f"{screen.name}: its heading did not take the focus, or the window has no title")
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=pictures() / f"{screen.name}-{size}-{scheme}.png")
                faults += [f"{screen.name}, {size}, {scheme}: {line}" for line in axe_violations(page)]
        page.emulate_media(color_scheme="light")
        faults += [f"{screen.name}: {line}" for line in sideways(page)]
        faults += [f"{screen.name} said {line}" for line in said if not is_expected(screen, line)]
        said.clear()
    return faults


def is_expected(screen: Screen, line: str) -> bool:
    """Say whether the browser only notes the refused answer that this screen is about."""
    return bool(screen.noted) and screen.noted in line


def show(page: Page, start: str, screen: Screen, world: World) -> None:
    """Go to a screen and wait until everything on it is there."""
    page.set_viewport_size(PHONE if start == "/" else DESKTOP)
    address = f"{start}#/{screen.address(world)}".replace("#/i=", "#i=")
    if screen.do or page.url.endswith(address):
        page.goto("about:blank")
    page.evaluate(BEFORE)
    page.goto(address)
    page.wait_for_function(SETTLED)
    if screen.do:
        screen.do(page)
    expect(page.locator("#main")).to_contain_text(re.compile(screen.see))
    page.wait_for_function(SETTLED)


def takes_focus(page: Page) -> bool:
    """Say whether the heading has the focus soon: it gets it once the browser has drawn the screen."""
    try:
        page.wait_for_function(FOCUSED, timeout=3000)
    except TooLong:
        return False
    return True


def sideways(page: Page) -> list[str]:
    """Return what makes the page scroll sideways on a narrow phone, with ordinary and with large letters."""
    page.set_viewport_size(NARROW)
    found = [f"scrolls sideways at 320 px: {one}" for one in page.evaluate(STICKS_OUT, 320)]
    page.evaluate(WIDEN, "200%")
    found += [f"scrolls sideways at 200 %: {one}" for one in page.evaluate(STICKS_OUT, 320)]
    page.evaluate(WIDEN, "")
    return found
