"""The file of rejects: whole or not there at all."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from companion.core.errors import RuleBroken
from companion.directory.rules.record import Finding
from companion.directory.rules.sheets import REJECT_COLUMNS, reject_row


@contextmanager
def open_rejects(path: Path) -> Iterator[Callable[[Finding], None]]:
    """Give out a function that writes one finding as a row of CSV; the file takes its place at the end.

    The file has the mark of UTF-8, without which spreadsheets read it in another alphabet. Raises RuleBroken
    when it cannot be written; a file that stood there before is kept then.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with _plain(path):
            opened = part.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
        with opened:
            rows = csv.writer(opened)

            def tell(finding: Finding) -> None:
                with _plain(path):
                    rows.writerow(reject_row(finding))

            with _plain(path):
                rows.writerow(REJECT_COLUMNS)
            yield tell
            with _plain(path):
                opened.flush()
        with _plain(path):
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _plain(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise RuleBroken(f"{path.name} cannot be written: {problem.strerror}.", "rejects") from None
