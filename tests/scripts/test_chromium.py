"""Chromium for the browser tests: fetched only where there is none and we may."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import chromium


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without Chromium, as root, whose apt-get only writes down what it was asked."""
    program = tmp_path / "apt-get"
    program.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/asked"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(chromium, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("COMPANION_TEST_CHROMIUM", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return program


def test_root_fetches_it_and_says_so(apt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert chromium.bring_chromium() is None
    assert (apt.parent / "asked").read_text(encoding="utf-8").splitlines() == [
        "-q update",
        "-q install -y --no-install-recommends chromium fonts-dejavu-core",
    ]
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_nobody_else_is_made_root(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "no right to install" in (chromium.bring_chromium() or "")
    assert not (apt.parent / "asked").exists()


def test_a_failed_fetch_is_told(apt: Path) -> None:
    apt.write_text("#!/bin/sh\necho no network; exit 100\n", encoding="utf-8")
    assert (chromium.bring_chromium() or "").endswith("cannot be run: no network")


def test_one_that_is_there_is_used(apt: Path) -> None:
    here = apt.with_name("chromium")
    here.write_text("#!/bin/sh\n", encoding="utf-8")
    here.chmod(0o755)
    assert chromium.bring_chromium() is None
    assert chromium.find_chromium() == str(here)
    assert not (apt.parent / "asked").exists()
