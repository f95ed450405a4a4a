"""Tables in which one row is one service: which kind a table is, and the raw services of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from companion.directory.rules import meeting_tables, pharmacies
from companion.directory.rules.meeting_tables import is_meeting_table, table_meeting
from companion.directory.rules.outpost import is_outpost, outpost_services
from companion.directory.rules.own_list import column, is_own_list, own_service
from companion.directory.rules.pharmacies import is_pharmacy_list, pharmacy_service
from companion.directory.rules.record import Json

Numbered = tuple[int, Sequence[str]]
Reader = Callable[[Sequence[str], Iterable[Numbered]], list[tuple[str, object]]]


def flat_reader(headings: Sequence[str], today: date = date.min) -> Reader | None:
    """Return what reads the rows under these headings as services, or None when they are something else.

    The reader takes the headings and the rows with their numbers in the sheet, the headings being row 1.
    `today` (in London) tells which rows are to be seen yet, or still.
    """
    if is_outpost(headings):
        return partial(outpost_services, today=today)
    if is_pharmacy_list(headings):
        return _pharmacies
    if is_meeting_table(headings):
        return _meetings
    return _own_list if is_own_list(headings) else None


def _own_list(headings: Sequence[str], rows: Iterable[Numbered]) -> list[tuple[str, object]]:
    return _each(own_service, [column(cell) for cell in headings], rows)


def _meetings(headings: Sequence[str], rows: Iterable[Numbered]) -> list[tuple[str, object]]:
    return _each(table_meeting, [meeting_tables.column(cell) for cell in headings], rows)


def _pharmacies(headings: Sequence[str], rows: Iterable[Numbered]) -> list[tuple[str, object]]:
    return _each(pharmacy_service, [pharmacies.column(cell) for cell in headings], rows)


def _each(
    service: Callable[[Mapping[str, str]], Json | None], names: Sequence[str], rows: Iterable[Numbered]
) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for number, cells in rows:
        row: dict[str, str] = {}
        for name, cell in zip(names, cells, strict=False):
            if name and cell.strip():
                row.setdefault(name, cell.strip())
        raw = service(row) if row else None
        if raw is not None:
            found.append((f"row {number}", raw))
    return found
