"""What an admin does with the directory: hide, show, correct, settle; and what people report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.errors import NotFound, RuleBroken
from companion.core.orm import insert_if_absent
from companion.directory import models
from companion.directory.rules.care import Reason, check_fields
from companion.directory.rules.record import Topic
from companion.directory.rules.values import LONDON
from companion.directory.use_cases.rewriting import write_again
from companion.directory.use_cases.writing import hide, take_away

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


def _audit(session: Session, service: models.Service, action: Action, by: UUID | None, now: datetime) -> None:
    """Write down what an admin did; `by` is None for whoever sits at the server's command line."""
    audit.record(
        session, subject_id=service.id, actor_id=by, action=action, item_kind="directory_service",
        item_id=service.id, now=now,
    )  # fmt: skip


def hide_service(session: Session, service_id: UUID, now: datetime, *, by: UUID | None = None) -> str:
    """Take a service away from people at once and for good; return its name. Raises NotFound."""
    found = _service(session, service_id)
    found.hidden_at = found.hidden_at or now
    found.shown = False
    found.updated_at = now
    session.flush()
    take_away(session, [found.number])
    _audit(session, found, Action.HIDDEN, by, now)
    return found.name


def show_service(
    session: Session, service_id: UUID, topics: Sequence[Topic], now: datetime, *, by: UUID | None = None
) -> str:
    """Show a hidden service again, unless its source no longer has it; return its name."""
    found = _service(session, service_id)
    found.hidden_at = None
    session.flush()
    if found.retired_at is None:
        write_again(session, [found], topics, now)
    _audit(session, found, Action.SHOWN, by, now)
    return found.name


def correct_service(
    session: Session,
    service_id: UUID,
    fields: Mapping[str, str],
    topics: Sequence[Topic],
    now: datetime,
    *,
    by: UUID | None = None,
) -> str:
    """Lay corrections over a service, now and at every import from now on; return its name.

    Raises NotFound, and RuleBroken for a field that cannot be corrected or a value that cannot be read.
    """
    check_fields(fields)
    found = _service(session, service_id)
    known = corrections(session, found.feed_id, [found.external_id]).get(found.external_id, {})
    retired_at = found.retired_at
    write_again(session, [found], topics, now, fields)
    if retired_at is not None:
        # Put right, it is still gone from its source.
        hide(session, [found.number], retired_at)
        session.expire(found)
    row = session.get(models.Correction, (found.feed_id, found.external_id))
    if row is None:
        row = models.Correction(feed_id=found.feed_id, external_id=found.external_id)
        session.add(row)
    row.fields, row.made_at = json.dumps({**known, **fields}, ensure_ascii=False, sort_keys=True), now
    session.flush()
    _audit(session, found, Action.CORRECTED, by, now)
    return found.name


def uncorrect_service(session: Session, service_id: UUID, now: datetime, *, by: UUID | None = None) -> str:
    """Let a service follow its source again from the next import on; return its name."""
    found = _service(session, service_id)
    row = session.get(models.Correction, (found.feed_id, found.external_id))
    if row is None:
        raise RuleBroken("Nothing was corrected on this service.", "service")
    session.delete(row)
    # What it was written from is no longer what an import would write: let the next one write it.
    found.record_hash = ""
    session.flush()
    _audit(session, found, Action.UNCORRECTED, by, now)
    return found.name


def corrections(session: Session, feed_id: UUID, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the corrections of these records of a feed, by the record's own id."""
    row = models.Correction
    found = session.execute(
        select(row.external_id, row.fields).where(row.feed_id == feed_id, row.external_id.in_(ids))
    )
    return {own: json.loads(fields) for own, fields in found}


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


def settle_reports(session: Session, service_id: UUID, now: datetime, *, by: UUID | None = None) -> str:
    """Put away what was reported about a service; return its name."""
    found = _service(session, service_id)
    session.execute(delete(models.Report).where(models.Report.service_number == found.number))
    _audit(session, found, Action.SETTLED, by, now)
    return found.name
