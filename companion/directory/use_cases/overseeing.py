"""What an admin sees of the directory: its sources, any service by name, what is reported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.errors import NotFound, RuleBroken
from companion.directory import models
from companion.directory.rules.care import (
    CORRECTABLE,
    Approval,
    Refresh,
    command_to_read_again,
    refresh_state,
    value_of,
)
from companion.directory.rules.record import RULES_VERSION, SHOWN
from companion.directory.use_cases.caring import corrections

MOST_NOTES = 50
MOST_FOUND = 50


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


def list_sources(session: Session, *only: ColumnElement[bool]) -> list[dict[str, Any]]:
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
    waits = (
        ~service.shown, service.hidden_at.is_(None), service.retired_at.is_(None),
        service.status.in_([str(one) for one in SHOWN]),
    )  # fmt: skip
    rows = session.execute(
        select(
            feed,
            counted(service.shown),
            counted(service.retired_at.is_not(None)),
            counted(service.hidden_at.is_not(None)),
            counted(*waits),
            corrected_count,
            reports,
        )
        .where(*only)
        .order_by(feed.source)
    )
    return [
        {
            "id": one.id, "source": one.source, "name": one.name, "publisher": one.publisher,
            "licence": one.licence, "fetched_at": one.fetched_at, "complete": one.complete,
            "tried_at": one.tried_at, "refresh_at": one.refresh_at, "failure": one.failure,
            "services": shown, "retired": retired, "hidden": hidden, "waiting": waiting, "corrected": fixed,
            "reports": int(reported), "counts": json.loads(one.counts), "approval": one.approval,
            "from_web": bool(one.address), "older_rules": one.rules_version != RULES_VERSION,
            "read_again": command_to_read_again(
                one.id, one.source, one.address, one.licence, one.publisher, one.attribution
            ),
        }
        for one, shown, retired, hidden, waiting, fixed, reported in rows
    ]  # fmt: skip


def get_source(session: Session, feed_id: UUID, now: datetime) -> dict[str, Any]:
    """Return one feed with the first things that were wrong with its records. Raises NotFound."""
    found = list_sources(session, models.Feed.id == feed_id)
    if not found:
        raise NotFound
    reject = models.Reject
    mine = reject.feed_id == feed_id
    rows = session.scalars(
        select(reject).where(mine).order_by(reject.level.desc(), reject.external_id, reject.field, reject.id)
        .limit(MOST_NOTES)
    )  # fmt: skip
    notes = [
        {"level": row.level, "record": row.external_id or row.pointer, "field": row.field,
         "message": row.message}
        for row in rows
    ]  # fmt: skip
    total = session.scalar(select(func.count()).select_from(reject).where(mine)) or 0
    return {**with_refresh(found[0], now), "notes": notes, "notes_total": total}


def with_refresh(source: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return a source with how it comes to be read again."""
    state = refresh_state(
        source["id"], source["source"] if source["from_web"] else "", source["refresh_at"], now
    )
    return {**source, "refresh": str(state)}


def queue_refresh(session: Session, feed_id: UUID, now: datetime, *, by: UUID | None = None) -> str:
    """Let the worker fetch a source as soon as it can; return its name. One being read is left to it.

    Raises NotFound, and RuleBroken for a source that came from a file.
    """
    feed = session.scalar(select(models.Feed).where(models.Feed.id == feed_id).with_for_update())
    if feed is None:
        raise NotFound
    if not feed.address:
        raise RuleBroken("This source came from a file. Import the file again instead.", "source")
    if refresh_state(feed.id, feed.address, feed.refresh_at, now) is not Refresh.READING:
        feed.refresh_at = now
        session.flush()
        audit.record(
            session, subject_id=feed_id, actor_id=by, action=Action.ASKED_TO_REFRESH,
            item_kind="directory_feed", item_id=feed_id, now=now,
        )  # fmt: skip
    return feed.name


def _state(service: models.Service, approval: str) -> str:
    if service.hidden_at is not None:
        return "hidden"
    if service.retired_at is not None:
        return "retired"
    if service.status not in {str(one) for one in SHOWN}:
        return "not_running"
    return "shown" if service.shown else "waiting" if approval != Approval.SHOWN else "not_shown"


def find_services(session: Session, text: str) -> dict[str, Any]:
    """Find any service, shown or not, whose name or organisation holds every word; the first fifty."""
    service, feed = models.Service, models.Feed
    query = select(service, feed.name, feed.approval).join(feed, feed.id == service.feed_id)
    for word in text.split():
        query = query.where(
            or_(
                service.name.icontains(word, autoescape=True),
                service.organisation.icontains(word, autoescape=True),
            )
        )
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(service.name, service.id).limit(MOST_FOUND)).all()
    return {"items": [_line(one, source, approval) for one, source, approval in rows], "total": total}


def _line(one: models.Service, source: str, approval: str) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "organisation": one.organisation, "source": source,
        "state": _state(one, approval),
    }  # fmt: skip


def get_for_admin(session: Session, service_id: UUID) -> dict[str, Any]:
    """Return a service as an admin looks after it, shown or not: state, correctable fields, reports."""
    service, feed = models.Service, models.Feed
    found = session.execute(
        select(service, feed.name, feed.approval).join(feed, feed.id == service.feed_id)
        .where(service.id == service_id)
    ).one_or_none()  # fmt: skip
    if found is None:
        raise NotFound
    one, source, approval = found
    document = json.loads(one.record)
    own = corrections(session, one.feed_id, [one.external_id]).get(one.external_id, {})
    return {
        **_line(one, source, approval), "status": one.status, "hidden_at": one.hidden_at,
        "retired_at": one.retired_at, "updated_at": one.updated_at, "source_id": one.feed_id,
        "fields": {name: value_of(document, name) for name in CORRECTABLE},
        "corrected": sorted(own), "reports": _reports_of(session, one.number),
    }  # fmt: skip


def _reports_of(session: Session, number: int) -> Sequence[dict[str, Any]]:
    row = models.Report
    rows = session.execute(
        select(row.reason, func.sum(row.times), func.max(row.day))
        .where(row.service_number == number)
        .group_by(row.reason)
        .order_by(row.reason)
    )
    return [{"reason": reason, "times": int(times), "last_on": day} for reason, times, day in rows]
