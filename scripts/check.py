#!/usr/bin/env python3
"""Every check of the project, in order: what passed, what failed, what could not be run.

    python scripts/check.py            everything
    python scripts/check.py --quick    without the browser and the slow tests
    python scripts/check.py --soak     everything and the tests that take minutes or a night:
                                       1,000 kills of workers on each database, or --kills N
    python scripts/check.py -k word    only pytest, with these words passed on to it

Ends with 0 only if every check passed. With CI=true a check that could not be run counts as failed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from chromium import bring_chromium

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI", "").lower() in ("1", "true")
OLDEST_NODE = 18
SUMMARY = re.compile(r"=*\s*((?:\d+ [a-z]+(?:, )?)+ in [\d.]+s)")


class State(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "FAILED"
    NOT_RUN = "NOT RUN"


@dataclass
class Result:
    """What one check had to say; `said` is printed where it did not pass."""

    state: State
    said: str = ""


@dataclass
class Check:
    """One check: its name and what runs it."""

    name: str
    run: Callable[[], Result]


def main(arguments: Sequence[str]) -> int:
    """Run the checks, print how each ended, and return the exit code."""
    if "-h" in arguments or "--help" in arguments:
        print(__doc__.strip())
        return 0
    quick = "--quick" in arguments
    soak = "--soak" in arguments
    passed_on = [word for word in arguments if word not in ("--quick", "--soak")]
    tests = Suite(quick=quick, soak=soak, passed_on=passed_on)
    checks = [Check("tests", tests.run)] if passed_on else [*STATIC, Check("tests", tests.run)]
    started = time.monotonic()
    results = {check.name: _run(check) for check in checks}
    return _close(results, tests, time.monotonic() - started, narrowed=bool(passed_on))


def _run(check: Check) -> Result:
    """Run one check and print its line."""
    started = time.monotonic()
    result = check.run()
    seconds = time.monotonic() - started
    print(f"{check.name:<22} {result.state:<8} {seconds:6.1f} s", flush=True)
    if result.state is not State.PASSED and result.said:
        print("    " + result.said.strip().replace("\n", "\n    "), flush=True)
    return result


def _close(results: dict[str, Result], tests: Suite, seconds: float, *, narrowed: bool) -> int:
    """Print the closing summary; its last line carries the counts of pytest."""
    failed = [name for name, result in results.items() if result.state is State.FAILED]
    not_run = [f"{name}: {result.said}" for name, result in results.items() if result.state is State.NOT_RUN]
    not_run += tests.not_run
    print()
    for line in not_run:
        print(f"Could not run {line}")
    if failed:
        print(f"Failed: {', '.join(failed)}")
    if tests.quick:
        print("Left out because of --quick: the browser and the slow tests.")
    if narrowed:
        print("Only the tests asked for were run, none of the other checks.")
    bad = len(failed) + (len(not_run) if CI else 0)
    verdict = "Not everything passed" if bad else "Everything that was run passed"
    print(f"{verdict}, in {seconds:.0f} s: {tests.summary}", flush=True)
    return 1 if bad else 0


def _command(*words: str) -> Callable[[], Result]:
    """Return a check that runs a program and passes when it ends with 0."""

    def run() -> Result:
        result = subprocess.run(
            words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return Result(State.FAILED if result.returncode else State.PASSED, result.stdout[-20_000:])

    return run


def _tool(name: str, *words: str) -> Callable[[], Result]:
    """Return a check that runs a tool of this environment."""
    return _command(str(Path(sys.executable).parent / name), *words)


def _node_tests() -> Result:
    """Run the tests of the phone's code that need no browser."""
    files = sorted((ROOT / "tests" / "pwa").glob("*.test.mjs"))
    if not files:
        return Result(State.NOT_RUN, "there is no tests/pwa/*.test.mjs")
    node = _find_node()
    if node is None:
        return Result(State.NOT_RUN, f"there is no node {OLDEST_NODE} or newer on the path")
    return _command(node, "--test", *(str(file.relative_to(ROOT)) for file in files))()


def _find_node() -> str | None:
    """Return a node that is new enough: the machine's own, or the one inside the browser driver."""
    driver = sorted(Path(sys.prefix).glob("lib/python*/site-packages/playwright/driver/node"))
    for node in (shutil.which("node"), *map(str, driver)):
        if node is None:
            continue
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        number = re.match(r"v(\d+)", version)
        if number and int(number.group(1)) >= OLDEST_NODE:
            return node
    return None


STATIC = [
    Check("ruff check", _tool("ruff", "check", "--quiet", ".")),
    Check("ruff format", _tool("ruff", "format", "--check", "--quiet", ".")),
    Check("mypy --strict", _tool("mypy", "--no-error-summary")),
    Check("import contracts", _tool("lint-imports")),
    Check("node --test", _node_tests),
]


class Suite:
    """The run of pytest: everything in tests/, on both databases, in two processes."""

    def __init__(self, *, quick: bool, soak: bool, passed_on: Sequence[str]) -> None:
        self.quick = quick
        self.soak = soak
        self.passed_on = passed_on
        self.summary = "no tests were run"
        self.not_run: list[str] = []

    def run(self) -> Result:
        """Run pytest, showing what it says as it says it."""
        if not self.quick and (fault := bring_chromium()):
            print(fault, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            notes = Path(folder) / "not-run"
            code = self._show([sys.executable, "-m", "pytest", *self._words(notes)])
            if notes.exists():
                self.not_run = notes.read_text(encoding="utf-8").splitlines()
        return Result(State.FAILED if code else State.PASSED)

    def _words(self, notes: Path) -> list[str]:
        words = ["-q", "-n", "2", f"--not-run-file={notes}"]
        if sys.stdout.isatty():
            words.append("--color=yes")
        if self.quick:
            words += ["-m", "not browser and not slow"]
        if self.soak:
            words.append("--soak")
        if CI:
            words.append("--require-postgres")
            words += [] if self.quick else ["--require-browser"]
        return [*words, *self.passed_on]

    def _show(self, command: list[str]) -> int:
        """Run the command, pass its output through, and remember its line of counts."""
        tail = b""
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            assert process.stdout is not None
            while part := os.read(process.stdout.fileno(), 65536):
                sys.stdout.buffer.write(part)
                sys.stdout.buffer.flush()
                tail = (tail + part)[-20_000:]
        plain = re.sub(r"\x1b\[[0-9;]*m", "", tail.decode("utf-8", "replace"))
        if found := SUMMARY.findall(plain):
            self.summary = found[-1]
        return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
