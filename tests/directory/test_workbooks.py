"""Excel workbooks: values of every kind, sheets of every kind, and files that mean harm."""

from __future__ import annotations

import math
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from datetime import time as wall
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from companion.directory.rules.own_list import COLUMNS, template_rows
from companion.directory.rules.sheets import cell_text
from companion.directory.use_cases import ImportReport
from tests.directory.test_feeds import a_file, read

Import = Callable[..., ImportReport]


def a_book(folder: Path, sheets: dict[str, Sequence[Sequence[Any]]], name: str = "list.bin") -> Path:
    """Write a workbook under a name that says nothing."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(folder / name)
    return folder / name


def rewrite(path: Path, **changes: tuple[str, str]) -> Path:
    """Replace text in the parts of a workbook whose names end so."""
    with zipfile.ZipFile(path) as packed:
        parts = {info.filename: packed.read(info) for info in packed.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            for end, (old, new) in changes.items():
                if name.endswith(f"{end}.xml"):
                    assert old.encode() in data
                    data = data.replace(old.encode(), new.encode())
            packed.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (" x ", "x"), (True, "yes"), (False, "no"), (7, "7"), (7.0, "7"), (53.7965, "53.7965"),
        (math.nan, ""), (datetime(2026, 11, 1), "2026-11-01"), (date(2026, 11, 1), "2026-11-01"),
        (datetime(2026, 11, 1, 9, 30), "2026-11-01T09:30:00"), (wall(9, 5), "09:05"),
        (timedelta(hours=24), "24:00"), ("#REF!", ""), ("#1 High Street", "#1 High Street"),
    ],
    ids=str,
)  # fmt: skip
def test_every_value_is_read_as_words(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_a_list_of_ones_own_is_read_from_the_first_sheet_that_is_one(imports: Import, tmp_path: Path) -> None:
    row: dict[str, Any] = {
        "name": "Exchange", "postcode": "LS1 4AP", "latitude": 53.7965, "longitude": -1.5478,
        "phone": 1134960000, "monday": "09:00-17:00", "age from": 18, "drop in": True,
        "checked on": date(2026, 11, 1),
    }  # fmt: skip
    rows = [*template_rows(), [row.get(name) for name in COLUMNS]]
    path = a_book(tmp_path, {"Read me": [["How to fill this in"]], "Places": rows, "Old": rows})
    report = imports(source=path)
    assert (report.total, report.new, report.complete, report.problems) == (1, 1, True, {})
    again = imports(source=path)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 1)


def test_a_first_zero_that_a_spreadsheet_lost_is_put_back(
    imports: Import, tmp_path: Path, ask: Callable[..., Any]
) -> None:
    imports(
        source=a_book(
            tmp_path, {"List": [["Name", "Town", "Postcode", "Phone"], ["A", "Leeds", "LS1", 1134960000]]}
        )
    )
    assert '"number":"01134960000"' in ask("SELECT record FROM directory_service")[0][0]


def test_a_package_of_tables_is_read_by_the_names_of_its_sheets(tmp_path: Path) -> None:
    sheets = {
        "organizations": [["id", "name"], ["o", "Org"]],
        "services": [["id", "name", "organization_id"], [1, "One", "o"], [2, "Two", "o"]],
        "notes": [["anything"]],
    }
    names, end = read(a_book(tmp_path, sheets))
    assert (names, end.complete) == (["One", "Two"], True)


LIST = [["Name", "Town", "Postcode"], ["One", "Leeds", "LS1 4AP"]]


def test_a_hidden_sheet_and_a_book_without_a_list_are_passed_over(tmp_path: Path) -> None:
    path = a_book(tmp_path, {"Empty": [[]], "Notes": LIST})
    rewrite(
        path, workbook=('name="Notes" sheetId="2" state="visible"', 'name="Notes" sheetId="2" state="hidden"')
    )
    names, end = read(path)
    assert names == []
    assert end.failure == "There are no services in list.bin."


def test_a_workbook_among_the_files_of_a_folder_is_read(tmp_path: Path) -> None:
    a_book(tmp_path, {"List": LIST}, "ours.xlsx")
    a_file(tmp_path, b"PK\x03\x04 no zip at all", "broken.docx")
    whole = (tmp_path / "ours.xlsx").read_bytes()
    a_file(tmp_path, whole.replace(b"PK\x01\x02", b"PK\x09\x09"), "damaged.docx")
    assert read(tmp_path)[0] == ["One"]


def test_formulas_are_read_as_their_values(tmp_path: Path) -> None:
    path = a_book(tmp_path, {"List": [["Name", "Town", "Postcode"], ["=1+1", "Leeds", "LS1 4AP"]]})
    rewrite(path, sheet1=("<v></v>" if b"<v></v>" in _part(path) else "<v />", "<v>The name</v>"))
    rewrite(path, sheet1=('<c r="A2">', '<c r="A2" t="str">'))
    assert read(path)[0] == ["The name"]


def _part(path: Path) -> bytes:
    with zipfile.ZipFile(path) as packed:
        return packed.read("xl/worksheets/sheet1.xml")


def test_a_million_blank_rows_end_in_seconds(tmp_path: Path) -> None:
    path = a_book(tmp_path, {"List": LIST})
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 1_048_577))
    rewrite(path, sheet1=("</sheetData>", f"{blank}</sheetData>"))
    began = time.process_time()
    assert read(path)[0] == ["One"]
    assert time.process_time() - began < 10


def test_one_cell_at_the_far_end_of_a_sheet_takes_no_time(tmp_path: Path) -> None:
    path = a_book(tmp_path, {"List": LIST})
    rewrite(
        path, sheet1=("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    )
    began = time.process_time()
    assert read(path)[0] == ["One"]
    assert time.process_time() - began < 5


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = rewrite(
        a_book(tmp_path, {"List": LIST}), sheet1=("</sheetData>", " " * 3_000_000 + "</sheetData>")
    )
    assert path.stat().st_size < 20_000
    monkeypatch.setattr("companion.directory.gateway.members.MOST_BOOK", 1_000_000)
    names, end = read(path)
    assert (names, end.failure) == ([], "list.bin unpacks to more than we take.")


def test_entities_are_refused(tmp_path: Path) -> None:
    path = rewrite(
        a_book(tmp_path, {"List": LIST}),
        sheet1=("<worksheet", '<!DOCTYPE a [<!ENTITY b "One">]><worksheet'),
    )
    names, end = read(path)
    assert names == []
    assert "damaged workbook" in end.failure


@pytest.mark.parametrize("part", ["workbook", "sheet1", "styles"])
def test_a_damaged_book_is_one_sentence(tmp_path: Path, part: str) -> None:
    path = rewrite(a_book(tmp_path, {"List": LIST}), **{part: ("<", "<<")})
    names, end = read(path)
    assert names == []
    assert end.failure == "list.bin is a damaged workbook. Save it again, or as CSV."


def test_an_old_or_locked_workbook_says_what_to_do(tmp_path: Path) -> None:
    names, end = read(a_file(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600))
    assert names == []
    assert ".xlsx" in end.failure
