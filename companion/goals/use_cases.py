"""What a person can do with their goals, and the reads that `review` makes with a consent clause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete
from sqlalchemy.orm import Session

from companion.accounts.use_cases import sealer_for
from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.errors import Conflict, NotFound
from companion.core.identity import Viewer
from companion.core.ids import new_id
from companion.core.merge import Outcome, Stamp, clamp, decide, digest_of
from companion.core.orm import insert_if_absent
from companion.goals import rules
from companion.goals.models import Goal, GoalChange, held_by, history_of, owned_by

Body = dict[str, Any]
Clause = Callable[[Any], ColumnElement[bool]]
GOALS, CHANGES = "goals_goal", "goals_change"
MOST_HISTORY = 200
DELETED = "You deleted this goal. Make a new one to start again."


class GoalChanged(Conflict):
    """The goal changed on another phone after this one read it. `goal` is what is stored; nothing is lost."""

    def __init__(self, goal: Body) -> None:
        super().__init__("You changed this goal on another phone too. Choose which one to keep.")
        self.goal = goal


def save_goal(
    session: Session, viewer: Viewer, goal_id: UUID, draft: Mapping[str, Any], now: datetime
) -> tuple[Outcome, Body]:
    """Save a goal and return what became of it with the stored copy.

    1. A new id is inserted; when two phones insert it at once, the second goes on as a change.
    2. A deleted goal stays deleted: the phone keeps its words and is told.
    3. A goal that changed since `base_version` raises GoalChanged; without one the later phone time wins.
    4. A real change adds to the history and the audit trail.
    """
    content = rules.content_of(draft)
    rules.check(content)
    recorded_at = clamp(draft["recorded_at"], now)
    row = session.scalar(held_by(viewer.account_id, goal_id))
    if row is None:
        if _insert(session, viewer, goal_id, content, recorded_at, now):
            return Outcome.NEW, get_goal(session, viewer, goal_id)
        row = session.scalar(held_by(viewer.account_id, goal_id))
    if row is None:
        raise NotFound
    if row.sealed is None:
        raise NotFound(DELETED)
    stored = _content(session, row)
    outcome = _outcome(session, row, stored, content, recorded_at, draft.get("base_version"))
    if outcome in (Outcome.UPDATED, Outcome.IDENTICAL):
        # Also when nothing changed: what the person said last must win, in whatever order things arrive.
        row.recorded_at = max(row.recorded_at, recorded_at)
    if outcome is Outcome.UPDATED:
        _update(session, viewer, row, stored, content, recorded_at, now)
        stored = content
    session.flush()
    return outcome, _body(row, stored)


def _insert(
    session: Session, viewer: Viewer, goal_id: UUID, content: Body, recorded_at: datetime, now: datetime
) -> bool:
    values = {
        "id": goal_id,
        "person_id": viewer.account_id,
        "version": 1,
        "lifecycle": content["lifecycle"],
        "shared": content["shared"],
        "recorded_at": recorded_at,
        "received_at": now,
        "updated_at": now,
        "sealed": _seal(session, viewer.account_id, goal_id, content),
    }
    if not insert_if_absent(session, Goal, values, ["id"]):
        return False
    _remember(session, viewer, goal_id, 1, rules.changes_between(None, content), content, recorded_at)
    _audit(session, viewer, goal_id, Action.NEW, now)
    return True


def _update(
    session: Session,
    viewer: Viewer,
    row: Goal,
    before: Body,
    content: Body,
    recorded_at: datetime,
    now: datetime,
) -> None:
    row.version += 1
    row.lifecycle, row.shared = content["lifecycle"], content["shared"]
    row.received_at = row.updated_at = now
    row.sealed = _seal(session, viewer.account_id, row.id, content)
    changes = rules.changes_between(before, content)
    _remember(session, viewer, row.id, row.version, changes, content, recorded_at)
    _audit(session, viewer, row.id, Action.UPDATED, now)


def _outcome(
    session: Session,
    row: Goal,
    stored: Body,
    content: Body,
    recorded_at: datetime,
    base_version: int | None,
) -> Outcome:
    incoming = Stamp(recorded_at, digest_of(content))
    outcome = decide(Stamp(row.recorded_at, digest_of(stored)), incoming)
    if outcome is Outcome.IDENTICAL or base_version is None:
        return outcome
    if base_version >= row.version:
        # The person saw what is stored and changed it; no clock may overrule that.
        return Outcome.UPDATED
    if _was_stored(session, row, incoming):
        return Outcome.OLDER
    raise GoalChanged(_body(row, stored))


def _was_stored(session: Session, row: Goal, incoming: Stamp) -> bool:
    """Tell whether this is a repeat of a save that was answered, whose answer got lost on the way."""
    query = history_of(row.person_id, row.id).where(GoalChange.at == incoming.recorded_at)
    return any(digest_of(_snapshot(session, line)) == incoming.digest for line in session.scalars(query))


def delete_goal(session: Session, viewer: Viewer, goal_id: UUID, now: datetime) -> None:
    """Delete a goal and its history for good; a tombstone keeps late copies from bringing it back."""
    row = session.scalar(held_by(viewer.account_id, goal_id))
    if row is None:
        raise NotFound
    if row.deleted_at is not None:
        return
    session.execute(delete(GoalChange).where(GoalChange.goal_id == goal_id))
    row.version += 1
    row.sealed, row.shared = None, False
    row.deleted_at = row.updated_at = now
    session.flush()
    _audit(session, viewer, goal_id, Action.DELETED, now)


def list_goals(session: Session, viewer: Viewer) -> list[Body]:
    """Return the viewer's goals."""
    return [_body(row, _content(session, row)) for row in session.scalars(owned_by(viewer.account_id))]


