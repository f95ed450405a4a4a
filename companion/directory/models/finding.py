"""The statement of a search: what may be found is read once, counted, and its first rows come back in order.

It is written by hand because one reading has to give everything. Rows come in three parts:

* `PLAIN`: how many services there are of each kind, of those that are one row and need no working out;
* `SPECIAL`: every row of services with several places, and every row whose hours have to be worked out;
* `FIRST`: the first of the plain rows of each kind, in their order.

Kinds are whole numbers of three bits: `SAID` for "says yes to the facts and the age", `LOOK` for "the hours
have to be worked out", `LINE` for "has no coordinates". What says no to anything is not there at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi
from typing import Any, NamedTuple

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from companion.directory.models.places import NOWHERE
from companion.directory.rules.places import EARTH_KM

PLAIN, SPECIAL, FIRST = range(3)
LOOK, SAID, LINE = 1, 2, 4
# A word of a service's name stands in the text index a second time behind this, so that a search can tell
# names from mentions.
NAME_MARK = "0"
# The dot product of two points on the sphere is good to about this much.
_BLUR = 1e-15


@dataclass(frozen=True, slots=True)
class Shape:
    """What sort of search it is: everything that changes the statement and not only its values.

    `lines` tells whether services without coordinates are read, too. `days` holds the weekdays of each group
    of times.
    """

    dialect: str
    lines: bool
    near: bool
    topic: bool
    words: bool
    facts: bool
    age: bool
    days: tuple[tuple[int, ...], ...]

    @property
    def by_topic(self) -> bool:
        """Tell whether the rows by topic are read: words are found by service, and names stand there."""
        return not self.words and (self.topic or self.near)

    @property
    def asks_nothing(self) -> bool:
        """Tell whether everything passes."""
        return not (self.facts or self.age or self.days)


class Row(NamedTuple):
    """A row of the answer; in a `PLAIN` one `number` is how many services there are of a kind.

    `order` is what rows stand in order by.
    """

    part: int
    kind: int
    number: int
    position: int
    order: tuple[Any, ...]


_ORDER = ("far", "abroad", "elsewhere", "mention", "name")


def find_rows(session: Session, shape: Shape, values: dict[str, Any]) -> list[Row]:
    """Return the rows of a search; `values` holds what `statement` names."""
    found = session.execute(statement(shape), values).all()
    return [Row(row[0], row[1], row[2], row[3], tuple(row[4:])) for row in found]


@lru_cache(maxsize=1024)
def statement(shape: Shape) -> TextClause:
    """Return the statement of a search.

    It takes `first` (how many rows of a kind), and as the shape says: `topic`; `south` and `north` (bands);
    `x`, `y`, `z` and `cosine`; `words`, `named_all` and `named_some`; `facts`; `age`; `today`;
    `time_GROUP_DAY`; `nation`.
    """
    order = ", ".join(_ORDER)
    nothing = ", ".join(f"(SELECT {name} FROM found WHERE 1 = 0)" for name in _ORDER)  # noqa: S608
    said = (SAID,) if shape.asks_nothing else (0, SAID)
    kinds = [kind + line for line in ((0, LINE) if shape.lines else (0,)) for kind in said]
    firsts = [
        f"""SELECT * FROM (
            SELECT {FIRST}, kind, service_number, position, {order} FROM found
            WHERE alone = 1 AND kind = {kind} ORDER BY {order}, service_number LIMIT :first
        ) AS first_{kind}"""  # noqa: S608
        for kind in kinds
    ]
    parts = [
        f"SELECT {PLAIN}, kind, count(*), 0, {nothing} FROM found WHERE alone = 1 AND kind & {LOOK} = 0 "  # noqa: S608
        "GROUP BY kind",
        f"SELECT {SPECIAL}, kind, service_number, position, {order} FROM found "  # noqa: S608
        f"WHERE alone = 0 OR kind & {LOOK} != 0",
        *firsts,
    ]
    return text(f"WITH found AS MATERIALIZED ({_found(shape)}) {' UNION ALL '.join(parts)}")


def _found(shape: Shape) -> str:
    """Return the select of what may be found."""
    if not shape.by_topic:
        # A CROSS JOIN tells SQLite which table comes first; PostgreSQL chooses for itself.
        words = "directory_text AS w CROSS JOIN " if shape.words else ""
        which = "both" if shape.lines else "placed"
        return _select(shape, which, f"{words}directory_place AS p", "p", _by_service(shape))
    joined = "n.service_number = p.service_number AND n.position = p.position"
    named = "directory_topic AS p CROSS JOIN directory_place AS n"
    band = "p.topic = :topic AND p.band BETWEEN :south AND :north"
    if shape.near:
        found = [_select(shape, "placed", "directory_topic AS p", "", [band])]
    else:
        found = [_select(shape, "placed", named, "n", [band, joined])]
    if shape.lines:
        found.append(
            _select(shape, "lines", named, "n", [f"p.topic = :topic AND p.band = {NOWHERE}", joined])
        )
    return " UNION ALL ".join(found)


def _by_service(shape: Shape) -> list[str]:
    """Return the conditions of reading the rows by service."""
    found = [] if shape.lines else ["p.position > 0"]
    if shape.words:
        sqlite = shape.dialect == "sqlite"
        hit = "w.directory_text MATCH :words" if sqlite else "w.words @@ CAST(:words AS tsquery)"
        found.append(f"{hit} AND p.service_number = w.rowid")
    if shape.topic:
        found.append(
            "EXISTS (SELECT 1 FROM directory_topic AS t"
            " WHERE t.service_number = p.service_number AND t.topic = :topic)"
        )
    return found


_CLOSE = "p.x * :x + p.y * :y + p.z * :z"


def _select(shape: Shape, which: str, source: str, names: str, conditions: list[str]) -> str:
    """Return the select of rows of a source, of those with coordinates (`placed`), `lines`, or `both`.

    `names` is where rows have their names, when they need any.
    """
    conditions = conditions + _narrowing(shape)
    if shape.near and which != "lines":
        conditions.append(f"({_CLOSE} >= :cosine{' OR p.position = 0' if which == 'both' else ''})")
    mention = _mention(shape.dialect) if shape.words else "0"
    of_placed = (
        (f"-({_CLOSE})", "0", "0", "0", "''") if shape.near else ("0", "0", "0", mention, f"{names}.name")
    )
    elsewhere = f"CASE WHEN {names}.nations = 0 OR ({names}.nations & :nation) != 0 THEN 0 ELSE 1 END"
    of_lines = ("0", f"1 - {names}.national", elsewhere, mention, f"{names}.name")
    columns: tuple[str, ...] = of_placed if which == "placed" else of_lines
    line = {"placed": "0", "lines": str(LINE)}.get(which, f"CASE WHEN p.position = 0 THEN {LINE} ELSE 0 END")
    if which == "both":
        pairs = zip(of_lines, of_placed, strict=True)
        columns = tuple(a if a == b else f"CASE WHEN p.position = 0 THEN {a} ELSE {b} END" for a, b in pairs)
    listed = ", ".join(f"{column} AS {name}" for column, name in zip(columns, _ORDER, strict=True))
    return (
        f"SELECT p.service_number, p.position, p.alone, {_kind(shape)} + {line} AS kind, {listed} "  # noqa: S608
        f"FROM {source} WHERE {' AND '.join(conditions) or '1 = 1'}"
    )


def _mention(dialect: str) -> str:
    """Return 0 when a name holds every word of the question, 1 for some, 2 for none."""
    every, some = (_matching(dialect, name) for name in ("named_all", "named_some"))
    return (
        f"CASE WHEN p.service_number IN ({every}) THEN 0 WHEN p.service_number IN ({some}) THEN 1 ELSE 2 END"
    )


def _narrowing(shape: Shape) -> list[str]:
    """Return the conditions that a service says no to nothing that is asked."""
    found = [f"({' OR '.join(_may_be_open(group, days))})" for group, days in enumerate(shape.days)]
    if shape.facts:
        found.append("(p.no & :facts) = 0")
    if shape.age:
        found.append("p.youngest <= :age AND p.oldest >= :age")
    return found


def _open(kind: str, group: int, days: Sequence[int]) -> list[str]:
    return [f"(p.{kind}_{day} & :time_{group}_{day}) != 0" for day in days]


def _may_be_open(group: int, days: Sequence[int]) -> list[str]:
    return [*_open("open", group, days), *_open("partly", group, days), "p.known_until < :today"]


def _kind(shape: Shape) -> str:
    said = (["(p.yes & :facts) = :facts"] if shape.facts else []) + (
        ["(p.youngest > 0 OR p.oldest < 100)"] if shape.age else []
    )
    kind = f"CASE WHEN {' AND '.join(said)} THEN {SAID} ELSE 0 END" if said else str(SAID)
    if not shape.days:
        return kind
    sure = " AND ".join(
        f"({' OR '.join(_open('open', group, days))})" for group, days in enumerate(shape.days)
    )
    return f"CASE WHEN p.known_until < :today THEN 0 WHEN {sure} THEN {kind} ELSE {kind} + {LOOK} END"


def _matching(dialect: str, name: str) -> str:
    if dialect == "sqlite":
        return f"SELECT rowid FROM directory_text WHERE directory_text MATCH :{name}"  # noqa: S608
    return f"SELECT rowid FROM directory_text WHERE words @@ CAST(:{name} AS tsquery)"  # noqa: S608


def matching(session: Session, words: Sequence[str], *, every: bool = True) -> TextClause:
    """Return a select of the numbers of services with every word (or any); the last may be unfinished."""
    dialect = dialect_of(session)
    return text(_matching(dialect, "words")).bindparams(words=text_query(dialect, words, every=every))


def text_query(dialect: str, words: Sequence[str], *, every: bool = True, in_name: bool = False) -> str:
    """Return a question to the text index; the last word may be unfinished unless names are asked."""
    mark = NAME_MARK if in_name else ""
    parts = [f"{mark}{word}" for word in words if re.fullmatch(r"[a-z0-9]+", word)]
    quote, both, either, more = (
        ('"', " AND ", " OR ", "*") if dialect == "sqlite" else ("'", " & ", " | ", ":*")
    )
    unfinished = bool(parts) and len(parts[-1]) > 2 and not in_name
    quoted = [f"{quote}{part}{quote}" for part in parts]
    if unfinished:
        quoted[-1] += more
    return (both if every else either).join(quoted)


def cosine_of(km: float) -> float:
    """Return the least dot product of points on the unit sphere that lie within some kilometres."""
    return cos(min(km / EARTH_KM, pi)) - _BLUR


def dialect_of(session: Session) -> str:
    """Return the name of the database that is used."""
    return session.get_bind().dialect.name
