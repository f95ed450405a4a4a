"""Tables: a list with one service in a row, or one table of a CSV package; known by their headings."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from companion.core import clock
from companion.directory.gateway.held import Document, Given, Services, Table, Unreadable
from companion.directory.rules.flat import flat_reader
from companion.directory.rules.tables import is_services, table_name
from companion.directory.rules.values import LONDON

MOST_ROWS = 2_000_000
DELIMITERS = (",", ";", "\t")
# A list made for people may have a title and a date above its headings.
TITLES = 10
# A last line of our own: when it does not come out as a line, a quotation mark was left open before it.
_END = "\x1eend of table\x1e"


class TooManyRows(Exception):
    """A table is longer than we take."""


class QuoteLeftOpen(Exception):
    """A quotation mark is opened and never closed, so what comes after it is lost in one cell."""


def delimiter_of(text: str) -> str:
    """Return what stands between the cells: what makes headings we know, or parts the first line most."""
    start = text[:65536]
    for mark in DELIMITERS:
        lines = csv.reader(io.StringIO(start, newline=""), delimiter=mark)
        if any(flat_reader(cells) for cells in islice(filter(any, lines), TITLES)):
            return mark
    first = next((line for line in start.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))


def read_csv(name: str, text: str) -> Document:
    """Return what a table of text holds; `name` only tells the tables of a CSV package apart."""
    try:
        return read_rows(name, _lines(text))
    except csv.Error as problem:
        return Unreadable(f"{name} is not a table we can read ({problem}).")
    except QuoteLeftOpen as problem:
        return Unreadable(
            f"{name} has a quotation mark in line {problem} that is never closed. Nothing was changed."
        )


def _lines(text: str) -> Iterator[list[str]]:
    # Spreadsheets may say the delimiter in a line of its own, which they do not show or count as a row.
    said = re.match(r"sep=(.)\r?\n", text)
    text = text[said.end() :] if said else text
    ended = io.StringIO(f"{text.rstrip()}\n{_END}\n", newline="")
    lines = csv.reader(ended, delimiter=said[1] if said else delimiter_of(text))
    began = 1
    for cells in lines:
        if cells == [_END]:
            return
        if cells and _END in cells[-1]:
            raise QuoteLeftOpen(began)
        began = lines.line_num + 1
        yield cells


def read_rows(name: str, rows: Iterable[Sequence[str]]) -> Document:
    """Return what rows of cells hold; headings are the first row we know, or else the first at all."""
    numbered = _capped(rows)
    first = list(islice(numbered, TITLES))
    try:
        today = clock.now().astimezone(LONDON).date()
        for above, (_, cells) in enumerate(first, start=1):
            reader = flat_reader(cells, today)
            if reader is not None:
                read = [Given(*one) for one in reader(cells, chain(first[above:], numbered))]
                return Services(read, count=len(read))
        headings = first[0][1] if first else []
        header = [cell.strip().lower().lstrip("\ufeff") for cell in headings]
        table = table_name(name)
        if table is None and is_services(header):
            table = "services"
        if table is None or len(header) < 2 or "id" not in header:
            return Unreadable(f"{name} is not a list of services we know.", broken=False)
        found: list[Mapping[str, str]] = [
            {key: cell.strip() for key, cell in zip(header, cells, strict=False) if key}
            for _, cells in chain(first[1:], numbered)
        ]
    except TooManyRows:
        return Unreadable(f"{name} has more rows than we take.")
    return Table(table, found)


def is_flat(start: str) -> bool:
    """Tell from the first lines of a text whether it is a list with one service in a row."""
    try:
        lines = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter_of(start))
        return any(flat_reader(cells) for cells in islice(filter(any, lines), TITLES))
    except csv.Error:
        return False


def _capped(rows: Iterable[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    count = 0
    for number, cells in enumerate(rows, start=1):
        if any(cell.strip() for cell in cells):
            count += 1
            if count > MOST_ROWS:
                raise TooManyRows
            yield number, cells
