"""Fetching feeds anew, once a night. When that fails, the last good records stay and the reason is kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.core.errors import NotFound, RuleBroken
from companion.core.orm import Sessions
from companion.directory import models
from companion.directory.rules.care import next_refresh
from companion.directory.rules.record import Topic
from companion.directory.use_cases.importing import FeedUnreadable, Licence, import_feed
from companion.directory.use_cases.reports import ImportReport

log = logging.getLogger("companion.directory")
# Another worker tries again when the one that fetches has not come back by then.
LEASE = timedelta(hours=2)


class _Stopped(Exception):
    """The worker that fetches is to end; what was written stands, the rest is for another."""


def refresh_due(
    factory: Sessions,
    topics: Sequence[Topic],
    now: datetime,
    *,
    extra_origins: frozenset[str] = frozenset(),
    is_stopping: Callable[[], bool] = lambda: False,
) -> ImportReport | None:
    """Fetch the feed that has waited longest for its night; None when none is due or it failed."""
    with factory.begin() as session:
        feed = session.scalar(
            select(models.Feed)
            .where(models.Feed.refresh_at <= now)
            .order_by(models.Feed.refresh_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if feed is None:
            return None
        feed.refresh_at = now + LEASE
        feed_id = feed.id
    try:
        return refresh_feed(
            factory,
            feed_id,
            topics,
            now,
            extra_origins=extra_origins,
            is_stopping=is_stopping,
            thorough=False,
        )
    except FeedUnreadable as problem:
        log.warning("feed %s could not be read: %s", feed_id, problem.detail)
    except _Stopped:
        with factory.begin() as session:
            session.get_one(models.Feed, feed_id).refresh_at = now
    return None


def refresh_feed(
    factory: Sessions,
    feed_id: UUID,
    topics: Sequence[Topic],
    now: datetime,
    *,
    extra_origins: frozenset[str] = frozenset(),
    is_stopping: Callable[[], bool] = lambda: False,
    thorough: bool = True,
    progress: Callable[[int, int | None], None] = lambda _done, _total: None,
) -> ImportReport:
    """Fetch one feed anew. Raises NotFound, RuleBroken for one that came from a file, and FeedUnreadable."""
    with factory() as session:
        feed = session.get(models.Feed, feed_id)
        if feed is None:
            raise NotFound
        if not feed.address:
            raise RuleBroken("This source came from a file. Import the file again instead.", "source")
        licence = Licence(feed.licence, feed.publisher, feed.attribution, feed.name, feed.url)
        address, label = feed.address, feed.source

    def tell(done: int, total: int | None) -> None:
        if is_stopping():
            raise _Stopped
        progress(done, total)

    try:
        return import_feed(
            factory.begin,
            address,
            topics=topics,
            licence=licence,
            now=now,
            label=label,
            extra_origins=extra_origins,
            thorough=thorough,
            progress=tell,
        )
    except FeedUnreadable as problem:
        with factory.begin() as session:
            _note_failure(session, feed_id, problem.detail, now)
        raise


def _note_failure(session: Session, feed_id: UUID, why: str, now: datetime) -> None:
    feed = session.get_one(models.Feed, feed_id)
    feed.tried_at, feed.failure = now, why[:300]
    feed.refresh_at = next_refresh(feed_id, now)
