"""Bring a feed in: clean, keep what is good, write down what is not, retire what is gone.

A feed is read outside of any transaction; each page is one transaction of the caller's making. Running the
same feed again writes nothing but the time it was read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from companion.core.errors import CompanionError, RuleBroken
from companion.core.ids import new_id
from companion.directory import gateway, models
from companion.directory.gateway import End, Page
from companion.directory.models.postcodes import live_list
from companion.directory.rules.care import corrected, next_refresh
from companion.directory.rules.own_list import own_topics
from companion.directory.rules.parse import external_id, is_rejected, parse_service
from companion.directory.rules.record import Finding, Level, Problem, Record, Topic
from companion.directory.rules.shape import SENTENCES
from companion.directory.use_cases import reading
from companion.directory.use_cases.caring import corrections
from companion.directory.use_cases.notes import Noted, forget_old_notes, note, tell_of
from companion.directory.use_cases.reports import ImportReport, Run
from companion.directory.use_cases.writing import Known, hide, write_records

Transaction = Callable[[], AbstractContextManager[Session]]
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
    max_reject_rate: float = 1.0,
    dry_run: bool = False,
    progress: Callable[[int, int | None], None] | None = None,
    tell: Callable[[Finding], None] | None = None,
) -> ImportReport:
    """Import the feed at `source` (file, folder, zip or https address) page by page.

    `transaction` opens a session and commits it, like `Sessions.begin`. `label` is what the feed is known by
    from one run to the next, else its address or path. `extra_origins` may be plain http or internal. `tell`
    hears of every record refused and every fact dropped, also in records that have not changed. When more
    than `max_reject_rate` of the records (0 to 1) are refused, a file changes nothing, and a feed from the
    web, which is written as it comes, retires nothing; the report says so. Raises RuleBroken without a
    licence and FeedUnreadable when nothing could be read; nothing is changed then.
    """
    # 1. A feed without a licence is not taken.
    if not licence.name.strip():
        raise RuleBroken("Say under which licence this feed may be used.", "licence")
    if max(map(len, (licence.name, licence.publisher, licence.feed_name))) > MOST_LABEL:
        raise RuleBroken(f"Use {MOST_LABEL} characters or fewer for names and the licence.", "licence")
    known_as = label or (source if _is_url(source) else str(Path(source).resolve()))
    report = ImportReport(str(known_as))
    # 2. Read the first page. If there is none, stop before anything is written.
    pieces: Iterator[Page | End] = gateway.read_feed(source, gateway.from_web(extra_origins))
    piece = next(pieces)
    if isinstance(piece, End) and piece.failure:
        raise FeedUnreadable(piece.failure)
    # 3. A file is known whole, so whether too much of it is bad is known before anything is written.
    refused = ""
    if not _is_url(source):
        known = [piece, *pieces]
        refused = _too_many_rejected(known, max_reject_rate)
        piece, pieces = known[0], iter(known[1:])
    dry = dry_run or bool(refused)
    # 4. Make or refresh the feed's own row.
    with transaction() as session:
        feed_id = _feed_row(session, str(known_as), source, licence, now, dry)
        postcodes_known = live_list(session)
    stamp = postcodes_known.digest if postcodes_known is not None else ""
    run = Run(feed_id, topics, _salt(topics), stamp, now, dry, report, tell=tell)
    # 5. One transaction for each page; none is open while the next one is fetched.
    while isinstance(piece, Page):
        with transaction() as session:
            _import_page(session, run, piece)
        if progress is not None:
            progress(report.total, piece.total)
        piece = next(pieces)
    # 6. Retire what a whole feed no longer holds and keep the figures.
    report.complete, report.failure = piece.complete, piece.failure
    if refused:
        report.too_many_rejected = refused
        report.new = report.updated = report.returned = 0
        return report
    if report.rejected > max_reject_rate * report.total:
        report.too_many_rejected = (
            f"{report.rejected} of {report.total} records were rejected. What was good was kept, and nothing "
            "was retired."
        )
    with transaction() as session:
        _finish(session, run, max_retire)
    return report


def _too_many_rejected(pieces: Sequence[Page | End], most: float) -> str:
    records = [raw for piece in pieces if isinstance(piece, Page) for _, raw in piece.records]
    bad = sum(map(is_rejected, records)) if most < 1 else 0
    if bad <= most * len(records):
        return ""
    return f"{bad} of {len(records)} records cannot be used. That is too many, so nothing was changed."


def _is_url(source: str | Path) -> bool:
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


def _salt(topics: Sequence[Topic]) -> str:
    """Return a hash of the topics, so that a changed list sorts every service anew."""
    body = json.dumps([
        [one.key, one.title, *one.keywords, "", *one.unless, "", *one.open_eligibility] for one in topics
    ])  # fmt: skip
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
    feed.address = str(source) if _is_url(source) else ""
    feed.url = licence.url or feed.address
    session.flush()
    return feed.id


def _import_page(session: Session, run: Run, page: Page) -> None:
    report, fresh = run.report, dict[str, tuple[str, object]]()
    problems: list[Noted] = []
    for pointer, raw in page.records:
        report.total += 1
        own = external_id(raw)
        if not own:
            problems += [("", problem, raw) for problem in parse_service(raw, pointer)[1]]
            report.rejected += 1
        elif own in run.seen:
            run.seen[own] += 1
            report.duplicates += 1
            if run.seen[own] == 2:
                problems.append((own, _twice(pointer), raw))
        else:
            run.seen[own] = 1
            fresh[own] = (pointer, raw)
    stored = _stored(session, run.feed_id, list(fresh))
    for own, fixes in corrections(session, run.feed_id, list(fresh)).items():
        fresh[own] = (fresh[own][0], corrected(fresh[own][1], fixes))
    changed: list[tuple[Record, str, Known | None]] = []
    found = reading.read_changed(fresh, stored, run.salt, run.stamp)
    report.unchanged += len(fresh) - len(found)
    _tell_of_unchanged(run, fresh, found)
    run.looked_at.update(one.own_id for one in found)
    reading.fill_positions(session, found, run.stamp)
    for one in found:
        own, known, record = one.own_id, one.known, one.record
        problems += [(own, problem, fresh[own][1]) for problem in one.notes.problems]
        if record is None:
            report.rejected += 1
            continue
        named = own_topics(record.document, run.topics)
        record = replace(record, term_ids=(*named, *record.term_ids)) if named else record
        report.new += known is None
        report.updated += known is not None and not known.retired
        report.returned += known is not None and known.retired
        report.without_position += not any(place.lat is not None for place in record.places)
        changed.append((record, one.digest, known))
    if not run.dry:
        write_records(session, run.feed_id, changed, run.topics, run.now)
    note(session, run, problems)


def _tell_of_unchanged(
    run: Run, fresh: Mapping[str, tuple[str, object]], found: Sequence[reading.Read]
) -> None:
    """Tell who listens what is wrong with records that were not read again, too."""
    if run.tell is None:
        return
    changed = {one.own_id for one in found}
    for own, (pointer, raw) in fresh.items():
        if own not in changed:
            tell_of(run, [(own, problem, raw) for problem in parse_service(raw, pointer)[1]])


def _twice(pointer: str) -> Problem:
    return Problem(pointer, "id", "duplicate_id", SENTENCES["duplicate_id"], Level.DROPPED)


def _stored(session: Session, feed_id: UUID, ids: Sequence[str]) -> dict[str, Known]:
    if not ids:
        return {}
    service = models.Service
    rows = session.execute(
        select(
            service.external_id, service.number, service.id, service.record_hash, service.retired_at,
            service.hidden_at,
        ).where(service.feed_id == feed_id, service.external_id.in_(ids))
    )  # fmt: skip
    return {row[0]: Known(*row[1:4], row[4] is not None, row[5] is not None) for row in rows}


def _finish(session: Session, run: Run, max_retire: float) -> None:
    report, service = run.report, models.Service
    rows = session.execute(
        select(service.number, service.external_id).where(
            service.feed_id == run.feed_id, service.retired_at.is_(None)
        )
    ).all()
    gone = [number for number, own in rows if own not in run.seen]
    if gone and report.complete and report.total and not report.too_many_rejected:
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
    forget_old_notes(session, run)
    session.execute(
        update(models.Feed)
        .where(models.Feed.id == run.feed_id)
        .values(
            complete=report.complete,
            counts=json.dumps(report.counts(), sort_keys=True),
            tried_at=run.now,
            failure=(report.failure or report.held_back or report.too_many_rejected)[:MOST_LABEL],
            refresh_at=case((models.Feed.address != "", next_refresh(run.feed_id, run.now)), else_=None),
        )
    )
