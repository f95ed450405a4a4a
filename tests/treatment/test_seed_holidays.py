"""`companion seed holidays` at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from companion.cli import main
from companion.core.sealing import new_master_key

FIXTURE = Path(__file__).with_name("bank_holidays.json")


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the command line at a new data folder."""
    monkeypatch.setenv("COMPANION_MASTER_KEY", new_master_key())
    monkeypatch.setenv("COMPANION_DATA_DIR", str(tmp_path / "data"))


def test_it_says_what_it_read() -> None:
    shown = CliRunner().invoke(main, ["seed", "holidays", str(FIXTURE)])
    assert shown.exit_code == 0, shown.output
    assert "england-and-wales: 40 days, 2024 to 2028. 0 days changed" in shown.output
    told = CliRunner().invoke(main, ["seed", "holidays", str(FIXTURE), "--json", "--label", "GOV.UK"])
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert [line["division"] for line in lines] == ["england-and-wales", "scotland", "northern-ireland"]
    assert lines[0]["changed"] == []


def test_a_wrong_file_is_said_plainly_with_the_place(tmp_path: Path) -> None:
    wrong = json.loads(FIXTURE.read_text("utf-8"))
    wrong["scotland"]["events"][4]["date"] = "soon"
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(wrong), "utf-8")
    shown = CliRunner().invoke(main, ["seed", "holidays", str(path)])
    assert shown.exit_code == 1
    assert "scotland.events.4.date: Enter a real date" in shown.output
    assert "Traceback" not in shown.output
