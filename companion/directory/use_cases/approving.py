"""Approving a source: until then its services are read, cleaned and kept, and shown to nobody.

To show them is the work of importing them once more, so a command or the worker does it, in short
transactions; whoever approves on the page does not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.errors import NotFound
from companion.core.orm import Sessions
from companion.directory import models
from companion.directory.rules.care import Approval
from companion.directory.rules.record import SHOWN, Topic
from companion.directory.use_cases.rewriting import write_again

AT_A_TIME = 200


def approve_source(session: Session, feed_id: UUID, now: datetime, *, by: UUID | None = None) -> str:
    """Let a source's services be shown, soon; return its name. Approving again changes nothing."""
    feed = session.scalar(select(models.Feed).where(models.Feed.id == feed_id).with_for_update())
    if feed is None:
        raise NotFound
    if feed.approval == Approval.WAITING:
        feed.approval = Approval.GIVEN
        session.flush()
        audit.record(
            session, subject_id=feed_id, actor_id=by, action=Action.APPROVED, item_kind="directory_feed",
            item_id=feed_id, now=now,
        )  # fmt: skip
    return feed.name


def show_approved(factory: Sessions, topics: Sequence[Topic], now: datetime) -> int:
    """Show the services of approved sources that are not shown yet; return how many."""
    count = 0
    while True:
        with factory.begin() as session:
            done = _show_some(session, topics, now)
        if done is None:
            return count
        count += done


def _show_some(session: Session, topics: Sequence[Topic], now: datetime) -> int | None:
    """Show some services of one approved source; None when there is no such source."""
    feed, service = models.Feed, models.Service
    found = session.scalar(
        select(feed).where(feed.approval == Approval.GIVEN).order_by(feed.id).limit(1).with_for_update()
    )
    if found is None:
        return None
    waiting = session.scalars(
        select(service)
        .where(service.feed_id == found.id, ~service.shown, service.status.in_([str(one) for one in SHOWN]))
        .where(service.hidden_at.is_(None), service.retired_at.is_(None))
        .order_by(service.number)
        .limit(AT_A_TIME)
        .with_for_update()
    ).all()
    write_again(session, waiting, topics, now)
    if len(waiting) < AT_A_TIME:
        found.approval = Approval.SHOWN
    return len(waiting)
