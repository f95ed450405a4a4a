"""The files of a feed that lies in a file, a folder or a zip: which there are and how each is opened."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from companion.directory.gateway.documents import decode, is_json
from companion.directory.gateway.held import Document
from companion.directory.gateway.json_text import Opened
from companion.directory.gateway.sheets import is_flat
from companion.directory.gateway.workbooks import is_workbook, read_workbook
from companion.directory.rules.tables import table_name

MOST_BYTES = 1024**3
MOST_UNPACKED = 1024**3
MOST_BOOK = 256 * 1024**2
MOST_FILES = 2000
START = 65536
# What reading a zip raises that is damaged, locked, or packed in a way we do not know.
_DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError)

Found = list[tuple[str, Document]]


class CannotRead(Exception):
    """Why a feed cannot be read, in one sentence."""


@dataclass(slots=True)
class Member:
    """One file of a feed: its name there, how it is opened, its first bytes; or how a workbook is read."""

    name: str
    open: Callable[[], Opened]
    start: bytes = b""
    workbook: Callable[[], Found] | None = None

    @property
    def is_json(self) -> bool:
        """Tell whether it is JSON, of which nothing is held."""
        return self.workbook is None and is_json(self.start)


def members_at(path: Path, stack: ExitStack) -> list[Member]:
    """Return the files at a path that may hold services. Raises CannotRead."""
    if not path.exists():
        raise CannotRead(f"There is no file or folder called {path.name}.")
    if path.is_dir():
        return _in_folder(path)
    if path.stat().st_size > MOST_BYTES:
        raise CannotRead(f"{path.name} is larger than {MOST_BYTES // 1024**2} MB. Split it up.")
    one = _file(path, path.name)
    return _in_zip(path, stack) if _is_zip(one) else [one]


def _file(path: Path, name: str) -> Member:
    one = Member(name, lambda: path.open("rb"))
    _look(one)
    return one


def _look(one: Member) -> None:
    with one.open() as opened:
        one.start = opened.read(START)


def _is_zip(one: Member) -> bool:
    return one.start.startswith(b"PK\x03\x04")


def _is_data(one: Member) -> bool:
    start = one.start[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"["):
        return True
    if one.name.lower().endswith(".csv") and table_name(one.name) is not None:
        return True
    return start != b"<" and (is_json(one.start) or is_flat(decode(one.start[:8192])))


def _in_folder(folder: Path) -> list[Member]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    if len(files) > MOST_FILES or sum(path.stat().st_size for path in files) > MOST_UNPACKED:
        raise CannotRead(f"The folder {folder.name} holds more than we take.")
    found = []
    for path in files:
        one = _file(path, str(path.relative_to(folder)))
        if _is_zip(one):
            one.workbook = _workbook_beside(path)
        if one.workbook is not None or _is_data(one):
            found.append(one)
    return found


def _workbook_beside(path: Path) -> Callable[[], Found] | None:
    """Return how a workbook among other files is read; other zips, damaged ones too, are none of ours."""
    try:
        with zipfile.ZipFile(path) as packed:
            return (lambda: _workbook(path)) if is_workbook(packed) else None
    except _DAMAGED:
        return None


def _workbook(path: Path) -> Found:
    try:
        with zipfile.ZipFile(path) as packed:
            return read_workbook(path, packed, MOST_BOOK)
    except _DAMAGED:
        raise _damaged(path) from None


def _damaged(path: Path) -> CannotRead:
    return CannotRead(f"{path.name} is a damaged or locked zip file. Nothing was changed. Get it again.")


def _in_zip(path: Path, stack: ExitStack) -> list[Member]:
    try:
        packed = stack.enter_context(zipfile.ZipFile(path))
        if is_workbook(packed):
            return [Member(path.name, lambda: path.open("rb"), workbook=lambda: _workbook(path))]
        inside = [info for info in packed.infolist() if not info.is_dir()]
    except _DAMAGED:
        raise _damaged(path) from None
    # What is read of a file in a zip is at most what the zip says it unpacks to.
    if len(inside) > MOST_FILES or sum(info.file_size for info in inside) > MOST_UNPACKED:
        raise CannotRead(f"{path.name} unpacks to more than we take.")
    found: list[Member] = []
    for info in inside:
        one = Member(_plain(info.filename), _unpacker(path, packed, info))
        _look(one)
        if _is_data(one):
            found.append(one)
    return found


def _unpacker(path: Path, packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], Opened]:
    def unpack() -> Opened:
        try:
            return _Unpacked(path, packed.open(info))
        except _DAMAGED:
            raise _damaged(path) from None

    return unpack


class _Unpacked:
    """A file in a zip; whatever is wrong with the zip is one sentence."""

    def __init__(self, path: Path, opened: IO[bytes]) -> None:
        self._path, self._opened = path, opened

    def read(self, size: int = -1) -> bytes:
        try:
            return self._opened.read(size)
        except _DAMAGED:
            raise _damaged(self._path) from None

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_why: object) -> None:
        self._opened.close()


def _plain(name: str) -> str:
    """Return the name of a file in a zip as words only: it is shown on a terminal and opened nowhere."""
    return "".join(one if one.isprintable() else "?" for one in name)[:200]
