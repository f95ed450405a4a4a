"""Chromium for the browser tests: is there one, and where it is allowed, fetch it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
PACKAGES = ("chromium", "fonts-dejavu-core")


def find_chromium() -> str | None:
    """Return the path of a Chromium on this machine: the one named, the system's, or Playwright's own."""
    for place in (os.environ.get("COMPANION_TEST_CHROMIUM", ""), *PLACES):
        if place and Path(place).exists():
            return place
    downloads = Path.home() / ".cache" / "ms-playwright"
    own = sorted(downloads.glob("chromium-*/chrome-linux*/chrome"))
    return shutil.which("chromium") or (str(own[-1]) if own else None)


def bring_chromium() -> str | None:
    """Install Chromium where there is none and we may; return why not, in one sentence."""
    if find_chromium():
        return None
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return (
            "There is no Chromium and no right to install one, so the browser tests cannot be run; "
            "install it with the system's packages or with `.venv/bin/playwright install chromium`."
        )
    print(f"Installing {' and '.join(PACKAGES)} with apt-get for the browser tests …", flush=True)
    settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        result = subprocess.run(
            [apt, "-q", *words],
            env=settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if result.returncode:
            last_words = " ".join(result.stdout.strip().splitlines()[-1:])
            return f"apt-get {words[0]} did not work, so the browser tests cannot be run: {last_words}"
    return None
