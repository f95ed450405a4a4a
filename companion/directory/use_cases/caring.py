"""What an admin does with the directory: look at its sources, hide, correct, and read what people report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from companion.core.errors import NotFound, RuleBroken
from companion.core.orm import insert_if_absent
from companion.directory import models
from companion.directory.rules.care import Reason, check_fields, corrected
from companion.directory.rules.parse import parse_service
from companion.directory.rules.record import Level, Topic
from companion.directory.rules.values import LONDON
from companion.directory.use_cases.writing import Known, take_away, write_records

# More of the same on one day tell an admin nothing new.
MOST_REPORTS = 50
# A phone that was away for longer finds out when it opens the service itself.
WITHDRAWN_FOR = timedelta(days=180)
MOST_WITHDRAWN = 2000


def _service(session: Session, service_id: UUID) -> models.Service:
    found = session.scalar(select(models.Service).where(models.Service.id == service_id).with_for_update())
    if found is None:
        raise NotFound
    return found


def hide_service(session: Session, service_id: UUID, now: datetime) -> str:
    """Take a service away from people at once and for good; return its name. Raises NotFound."""
    found = _service(session, service_id)
    found.hidden_at = found.hidden_at or now
    found.shown = False
    found.updated_at = now
    session.flush()
    take_away(session, [found.number])
    return found.name


def show_service(session: Session, service_id: UUID, topics: Sequence[Topic], now: datetime) -> str:
    """Show a hidden service again, unless its source no longer has it; return its name."""
    found = _service(session, service_id)
    found.hidden_at = None
    session.flush()
    if found.retired_at is None:
        _write_again(session, found, {}, topics, now)
    return found.name


def correct_service(
    session: Session, service_id: UUID, fields: Mapping[str, str], topics: Sequence[Topic], now: datetime
) -> str:
    """Lay corrections over a service, now and at every import from now on; return its name.

    Raises NotFound, and RuleBroken for a field that cannot be corrected or a value that cannot be read.
    """
    check_fields(fields)
    found = _service(session, service_id)
    known = corrections(session, found.feed_id, [found.external_id]).get(found.external_id, {})
    _write_again(session, found, fields, topics, now)
    row = session.get(models.Correction, (found.feed_id, found.external_id))
    if row is None:
        row = models.Correction(feed_id=found.feed_id, external_id=found.external_id)
        session.add(row)
    row.fields, row.made_at = json.dumps({**known, **fields}, ensure_ascii=False, sort_keys=True), now
    session.flush()
    return found.name


def uncorrect_service(session: Session, service_id: UUID) -> str:
    """Let a service follow its source again from the next import on; return its name."""
    found = _service(session, service_id)
    row = session.get(models.Correction, (found.feed_id, found.external_id))
    if row is None:
        raise RuleBroken("Nothing was corrected on this service.", "service")
    session.delete(row)
    # What it was written from is no longer what an import would write: let the next one write it.
    found.record_hash = ""
    session.flush()
    return found.name


def corrections(session: Session, feed_id: UUID, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the corrections of these records of a feed, by the record's own id."""
    row = models.Correction
    found = session.execute(
        select(row.external_id, row.fields).where(row.feed_id == feed_id, row.external_id.in_(ids))
    )
    return {own: json.loads(fields) for own, fields in found}


def _write_again(
    session: Session,
    found: models.Service,
    fields: Mapping[str, str],
    topics: Sequence[Topic],
    now: datetime,
) -> None:
    """Write a service anew from what is stored of it, with corrections laid over."""
    raw = {**json.loads(found.record), "id": found.external_id}
    record, problems = parse_service(corrected(raw, fields))
    for problem in problems:
        name = "phone" if problem.field.startswith("phones") else problem.field
        left_out = problem.level is not Level.MENDED or problem.code == "placeholder"
        if left_out and name in fields:
            raise RuleBroken(problem.message, name)
    if record is None:
        raise RuleBroken("A service needs a name.", "name")
    known = Known(
        found.number, found.id, found.record_hash, retired=False, hidden=found.hidden_at is not None
    )
    # Without a hash the next import writes it again: it has the source's own words, this has ours.
    write_records(session, found.feed_id, [(record, "", known)], topics, now)
    session.expire(found)


