"""Writing a record that a phone sends: insert, change, repeat, or leave a deleted one deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from companion.accounts.use_cases import sealer_for
from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.errors import NotFound
from companion.core.identity import Viewer
from companion.core.merge import Outcome, Stamp, clamp, decide, digest_of
from companion.core.orm import insert_if_absent
from companion.wellbeing import rules
from companion.wellbeing.models import AnyRecord, held_by

Body = dict[str, Any]
DELETED = "You deleted this. Make a new one to start again."


def save_record(
    session: Session,
    viewer: Viewer,
    model: type[AnyRecord],
    record_id: UUID,
    content: Body,
    recorded_at: datetime,
    now: datetime,
) -> tuple[Outcome, Body]:
    """Save a record and return what became of it with the stored copy.

    A deleted record stays deleted: the phone keeps its words and is told.
    The phone's time is part of `content`, so the later one wins in whatever order the records arrive.
    """
    clamped = clamp(recorded_at, now)
    values = {
        "on": rules.local_day(recorded_at, clamped),
        "recorded_at": clamped,
        "received_at": now,
        "updated_at": now,
        "sealed": sealer_for(session, viewer.account_id).seal(model.__tablename__, record_id, content),
    }
    row = session.scalar(held_by(model, viewer.account_id, record_id))
    if row is None:
        new = {"id": record_id, "person_id": viewer.account_id, "version": 1, **values}
        inserted = insert_if_absent(session, model, new, ["id"])
        row = session.scalar(held_by(model, viewer.account_id, record_id))
        if row is None:
            raise NotFound
        if inserted:
            note(session, viewer, row, Action.NEW, now)
            return Outcome.NEW, body_of(row, content)
    if row.sealed is None:
        raise NotFound(DELETED)
    stored = content_of(session, row)
    outcome = decide(Stamp(row.recorded_at, digest_of(stored)), Stamp(clamped, digest_of(content)))
    if outcome is not Outcome.UPDATED:
        return outcome, body_of(row, stored)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    session.flush()
    note(session, viewer, row, Action.UPDATED, now)
    return outcome, body_of(row, content)


def delete_record(
    session: Session, viewer: Viewer, model: type[AnyRecord], record_id: UUID, now: datetime
) -> None:
    """Delete a record for good; a tombstone keeps late copies from bringing it back."""
    row = session.scalar(held_by(model, viewer.account_id, record_id))
    if row is None:
        raise NotFound
    if row.deleted_at is None:
        row.version += 1
        row.sealed = None
        row.deleted_at = row.updated_at = now
        session.flush()
        note(session, viewer, row, Action.DELETED, now)


def content_of(session: Session, row: AnyRecord) -> Body:
    """Open a record's sealed body."""
    assert row.sealed is not None
    return sealer_for(session, row.person_id).unseal(row.__tablename__, row.id, row.sealed)


def body_of(row: AnyRecord, content: Body) -> Body:
    """Return a record as it goes out, in the phone's words and the server's times."""
    return content | {
        "id": row.id,
        "on": row.on,
        "recorded_at": row.recorded_at,
        "updated_at": row.updated_at,
    }


def note(session: Session, viewer: Viewer, row: AnyRecord, action: Action, now: datetime) -> None:
    """Write one act on a record to the audit trail."""
    audit.record(
        session,
        subject_id=viewer.account_id,
        actor_id=viewer.account_id,
        action=action,
        item_kind=row.__tablename__.removeprefix("wellbeing_"),
        item_id=row.id,
        now=now,
    )
