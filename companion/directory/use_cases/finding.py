"""Run the statement of a search, work out the hours only rules can tell, and put services in their order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from companion.directory.models import finding
from companion.directory.models.finding import LINE, LOOK, SAID, Row, Shape
from companion.directory.rules import cards
from companion.directory.rules.hours import OpenState
from companion.directory.use_cases.asking import Filters
from companion.directory.use_cases.showing import bodies_of

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Spots:
    """Services of one class in their order: how many, and the first of them as (number, position).

    `several` holds those that stand with more than one row or whose hours had to be worked out; only they
    can be among the sure ones and the unsure ones at once.
    """

    total: int
    first: list[tuple[int, int]]
    several: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What one reading gave: totals of plain rows, the first of them, and rows looked at one by one.

    Kinds are those of `models.finding`, without `LOOK`.
    """

    totals: dict[int, int]
    plain: list[Row]
    looked_at: list[Row]

    def spots(self, kind: int, without: Collection[int] = ()) -> Spots:
        """Return the services of a kind; those numbered `without` stand elsewhere already."""
        best: dict[int, tuple[Key, int]] = {}
        for row in self.looked_at:
            if row.kind != kind or row.number in without:
                continue
            key = (*row.order, row.number, row.position)
            if row.number not in best or key < best[row.number][0]:
                best[row.number] = (key, row.position)
        rows = [
            ((*row.order, row.number, row.position), row.position) for row in self.plain if row.kind == kind
        ]
        ordered = sorted([*rows, *best.values()])
        first = [(key[-2], position) for key, position in ordered]
        return Spots(self.totals.get(kind, 0) + len(best), first, frozenset(best))


def find(session: Session, shape: Shape, values: dict[str, Any], filters: Filters, first: int) -> Answer:
    """Return what a search finds, and of each kind at least the `first` in their order."""
    rows = finding.find_rows(session, shape, {**values, **filters.values(), "first": first})
    totals = {row.kind: row.number for row in rows if row.part == finding.PLAIN}
    plain = [row for row in rows if row.part == finding.FIRST]
    special = [row for row in rows if row.part == finding.SPECIAL]
    return Answer(totals, plain, _looked_at(session, special, filters))


def _looked_at(session: Session, rows: Sequence[Row], filters: Filters) -> list[Row]:
    """Return the rows with their hours worked out; those that are closed are gone."""
    unknown = [(row.number, row.position) for row in rows if row.kind & LOOK]
    bodies = bodies_of(session, unknown)
    found: list[Row] = []
    for row in rows:
        kind = row.kind
        if kind & LOOK:
            state = cards.open_at_times(bodies[row.number, row.position], filters.times, filters.on)
            if state is OpenState.CLOSED:
                continue
            kind &= SAID | LINE if state is OpenState.OPEN else LINE
        found.append(row._replace(kind=kind))
    return found
