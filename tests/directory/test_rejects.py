"""What was refused, written down for who mends the feed; and how much of it is too much."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.core.errors import RuleBroken
from companion.directory.rules.parse import is_rejected, parse_service
from companion.directory.rules.record import Finding, Level, Problem
from companion.directory.rules.sheets import REJECT_COLUMNS, reject_row, safe_cell
from companion.directory.use_cases import ImportReport, open_rejects
from tests.directory.builders import a_service, an_id

# A busy machine is no fault of what is tested.
PATIENT = settings(deadline=None)

Import = Callable[..., ImportReport]
BAD = {"id": "no-name", "name": "", "description": "=HYPERLINK(1)"}


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a reject file."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"], ids=repr)
def test_no_cell_starts_like_a_formula(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert safe_cell(f"a{start}1") == f"a{start}1"


@PATIENT
@given(st.lists(st.text(), min_size=4, max_size=4), st.dictionaries(st.text(), st.text()))
def test_every_cell_of_every_row_is_safe(words: Sequence[str], raw: dict[str, str]) -> None:
    problem = Problem(words[0], words[1], "code", words[2], Level.REJECT)
    row = reject_row(Finding(words[3], problem, raw))
    assert len(row) == len(REJECT_COLUMNS)
    assert not any(cell[:1] in set("=+-@\t\r\n") for cell in row if cell)


ids = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just("a" * 3000))


@PATIENT
@given(st.one_of(st.text(), st.fixed_dictionaries({"id": ids, "name": st.one_of(ids, st.floats())})))
def test_what_is_refused_is_known_without_cleaning_the_rest(raw: object) -> None:
    assert is_rejected(raw) == (parse_service(raw)[0] is None)


def test_the_file_holds_every_refusal_and_every_dropped_fact(imports: Import, tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    feed = [a_service("Good"), a_service("Odd", email="not an address"), BAD]
    for _ in range(2):  # what has not changed is told again
        with open_rejects(path) as tell:
            imports(*feed, tell=tell)
        found = rows(path)
        assert [(row["level"], row["field"], row["code"]) for row in found] == [
            ("dropped", "email", "not_an_email"),
            ("reject", "name", "name_missing"),
        ]
        assert json.loads(found[1]["record"]) == BAD
        assert (found[1]["source"], found[1]["pointer"]) == ("a feed", "/contents/2")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_reading_that_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), open_rejects(path):
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["rejects.csv"]


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken) as caught, open_rejects(tmp_path / "none" / "rejects.csv"):
        raise AssertionError("there is nowhere to write")
    assert caught.value.detail.startswith("rejects.csv cannot be written")


@pytest.mark.parametrize(("rate", "refused"), [(0.2, True), (0.25, False), (0.0, True), (1.0, False)])
def test_a_file_with_too_many_rejects_changes_nothing(
    imports: Import, ask: Callable[..., Any], rate: float, refused: bool
) -> None:
    imports(a_service("Old"))
    told: list[Finding] = []
    feed = [a_service("One"), a_service("Two"), a_service("Three"), BAD]
    report = imports(*feed, max_reject_rate=rate, max_retire=1.0, tell=told.append)
    assert bool(report.too_many_rejected) is refused
    assert (report.new, report.retired, report.rejected) == ((0, 0, 1) if refused else (3, 1, 1))
    assert len(told) == 1
    shown = {name for (name,) in ask("SELECT name FROM directory_service WHERE retired_at IS NULL")}
    assert shown == ({"Old"} if refused else {"One", "Two", "Three"})
    assert ask("SELECT count(*) FROM directory_reject")[0][0] == (0 if refused else 1)


def test_a_feed_from_the_web_with_too_many_rejects_is_marked_and_retires_nothing(
    imports: Import, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from companion.core.net import Reply
    from tests.directory.builders import a_page

    pages = iter([a_page(a_service("Old"), a_service("New")), a_page(a_service("New"), BAD, {"id": "x"})])
    monkeypatch.setattr(
        "companion.directory.gateway.from_web",
        lambda _extra: lambda _url: Reply(200, {}, json.dumps(next(pages)).encode()),
    )
    source = "https://feed.org.uk/services"
    imports(source=source, max_reject_rate=0.5)
    report = imports(source=source, max_reject_rate=0.5, max_retire=1.0)
    assert report.too_many_rejected.startswith("2 of 3 records were rejected")
    assert (report.retired, report.unchanged) == (0, 1)
    assert "2 of 3" in json.loads(ask("SELECT counts FROM directory_feed")[0][0])["too_many_rejected"]


def test_ids_of_notes_do_not_depend_on_who_listens(imports: Import, ask: Callable[..., Any]) -> None:
    feed = [a_service("Good"), {"id": an_id("x"), "name": ""}]
    imports(*feed)
    before = ask("SELECT * FROM directory_reject")
    imports(*feed, tell=lambda _finding: None)
    assert ask("SELECT * FROM directory_reject") == before
