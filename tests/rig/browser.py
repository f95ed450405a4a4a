"""Real Chromium through Playwright: how to launch it, a phone and a desktop, and the axe check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from chromium import find_chromium

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN_AXE = """async (runOnly) => {
  const found = await axe.run({ runOnly, resultTypes: ["violations"] });
  return found.violations;
}"""


@contextmanager
def launched() -> Iterator[tuple[Playwright, Browser]]:
    """Launch Chromium for as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        try:
            yield playwright, browser
        finally:
            browser.close()


@contextmanager
def installed_app(profile: Path, url: str, **options: Any) -> Iterator[BrowserContext]:
    """Open the site as an installed app, in a profile of its own: stand-alone, installable, not incognito."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile), executable_path=find_chromium(), args=[*ARGUMENTS, f"--app={url}"], **options
        )
        try:
            yield context
        finally:
            context.close()


def open_context(
    browser: Browser,
    base_url: str,
    *,
    size: Literal["phone", "desktop"] = "phone",
    scheme: Literal["light", "dark"] = "light",
    **options: Any,
) -> BrowserContext:
    """Open a fresh browser profile: British English, London time, phone or desktop size."""
    phone = size == "phone"
    settings: dict[str, Any] = {
        "base_url": base_url,
        "viewport": PHONE if phone else DESKTOP,
        "is_mobile": phone,
        "has_touch": phone,
        "device_scale_factor": 2 if phone else 1,
        "color_scheme": scheme,
        "reduced_motion": "reduce",
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        **options,
    }
    return browser.new_context(**settings)


def collect_faults(page: Page) -> list[str]:
    """Collect everything the page complains about from now on: errors, warnings and blocked requests."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on(
        "console",
        lambda message: (
            faults.append(f"{message.type}: {message.text}") if message.type in ("error", "warning") else None
        ),
    )
    return faults


def wait_for_service_worker(page: Page) -> None:
    """Wait until a service worker controls the page."""
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def axe_violations(page: Page) -> list[str]:
    """Run axe on the page as it is and return each violation as one line, with the elements at fault."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    violations = page.evaluate(_RUN_AXE, AXE_RULES)
    lines = []
    for violation in violations:
        places = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:5])
        lines.append(f"{violation['id']} ({violation['impact']}): {violation['help']} at {places}")
    return lines


def scrolls_sideways(page: Page) -> bool:
    """Say whether the page is wider than its window."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"))


def deliver_push(page: Page, base_url: str, data: str) -> None:
    """Hand a push message to the page's service worker, as the browser's push service would."""
    session = page.context.new_cdp_session(page)
    registrations: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(
            item["registrationId"] for item in event["registrations"] if not item["isDeleted"]
        ),
    )
    session.send("ServiceWorker.enable")
    for _ in range(100):
        if registrations:
            break
        page.wait_for_timeout(20)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": f"{base_url}/", "registrationId": registrations[-1], "data": data},
    )
    session.detach()
