"""Grant, withdraw, see who looked; and `require_consent`, which every look of a keyworker must pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from companion.accounts.use_cases import list_keyworkers, names_of
from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.errors import Conflict, NotFound, RuleBroken
from companion.core.identity import Viewer
from companion.core.orm import insert_if_absent
from companion.sharing import rules
from companion.sharing.models import Grant, allows, held_by, live_for, owned_by
from companion.sharing.rules import Scope

Body = dict[str, Any]
MOST_EVENTS = 1000
MOST_LOOKS = 100
ENDED = "This sharing has ended. Share again to start a new one."


@dataclass(frozen=True, slots=True)
class Consent:
    """A live grant, as `review` sees it. `since`: from when on all of these scopes are shared."""

    person_id: UUID
    scopes: tuple[Scope, ...]
    since: datetime
    until: datetime


def keyworkers(session: Session, viewer: Viewer) -> list[Body]:
    """Return the keyworkers the viewer can share with: the active ones of their own organisation."""
    found = list_keyworkers(session, viewer.organisation_id)
    return [{"id": keyworker_id, "name": name} for keyworker_id, name in found.items()]


def list_grants(session: Session, viewer: Viewer, now: datetime) -> list[Body]:
    """Return the viewer's live grants. One to a keyworker who has left gives nothing and is not shown."""
    names = list_keyworkers(session, viewer.organisation_id)
    rows = session.scalars(owned_by(viewer.account_id, now))
    return [_body(row, names[row.keyworker_id]) for row in rows if row.keyworker_id in names]


def save_grant(
    session: Session, viewer: Viewer, grant_id: UUID, draft: Mapping[str, Any], now: datetime
) -> tuple[bool, Body]:
    """Let a keyworker see something; return whether the grant is new, and the grant.

    A new grant takes the place of the one before it to the same keyworker. One that has ended stays
    ended: a late repeat from a phone must not share again what was withdrawn.
    """
    keyworker_id: UUID = draft["keyworker_id"]
    names = list_keyworkers(session, viewer.organisation_id)
    if keyworker_id not in names:
        raise RuleBroken("Choose a keyworker from the list.", "keyworker_id")
    marks = {str(scope): str(scope) in draft["scopes"] for scope in Scope}
    row = session.scalar(held_by(viewer.account_id, grant_id))
    if row is not None:
        _change(session, viewer, row, keyworker_id, marks, draft["until"], now)
        return False, _body(row, names[keyworker_id])
    until_at = rules.until(draft["until"], now)
    session.execute(
        update(Grant)
        .where(
            Grant.person_id == viewer.account_id,
            Grant.keyworker_id == keyworker_id,
            Grant.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
    values = {
        "id": grant_id,
        "person_id": viewer.account_id,
        "keyworker_id": keyworker_id,
        **marks,
        "from_at": now,
        "until_at": until_at,
    }
    if not insert_if_absent(session, Grant, values, ["id"]):
        raise NotFound
    _audit(session, viewer, grant_id, Action.GRANTED, now)
    return True, _body(session.get_one(Grant, grant_id), names[keyworker_id])


def _change(
    session: Session,
    viewer: Viewer,
    row: Grant,
    keyworker_id: UUID,
    marks: dict[str, bool],
    asked: datetime | None,
    now: datetime,
) -> None:
    if row.withdrawn_at is not None or row.until_at <= now:
        raise Conflict(ENDED)
    if row.keyworker_id != keyworker_id:
        raise RuleBroken("Start a new sharing for another keyworker.", "keyworker_id")
    until_at = row.until_at if asked in (None, row.until_at) else rules.until(asked, now)
    wanted = {**marks, "until_at": until_at}
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return
    if any(marks[scope] for scope in Scope if scope not in _scopes(row)):
        # What is added is shared from now on, not from when the grant began.
        row.from_at = now
    for name, value in wanted.items():
        setattr(row, name, value)
    session.flush()
    _audit(session, viewer, row.id, Action.GRANTED, now)


def withdraw_grant(session: Session, viewer: Viewer, grant_id: UUID, now: datetime) -> None:
    """Stop sharing. It counts from the next request; the keyworker sees the same as if it had never been."""
    row = session.scalar(held_by(viewer.account_id, grant_id))
    if row is None:
        raise NotFound
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        session.flush()
        _audit(session, viewer, grant_id, Action.WITHDRAWN, now)


def list_looks(session: Session, viewer: Viewer) -> list[Body]:
    """Return who looked at what and when, by the hour, newest first."""
    events = audit.list_events(
        session, viewer.account_id, limit=MOST_EVENTS, actions=rules.LOOKS, not_by=viewer.account_id
    )
    acts = [rules.Act(e.actor_id, e.action, e.item_kind, e.at) for e in events if e.actor_id is not None]
    found = rules.looks(acts)[:MOST_LOOKS]
    names = names_of(session, {look.who for look in found})
    return [
        {"who": names.get(look.who, "Someone who has left"), "what": look.what, "at": look.at}
        for look in found
    ]


def require_consent(
    session: Session, viewer: Viewer, person_id: UUID, scope: Scope | None, now: datetime
) -> Consent:
    """Return the live grant of this person to the viewer, or raise NotFound as if the person were not there.

    `scope` None asks for a grant of any kind. Nothing is cached: every request asks again.
    """
    row = session.scalar(live_for(viewer.account_id, now).where(Grant.person_id == person_id))
    if row is None or (scope is not None and scope not in _scopes(row)):
        raise NotFound
    return _consent(row)


def consents_to(session: Session, viewer: Viewer, now: datetime) -> list[Consent]:
    """Return all live grants that name the viewer."""
    return [_consent(row) for row in session.scalars(live_for(viewer.account_id, now))]


def consents_of(session: Session, viewer: Viewer, now: datetime) -> set[UUID]:
    """Return the keyworkers the viewer shares anything with now."""
    return {row.keyworker_id for row in session.scalars(owned_by(viewer.account_id, now))}


def consent_clause(viewer: Viewer, scope: Scope, now: datetime) -> Callable[[Any], ColumnElement[bool]]:
    """Return a condition on a person's column, so that consent stands in the same SQL as the read."""
    return lambda person_id: allows(viewer.account_id, scope, now, person_id)


def _scopes(row: Grant) -> tuple[Scope, ...]:
    return tuple(scope for scope in Scope if getattr(row, str(scope)))


def _consent(row: Grant) -> Consent:
    return Consent(row.person_id, _scopes(row), row.from_at, row.until_at)


def _body(row: Grant, name: str) -> Body:
    return {
        "id": row.id,
        "keyworker": {"id": row.keyworker_id, "name": name},
        "scopes": list(_scopes(row)),
        "from_at": row.from_at,
        "until_at": row.until_at,
    }


def _audit(session: Session, viewer: Viewer, grant_id: UUID, action: Action, now: datetime) -> None:
    audit.record(
        session,
        subject_id=viewer.account_id,
        actor_id=viewer.account_id,
        action=action,
        item_kind="grant",
        item_id=grant_id,
        now=now,
    )
