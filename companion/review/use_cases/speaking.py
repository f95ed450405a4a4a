"""What a keyworker may say (a comment on a shared goal, a date), and how the person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from companion.accounts.use_cases import names_of, sealer_for
from companion.audit.rules import Action
from companion.core.errors import Conflict, NotFound
from companion.core.identity import Viewer
from companion.core.ids import new_id
from companion.core.orm import insert_if_absent
from companion.goals import use_cases as goals
from companion.review import rules
from companion.review.models import (
    Agreement,
    Comment,
    agreements_of,
    agreements_with,
    comments_by,
    comments_for,
)
from companion.review.use_cases.auditing import audit_act
from companion.sharing import use_cases as sharing
from companion.sharing.rules import Scope

Body = dict[str, Any]
COMMENTS = "review_comment"
MOST_COMMENTS = 200


def save_comment(
    session: Session,
    viewer: Viewer,
    person_id: UUID,
    goal_id: UUID,
    draft: Mapping[str, Any],
    now: datetime,
) -> tuple[bool, Body]:
    """Write a comment on a shared goal; return whether it is new, and the comment. A repeat does no harm."""
    sharing.require_consent(session, viewer, person_id, Scope.GOALS, now)
    allowed = sharing.consent_clause(viewer, Scope.GOALS, now)
    goals.get_shared_goal_of(session, person_id, goal_id, allowed)
    sealer = sealer_for(session, person_id)
    values = {
        "id": draft["id"],
        "person_id": person_id,
        "keyworker_id": viewer.account_id,
        "goal_id": goal_id,
        "received_at": now,
        "sealed": sealer.seal(COMMENTS, draft["id"], {"text": draft["text"]}),
    }
    is_new = insert_if_absent(session, Comment, values, ["id"])
    row = session.scalar(comments_by(viewer.account_id, person_id, goal_id).where(Comment.id == draft["id"]))
    if row is None:
        raise NotFound
    text = sealer.unseal(COMMENTS, row.id, row.sealed)["text"]
    if text != draft["text"]:
        raise Conflict("This comment was sent before with other words. Write a new one.")
    if is_new:
        audit_act(session, viewer, person_id, Action.COMMENTED, "goal", goal_id, now)
    who = names_of(session, {viewer.account_id})[viewer.account_id]
    return is_new, {"id": row.id, "who": who, "text": text, "at": row.received_at}


def save_next_review(
    session: Session, viewer: Viewer, person_id: UUID, on: date | None, now: datetime
) -> date | None:
    """Agree the day of the next review, or take it back; return it."""
    sharing.require_consent(session, viewer, person_id, None, now)
    rules.check_review_day(on, now.date())
    pair = agreements_of(viewer.account_id).where(Agreement.person_id == person_id).with_for_update()
    row = session.scalar(pair)
    if row is None:
        values = {
            "id": new_id(),
            "person_id": person_id,
            "keyworker_id": viewer.account_id,
            "on": None,
            "updated_at": now,
        }
        insert_if_absent(session, Agreement, values, ["person_id", "keyworker_id"])
        row = session.scalars(pair).one()
    if row.on != on:
        row.on, row.updated_at = on, now
        session.flush()
        audit_act(session, viewer, person_id, Action.AGREED, "review", row.id, now)
    return row.on


def list_comments(session: Session, viewer: Viewer) -> list[Body]:
    """Return what keyworkers wrote to the viewer, newest first. A goal deleted since has no title."""
    rows = list(session.scalars(comments_for(viewer.account_id).limit(MOST_COMMENTS)))
    names = names_of(session, {row.keyworker_id for row in rows if row.keyworker_id is not None})
    titles = {goal["id"]: goal["title"] for goal in goals.list_goals(session, viewer)} if rows else {}
    sealer = sealer_for(session, viewer.account_id)
    return [
        {
            "id": row.id,
            "goal_id": row.goal_id,
            "goal_title": titles.get(row.goal_id),
            "who": names.get(row.keyworker_id, rules.GONE) if row.keyworker_id else rules.GONE,
            "text": sealer.unseal(COMMENTS, row.id, row.sealed)["text"],
            "at": row.received_at,
        }
        for row in rows
    ]


def next_review(session: Session, viewer: Viewer, now: datetime) -> Body:
    """Return the viewer's nearest agreed date with a keyworker they share with, and with whom."""
    shared_with = sharing.consents_of(session, viewer, now)
    for row in session.scalars(agreements_with(viewer.account_id).where(Agreement.on >= now.date())):
        if row.keyworker_id in shared_with:
            who = names_of(session, {row.keyworker_id}).get(row.keyworker_id, rules.GONE)
            return {"on": row.on, "who": who}
    return {"on": None, "who": None}
