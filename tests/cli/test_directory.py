"""`companion directory` and what the worker and the doctor do for the directory."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update
from sqlalchemy.orm import Session

from companion.cli import main
from companion.core import clock
from companion.core.orm import make_engine, make_session_factory
from companion.core.sealing import Keyring, new_master_key
from companion.directory import models, use_cases
from companion.directory.use_cases import Reason
from companion.settings import Settings
from companion.worker import Worker
from tests.access.world import FEED

Run = Callable[..., Result]
SERVICE = FEED["id"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `companion …` with a fresh data folder that holds one imported service."""
    monkeypatch.setenv("COMPANION_MASTER_KEY", new_master_key())
    monkeypatch.setenv("COMPANION_DATA_DIR", str(tmp_path / "data"))
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps([FEED]), encoding="utf-8")

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, list(words))

    made = call("seed", "directory", str(feed), "--licence", "OGL v3.0", "--quiet")
    assert made.exit_code == 0, made.output
    return call


def source_of(run: Run) -> dict[str, object]:
    """Return the only source."""
    found: dict[str, object] = json.loads(run("directory", "sources", "--json").stdout)
    return found


def test_sources_are_listed_for_people_and_for_programs(run: Run) -> None:
    found = source_of(run)
    assert (found["services"], found["hidden"], found["failure"]) == (1, 0, "")
    shown = run("directory", "sources").stdout
    assert "OGL v3.0" in shown
    assert "(0 days ago), 1 shown" in shown


def test_hiding_correcting_and_showing_say_what_they_did(run: Run) -> None:
    assert "Hidden: Debt help." in run("directory", "hide", SERVICE).stdout
    assert source_of(run)["services"] == 0
    assert "Shown again: Debt help." in run("directory", "show", SERVICE).stdout
    corrected = run("directory", "correct", SERVICE, "name=Debt desk", "phone=0113 496 0002")
    assert "Corrected: Debt desk." in corrected.stdout
    assert source_of(run)["corrected"] == 1
    assert run("directory", "uncorrect", SERVICE).exit_code == 0
    assert source_of(run)["corrected"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hide", "6c1c4b3e-9b55-4c56-8f0a-0d6b3f0f8a99"), "not"),
        (("hide", "debt"), "not a valid UUID"),
        (("correct", SERVICE, "name"), "FIELD=VALUE"),
        (("correct", SERVICE, "colour=red"), "cannot be corrected"),
        (("uncorrect", SERVICE), "Nothing was corrected"),
    ],
    ids=["unknown", "no id", "no value", "no such field", "nothing corrected"],
)
def test_what_cannot_be_done_is_one_sentence(run: Run, words: tuple[str, ...], said: str) -> None:
    shown = run("directory", *words)
    assert shown.exit_code in (1, 2)
    assert said in shown.stderr
    assert "Traceback" not in shown.output


def test_a_source_from_a_file_cannot_be_fetched(run: Run) -> None:
    shown = run("directory", "refresh", str(source_of(run)["id"]))
    assert shown.exit_code == 1
    assert "came from a file" in shown.stderr


def test_reports_are_listed_and_settled_and_the_doctor_names_them(run: Run) -> None:
    assert "Nothing waits." in run("directory", "reports").stdout
    found = Settings.from_env()
    engine = make_engine(found.database_url)
    factory = make_session_factory(engine, Keyring(found.master_key))
    with factory.begin() as session:
        service = next(iter(session.scalars(models.shown_services())))
        use_cases.report_service(session, service.id, Reason.CLOSED, clock.now())
    engine.dispose()
    assert "1 x closed: Debt help" in run("directory", "reports").stdout
    assert "1 reports that something is wrong" in run("doctor").output
    assert run("directory", "settle", SERVICE).exit_code == 0
    assert run("directory", "reports", "--json").stdout == ""


def test_the_worker_fetches_what_is_due_and_the_doctor_says_what_failed(run: Run) -> None:
    found = Settings.from_env()
    engine = make_engine(found.database_url)
    factory = make_session_factory(engine, Keyring(found.master_key))
    worker = Worker(factory, None, 1.0)
    assert worker.refresh() == 0
    with factory.begin() as session:  # Nobody answers at this address, and an internal one is never asked.
        session.execute(
            update(models.Feed).values(address="https://127.0.0.1/services", refresh_at=clock.now())
        )
    assert worker.refresh() == 0
    engine.dispose()
    source = source_of(run)
    assert source["failure"]
    assert source["services"] == 1
    assert str(source["failure"]) in run("doctor").output
    assert str(source["failure"]) in run("directory", "sources").stderr


def _in_database(work: Callable[..., object]) -> None:
    """Do something in a transaction on the database of the command line."""
    found = Settings.from_env()
    engine = make_engine(found.database_url)
    with make_session_factory(engine, Keyring(found.master_key)).begin() as session:
        work(session)
    engine.dispose()


def test_a_source_that_awaits_approval_is_shown_after_it(run: Run, tmp_path: Path) -> None:
    own = "6c1c4b3e-9b55-4c56-8f0a-0d6b3f0f8b01"
    new = tmp_path / "new.json"
    new.write_text(json.dumps([{**FEED, "id": own, "name": "New help"}]), encoding="utf-8")
    words = ("seed", "directory", str(new), "--licence", "OGL v3.0", "--await-approval", "--quiet")
    assert run(*words).exit_code == 0
    rows = [json.loads(line) for line in run("directory", "sources", "--json").stdout.splitlines()]
    waiting = next(one for one in rows if one["approval"] == "waiting")
    assert (waiting["services"], waiting["waiting"]) == (0, 1)
    command = f"companion directory approve {waiting['id']}"
    assert command in run("directory", "sources").stdout
    assert command in run("doctor").output
    approved = run("directory", "approve", waiting["id"])
    assert "1 services are shown now." in approved.stdout, approved.output
    assert command not in run("directory", "sources").stdout
    assert run("directory", "approve", own).exit_code == 1


def test_the_worker_shows_what_was_approved_on_the_page(run: Run, tmp_path: Path) -> None:
    def wait(session: Session) -> None:
        session.execute(update(models.Feed).values(approval="given"))
        session.execute(update(models.Service).values(shown=False))

    _in_database(wait)
    assert source_of(run)["waiting"] == 1
    found = Settings.from_env()
    engine = make_engine(found.database_url)
    Worker(make_session_factory(engine, Keyring(found.master_key)), None, 1.0).refresh()
    engine.dispose()
    source = source_of(run)
    assert (source["approval"], source["services"]) == ("shown", 1)


def test_sources_read_by_older_rules_are_named_with_the_command_that_reads_them_again(run: Run) -> None:
    assert "older rules" not in run("doctor").output + run("directory", "sources").output
    _in_database(lambda session: session.execute(update(models.Feed).values(rules_version="1")))
    command = str(source_of(run)["read_again"])
    assert "feed.json" in command
    doctor = run("doctor")
    assert f"Read it again: {command}" in doctor.output
    assert command in run("directory", "sources").stdout
    assert run(*shlex.split(command)[1:]).exit_code == 0
    assert "older rules" not in run("doctor").output
    # The worker reads what comes from the web again by itself: nothing to mend.
    _in_database(
        lambda session: session.execute(
            update(models.Feed).values(rules_version="1", address="https://council.example/services")
        )
    )
    assert "fine  Source feed.json was read by older rules" in run("doctor").output
