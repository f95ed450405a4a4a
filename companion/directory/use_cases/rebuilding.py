"""Make what searches look at anew from the records that are kept, without reading any feed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from companion.core.orm import Sessions
from companion.directory import models
from companion.directory.rules.record import Topic
from companion.directory.rules.values import LONDON
from companion.directory.use_cases.rewriting import read_again
from companion.directory.use_cases.writing import index_again

AT_ONCE = 200


def rebuild_missing(
    factory: Sessions, topics: Sequence[Topic], now: datetime, is_stopping: Callable[[], bool] = lambda: False
) -> int:
    """Index every shown service that no search can find, and return how many there were.

    There are some after an update that changed what searches look at. They are found again batch by batch.
    """
    done, last = 0, 0
    while not is_stopping():
        with factory.begin() as session:
            kept = _missing(session, last)
            if not kept:
                break
            read = zip(kept, read_again(session, kept, topics), strict=True)
            found = [(one.number, one.feed_id, record) for one, (record, _) in read if record is not None]
            index_again(session, found, topics, now.astimezone(LONDON).date())
            done, last = done + len(kept), kept[-1].number
    return done


def _missing(session: Session, after: int) -> Sequence[models.Service]:
    service, place = models.Service, models.PLACE.c
    return session.scalars(
        select(service)
        .where(service.shown, service.number > after, ~exists().where(place.service_number == service.number))
        .order_by(service.number)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
