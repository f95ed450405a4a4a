"""`companion seed postcodes`: what it says, how it ends, and what the doctor says afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from companion.cli import main
from companion.core.sealing import new_master_key
from tests.directory.lists import BELFAST, LEEDS, code_point_line, onspd, onspd_line, write

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `companion …` with a fresh data folder."""
    monkeypatch.setenv("COMPANION_MASTER_KEY", new_master_key())
    monkeypatch.setenv("COMPANION_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("COMPANION_DATABASE_URL", raising=False)
    return lambda *words: CliRunner().invoke(main, list(words))


def test_a_list_is_loaded_and_the_doctor_names_its_publishers(run: Run, tmp_path: Path) -> None:
    source = write(tmp_path, onspd(onspd_line(*LEEDS), onspd_line(*BELFAST)))
    shown = run("seed", "postcodes", str(source), "--release", "August 2026")
    assert shown.exit_code == 0, shown.output
    assert "August 2026: 2 lines read, 2 postcodes loaded" in shown.stdout
    assert "Land & Property Services (LPS)" in shown.stdout
    told = run("doctor").output
    assert "Postcodes: 2 of August 2026, loaded " in told
    assert "Source: Office for National Statistics licensed under the Open Government Licence v.3.0." in told


def test_without_a_list_the_doctor_says_how_to_load_one(run: Run) -> None:
    assert run("db", "upgrade").exit_code == 0
    assert "fine  Postcodes: by district only. `companion seed postcodes`" in run("doctor").output


def test_a_bad_line_is_told_and_ends_with_status_1(run: Run, tmp_path: Path) -> None:
    source = write(tmp_path, code_point_line("LS1 4AP", 429_900, 433_500) + "\nrubbish\n")
    shown = run("seed", "postcodes", str(source), "--json")
    assert shown.exit_code == 1
    found = json.loads(shown.stdout)
    assert (found["kind"], found["loaded"], found["bad"]) == ("code_point_open", 1, 1)
    assert "list.csv line 2: it has another number of columns." in shown.stderr
    quiet = run("seed", "postcodes", str(source), "--quiet")
    assert (quiet.exit_code, quiet.stdout) == (1, "")


def test_what_is_no_list_ends_with_status_2_and_the_list_before_stays(run: Run, tmp_path: Path) -> None:
    assert run("seed", "postcodes", str(write(tmp_path, onspd(onspd_line(*LEEDS))))).exit_code == 0
    page = write(tmp_path, "<html>Sign in</html>", "onspd.csv")
    shown = run("seed", "postcodes", str(page))
    assert shown.exit_code == 2
    assert "onspd.csv is a web page and not a list." in shown.output
    assert "Postcodes: 1 of list" in run("doctor").output
    assert run("seed", "postcodes", str(tmp_path / "gone.zip")).exit_code == 2
    assert run("seed", "postcodes", str(page), "--release", "x" * 201).exit_code == 1
