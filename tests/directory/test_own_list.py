"""An organisation's own list: headings in any form, honest rejects, found on the map and by topic."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.directory.gateway import Page, read_feed
from companion.directory.gateway.held import Services
from companion.directory.gateway.sheets import read_csv
from companion.directory.rules.own_list import COLUMNS, EXAMPLES, is_own_list, own_service, template_rows
from companion.directory.use_cases import ImportReport, Search, search_services
from tests.directory.builders import TOPICS, ATopic
from tests.directory.test_feeds import a_file, nothing, read

# A busy machine is no fault of what is tested.
PATIENT = settings(deadline=None)

Import = Callable[..., ImportReport]
ROW = {
    "name": "Exchange at Park Row", "what it does": "Clean equipment.", "organisation": "Park Row Pharmacy",
    "address": "1 Park Row", "town": "Leeds", "postcode": "ls1 4ap", "latitude": "53.7965",
    "longitude": "-1.5478", "phone": "0113 496 0000", "email": "hello@parkrow.org.uk",
    "website": "parkrow.org.uk", "monday": "09:00-12:30, 13:30-17:00", "sunday": "closed",
    "who can go": "Anyone", "age from": "18", "cost": "Free", "referral": "no", "drop in": "yes",
    "languages": "English, Polish", "step free": "yes", "topics": "Take-home kits, Food",
    "checked on": "01/11/2026",
}  # fmt: skip
KITS = (*TOPICS, ATopic("kits", "Take-home kits", ("nothing else",)))


def a_table(*rows: dict[str, str], names: tuple[str, ...] = COLUMNS, delimiter: str = ",") -> str:
    """Return a table of text."""
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, names, delimiter=delimiter, extrasaction="ignore")
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


def records(path: Path) -> list[tuple[str, object]]:
    """Return the records of a feed, each with where it stands."""
    pieces = read_feed(path, nothing)
    return [record[:2] for piece in pieces if isinstance(piece, Page) for record in piece.records]


@pytest.fixture
def cards(ask: Callable[..., Any], now: datetime) -> Callable[[], list[dict[str, Any]]]:
    """Return the cards of all services."""

    def take() -> list[dict[str, Any]]:
        found = ask(lambda session: search_services(session, Search(per_page=100), now))
        return [*found["items"], *found["national"]]

    return take


def test_a_row_becomes_a_card(imports: Import, tmp_path: Path, cards: Any) -> None:
    report = imports(source=a_file(tmp_path, a_table(ROW)), topics=KITS)
    assert (report.total, report.new, report.rejected, report.complete) == (1, 1, 0, True)
    assert report.problems == {"url_without_scheme": 1}
    (card,) = cards()
    assert card["name"] == "Exchange at Park Row"
    assert card["organisation"] == "Park Row Pharmacy"
    assert card["topics"] == ["food", "kits"]
    assert card["place"] | {"name": ""} == {
        "name": "", "address": "1 Park Row, Leeds", "postcode": "LS1 4AP", "lat": 53.7965, "lon": -1.5478,
        "approximate": False,
    }  # fmt: skip
    assert (card["free"], card["self_referral"], card["who_text"]) == (
        "yes",
        "yes",
        "Anyone. Age 18 and over",
    )
    assert (card["url"], card["email"]) == ("https://parkrow.org.uk", "hello@parkrow.org.uk")
    assert card["phones"] == [{"number": "0113 496 0000", "text": ""}]
    assert str(card["checked_on"]) == "2026-11-01"


def test_a_second_run_changes_nothing_and_a_new_name_of_hours_updates(
    imports: Import, tmp_path: Path
) -> None:
    imports(source=a_file(tmp_path, a_table(ROW)))
    again = imports(source=a_file(tmp_path, a_table(ROW)))
    assert (again.new, again.updated, again.unchanged) == (0, 0, 1)
    # The same place in other words is the same service.
    other = {**ROW, "name": "exchange  at park row", "postcode": "LS14AP", "monday": "closed"}
    report = imports(source=a_file(tmp_path, a_table(other)))
    assert (report.new, report.updated) == (0, 1)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_every_alphabet_and_delimiter_is_read(tmp_path: Path, delimiter: str, encoding: str) -> None:
    table = a_table({**ROW, "name": "Café – exchange"}, delimiter=delimiter)
    names, end = read(a_file(tmp_path, table.encode(encoding)))
    assert (names, end.complete) == (["Café – exchange"], True)


@pytest.mark.parametrize(
    "headings",
    [
        "NAME,Post Code,Monday opening times",
        "website;Service name;TOWN;address",
        "\n\nname,postcode,tel,step-free",
    ],
    ids=["capitals", "other order", "blank lines"],
)
def test_headings_are_known_in_any_form(headings: str) -> None:
    mark = ";" if ";" in headings else ","
    assert is_own_list(headings.strip().split(mark))


@pytest.mark.parametrize(
    "headings",
    [
        "name,description", "id,name,description,email,url,status",
        "id,location_id,address_1,city,postal_code", "id,organization_id,name,address,town", "postcode,town",
    ],
)  # fmt: skip
def test_tables_of_a_package_are_not_own_lists(headings: str) -> None:
    assert not is_own_list(headings.split(","))


def test_bad_rows_are_told_with_their_number_and_good_ones_stay(imports: Import, tmp_path: Path) -> None:
    bad = [
        {**ROW, "name": ""}, {**ROW, "name": "A", "latitude": "north", "checked on": "31/02/2026"},
        {**ROW, "name": "B", "monday": "nine to five", "phone": "ask"}, ROW,
    ]  # fmt: skip
    report = imports(source=a_file(tmp_path, "\n" + a_table(*bad)))
    assert (report.total, report.new, report.rejected) == (4, 3, 1)
    assert [(one.pointer, one.code) for one in report.rejects] == [("row 3", "name_missing")]
    dropped = {"not_a_number": 1, "not_a_date": 1, "not_a_time": 1, "hours_not_readable": 1, "not_a_phone": 1}
    assert {code: report.problems[code] for code in dropped} == dropped


def test_two_rows_of_one_name_and_postcode_are_one_unless_they_have_ids(
    imports: Import, tmp_path: Path
) -> None:
    assert imports(source=a_file(tmp_path, a_table(ROW, ROW))).duplicates == 1
    rows = [{**ROW, "id": one} for one in "12"]
    report = imports(source=a_file(tmp_path, a_table(*rows, names=("id", *COLUMNS))), label="other")
    assert (report.new, report.duplicates) == (2, 0)


def test_the_examples_are_skipped_when_left_in(imports: Import, tmp_path: Path) -> None:
    report = imports(source=a_file(tmp_path, a_table(*EXAMPLES, ROW)))
    assert (report.total, report.new) == (1, 1)
    assert all(own_service(row) is None for row in EXAMPLES)
    assert all(len(row) == len(COLUMNS) for row in template_rows())


def test_the_examples_are_good_rows_themselves(imports: Import, tmp_path: Path) -> None:
    rows = [{**row, "name": row["name"].removeprefix("Example: ")} for row in EXAMPLES]
    report = imports(source=a_file(tmp_path, a_table(*rows)))
    assert (report.new, report.rejected) == (2, 0)
    assert "hours_not_readable" not in report.problems


def test_a_list_among_the_files_of_a_folder_is_found(tmp_path: Path) -> None:
    a_file(tmp_path, a_table(ROW), "our list.txt")
    a_file(tmp_path, "Name, and where\nit is", "README.txt")
    assert read(tmp_path)[0] == ["Exchange at Park Row"]


@pytest.mark.parametrize("mark", [";", "|"], ids=["semicolon", "bar"])
def test_a_line_that_says_the_delimiter_is_believed_and_not_counted(tmp_path: Path, mark: str) -> None:
    path = a_file(tmp_path, f"sep={mark}\r\n{a_table({**ROW, 'name': ''}, ROW, delimiter=mark)}")
    assert [where for where, _ in records(path)] == ["row 2", "row 3"]


@pytest.mark.parametrize("delimiter", [",", ";"], ids=["comma", "semicolon"])
def test_a_title_above_the_headings_is_passed_over(tmp_path: Path, delimiter: str) -> None:
    table = (
        f"Needle exchanges in Leeds, with hours\r\n\r\n1 November 2026\r\n{a_table(ROW, delimiter=delimiter)}"
    )
    assert [where for where, _ in records(a_file(tmp_path, table))] == ["row 5"]
    (tmp_path / "folder").mkdir()
    assert len(records(a_file(tmp_path / "folder", table, "list.txt").parent)) == 1


def test_a_quotation_mark_left_open_is_told_with_its_line_and_changes_nothing(tmp_path: Path) -> None:
    table = a_table(ROW) + '"Hall, Leeds,LS1\n' + a_table(ROW).partition("\n")[2].replace('"', "")
    names, end = read(a_file(tmp_path, table))
    assert names == []
    assert end.failure == "feed.bin has a quotation mark in line 3 that is never closed. Nothing was changed."


def test_quotation_marks_in_the_middle_of_words_are_words(tmp_path: Path) -> None:
    assert read(a_file(tmp_path, 'name,town,postcode\nThe 6" group,Leeds,LS1\n'))[0] == ['The 6" group']


@PATIENT
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00\x1e")), min_size=2, max_size=3)
    )
)
def test_every_table_that_is_written_is_read_as_it_was(rows: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([["name", "town", "postcode"], *rows])
    found = read_csv("x", written.getvalue())
    assert isinstance(found, Services)
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    examples = [row for row in kept if row[0].strip().lower().startswith("example:")]
    assert len(found.records) == len(kept) - len(examples)
    for (_, raw, *_), row in zip(found.records, kept, strict=False):
        if not examples:
            assert isinstance(raw, dict)
            assert raw.get("name", "") == row[0].strip()


def test_formulas_and_markup_stay_words(imports: Import, tmp_path: Path, ask: Callable[..., Any]) -> None:
    imports(source=a_file(tmp_path, a_table({**ROW, "what it does": "=1+1 <script>alert(1)</script>"})))
    ((kept,),) = ask("SELECT record FROM directory_service")
    assert json.loads(kept)["description"] == "=1+1"
