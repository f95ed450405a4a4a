"""Bring a feed in: clean, keep what is good, write down what is not, retire what is gone.

A feed is read outside of any transaction; each page is one transaction of the caller's making. Running the
same feed again writes nothing but the time it was read.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from companion.core.errors import CompanionError, RuleBroken
from companion.core.ids import new_id
from companion.directory import gateway, models
from companion.directory.gateway import End, Page
from companion.directory.rules.parse import external_id, parse_service, record_hash
from companion.directory.rules.record import Level, Problem, Record, Topic
from companion.directory.rules.shape import SENTENCES
from companion.directory.use_cases.writing import Known, hide, write_records

Transaction = Callable[[], AbstractContextManager[Session]]
MOST_NOTED = 5000
MOST_LABEL = 300


class FeedUnreadable(CompanionError):
    """The feed could not be read at all; nothing was changed."""

    status = 422
    code = "feed_unreadable"
    title = "We could not read this feed"


@dataclass(frozen=True, slots=True)
class Licence:
    """What a publisher allows and how it wants to be named; `name` may not be empty."""

    name: str
    publisher: str = ""
    attribution: str = ""
    feed_name: str = ""
    url: str = ""


@dataclass(slots=True)
class ImportReport:
    """What one reading of a feed did; the counts are of services, `problems` are of facts by code."""

    source: str
    total: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    duplicates: int = 0
    retired: int = 0
    returned: int = 0
    without_position: int = 0
    complete: bool = False
    failure: str = ""
    held_back: str = ""
    problems: Counter[str] = field(default_factory=Counter)
    rejects: list[Problem] = field(default_factory=list)

    def counts(self) -> dict[str, object]:
        """Return the figures that are kept with the feed."""
        names = ("total", "new", "updated", "unchanged", "rejected", "duplicates", "retired", "returned",
                 "without_position", "failure", "held_back")  # fmt: skip
        return {**{name: getattr(self, name) for name in names}, "problems": dict(self.problems)}


@dataclass(slots=True)
class _Run:
    """What one import carries from page to page."""

    feed_id: UUID
    topics: Sequence[Topic]
    salt: str
    now: datetime
    dry: bool
    report: ImportReport
    seen: dict[str, int] = field(default_factory=dict)
    noted: set[UUID] = field(default_factory=set)
    looked_at: set[str] = field(default_factory=set)


def import_feed(
    transaction: Transaction,
    source: str | Path,
    *,
    topics: Sequence[Topic],
    licence: Licence,
    now: datetime,
    label: str | None = None,
    extra_origins: frozenset[str] = frozenset(),
    max_retire: float = 0.2,
    dry_run: bool = False,
    progress: Callable[[int, int | None], None] | None = None,
) -> ImportReport:
    """Import the feed at `source` (file, folder, zip or https address) page by page.

    `transaction` opens a session and commits it, like `Sessions.begin`. `label` is what the feed is known by
    from one run to the next, else its address or path. `extra_origins` may be plain http or internal. Raises
    RuleBroken without a licence and FeedUnreadable when nothing could be read; nothing is changed then.
    """
    # 1. A feed without a licence is not taken.
    if not licence.name.strip():
        raise RuleBroken("Say under which licence this feed may be used.", "licence")
    if max(map(len, (licence.name, licence.publisher, licence.feed_name))) > MOST_LABEL:
        raise RuleBroken(f"Use {MOST_LABEL} characters or fewer for names and the licence.", "licence")
    known_as = label or (source if _is_url(source) else str(Path(source).resolve()))
    report = ImportReport(str(known_as))
    # 2. Read the first page. If there is none, stop before anything is written.
    pieces = gateway.read_feed(source, gateway.from_web(extra_origins))
    piece = next(pieces)
    if isinstance(piece, End) and piece.failure:
        raise FeedUnreadable(piece.failure)
    # 3. Make or refresh the feed's own row.
    with transaction() as session:
        feed_id = _feed_row(session, str(known_as), source, licence, now, dry_run)
    run = _Run(feed_id, topics, _salt(topics), now, dry_run, report)
    # 4. One transaction for each page; none is open while the next one is fetched.
    while isinstance(piece, Page):
        with transaction() as session:
            _import_page(session, run, piece)
        if progress is not None:
            progress(report.total, piece.total)
        piece = next(pieces)
    # 5. Retire what a whole feed no longer holds and keep the figures.
    report.complete, report.failure = piece.complete, piece.failure
    with transaction() as session:
        _finish(session, run, max_retire)
    return report


def _is_url(source: str | Path) -> bool:
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


def _salt(topics: Sequence[Topic]) -> str:
    """Return a hash of the topics, so that a changed list sorts every service anew."""
    body = json.dumps([[topic.key, topic.title, *topic.keywords] for topic in topics])
    return hashlib.sha256(body.encode()).hexdigest()


def _feed_row(
    session: Session, known_as: str, source: str | Path, licence: Licence, now: datetime, dry: bool
) -> UUID:
    feed = session.scalar(select(models.Feed).where(models.Feed.source == known_as))
    if feed is None:
        feed = models.Feed(id=new_id(), source=known_as, complete=False, counts="{}", fetched_at=now)
        if not dry:
            session.add(feed)
    if dry:
        return feed.id
    feed.name = (
        licence.feed_name or licence.publisher or Path(known_as).name[:MOST_LABEL] or known_as[:MOST_LABEL]
    )
    feed.publisher, feed.licence = licence.publisher, licence.name.strip()
    feed.attribution, feed.fetched_at = licence.attribution, now
    feed.url = licence.url or (str(source) if _is_url(source) else "")
    session.flush()
    return feed.id


def _import_page(session: Session, run: _Run, page: Page) -> None:
    report, fresh = run.report, dict[str, tuple[str, object]]()
    problems: list[tuple[str, Problem]] = []
    for pointer, raw in page.records:
        report.total += 1
        own = external_id(raw)
        if not own:
            problems += [("", problem) for problem in _parse(raw, pointer)[1]]
            report.rejected += 1
        elif own in run.seen:
            run.seen[own] += 1
            report.duplicates += 1
            if run.seen[own] == 2:
                problems.append((own, _twice(pointer)))
        else:
            run.seen[own] = 1
            fresh[own] = (pointer, raw)
    stored = _stored(session, run.feed_id, list(fresh))
    changed: list[tuple[Record, str, Known | None]] = []
    for own, (pointer, raw) in fresh.items():
        known, digest = stored.get(own), record_hash(raw, run.salt)
        if known is not None and known.record_hash == digest and not known.retired:
            report.unchanged += 1
            continue
        record, found = _parse(raw, pointer)
        run.looked_at.add(own)
        problems += [(own, problem) for problem in found]
        if record is None:
            report.rejected += 1
            continue
        report.new += known is None
        report.updated += known is not None and not known.retired
        report.returned += known is not None and known.retired
        report.without_position += not any(place.lat is not None for place in record.places)
        changed.append((record, digest, known))
    if not run.dry:
        write_records(session, run.feed_id, changed, run.topics, run.now)
    _note(session, run, problems)


def _twice(pointer: str) -> Problem:
    return Problem(pointer, "id", "duplicate_id", SENTENCES["duplicate_id"], Level.DROPPED)


def _parse(raw: object, pointer: str) -> tuple[Record | None, list[Problem]]:
    return parse_service(raw, pointer, gateway.gazetteer())


def _stored(session: Session, feed_id: UUID, ids: Sequence[str]) -> dict[str, Known]:
    if not ids:
        return {}
    service = models.Service
    rows = session.execute(
        select(
            service.external_id, service.number, service.id, service.record_hash, service.retired_at
        ).where(service.feed_id == feed_id, service.external_id.in_(ids))
    )
    return {row[0]: Known(row[1], row[2], row[3], row[4] is not None) for row in rows}


def _note(session: Session, run: _Run, problems: list[tuple[str, Problem]]) -> None:
    """Write down what was refused or dropped; what was only mended is counted."""
    run.report.problems.update(problem.code for _, problem in problems)
    rows = []
    for own, problem in problems:
        if problem.level is Level.MENDED:
            continue
        if problem.level is Level.REJECT and len(run.report.rejects) < MOST_NOTED:
            run.report.rejects.append(problem)
        # The same finding has the same id next time, so a second run writes nothing.
        row_id = uuid5(run.feed_id, f"{own or problem.pointer}|{problem.field}|{problem.code}")
        if row_id in run.noted or len(run.noted) >= MOST_NOTED:
            continue
        run.noted.add(row_id)
        rows.append({
            "id": row_id, "feed_id": run.feed_id, "external_id": own, "level": str(problem.level),
            "pointer": problem.pointer[:300], "field": problem.field[:300], "code": problem.code,
            "message": problem.message,
        })  # fmt: skip
    if not rows or run.dry:
        return
    reject = models.Reject
    known = set(session.scalars(select(reject.id).where(reject.id.in_([row["id"] for row in rows]))))
    missing = [row for row in rows if row["id"] not in known]
    if missing:
        session.execute(insert(models.Reject), missing)


def _finish(session: Session, run: _Run, max_retire: float) -> None:
    report, service = run.report, models.Service
    rows = session.execute(
        select(service.number, service.external_id).where(
            service.feed_id == run.feed_id, service.retired_at.is_(None)
        )
    ).all()
    gone = [number for number, own in rows if own not in run.seen]
    if gone and report.complete and report.total:
        if len(gone) > max_retire * len(rows):
            report.held_back = (
                f"{len(gone)} of {len(rows)} services are missing from this feed. That is too many "
                "to believe, so all were kept."
            )
        else:
            report.retired = len(gone)
    if run.dry:
        return
    if report.retired:
        hide(session, gone, run.now)
    _forget_old_notes(session, run)
    session.execute(
        update(models.Feed)
        .where(models.Feed.id == run.feed_id)
        .values(complete=report.complete, counts=json.dumps(report.counts(), sort_keys=True))
    )


def _forget_old_notes(session: Session, run: _Run) -> None:
    """Take out notes about records that are fine by now; notes about unchanged records stay."""
    if not run.report.complete:
        return
    reject = models.Reject
    rows = session.execute(select(reject.id, reject.external_id).where(reject.feed_id == run.feed_id))
    stale = [
        row_id for row_id, own in rows
        if row_id not in run.noted and (own in run.looked_at or own not in run.seen)
    ]  # fmt: skip
    for start in range(0, len(stale), 500):
        session.execute(delete(reject).where(reject.id.in_(stale[start : start + 500])))


def list_feeds(session: Session) -> list[dict[str, object]]:
    """List the feeds with their licence, last reading and figures."""
    count = func.count(models.Service.number)
    rows = session.execute(
        select(models.Feed, count)
        .outerjoin(models.Service, (models.Service.feed_id == models.Feed.id) & models.Service.shown)
        .group_by(models.Feed.id)
        .order_by(models.Feed.source)
    )
    return [
        {
            "id": feed.id, "source": feed.source, "name": feed.name, "publisher": feed.publisher,
            "licence": feed.licence, "fetched_at": feed.fetched_at, "complete": feed.complete,
            "services": shown,
            "counts": json.loads(feed.counts),
        }
        for feed, shown in rows
    ]  # fmt: skip