def get_goal(session: Session, viewer: Viewer, goal_id: UUID) -> Body:
    """Return one of the viewer's goals."""
    row = session.scalar(owned_by(viewer.account_id).where(Goal.id == goal_id))
    if row is None:
        raise NotFound
    return _body(row, _content(session, row))


def list_history(session: Session, viewer: Viewer, goal_id: UUID) -> list[Body]:
    """Return what happened to one of the viewer's goals, newest first, with the goal as it was."""
    get_goal(session, viewer, goal_id)
    query = history_of(viewer.account_id, goal_id).limit(MOST_HISTORY)
    found = []
    for line in session.scalars(query):
        snapshot = _snapshot(session, line)
        found.append(
            {
                "id": line.id,
                "at": line.at,
                "what": line.what,
                "version": line.version,
                "title": snapshot["title"],
                "goal": snapshot,
            }
        )
    return found


def shared_goals_of(session: Session, person_id: UUID, allowed: Clause) -> list[Body]:
    """Return the goals a person marked as shared; `allowed` (the consent) stands in the same SQL."""
    query = owned_by(person_id).where(Goal.shared.is_(True), allowed(Goal.person_id))
    return [_body(row, _content(session, row)) for row in session.scalars(query)]


def get_shared_goal_of(session: Session, person_id: UUID, goal_id: UUID, allowed: Clause) -> Body:
    """Return one goal a person marked as shared; `allowed` (the consent) stands in the same SQL."""
    query = owned_by(person_id).where(Goal.id == goal_id, Goal.shared.is_(True), allowed(Goal.person_id))
    row = session.scalar(query)
    if row is None:
        raise NotFound
    return _body(row, _content(session, row))


def _seal(session: Session, person_id: UUID, goal_id: UUID, content: Body) -> bytes:
    return sealer_for(session, person_id).seal(GOALS, goal_id, content)


def _content(session: Session, row: Goal) -> Body:
    assert row.sealed is not None
    return sealer_for(session, row.person_id).unseal(GOALS, row.id, row.sealed)


def _snapshot(session: Session, line: GoalChange) -> Body:
    return sealer_for(session, line.person_id).unseal(CHANGES, line.id, line.sealed)


def _body(row: Goal, content: Body) -> Body:
    return {
        "id": row.id,
        **content,
        "version": row.version,
        "recorded_at": row.recorded_at,
        "updated_at": row.updated_at,
    }


def _remember(
    session: Session,
    viewer: Viewer,
    goal_id: UUID,
    version: int,
    changes: list[rules.Change],
    content: Body,
    at: datetime,
) -> None:
    sealer = sealer_for(session, viewer.account_id)
    for what in changes:
        line_id = new_id()
        session.add(
            GoalChange(
                id=line_id,
                goal_id=goal_id,
                person_id=viewer.account_id,
                version=version,
                what=str(what),
                at=at,
                sealed=sealer.seal(CHANGES, line_id, content),
            )
        )


def _audit(session: Session, viewer: Viewer, goal_id: UUID, action: Action, now: datetime) -> None:
    audit.record(
        session,
        subject_id=viewer.account_id,
        actor_id=viewer.account_id,
        action=action,
        item_kind="goal",
        item_id=goal_id,
        now=now,
    )
