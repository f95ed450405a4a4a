"""The command line: what it does, what it says when something is wrong, and what it never shows."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from companion.cli import COMMANDS, main, running
from companion.core.sealing import new_master_key
from tests.access.world import FEED

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `companion …` with a fresh data folder."""
    monkeypatch.setenv("COMPANION_MASTER_KEY", new_master_key())
    monkeypatch.setenv("COMPANION_DATA_DIR", str(tmp_path / "data"))

    def call(*words: str, **options: str) -> Result:
        return CliRunner().invoke(main, list(words), **options)  # type: ignore[arg-type]

    return call


def ready(run: Run) -> None:
    """Make tables, an organisation and a keyworker."""
    assert run("db", "upgrade").exit_code == 0
    assert run("organisation", "add", "Northside").exit_code == 0
    made = run("keyworker", "add", "--organisation", "Northside", "--name", "Priya", "--username", "priya",
               input="correct horse battery\ncorrect horse battery\n")  # fmt: skip
    assert made.exit_code == 0, made.output


def test_every_command_has_help(run: Run) -> None:
    for name in COMMANDS:
        shown = run(name, "--help")
        assert shown.exit_code == 0, name
        assert "Usage:" in shown.output


def test_an_unknown_command_is_refused(run: Run) -> None:
    assert run("sereve").exit_code == 2


def test_missing_settings_are_all_said_at_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMPANION_MASTER_KEY")
    monkeypatch.setenv("COMPANION_TICK_SECONDS", "never")
    shown = run("db", "upgrade")
    assert shown.exit_code == 1
    assert "COMPANION_MASTER_KEY" in shown.output
    assert "COMPANION_TICK_SECONDS" in shown.output
    assert "Traceback" not in shown.output


