"""Load a national list of postcodes. Searches use the list before until the new one stands whole.

Files are read outside of any transaction; each 20,000 postcodes are one transaction of the caller's making,
and the last one puts the new list in the place of the old. Whatever ends a loading before that (a fault, a
kill, another loading) leaves the list before in use; the next loading begins afresh.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from companion.core.errors import RuleBroken
from companion.core.ids import new_id
from companion.directory import gateway
from companion.directory.gateway import PostcodesUnreadable
from companion.directory.models import postcodes as stored
from companion.directory.rules.places import in_uk
from companion.directory.rules.postcode_lists import Kind, Spotted, Why, attribution, read_line

Transaction = Callable[[], AbstractContextManager[Session]]
BATCH = 20_000
MOST_TOLD = 20
MOST_RELEASE = 200
# What may be used of the list for Northern Ireland is not said by the Open Government Licence.
# Source: the ONS's licence page of its postcode products.
NORTHERN_IRELAND = (
    "The postcodes of Northern Ireland (BT) in this list come under terms of Land & Property Services (LPS), "
    "not under the Open Government Licence. Read the licence that came with the list."
)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that should have been readable: its file, its number in it from 1 and what is wrong with it."""

    file: str
    line: int
    fault: str


@dataclass(slots=True)
class PostcodeReport:
    """What one loading did; the counts are of lines, `loaded` of different postcodes."""

    kind: str
    release: str
    attribution: str
    read: int = 0
    loaded: int = 0
    repeated: int = 0
    ended: int = 0
    unplaced: int = 0
    bad: int = 0
    northern_ireland: int = 0
    bad_lines: list[BadLine] = field(default_factory=list)

    def counts(self) -> dict[str, object]:
        """Return the figures for machines."""
        names = ("kind", "release", "attribution", "read", "loaded", "repeated", "ended", "unplaced", "bad",
                 "northern_ireland")  # fmt: skip
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class PostcodesKnown:
    """The list of postcodes in use."""

    kind: str
    release: str
    attribution: str
    count: int
    loaded_at: datetime


def postcodes_known(session: Session) -> PostcodesKnown | None:
    """Return which list of postcodes is in use, or None when there is none."""
    found = stored.live_list(session)
    if found is None:
        return None
    return PostcodesKnown(found.kind, found.release, found.attribution, found.count, found.loaded_at)


def load_postcodes(
    transaction: Transaction,
    source: str | Path,
    *,
    now: datetime,
    release: str = "",
    max_drop: float = 0.2,
    progress: Callable[[int, int | None], None] | None = None,
) -> PostcodeReport:
    """Load the list at `source` (a CSV, a folder or a zip) and put it in the place of the one before.

    `transaction` opens a session and commits it, like `Sessions.begin`. `release` is what to call the list,
    else the name of its file. Raises PostcodesUnreadable when it cannot be taken, or when it has fewer
    postcodes than the list before by more than `max_drop` (a part of one); the list before stays in use then.
    """
    path, label = Path(source), release.strip()
    if len(label) > MOST_RELEASE:
        raise RuleBroken(f"Use {MOST_RELEASE} characters or fewer for the release.", "release")
    # 1. See what it is. If nothing in it can be read, stop before anything is written.
    sheets = gateway.find_sheets(path)
    kind = sheets[0].columns.kind
    report = PostcodeReport(kind, label or path.stem[:MOST_RELEASE], attribution(kind, now.year))
    # 2. Claim and empty the list that is not in use.
    run = new_id()
    with transaction() as session:
        slot = stored.claim_slot(session, {
            "run": run, "kind": str(kind), "release": report.release, "attribution": report.attribution,
            "count": 0, "digest": "", "loaded_at": now,
        })  # fmt: skip
    try:
        # 3. Fill it, one transaction for each batch; none is open while lines are read.
        digest = hashlib.sha256()
        for rows in _rows(sheets, report):
            digest.update(repr(rows).encode())
            with transaction() as session:
                _hold(session, slot, run)
                stored.put_rows(session, slot, rows)
            if progress is not None:
                progress(report.read, None)
        # 4. Put it in the place of the one before, if it can be believed.
        with transaction() as session:
            _hold(session, slot, run)
            _swap(session, slot, report, digest.hexdigest(), max_drop, now)
    except PostcodesUnreadable:
        with transaction() as session:
            if stored.still_mine(session, slot, run):
                stored.give_back(session, slot)
        raise
    return report


def _hold(session: Session, slot: str, run: UUID) -> None:
    if not stored.still_mine(session, slot, run):
        raise PostcodesUnreadable("Another loading of postcodes has begun, so this one has stopped.")


def _swap(
    session: Session, slot: str, report: PostcodeReport, digest: str, max_drop: float, now: datetime
) -> None:
    before = stored.live_list(session)
    count = stored.count_rows(session, slot)
    if not count:
        raise PostcodesUnreadable("There is no postcode with a position in this list.")
    if before is not None and count < before.count * (1 - max_drop):
        raise PostcodesUnreadable(
            f"This list has {count:,} postcodes and the one in use {before.count:,}. That is too "
            "many fewer to believe, so the one in use stays. If it is right, load it with --max-drop 1."
        )
    report.repeated = report.loaded - count
    report.loaded = count
    stored.go_live(session, slot, count, digest, now)


def _rows(sheets: list[gateway.Sheet], report: PostcodeReport) -> Iterator[list[stored.Row]]:
    """Yield the postcodes of all sheets, up to 20,000 at a time, and count what is left out."""
    batch: list[stored.Row] = []
    for sheet in sheets:
        kind, number = sheet.columns.kind, int(sheet.columns.has_header)
        for block in gateway.read_blocks(sheet):
            spotted: list[Spotted] = []
            numbers: list[int] = []
            reasons: Counter[Why] = Counter()
            for line in block:
                number += 1
                found = read_line(line, sheet.columns)
                if isinstance(found, Why):
                    reasons[found] += 1
                    if found.is_fault:
                        _tell(report, sheet.name, number, found)
                    continue
                spotted.append(found)
                numbers.append(number)
            _count(report, reasons, len(block))
            batch += _placed(report, sheet.name, kind, spotted, numbers)
            while len(batch) >= BATCH:
                yield batch[:BATCH]
                batch = batch[BATCH:]
    if batch:
        yield batch


def _placed(
    report: PostcodeReport, name: str, kind: Kind, spotted: list[Spotted], numbers: list[int]
) -> Iterator[stored.Row]:
    """Yield rows with their position in hundred-thousandths of a degree; what lies elsewhere is a fault."""
    if kind is Kind.CODE_POINT:
        positions = gateway.to_degrees([east for _, _, east in spotted], [north for _, north, _ in spotted])
    else:
        positions = [(lat, lon) for _, lat, lon in spotted]
    for (code, _, _), position, number in zip(spotted, positions, numbers, strict=True):
        if position is None or not in_uk(*position):
            _tell(report, name, number, Why.OUTSIDE)
            continue
        report.loaded += 1
        report.northern_ireland += code.startswith("BT")
        yield code, round(position[0] * stored.SCALE), round(position[1] * stored.SCALE)


def _tell(report: PostcodeReport, file: str, line: int, why: Why) -> None:
    report.bad += 1
    if len(report.bad_lines) < MOST_TOLD:
        report.bad_lines.append(BadLine(file, line, str(why)))


def _count(report: PostcodeReport, reasons: Counter[Why], lines: int) -> None:
    report.read += lines - reasons[Why.BLANK]
    report.ended += reasons[Why.ENDED]
    report.unplaced += reasons[Why.UNPLACED]
