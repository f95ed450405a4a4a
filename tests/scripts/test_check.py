"""The closing word of scripts/check.py: what counts as passed, and what is said about the rest."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import check
from check import Check, Result, State, Suite


def outcome(*states: State) -> dict[str, Result]:
    return {f"check {number}": Result(state, "why") for number, state in enumerate(states)}


def a_suite_that_said(summary: str, *not_run: str) -> Suite:
    tests = Suite(quick=False, soak=False, passed_on=[])
    tests.summary, tests.not_run = summary, list(not_run)
    return tests


def close(results: dict[str, Result], tests: Suite) -> int:
    return check._close(results, tests, 3.2, narrowed=False)


def test_all_passed_ends_with_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert close(outcome(State.PASSED), a_suite_that_said("12 passed in 3.00s")) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("12 passed in 3.00s")


def test_one_failure_is_enough() -> None:
    assert close(outcome(State.PASSED, State.FAILED, State.PASSED), a_suite_that_said("1 passed in 1s")) == 1


@pytest.mark.parametrize(("on_ci", "code"), [(True, 1), (False, 0)])
def test_what_could_not_be_run_is_named_and_fails_on_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], on_ci: bool, code: int
) -> None:
    monkeypatch.setattr(check, "CI", on_ci)
    assert close(outcome(State.PASSED, State.NOT_RUN), a_suite_that_said("1 passed in 1s")) == code
    assert close(outcome(State.PASSED), a_suite_that_said("1 passed in 1s", "postgres: no server")) == code
    said = capsys.readouterr().out
    assert "Could not run check 1: why" in said
    assert "Could not run postgres: no server" in said


def test_a_program_that_fails_fails_its_check() -> None:
    failing = check._command(sys.executable, "-c", "print('the reason'); raise SystemExit(3)")()
    assert failing == Result(State.FAILED, "the reason\n")
    assert check._command(sys.executable, "-c", "")().state is State.PASSED


def test_every_check_runs_though_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def ended(name: str, state: State) -> Result:
        ran.append(name)
        return Result(state)

    static = [
        Check("one", lambda: ended("one", State.FAILED)),
        Check("two", lambda: ended("two", State.PASSED)),
    ]
    monkeypatch.setattr(check, "STATIC", static)
    monkeypatch.setattr(Suite, "run", lambda suite: ended("tests", State.PASSED))
    assert check.main([]) == 1
    assert ran == ["one", "two", "tests"]


def test_the_counts_of_pytest_are_found(tmp_path: Path) -> None:
    tests = Suite(quick=False, soak=False, passed_on=[])
    line = "\x1b[32m\x1b[1m5 passed\x1b[0m, 1 deselected in 0.52s\x1b[0m"
    assert tests._show([sys.executable, "-c", f"print('.....'); print({line!r}); raise SystemExit(1)"]) == 1
    assert tests.summary == "5 passed, 1 deselected in 0.52s"
