"""What a person can say of a wrong entry, and how a service that was taken away leaves a phone."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from companion.core.orm import make_engine, make_session_factory
from companion.core.sealing import Keyring
from companion.directory import use_cases
from tests.flows.steps import here, open_as, replies_to
from tests.rig.browser import axe_violations
from tests.rig.server import Program

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("directory_care")]


def open_a_service(page: Page) -> UUID:
    """Open the first service of a list; return its id."""
    page.goto("/#/help")
    expect(page.get_by_role("heading", level=1)).to_have_text("Find help")
    page.get_by_role("main").get_by_role("listitem").get_by_role("heading").first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Where this comes from")).to_be_visible()
    return UUID(here(page).rpartition("/")[2])


def test_something_wrong_is_said_in_two_taps_without_a_name(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    sent = replies_to(page.context, "POST", "/reports")
    service = open_a_service(page)
    page.get_by_role("button", name="Something here is wrong").click()
    expect(page.get_by_role("group", name="What is wrong?")).to_be_focused()
    assert axe_violations(page) == []
    page.context.set_offline(True)
    page.get_by_role("button", name="It has closed").click()
    expect(page.get_by_role("alert")).to_contain_text("Try again when you are online.")
    page.context.set_offline(False)
    page.get_by_role("button", name="It has closed").click()
    expect(page.get_by_text("Thank you. We will look into it.")).to_be_focused()
    assert sent == [f"{demo.url}/api/directory/services/{service}/reports"]


def test_a_service_that_was_hidden_leaves_the_phone_that_saved_it(browser: Browser, demo: Program) -> None:
    page = open_as(browser, demo, "person")
    service = open_a_service(page)
    name = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name="Save on this phone").click()
    expect(page.get_by_role("button", name="Take off this phone")).to_be_visible()
    page.goto("/#/help")
    expect(page.get_by_role("heading", name="Saved")).to_be_visible()
    engine = make_engine(f"sqlite:///{demo.data_dir / 'companion.db'}")
    factory = make_session_factory(engine, Keyring(bytes(32)))
    with factory.begin() as session:
        assert use_cases.hide_service(session, service, datetime.now(UTC)) == name
    engine.dispose()
    page.goto("/#/today")
    with page.expect_response(lambda reply: reply.url.endswith("/api/directory/withdrawn")):
        page.reload()
    page.goto("/#/help")
    expect(page.get_by_role("heading", name="Phone and online, anywhere in the UK")).to_be_visible()
    expect(page.get_by_role("heading", name="Saved")).to_have_count(0)
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    page.goto(f"/#/help/{service}")
    expect(page.get_by_role("heading", level=1)).to_have_text("We could not find this service")
