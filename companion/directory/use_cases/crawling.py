"""What is kept of a feed's pages on the web, so that a reading that broke off goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from companion.directory import models
from companion.directory.gateway import Before, Crawled, End, Given, Page
from companion.directory.use_cases.reading import how_many, is_written_from, kept_hashes, own_id, text_of
from companion.directory.use_cases.reports import Run

# After a day a publisher's order has moved too much.
GOES_ON_FOR = timedelta(days=1)
# What a publisher forgets to say was changed, and what it has taken out, is noticed after this long.
WHOLE_EVERY = timedelta(days=7)
# Clocks are not the same everywhere, and some publishers leave out the zone.
MARGIN = timedelta(days=1)

Transaction = Callable[[], AbstractContextManager[Session]]


def known_before(transaction: Transaction, run: Run, *, thorough: bool) -> tuple[Before, list[str]]:
    """Return what is known of a feed on the web, and the ids on the pages a reading that broke off has read.

    A thorough reading asks for everything anew; one that is not does so once a week all the same.
    """
    page = models.CrawlPage
    with transaction() as session:
        rows = session.execute(
            select(page.number, page.ids, page.trouble, page.read_at)
            .where(page.feed_id == run.feed_id)
            .order_by(page.number)
        ).all()
        crawl = session.get(models.Crawl, run.feed_id)
        whole_at, total = (crawl.whole_at, crawl.total) if crawl is not None else (None, 0)
    before = Before()
    ids: list[str] = []
    in_order = [row[0] for row in rows] == list(range(1, len(rows) + 1))
    if rows and in_order and rows[0][3] > run.now - GOES_ON_FOR and not run.dry:
        lists = [json.loads(row[1]) for row in rows]
        ids = [one for some in lists for one in some]
        trouble = next((row[2] for row in rows if row[2]), "")
        before.page, before.count = Crawled(rows[-1][0], lists[-1], trouble), len(ids)
    if not thorough and whole_at is not None and whole_at > run.now - WHOLE_EVERY:
        before.known = _known(transaction, run)
        # One that broke off was a whole one, and is brought to its end first.
        if before.page is None:
            before.since, before.total = whole_at - MARGIN, total
    return before, ids


def _known(transaction: Transaction, run: Run) -> Callable[[Sequence[Given]], Collection[int]]:
    def ask(records: Sequence[Given]) -> Collection[int]:
        own = [own_id(one.raw) for one in records]
        with transaction() as session:
            session.connection(execution_options={"reads": True})
            kept = kept_hashes(session, run.feed_id, [one for one in own if one])
        return {
            number
            for number, one in enumerate(records)
            if (mine := own[number])
            and is_written_from(kept.get(mine, ""), text_of(one, run.fixes.get(mine), run.salt), run.stamp)
        }

    return ask


def go_on(session: Session, run: Run, before: Before, ids: Sequence[str]) -> None:
    """Count what was read before as seen; or forget it, when the reading begins anew."""
    if before.taken:
        run.seen.update((own, 1) for one in ids if (own := own_id({"id": one})))
    elif not run.dry:
        forget_pages(session, run)


def keep_place(session: Session, run: Run, page: Page) -> None:
    """Keep how far a reading has come, in the transaction that writes the page."""
    if page.crawled is not None and not run.dry:
        session.add(
            models.CrawlPage(
                feed_id=run.feed_id,
                number=page.crawled.number,
                ids=json.dumps(list(page.crawled.ids)),
                trouble=page.crawled.trouble[:300],
                read_at=run.now,
            )
        )


def close(session: Session, run: Run, before: Before, end: End) -> None:
    """Keep the pages of a reading that broke off, and when a feed was read as a whole with all details."""
    if run.dry or end.broke_off:
        return
    forget_pages(session, run)
    if end.complete and before.known is None:
        session.merge(
            models.Crawl(feed_id=run.feed_id, whole_at=run.now, total=how_many(session, run.feed_id))
        )


def forget_pages(session: Session, run: Run) -> None:
    """Forget how far a reading has come."""
    session.execute(delete(models.CrawlPage).where(models.CrawlPage.feed_id == run.feed_id))
