"""A feed in a file, a folder or a zip, given out in pages. It can be read as often as wanted.

JSON is never held whole, so a large file takes no more memory than a small one. Tables and workbooks are put
together once and kept.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from companion.directory.gateway.documents import Reading, drained, read_json, read_other
from companion.directory.gateway.held import (
    Document,
    End,
    Given,
    Other,
    Page,
    Piece,
    Services,
    Table,
    Unreadable,
)
from companion.directory.gateway.members import MOST_FILES, START, CannotRead, Found, Member, members_at
from companion.directory.rules.tables import Row, assemble, join_tables

# Tables are held whole while they are put together.
MOST_TABLES = 256 * 1024**2
PAGE = 500


class Ended:
    """Records to go through; `end` says how it went once there are no more."""

    def __init__(self, records: Generator[Given, None, End]) -> None:
        self.end = End(False)
        self._given = self._until_the_end(records)

    def _until_the_end(self, records: Generator[Given, None, End]) -> Iterator[Given]:
        self.end = yield from records

    def __iter__(self) -> Iterator[Given]:
        return self._given


@dataclass(slots=True)
class FileFeed:
    """What is read at a path. Every reading gives out the same records, or ends and says why not."""

    path: Path
    _tables: dict[int, Found] = field(default_factory=dict)
    _held: int = 0
    _state: object = None

    def pages(self) -> Iterator[Piece]:
        """Give out the pages and then one End, with a failure unless all of it could be read."""
        given = Ended(self.records())
        while page := list(islice(given, PAGE)):
            yield Page(page)
        yield given.end

    def records(self) -> Generator[Given, None, End]:
        """Give out the records one by one and return the End."""
        path = self.path
        try:
            state = _state_of(path)
            if self._state not in (None, state):
                raise CannotRead(_changed(path))
            self._state = state
            with ExitStack() as stack:
                complete = yield from self._together(members_at(path, stack))
            if _state_of(path) != state:
                raise CannotRead(_changed(path))
            return End(complete)
        except CannotRead as why:
            return End(False, str(why))
        except OSError as problem:
            return End(False, f"{path.name} cannot be opened: {problem.strerror}.")

    def _together(self, members: list[Member]) -> Generator[Given, None, bool]:
        """Give out the records of all files; return whether they are a whole feed. Raises CannotRead."""
        alone = len(members) == 1 and not self.path.is_dir()
        # 1. A single record is fuller than the one in a list, and the first of one id is kept.
        single = {}
        for number, one in enumerate(members if len(members) > 1 else []):
            if (given := _single(one)) is not None:
                yield given._replace(where=f"{one.name}#")
                single[number] = given
        # 2. The lists. A file that is whole and holds something else is passed over; half a file stops all.
        tally = _Tally(self.path.name, alone=alone, count=len(single))
        for number, one in enumerate(members):
            if number not in single:
                prefix = f"{one.name}#" if len(members) > 1 else ""
                for name, document in (yield from self._read(number, one, prefix)):
                    tally.add(name, document)
        # 3. Packages of tables.
        packed = 0
        for folder, tables in sorted(tally.packages.items()):
            start = f"{folder}/services" if folder else "services"
            for line, raw in enumerate(assemble(join_tables(tables)), start=1):
                yield Given(f"{start}#{line}", raw)
                packed += 1
        return tally.is_whole(packed)

    def _read(self, number: int, one: Member, prefix: str) -> Generator[Given, None, Found]:
        if one.is_json:
            with one.open() as opened:
                document = yield from _placed(read_json(one.name, opened), prefix)
            return [(one.name, document)]
        if number not in self._tables:
            self._tables[number] = one.workbook() if one.workbook else [(one.name, self._table(one))]
        for _, document in self._tables[number]:
            if isinstance(document, Services):
                for given in document.records:
                    yield given._replace(where=f"{prefix}{given.where}")
        return self._tables[number]

    def _table(self, one: Member) -> Document:
        with one.open() as opened:
            data = opened.read(MOST_TABLES - self._held + 1)
        self._held += len(data)
        if self._held > MOST_TABLES:
            raise CannotRead(f"{self.path.name} holds tables larger than {MOST_TABLES // 1024**2} MB.")
        return read_other(one.name, data)


@dataclass(slots=True)
class _Tally:
    """What the files of a feed were, put together."""

    label: str
    alone: bool
    count: int
    files: int = 0
    lists: int = 0
    listed: int = 0
    promised: int = 0
    packages: dict[str, list[tuple[str, list[Row]]]] = field(default_factory=dict)

    def add(self, name: str, document: Document) -> None:
        """Add one file, or a sheet of one. Raises CannotRead for half a file and what is none of ours."""
        if isinstance(document, Services):
            self.count += document.count
            self.files += 1
            if not document.single:
                self.lists += 1
                self.listed += document.count
                self.promised = max(self.promised, document.total or 0)
        elif isinstance(document, Table):
            self.packages.setdefault(name.rpartition("/")[0], []).append((document.name, document.rows))
        elif isinstance(document, Unreadable) and (document.broken or self.alone):
            raise CannotRead(document.sentence)
        elif isinstance(document, Other) and self.alone:
            raise CannotRead(f"{self.label} holds {document.what}, not services.")

    def is_whole(self, packed: int) -> bool:
        """Tell whether it is a whole feed, with so many services out of packages of tables."""
        if not (self.files or self.count or packed):
            raise CannotRead(f"There are no services in {self.label}.")
        return packed > 0 or (self.lists > 0 and self.count > 0 and self.listed >= self.promised)


def _state_of(path: Path) -> object:
    """Return what changes when somebody writes to what is read."""
    paths = [path, *sorted(path.rglob("*"))[:MOST_FILES]] if path.is_dir() else [path]
    found = [(str(one), one.stat()) for one in paths if one.exists()]
    return [(name, stat.st_ino, stat.st_size, stat.st_mtime_ns) for name, stat in found]


def _changed(path: Path) -> str:
    return f"{path.name} was changed while it was read. Try again when it is whole."


def _placed(reading: Reading, prefix: str) -> Reading:
    """Give out records with the name of their file before where they stand in it."""
    if not prefix:
        return (yield from reading)
    while True:
        try:
            given = next(reading)
        except StopIteration as end:
            document: Document = end.value
            return document
        yield given._replace(where=f"{prefix}{given.where}")


def _single(one: Member) -> Given | None:
    """Return the one record of a small file that holds a single service."""
    if len(one.start) >= START or not one.is_json:
        return None
    given: list[Given] = []
    document = drained(read_json(one.name, io.BytesIO(one.start)), given.append)
    return given[0] if isinstance(document, Services) and document.single else None