def test_a_database_without_tables_is_said_plainly(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    shown = run("organisation", "list")
    assert shown.exit_code == 1
    assert "companion db upgrade" in shown.output


def test_it_makes_an_invite_for_an_organisation(run: Run) -> None:
    ready(run)
    shown = run("invite", "--organisation", "Northside")
    assert shown.exit_code == 0
    assert "/#i=" in shown.output
    assert "Code to type:" in shown.output
    assert run("invite", "--organisation", "Nowhere").exit_code == 1


def test_lists_show_ids_and_roles_and_no_names(run: Run) -> None:
    ready(run)
    shown = run("keyworker", "list", "--organisation", "Northside")
    assert "keyworker" in shown.output
    assert "Priya" not in shown.output
    account_id = shown.output.split()[0]
    assert run("keyworker", "disable", account_id).exit_code == 0
    assert "disabled" in run("keyworker", "list", "--organisation", "Northside").output


def test_a_name_that_is_taken_and_a_weak_password_are_refused(run: Run) -> None:
    ready(run)
    assert "There is an organisation" in run("organisation", "add", "Northside").output
    words = ("keyworker", "add", "--organisation", "Northside", "--name", "X", "--username")
    taken = run(*words, "PRIYA", "--password", "correct horse battery")
    weak = run(*words, "owen", "--password", "short")
    assert (taken.exit_code, weak.exit_code) == (1, 1)
    assert "taken" in taken.output


def test_keys_are_written_once_and_for_the_owner_only(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert run("keys", "new", "--to", str(folder)).exit_code == 0
    assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
    before = (folder / "master.key").read_text()
    again = run("keys", "new", "--to", str(folder))
    assert again.exit_code == 1
    assert (folder / "master.key").read_text() == before


def test_a_directory_is_imported_and_a_second_time_nothing_changes(run: Run, tmp_path: Path) -> None:
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps([FEED, {**FEED, "id": "x", "name": ""}]))
    words = ("seed", "directory", str(feed), "--licence", "OGL v3.0", "--json")
    first, second = run(*words), run(*words)
    assert first.exit_code == 1  # one record was rejected
    assert json.loads(first.stdout.splitlines()[0])["new"] == 1
    assert json.loads(second.stdout.splitlines()[0])["unchanged"] == 1
    assert "rejected" in run(*words[:-1]).output


def test_a_feed_needs_a_licence_and_has_to_be_a_feed(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><body>Not found</body></html>")
    assert run("seed", "directory", str(page)).exit_code == 2
    shown = run("seed", "directory", str(page), "--licence", "OGL v3.0")
    assert shown.exit_code == 2
    assert "Traceback" not in shown.output


def test_rejects_go_to_a_file_and_too_many_change_nothing(run: Run, tmp_path: Path) -> None:
    good, bad, page = (tmp_path / name for name in ("good.json", "bad.json", "page.html"))
    good.write_text(json.dumps([FEED]))
    bad.write_text(json.dumps([FEED, {"id": "x", "name": ""}, {"name": "No id"}]))
    page.write_text("<html></html>")
    into = tmp_path / "rejects.csv"
    words = ("seed", "directory", "--licence", "OGL v3.0", "--rejects", str(into))
    assert run(*words, "--quiet", str(good)).exit_code == 0
    shown = run(*words, str(bad), str(page), str(good))
    assert shown.exit_code == 2
    assert "2 of 3 records cannot be used" in shown.stderr
    assert "web page" in shown.stderr
    assert "1 unchanged" in shown.stdout  # the good feed is read all the same
    with into.open(encoding="utf-8-sig", newline="") as opened:
        assert [row["code"] for row in csv.DictReader(opened)] == ["id_missing", "name_missing"]
    assert run(*words, "--max-reject-rate", "0.7", str(bad)).exit_code == 1


def test_the_template_for_an_own_list_can_be_filled_in_and_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    shown = run("seed", "template", str(path))
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert "One row is one service" in shown.stderr
    assert run("seed", "template", str(path)).exit_code == 1  # never over a list that is there
    assert run("seed", "template", str(tmp_path / "none" / "list.csv")).exit_code == 1
    assert run("seed", "template").stdout == path.read_text("utf-8-sig").replace("\r\n", "\n")
    with path.open("a", encoding="utf-8") as opened:
        opened.write("The real one,Clean equipment\n")
    read = run("seed", "directory", str(path), "--licence", "Our own list", "--json")
    assert read.exit_code == 0, read.output
    assert [json.loads(read.stdout)[name] for name in ("total", "new")] == [1, 1]


def test_progress_is_told_in_plain_lines_with_rate_and_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(running.time, "monotonic", lambda: now[0])
    with running.progress("Importing") as show:
        for at, done, total in ((10.0, 500, 2000), (11.0, 550, 2000), (20.0, 2000, 2000), (40.0, 10, None)):
            now[0] = at
            show(done, total)
    assert capsys.readouterr().err.splitlines() == [
        "Importing: 500 of 2000, 50 a second, about 30 s left",
        "Importing: 2000 of 2000, 100 a second",
        "Importing: 10",
    ]
    with running.progress("Importing", quiet=True) as show:
        show(1, 1)
    assert capsys.readouterr().err == ""


def test_the_bundled_services_are_imported_without_a_source(run: Run) -> None:
    shown = run("seed", "directory", "--json")
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.stdout)["new"] >= 25


def test_the_doctor_says_what_to_mend(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run("doctor")
    assert shown.exit_code == 1
    assert "companion db upgrade" in shown.output
    ready(run)
    shown = run("doctor")
    assert "companion worker" in shown.output
    assert "Web Push key" in shown.output
    monkeypatch.delenv("COMPANION_MASTER_KEY")
    assert "COMPANION_MASTER_KEY" in run("doctor").output


def test_the_demo_leaves_folders_alone_that_are_not_its_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("hello")
    shown = run("demo", "--data-dir", str(tmp_path / "mine"))
    assert shown.exit_code == 1
    assert "not a demo" in shown.output
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]
