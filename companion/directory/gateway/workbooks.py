"""Excel workbooks (Office Open XML) read sheet by sheet, as values; nothing in them is run or followed."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from openpyxl import load_workbook

from companion.directory.gateway.held import Document, Services, Table, Unreadable
from companion.directory.gateway.sheets import read_rows
from companion.directory.rules.sheets import cell_text

MARK = "xl/workbook.xml"
# Sheets are read as a stream; what else a workbook has is read whole, so less of it is taken.
MOST_PART = 64 * 1024 * 1024
MOST_SHEETS = 100
MOST_COLUMNS = 200
BLANK_ROWS = 1000
# What the reader of a workbook raises on files that are not what they say, entities among them.
_DAMAGED = (
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, SyntaxError, EOFError, OSError,
    RuntimeError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def is_workbook(packed: zipfile.ZipFile) -> bool:
    """Tell whether a zip is an Excel workbook."""
    return MARK in packed.namelist()


def read_workbook(path: Path, packed: zipfile.ZipFile, most_unpacked: int) -> list[tuple[str, Document]]:
    """Return the first list of services among the visible sheets, or else the tables of a package by name.

    `packed` is the opened zip; what its parts say they unpack to is at most what can be read of them.
    """
    parts = packed.infolist()
    rest = [info.file_size for info in parts if not info.filename.startswith(("xl/worksheets/", "xl/media/"))]
    if sum(info.file_size for info in parts) > most_unpacked or sum(rest) > MOST_PART:
        return [(path.name, Unreadable(f"{path.name} unpacks to more than we take."))]
    try:
        with path.open("rb") as opened, warnings.catch_warnings():
            # What the reader cannot show, like charts and drop-down lists, is nothing to us.
            warnings.simplefilter("ignore")
            return _sheets(path.name, opened)
    except _DAMAGED:
        return [(path.name, Unreadable(f"{path.name} is a damaged workbook. Save it again, or as CSV."))]


def _sheets(name: str, opened: IO[bytes]) -> list[tuple[str, Document]]:
    book = load_workbook(opened, read_only=True, data_only=True, keep_links=False)
    tables: list[tuple[str, Document]] = []
    try:
        for sheet in book.worksheets[:MOST_SHEETS]:
            # Nobody sees what a hidden sheet holds, so nobody meant to publish it.
            if sheet.sheet_state != "visible":
                continue
            # The size a sheet states may be a million rows that are not there.
            sheet.reset_dimensions()
            found = read_rows(sheet.title, _rows(sheet))
            if isinstance(found, Services):
                return [(name, found)]
            if isinstance(found, Table):
                tables.append((f"{sheet.title}.csv", found))
    finally:
        book.close()
    return tables


def _rows(sheet: Any) -> Iterator[Sequence[str]]:
    blank = 0
    for values in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True):
        cells = [cell_text(value) for value in values]
        blank = 0 if any(cells) else blank + 1
        if blank >= BLANK_ROWS:
            return
        yield cells
