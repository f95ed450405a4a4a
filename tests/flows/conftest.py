"""One running demo for the tests of a file, and windows that close after each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.rig.push_service import PushService, push_service
from tests.rig.server import Program, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser


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


@pytest.fixture(autouse=True)
def closed_windows(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close what a test opened in the browser, with all that its phones and computers remember."""
    yield
    if "browser" in request.fixturenames:
        browser: Browser = request.getfixturevalue("browser")
        for context in browser.contexts:
            context.close()
