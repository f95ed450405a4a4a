"""The files of a list of postcodes: one CSV, a folder of them, or a zip. Read line by line, never unpacked.

Names inside a zip are never used as paths. What a file is is told by its first lines, not by its name.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from companion.core.errors import CompanionError
from companion.directory.rules.postcode_lists import Columns, Kind, Why, find_columns, read_line

# A whole ONSPD is 1.6 GB of CSV and comes with the same rows once more, by area.
MOST_BYTES = 4 * 1024**3
MOST_FILES = 5000
_BLOCK = 1024**2
_START = 64 * 1024
# The ONS's folder of the same rows in one file for each area.
_AGAIN = "multi_csv"
_TAKEN = "We read OS Code-Point Open, ONSPD and NSPL."
_OTHER = f"is not a list of postcodes. {_TAKEN}"


class PostcodesUnreadable(CompanionError):
    """A list of postcodes could not be taken; the one that is in use stays."""

    status = 422
    code = "postcodes_unreadable"
    title = "We could not read this list of postcodes"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One CSV of a list: what to call it, what stands where, and the file or zip (with a member) it is in."""

    name: str
    columns: Columns
    path: Path
    member: str | None


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    path: Path
    member: str | None
    size: int


def find_sheets(source: Path) -> list[Sheet]:
    """Return the CSVs of the list at `source`, all of one kind, or raise PostcodesUnreadable."""
    files = _files(source)
    if sum(one.size for one in files) > MOST_BYTES:
        raise PostcodesUnreadable(
            f"{source.name} holds more than {MOST_BYTES // 1024**3} GB, which we do not take."
        )
    found: list[tuple[_File, Columns]] = []
    faults: list[str] = []
    for one in files:
        start = _start(one)
        fault = _fault(start)
        columns = None if fault else find_columns(start.decode("latin-1").split("\n")[:50])
        if columns is not None:
            found.append((one, columns))
        elif one.name.lower().endswith(".csv") or len(files) == 1:
            faults.append(f"{one.name} {fault or _OTHER}")
    if not found:
        raise PostcodesUnreadable(
            faults[0] if len(files) == 1 else f"{source.name} holds no list of postcodes. {_TAKEN}"
        )
    kinds = {columns.kind for _, columns in found}
    if len(kinds) > 1:
        raise PostcodesUnreadable(f"{source.name} holds two kinds of lists. Load one of them.")
    broken = [fault for fault in faults if not fault.endswith(_OTHER)]
    if broken and kinds == {Kind.CODE_POINT}:
        raise PostcodesUnreadable(broken[0])
    first = [one for one in found if _AGAIN not in one[0].name.lower().split("/")[:-1]] or found
    return [Sheet(one.name, columns, one.path, one.member) for one, columns in first]


def read_blocks(sheet: Sheet) -> Iterator[list[str]]:
    """Yield the lines of a sheet, about a megabyte at a time, without its header.

    Raises PostcodesUnreadable when it is damaged, ends in the middle of a line, or is more than we take.
    """
    left, rest, skip = MOST_BYTES, "", sheet.columns.has_header
    with _readable(sheet.name), _opened(sheet.path, sheet.member) as file:
        while data := file.read(_BLOCK):
            left -= len(data)
            if left < 0:
                raise PostcodesUnreadable(
                    f"{sheet.name} is longer than {MOST_BYTES // 1024**3} GB, which we do not take."
                )
            # Every field we use is plain ASCII, so it is read alike from UTF-8 and from cp1252.
            lines = (rest + data.decode("latin-1")).split("\n")
            rest = lines.pop()
            if len(rest) > _BLOCK:
                raise PostcodesUnreadable(f"{sheet.name} has a line that is longer than 1 MB. Get it again.")
            if skip and lines:
                skip = not any(lines)
                lines = lines[next((i for i, line in enumerate(lines, 1) if line.strip()), len(lines)) :]
            yield lines
    if rest.strip() and not skip:
        if read_line(rest, sheet.columns) is Why.COLUMNS:
            raise PostcodesUnreadable(f"{sheet.name} ends in the middle of a line. Get it again.")
        yield [rest]


def _files(source: Path) -> list[_File]:
    """Return every file of a source with its size in bytes, in the order of their names."""
    if source.is_dir():
        inside = sorted(path for path in source.rglob("*") if path.is_file())
        files = [
            _File(_shown(str(path.relative_to(source))), path, None, path.stat().st_size) for path in inside
        ]
    elif not source.is_file():
        raise PostcodesUnreadable(
            f"There is no file or folder called {source.name}. Download the list first."
        )
    elif zipfile.is_zipfile(source) or _starts_as_zip(source):
        files = _packed(source)
    else:
        files = [_File(source.name, source, None, source.stat().st_size)]
    if not files:
        raise PostcodesUnreadable(f"{source.name} is empty.")
    if len(files) > MOST_FILES:
        raise PostcodesUnreadable(f"{source.name} holds more than {MOST_FILES} files, which we do not take.")
    return files


def _shown(name: str) -> str:
    """Return a name from inside a source as it may be printed, without signs that steer a terminal."""
    return "".join(char if char.isprintable() else "?" for char in name)


def _starts_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _packed(path: Path) -> list[_File]:
    with _readable(path.name), zipfile.ZipFile(path) as packed:
        inside = [info for info in packed.infolist() if not info.is_dir()]
    for info in inside:
        parts = {*PurePosixPath(info.filename).parts, *PureWindowsPath(info.filename).parts}
        if ".." in parts or info.filename.startswith(("/", "\\")) or PureWindowsPath(info.filename).drive:
            raise PostcodesUnreadable(
                f"{path.name} names a file outside of itself. Do not use it; get it again."
            )
    return [_File(_shown(info.filename), path, info.filename, info.file_size) for info in inside]


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turn what a damaged, locked or unreadable file raises into one sentence."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError):
        raise PostcodesUnreadable(f"{name} is a damaged or locked zip file. Get it again.") from None
    except OSError as error:
        raise PostcodesUnreadable(
            f"{name} cannot be read ({error.strerror or type(error).__name__})."
        ) from None


@contextmanager
def _opened(path: Path, member: str | None) -> Iterator[IO[bytes]]:
    if member is None:
        with path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as packed, packed.open(member) as inside:
        yield inside


def _start(one: _File) -> bytes:
    with _readable(one.name), _opened(one.path, one.member) as file:
        return file.read(_START)


def _fault(start: bytes) -> str:
    """Return what is wrong with the first bytes of a file, or nothing."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return "is empty."
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or text[1:2] == b"\0":
        return "is written in UTF-16. Save it as CSV in UTF-8."
    if b"\0" in start:
        return "is not a text file."
    if text.startswith(b"<"):
        return "is a web page and not a list. Perhaps the download asked for a sign-in: get it again."
    return ""
