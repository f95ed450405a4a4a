"""Bring a feed in: clean, keep what is good, write down what is not, retire what is gone.

A feed is read outside of any transaction; each page is one transaction of the caller's making. Running the
same feed again writes nothing but the time it was read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from companion.core.collecting import collecting_seldom
from companion.core.errors import CompanionError, RuleBroken
from companion.core.ids import new_id
from companion.directory import gateway, models
from companion.directory.gateway import Before, End, Page, Piece
from companion.directory.models.postcodes import live_list
from companion.directory.rules.care import Approval, next_refresh
from companion.directory.rules.record import RULES_VERSION, Finding, Topic
from companion.directory.use_cases.crawling import Transaction, close, go_on, keep_place, known_before
from companion.directory.use_cases.keeping import keep_page
from companion.directory.use_cases.looking import Ask, look
from companion.directory.use_cases.notes import forget_old_notes
from companion.directory.use_cases.reading import (
    fixes_of,
    how_many,
    kept_hashes,
)
from companion.directory.use_cases.reports import ImportReport, Run
from companion.directory.use_cases.writing import hide

Keep = Callable[[Session, Run], None]
Progress = Callable[[int, int | None], None]
MOST_LABEL = 300
MOST_AT_ONCE = 150_000


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
    await_approval: bool = False,
    thorough: bool = True,
    progress: Callable[[int, int | None], None] | None = None,
    tell: Callable[[Finding], None] | None = None,
) -> ImportReport:
    """Import the feed at `source` (file, folder, zip or https address) page by page.

    `transaction` opens a session and commits it, like `Sessions.begin`. `label` is what the feed is known by
    from one run to the next, else its address or path. `extra_origins` may be plain http or internal. `tell`
    hears of every record refused and every fact dropped, also in records that have not changed. With
    `await_approval` nothing of a feed that is new is shown before an admin approved it. When more
    than `max_reject_rate` of the records (0 to 1) are refused, a file changes nothing, and a feed from the
    web, which is written as it comes, retires nothing; the report says so. One that is not `thorough` asks a
    publisher for what has changed only, where that works. Raises RuleBroken without a
    licence and FeedUnreadable when nothing could be read; nothing is changed then.
    """
    # 1. A feed without a licence is not taken.
    if not licence.name.strip():
        raise RuleBroken("Say under which licence this feed may be used.", "licence")
    if max(map(len, (licence.name, licence.publisher, licence.feed_name))) > MOST_LABEL:
        raise RuleBroken(f"Use {MOST_LABEL} characters or fewer for names and the licence.", "licence")
    known_as = label or (source if gateway.is_address(source) else str(Path(source).resolve()))
    run = _begin(transaction, str(known_as), topics, now, dry_run, tell)
    run.judges = max_reject_rate < 1
    show = progress or (lambda _done, _total: None)
    # 2. Write what is new or has changed, a transaction for each page.
    approval = Approval.WAITING if await_approval else Approval.SHOWN
    keep = partial(
        _feed_row, known_as=str(known_as), source=source, licence=licence, now=now, approval=approval
    )
    before = Before()
    if gateway.is_address(source):
        before, ids = known_before(transaction, run, thorough=thorough)
        pieces = gateway.read_feed(source, gateway.from_web(extra_origins), before)
        end = _import_pages(transaction, run, pieces, keep, partial(go_on, before=before, ids=ids), show)
    else:
        end = _import_file(transaction, run, gateway.FileFeed(Path(source)), keep, max_reject_rate, show)
    # 3. Retire what a whole feed no longer holds and keep the figures.
    report = run.report
    report.complete, report.failure = end.complete, end.failure
    report.changes_only = end.changes_only
    if report.too_many_rejected:
        report.new = report.updated = report.returned = 0
        return report
    if report.rejected > max_reject_rate * report.total:
        report.too_many_rejected = (
            f"{report.rejected} of {report.total} records were rejected. What was good was kept, and nothing "
            "was retired."
        )
    with transaction() as session:
        _finish(session, run, max_retire)
        close(session, run, before, end)
    return report


def _begin(
    transaction: Transaction,
    known_as: str,
    topics: Sequence[Topic],
    now: datetime,
    dry: bool,
    tell: Callable[[Finding], None] | None,
) -> Run:
    with transaction() as session:
        known = session.scalar(select(models.Feed.id).where(models.Feed.source == known_as))
        feed_id = known or new_id()
        postcodes_known, fixes = live_list(session), fixes_of(session, feed_id)
    stamp = postcodes_known.digest if postcodes_known is not None else ""
    return Run(
        feed_id, topics, _salt(topics), stamp, now, dry, ImportReport(known_as), tell=tell, fixes=fixes
    )


def _import_pages(
    transaction: Transaction, run: Run, pieces: Iterator[Piece], keep: Keep, begin: Keep, progress: Progress
) -> End:
    """Write a feed from the web as it comes; no transaction is open while the next page is fetched."""
    piece = next(pieces)
    if isinstance(piece, End) and piece.failure:
        raise FeedUnreadable(piece.failure)
    with transaction() as session:
        keep(session, run)
        begin(session, run)
    while isinstance(piece, Page):
        with transaction() as session:
            marks = look(run, piece.records, partial(kept_hashes, session, run.feed_id))
            keep_page(session, run, piece, marks)
            keep_place(session, run, piece)
        progress(run.report.total, piece.total)
        piece = next(pieces)
    return piece


def _kept(transaction: Transaction, feed_id: UUID) -> Ask:
    """Return what tells what services were written from: once for all of them, if they are not too many."""

    def ask(ids: Sequence[str] | None) -> Mapping[str, str]:
        with transaction() as session:
            # Who only looks keeps nobody from writing.
            session.connection(execution_options={"reads": True})
            if ids is None and how_many(session, feed_id) > MOST_AT_ONCE:
                return {}
            return kept_hashes(session, feed_id, ids)

    known = ask(None)
    return (lambda _ids: known) if known else ask


@collecting_seldom()
def _import_file(
    transaction: Transaction,
    run: Run,
    feed: gateway.FileFeed,
    keep: Keep,
    most_bad: float,
    progress: Progress,
) -> End:
    """Read a file twice: through to its end first, so that half a file changes nothing, then what is new."""

    # 1. What is there, what has changed, and how much of it is bad.
    marks: list[bytes] = []
    given = gateway.Ended(feed.records())
    kept = _kept(transaction, run.feed_id)
    while some := look(run, islice(given, gateway.PAGE), kept):
        marks.append(some)
    end = given.end
    del kept
    if end.failure:
        raise FeedUnreadable(end.failure)
    report, total = run.report, run.report.total
    if run.refused > most_bad * total:
        report.too_many_rejected = (
            f"{run.refused} of {total} records cannot be used. That is too many, so nothing was changed."
        )
        run.dry = True
    with transaction() as session:
        keep(session, run)
    # 2. Most of the time nothing is new.
    if not any(map(any, marks)):
        progress(total, total)
        return end
    done, marked = 0, iter(marks)
    for piece in feed.pages():
        if isinstance(piece, End):
            return piece
        own = next(marked, b"")
        if any(own):
            with transaction() as session:
                keep_page(session, run, piece, own)
        done += len(piece.records)
        progress(done, total)
    return end


def _salt(topics: Sequence[Topic]) -> str:
    """Return a hash of the topics, so that a changed list sorts every service anew."""
    body = json.dumps([
        [one.key, one.title, *one.keywords, "", *one.unless, "", *one.open_eligibility] for one in topics
    ])  # fmt: skip
    return hashlib.sha256(body.encode()).hexdigest()


def _feed_row(
    session: Session,
    run: Run,
    *,
    known_as: str,
    source: str | Path,
    licence: Licence,
    now: datetime,
    approval: Approval,
) -> None:
    """Make or refresh the feed's own row."""
    feed = session.scalar(select(models.Feed).where(models.Feed.source == known_as))
    if feed is not None:
        run.feed_id = feed.id
    if run.dry:
        return
    if feed is None:
        feed = models.Feed(id=run.feed_id, source=known_as, complete=False, counts="{}", fetched_at=now)
        feed.approval = approval
        session.add(feed)
    feed.name = (
        licence.feed_name or licence.publisher or Path(known_as).name[:MOST_LABEL] or known_as[:MOST_LABEL]
    )
    feed.publisher, feed.licence = licence.publisher, licence.name.strip()
    feed.attribution, feed.fetched_at = licence.attribution, now
    feed.address = str(source) if gateway.is_address(source) else ""
    feed.url = licence.url or feed.address
    session.flush()