def report_service(session: Session, service_id: UUID, reason: Reason, now: datetime) -> None:
    """Note that somebody says something is wrong with a shown service. Raises NotFound."""
    number = session.scalar(
        select(models.Service.number).where(models.Service.id == service_id, models.Service.shown)
    )
    if number is None:
        raise NotFound
    key = {"service_number": number, "reason": str(reason), "day": now.astimezone(LONDON).date()}
    if not insert_if_absent(session, models.Report, {**key, "times": 1}, list(key)):
        row = models.Report
        session.execute(
            update(row)
            .where(*(getattr(row, name) == value for name, value in key.items()), row.times < MOST_REPORTS)
            .values(times=row.times + 1)
        )


def list_withdrawn(session: Session, now: datetime) -> list[UUID]:
    """List services that nobody shall see any more, newest first, for phones that keep some to forget them.

    The list is the same for everybody, so a phone need not say which services it keeps.
    """
    row, since = models.Service, now - WITHDRAWN_FOR
    latest = func.coalesce(row.hidden_at, row.retired_at, row.updated_at)
    query = select(row.id).where(~row.shown, latest > since).order_by(latest.desc(), row.id)
    return list(session.scalars(query.limit(MOST_WITHDRAWN)))


def list_reports(session: Session) -> list[dict[str, Any]]:
    """List what people say is wrong, the services named most often first."""
    row, service = models.Report, models.Service
    times = func.sum(row.times)
    found = session.execute(
        select(service.id, service.name, row.reason, times, func.max(row.day), models.Feed.name)
        .join(service, service.number == row.service_number)
        .join(models.Feed, models.Feed.id == service.feed_id)
        .group_by(service.id, service.name, row.reason, models.Feed.name)
        .order_by(times.desc(), service.name, service.id, row.reason)
    )
    names = ("id", "name", "reason", "times", "last_on", "source")
    return [dict(zip(names, one, strict=True)) for one in found]


def settle_reports(session: Session, service_id: UUID) -> str:
    """Put away what was reported about a service; return its name."""
    found = _service(session, service_id)
    session.execute(delete(models.Report).where(models.Report.service_number == found.number))
    return found.name


def list_sources(session: Session) -> list[dict[str, Any]]:
    """List the feeds: licence, last reading and its figures, what failed, what waits for an admin."""
    feed, service, report = models.Feed, models.Service, models.Report

    def counted(*conditions: Any) -> Any:
        return (
            select(func.count())
            .select_from(service)
            .where(service.feed_id == feed.id, *conditions)
            .scalar_subquery()
        )

    reports = (
        select(func.coalesce(func.sum(report.times), 0))
        .join(service, service.number == report.service_number)
        .where(service.feed_id == feed.id)
        .scalar_subquery()
    )
    corrected_count = select(func.count()).where(models.Correction.feed_id == feed.id).scalar_subquery()
    rows = session.execute(
        select(
            feed,
            counted(service.shown),
            counted(service.retired_at.is_not(None)),
            counted(service.hidden_at.is_not(None)),
            corrected_count,
            reports,
        ).order_by(feed.source)
    )
    return [
        {
            "id": one.id, "source": one.source, "name": one.name, "publisher": one.publisher,
            "licence": one.licence, "fetched_at": one.fetched_at, "complete": one.complete,
            "tried_at": one.tried_at, "refresh_at": one.refresh_at, "failure": one.failure,
            "services": shown, "retired": retired, "hidden": hidden, "corrected": fixed,
            "reports": int(waiting), "counts": json.loads(one.counts),
        }
        for one, shown, retired, hidden, fixed, waiting in rows
    ]  # fmt: skip
