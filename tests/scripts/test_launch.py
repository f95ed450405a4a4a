"""The launchers: when they install, and what they say when they cannot."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import launch


@pytest.fixture
def installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """A checkout of its own whose installer only notes that it was called: with what, anew or not."""
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    environment = tmp_path / ".venv"
    monkeypatch.setattr(launch, "ROOT", tmp_path)
    monkeypatch.setattr(launch, "PROGRAMS", environment / "bin")
    monkeypatch.setattr(launch, "STAMP", environment / ".installed")
    calls: list[tuple[str, bool]] = []

    def install(extra: str, *, make: bool) -> None:
        calls.append((extra, make))
        (environment / "bin").mkdir(parents=True, exist_ok=True)
        (environment / "bin" / "python").touch()

    monkeypatch.setattr(launch, "_install", install)
    return calls


def test_a_second_start_installs_nothing(installs: list[tuple[str, bool]]) -> None:
    launch._install_when_needed("")
    launch._install_when_needed("")
    assert installs == [("", True)]


def test_the_tests_add_what_they_need_and_serve_the_demo_too(installs: list[tuple[str, bool]]) -> None:
    launch._install_when_needed("")
    launch._install_when_needed("test")
    launch._install_when_needed("")
    assert installs == [("", True), ("test", False)]


def test_a_changed_list_of_packages_installs_again(installs: list[tuple[str, bool]]) -> None:
    launch._install_when_needed("test")
    (launch.ROOT / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    launch._install_when_needed("test")
    assert installs == [("test", True), ("test", False)]


def test_a_changed_setting_of_a_check_does_not(installs: list[tuple[str, bool]]) -> None:
    launch._install_when_needed("")
    (launch.ROOT / "pyproject.toml").write_text("[project]\n[tool.ruff]\nsrc = []\n", encoding="utf-8")
    launch._install_when_needed("")
    assert installs == [("", True)]


def test_an_install_that_failed_is_tried_again(
    installs: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = launch._install

    def bad(extra: str, *, make: bool) -> None:
        good(extra, make=make)
        raise launch.Stop("no network")

    monkeypatch.setattr(launch, "_install", bad)
    with pytest.raises(launch.Stop):
        launch._install_when_needed("")
    monkeypatch.setattr(launch, "_install", good)
    launch._install_when_needed("")
    assert len(installs) == 2


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("ERROR: No matching distribution found for flask", "check the network"),
        ("error: Failed to fetch: dns error", "check the network"),
        ("Error: [Errno 30] Read-only file system: '.venv'", "cannot be written to"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("something else", "the installer said"),
    ],
)
def test_a_failure_is_one_clear_sentence_and_the_last_words(said: str, sentence: str) -> None:
    first, *rest = launch._what_went_wrong(said).splitlines()
    assert sentence in first
    assert rest == [said]


def test_an_old_python_without_a_newer_one_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(launch.Stop, match=r"Python 3\.11 or newer is needed; this is 3\.9"):
        launch._need_a_new_python()