def _gone(session: Session, run: Run) -> tuple[int, list[int]]:
    """Return how many services of the feed are not retired, and which of them it no longer holds."""
    report, service = run.report, models.Service
    ours = (service.feed_id == run.feed_id, service.retired_at.is_(None))
    there = how_many(session, run.feed_id)
    met = report.unchanged + report.updated + (0 if run.dry else report.new + report.returned)
    if there == met:
        return there, []
    rows = session.execute(
        select(service.number, service.external_id).where(*ours), execution_options={"yield_per": 5000}
    )
    return there, [number for number, own in rows if own not in run.seen]


def _finish(session: Session, run: Run, max_retire: float) -> None:
    report = run.report
    there, gone = _gone(session, run)
    if gone and report.complete and run.seen and not report.too_many_rejected:
        if len(gone) > max_retire * there:
            report.held_back = (
                f"{len(gone)} of {there} services are missing from this feed. That is too many "
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
            complete=models.Feed.complete if report.changes_only else report.complete,
            rules_version=RULES_VERSION
            if report.complete and not report.changes_only
            else models.Feed.rules_version,
            counts=json.dumps(report.counts(), sort_keys=True),
            tried_at=run.now,
            failure=(report.failure or report.held_back or report.too_many_rejected)[:MOST_LABEL],
            refresh_at=case((models.Feed.address != "", next_refresh(run.feed_id, run.now)), else_=None),
        )
    )
