"""Review in the database: sealed comments, one act per look, nothing kept of a look that was refused."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.audit.models import AuditEvent
from companion.core.errors import NotFound
from companion.core.ids import new_id
from companion.core.schema import load
from companion.goals import use_cases as goals
from companion.goals.schemas import GoalDraftSchema
from companion.review import use_cases as review
from companion.review.models import Agreement, Comment
from companion.sharing import use_cases as sharing
from tests.people import Cast
from tests.shared.drafts import a_goal

MARKER = "Quetzal"


@pytest.fixture
def goal_id(session: Session, cast: Cast, now: datetime) -> UUID:
    """A shared goal of Sam's; Priya may see goals."""
    goal_id = new_id()
    goals.save_goal(session, cast["sam"], goal_id, load(GoalDraftSchema(), a_goal(shared=True)), now)
    draft = {"keyworker_id": cast["priya"].account_id, "scopes": ["goals"], "until": None}
    sharing.save_grant(session, cast["sam"], new_id(), draft, now)
    return goal_id


def test_a_comment_is_sealed_with_the_persons_key(
    session: Session, cast: Cast, now: datetime, goal_id: UUID
) -> None:
    draft = {"id": new_id(), "text": MARKER}
    review.save_comment(session, cast["priya"], cast["sam"].account_id, goal_id, draft, now)
    row = session.scalars(select(Comment)).one()
    assert MARKER.encode() not in row.sealed
    assert row.person_id == cast["sam"].account_id
    assert review.list_comments(session, cast["sam"])[0]["text"] == MARKER


def test_a_repeated_comment_is_one_comment_and_one_act(
    session: Session, cast: Cast, now: datetime, goal_id: UUID
) -> None:
    draft = {"id": new_id(), "text": "Well done."}
    person_id = cast["sam"].account_id
    is_new = [review.save_comment(session, cast["priya"], person_id, goal_id, draft, now)[0] for _ in "abc"]
    assert is_new == [True, False, False]
    assert len(session.scalars(select(AuditEvent).where(AuditEvent.action == "commented")).all()) == 1


def test_an_agreed_day_is_one_row_and_one_act_each_time_it_changes(
    session: Session, cast: Cast, now: datetime, goal_id: UUID
) -> None:
    person_id = cast["sam"].account_id
    for day in (now.date(), now.date(), None):
        review.save_next_review(session, cast["priya"], person_id, day, now)
    assert len(session.scalars(select(Agreement)).all()) == 1
    assert len(session.scalars(select(AuditEvent).where(AuditEvent.action == "agreed")).all()) == 2


def test_a_person_sees_no_date_of_a_keyworker_they_no_longer_share_with(
    session: Session, cast: Cast, now: datetime, goal_id: UUID
) -> None:
    review.save_next_review(session, cast["priya"], cast["sam"].account_id, now.date(), now)
    assert review.next_review(session, cast["sam"], now) == {"on": now.date(), "who": "Priya"}
    (grant,) = sharing.list_grants(session, cast["sam"], now)
    sharing.withdraw_grant(session, cast["sam"], grant["id"], now)
    assert review.next_review(session, cast["sam"], now) == {"on": None, "who": None}


def test_owen_sees_nothing_and_leaves_no_trace(
    session: Session, cast: Cast, now: datetime, goal_id: UUID
) -> None:
    owen, person_id = cast["owen"], cast["sam"].account_id
    assert review.caseload(session, owen, now) == []
    for look in (review.shared_person, review.shared_goals, review.shared_plan):
        with pytest.raises(NotFound):
            look(session, owen, person_id, now)
    with pytest.raises(NotFound):
        review.shared_goal(session, owen, person_id, goal_id, now)
    with pytest.raises(NotFound):
        review.shared_trend(session, owen, person_id, "mood", 14, now)
    with pytest.raises(NotFound):
        review.save_next_review(session, owen, person_id, now.date(), now)
    session.flush()
    assert session.scalars(select(AuditEvent).where(AuditEvent.actor_id == owen.account_id)).all() == []
