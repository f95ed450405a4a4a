"""What the test run needs from pytest: options, the folder all workers share, fixtures of the rig."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.rig import sockets
from tests.rig.databases import POSTGRES, SQLITE, Databases
from tests.rig.postgres import Postgres, PostgresMissing
from tests.rig.run import Run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RUN = pytest.StashKey[Run]()
ENGINES = [SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switches that turn a missing outside into a failure."""
    group = parser.getgroup("companion")
    group.addoption("--require-postgres", action="store_true", help="fail, not skip, without PostgreSQL")
    group.addoption("--require-browser", action="store_true", help="fail, not skip, without Chromium")
    group.addoption("--soak", action="store_true", help="run the tests that take minutes, too")
    group.addoption("--kills", type=int, default=1000, help="how often --soak kills a worker; default 1000")
    group.addoption("--not-run-file", help="write here which parts could not be run")


def pytest_configure(config: pytest.Config) -> None:
    """Begin a run, or join the run of the controller."""
    sockets.refuse_the_outside()
    worker = getattr(config, "workerinput", None)
    config.stash[RUN] = Run.begin() if worker is None else Run(Path(worker["companion_run"]))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell an xdist worker where the run's folder is."""
    node.workerinput["companion_run"] = str(node.config.stash[RUN].folder)  # type: ignore[attr-defined]


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run; the keeper of PostgreSQL sees it and stops the server."""
    run = config.stash.get(RUN, None)
    if run is not None and not hasattr(config, "workerinput"):
        Postgres(run).tidy()
        run.end()


def find_real_data() -> Path | None:
    """Return the folder of data sets that are not part of the repository, where there is one."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(os.environ.get("COMPANION_TEST_DATA") or beside)
    return folder if folder.is_dir() else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say loudly what could not be run."""
    notes = config.stash[RUN].not_run()
    for what, why in notes.items():
        terminalreporter.write_sep("!", f"{what} tests were NOT RUN: {why}", red=True, bold=True)
    for line in config.stash[RUN].told():
        terminalreporter.write_line(line)
    if find_real_data() is None:
        terminalreporter.write_line(
            "Tests on real data sets were left out; COMPANION_TEST_DATA names their folder."
        )
    if target := config.getoption("--not-run-file"):
        lines = [f"{what}: {' '.join(why.split())}\n" for what, why in notes.items()]
        Path(target).write_text("".join(lines), encoding="utf-8")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that take minutes, unless asked for, and those whose data is not here."""
    names = [] if config.getoption("--soak") else ["soak"]
    names += [] if find_real_data() else ["realdata"]
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in names)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def cannot_run(config: pytest.Config, what: str, why: str) -> None:
    """Skip the test and note it for the summary; fail it where this part is required."""
    config.stash[RUN].could_not(what.lower(), why)
    if config.getoption(f"--require-{what.lower()}"):
        pytest.fail(f"{what} is required here: {why}", pytrace=False)
    pytest.skip(f"{what}: {why}")


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """The maker of databases."""
    return Databases(request.config.stash[RUN], tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest, databases: Databases) -> str:
    """Run the test on `sqlite` and on `postgresql`; skip the second loudly where there is none."""
    if request.param == POSTGRES:
        try:
            databases.postgres.server()
        except PostgresMissing as missing:
            cannot_run(request.config, "postgres", str(missing))
    return str(request.param)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of data sets that are not part of the repository, for tests marked `realdata`."""
    folder = find_real_data()
    assert folder is not None, "a test that uses real_data needs the marker realdata"
    return folder


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A real Chromium; the test needs the marker `browser` so that `--quick` leaves it out."""
    # Imported here because most runs need no browser and the driver takes a third of a second to load.
    from chromium import find_chromium
    from tests.rig.browser import launched

    if find_chromium() is None:
        cannot_run(request.config, "browser", "there is no Chromium on this machine")
    with launched() as (_, browser):
        yield browser
