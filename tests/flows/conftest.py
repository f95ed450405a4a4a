"""One running demo for the tests of a file, and windows that close after each test."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from tests.rig.push_service import PushService, push_service
from tests.rig.server import Program, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def demo_settings() -> dict[str, str]:
    """Settings of the demo; a file that needs others has a fixture of this name."""
    return {}


@pytest.fixture(scope="module")
def demo(demo_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A demo with its people, its records and its worker."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    with running("demo", folder, env=demo_settings, timeout_s=60) as program:
        yield program


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    """A push service for the phones of a file."""
    with push_service() as made:
        yield made
        assert made.faults == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what stood on the screens, which a list of calls does not tell."""
    report = yield
    browser: Browser | None = getattr(item, "funcargs", {}).get("browser")
    if report.failed and call.when == "call" and browser:
        for page in (page for context in browser.contexts for page in context.pages):
            report.sections.append((f"the screen at {page.url}", _words_on(page)))
    return report


def _words_on(page: Page) -> str:
    try:
        return page.locator("body").aria_snapshot(timeout=2000)
    except Error as fault:  # a page that is going away or hangs has nothing to show
        return f"It could not be read: {fault.message}"


@pytest.fixture(autouse=True)
def closed_windows(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close what a test opened in the browser, with all that its phones and computers remember."""
    yield
    if "browser" in request.fixturenames:
        browser: Browser = request.getfixturevalue("browser")
        for context in browser.contexts:
            context.close()
