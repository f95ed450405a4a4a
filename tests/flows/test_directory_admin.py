"""An admin at work in the browser: find, hide, show, correct, settle, approve, refresh; with the keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from companion.directory.models import Service
from tests.flows.sources import UNREACHABLE, WAITING, in_database, untidy_sources
from tests.flows.steps import caller, here, open_as
from tests.rig.browser import PHONE, axe_violations
from tests.rig.server import Program

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("directory_admin"), pytest.mark.timeout(180)]
# The worker looks for what is queued every 20 seconds, and the page asks every 3.
WORKER_MS = 60_000


@pytest.fixture(scope="module")
def sources(demo: Program) -> dict[str, str]:
    """The ids of the demo's sources by name, with one that waits and one that cannot be reached."""
    return untidy_sources(demo, demo.data_dir)


def on_a_phone(browser: Browser, demo: Program) -> Page:
    """Open the admin's pages as small as a phone is; nothing of them is kept there."""
    page = open_as(browser, demo, "admin", size="desktop")
    page.set_viewport_size(PHONE)
    return page


def heading(page: Page, name: str) -> None:
    """Wait for a screen."""
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def names(demo: Program, text: str) -> list[str]:
    """Return what a person finds by words."""
    found = caller(demo, "person").call("GET", "/api/directory/services", query={"text": text}).json
    return [one["name"] for one in [*found["items"], *found["national"]]]


def test_a_service_is_found_hidden_and_shown_again_with_the_keyboard_alone(
    browser: Browser, demo: Program
) -> None:
    page = open_as(browser, demo, "admin", size="desktop")
    page.goto("/kw#/services")
    heading(page, "Services")
    page.get_by_label("Name of the service").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Enter a part of the name first.")).to_be_visible()
    page.keyboard.type("demo debt")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Demo debt advice, city centre").focus()
    page.keyboard.press("Enter")
    heading(page, "Demo debt advice, city centre")
    assert "Demo debt advice, city centre" in names(demo, "demo debt")
    page.get_by_role("button", name="Hide at once").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Show again")).to_be_visible()
    expect(page.get_by_text("Nobody finds it.")).to_be_visible()
    assert "Demo debt advice, city centre" not in names(demo, "demo debt")
    page.get_by_role("button", name="Show again").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Hide at once")).to_be_visible()
    assert "Demo debt advice, city centre" in names(demo, "demo debt")
    page.go_back()
    heading(page, "Services")
    expect(page.get_by_label("Name of the service")).to_have_value("demo debt")


def test_corrections_are_checked_saved_and_taken_back(browser: Browser, demo: Program) -> None:
    page = on_a_phone(browser, demo)
    number = in_database(demo, _a_service)
    page.goto(f"/kw#/services/{number}")
    expect(page.get_by_role("heading", name="Put something right")).to_be_visible()
    page.get_by_role("button", name="Save what I changed").click()
    expect(page.get_by_role("alert")).to_contain_text("Change something first.")
    page.get_by_label("Web address").fill("not an address")
    page.get_by_role("button", name="Save what I changed").click()
    expect(page.get_by_label("Web address")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Web address").fill("northside.org.uk")
    page.get_by_role("button", name="Save what I changed").click()
    expect(page.get_by_label("Web address")).to_have_value("https://northside.org.uk")
    expect(page.get_by_text("Corrected by you.", exact=False)).to_be_visible()
    page.get_by_role("button", name="Follow the source again").click()
    expect(page.get_by_role("button", name="Follow the source again")).to_have_count(0)


def _a_service(session: Any) -> Any:
    return session.scalar(select(Service.id).where(Service.name == "Demo debt advice, city centre"))


def test_reports_lead_to_their_service_and_are_put_away(browser: Browser, demo: Program) -> None:
    page = on_a_phone(browser, demo)
    page.goto("/kw#/reports")
    expect(page.get_by_role("heading", name="No reports wait")).to_be_visible()
    assert axe_violations(page) == []
    service = in_database(demo, _a_service)
    path = f"/api/directory/services/{service}/reports"
    assert caller(demo, "person").call("POST", path, {"reason": "phone"}).status == 204
    page.reload()
    page.get_by_role("link", name="Demo debt advice").click()
    page.get_by_role("button", name="Put these reports away").click()
    expect(page.get_by_role("heading", name="What people say is wrong")).to_have_count(0)
    page.goto("/kw#/reports")
    expect(page.get_by_role("heading", name="No reports wait")).to_be_visible()


def test_a_new_source_is_approved_and_the_page_says_when_people_see_it(
    browser: Browser, demo: Program, sources: dict[str, str]
) -> None:
    page = on_a_phone(browser, demo)
    page.get_by_role("link", name=WAITING).click()
    heading(page, WAITING)
    assert names(demo, "northside lunch") == []
    page.get_by_role("button", name="Approve this source").click()
    expect(page.get_by_text("The worker is showing the services now.")).to_be_visible()
    expect(page.get_by_text("All services of this source are shown now.")).to_be_visible(timeout=WORKER_MS)
    assert names(demo, "northside lunch") == ["Northside lunch"]


def test_a_refresh_is_queued_followed_and_its_end_is_told(
    browser: Browser, demo: Program, sources: dict[str, str]
) -> None:
    page = open_as(browser, demo, "admin", size="desktop")
    page.goto(f"/kw#/sources/{sources[UNREACHABLE]}")
    heading(page, UNREACHABLE)
    page.get_by_role("button", name="Refresh now").click()
    expect(page.get_by_text("It waits for the worker.")).to_be_visible()
    expect(page.get_by_text("It did not work.")).to_be_visible(timeout=WORKER_MS)
    expect(page.get_by_text("The last good records are shown.")).to_be_visible()
    assert axe_violations(page) == []
    assert len(names(demo, "westside")) == 3


def test_who_is_no_admin_does_not_get_there_and_an_admin_sees_no_one(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "keyworker", size="desktop")
    page.goto("/kw#/sources")
    heading(page, "Your caseload")
    page = open_as(browser, demo, "admin", size="desktop")
    expect(page.get_by_role("link", name="Caseload")).to_have_count(0)
    page.goto("/kw#/caseload")
    heading(page, "Sources")
    assert here(page).endswith("/sources")


def test_without_a_source_the_page_says_how_to_add_one(browser: Browser, demo: Program) -> None:
    page = on_a_phone(browser, demo)
    page.route("**/api/directory/admin/sources", lambda route: route.fulfill(json={"items": []}))
    page.reload()
    expect(page.get_by_role("heading", name="There are no sources yet")).to_be_visible()
    assert axe_violations(page) == []
