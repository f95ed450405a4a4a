"""Goals in the database: versions, history, both words kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.core.errors import NotFound
from companion.core.ids import new_id
from companion.core.merge import Outcome
from companion.core.schema import load
from companion.goals import use_cases as goals
from companion.goals.models import Goal, GoalChange
from companion.goals.schemas import GoalDraftSchema
from tests.people import Cast
from tests.shared.drafts import a_goal, a_step

MARKER = "Quetzal"


def draft(**changes: Any) -> dict[str, Any]:
    return load(GoalDraftSchema(), a_goal(**changes))


@pytest.fixture
def goal_id(session: Session, cast: Cast, now: datetime) -> UUID:
    goal_id = new_id()
    goals.save_goal(session, cast["sam"], goal_id, draft(), now)
    return goal_id


def save(session: Session, cast: Cast, goal_id: UUID, now: datetime, **changes: Any) -> Outcome:
    return goals.save_goal(session, cast["sam"], goal_id, draft(**changes), now)[0]


def test_pause_let_go_and_start_again_keep_everything(
    session: Session, cast: Cast, now: datetime, goal_id: UUID
) -> None:
    words = goals.get_goal(session, cast["sam"], goal_id)
    for minute, state in enumerate(["on_hold", "active", "cancelled", "active", "completed", "active"]):
        at = f"2026-11-23T08:5{minute}:30Z"
        save(session, cast, goal_id, now, lifecycle=state, recorded_at=at, base_version=minute + 1)
    found = goals.get_goal(session, cast["sam"], goal_id)
    kept = ("title", "why", "steps", "target_on", "confidence", "area")
    assert {k: found[k] for k in kept} == {k: words[k] for k in kept}
    history = goals.list_history(session, cast["sam"], goal_id)
    assert [line["what"] for line in reversed(history)] == [
        "created",
        "paused",
        "started_again",
        "let_go",
        "started_again",
        "finished",
        "started_again",
    ]
    assert {line["goal"]["why"] for line in history} == {"I want my own front door."}


def test_a_change_since_the_base_version_keeps_both(
    session: Session, cast: Cast, now: datetime, goal_id: UUID
) -> None:
    save(session, cast, goal_id, now, title="From the tablet", base_version=1)
    with pytest.raises(goals.GoalChanged) as clash:
        save(session, cast, goal_id, now, title="From the phone", base_version=1)
    assert clash.value.goal["title"] == "From the tablet"
    assert goals.get_goal(session, cast["sam"], goal_id)["version"] == 2
    assert save(session, cast, goal_id, now, title="From the phone", base_version=2) is Outcome.UPDATED


def test_the_same_change_on_two_phones_is_no_conflict(
    session: Session, cast: Cast, now: datetime, goal_id: UUID
) -> None:
    save(session, cast, goal_id, now, title="The same", base_version=1)
    assert save(session, cast, goal_id, now, title="The same", base_version=1) is Outcome.IDENTICAL


def test_a_late_repeat_of_an_answered_save_is_no_conflict(
    session: Session, cast: Cast, now: datetime, goal_id: UUID
) -> None:
    save(session, cast, goal_id, now, title="Two", base_version=1, recorded_at="2026-11-23T08:56:00Z")
    save(session, cast, goal_id, now, title="Three", base_version=2, recorded_at="2026-11-23T08:57:00Z")
    again = save(session, cast, goal_id, now, title="Two", base_version=1, recorded_at="2026-11-23T08:56:00Z")
    assert again is Outcome.OLDER
    assert goals.get_goal(session, cast["sam"], goal_id)["title"] == "Three"


def test_a_slow_phone_clock_does_not_undo_a_change_made_on_what_is_stored(
    session: Session, cast: Cast, now: datetime, goal_id: UUID
) -> None:
    slow = "2026-11-23T06:00:00Z"
    assert save(session, cast, goal_id, now, title="New", base_version=1, recorded_at=slow) is Outcome.UPDATED
    assert goals.get_goal(session, cast["sam"], goal_id)["title"] == "New"


def test_a_fast_phone_clock_does_not_win_for_ever(
    session: Session, cast: Cast, now: datetime, goal_id: UUID
) -> None:
    save(session, cast, goal_id, now, title="Fast", recorded_at="2099-01-01T00:00:00Z")
    later = now + timedelta(days=2)
    at = later.isoformat()
    assert save(session, cast, goal_id, later, title="Right", recorded_at=at) is Outcome.UPDATED


def test_a_delete_takes_words_and_history_away(
    session: Session, cast: Cast, now: datetime, goal_id: UUID
) -> None:
    goals.delete_goal(session, cast["sam"], goal_id, now)
    row = session.get_one(Goal, goal_id)
    assert (row.sealed, row.shared, row.deleted_at) == (None, False, now)
    assert session.scalars(select(GoalChange)).all() == []
    with pytest.raises(NotFound):
        goals.list_history(session, cast["sam"], goal_id)


def test_no_word_of_a_goal_is_stored_in_clear(session: Session, cast: Cast, now: datetime) -> None:
    said = draft(title=MARKER, why=MARKER, steps=[a_step(title=MARKER)])
    goals.save_goal(session, cast["sam"], new_id(), said, now)
    session.flush()
    for model in (Goal, GoalChange):
        for row in session.scalars(select(model)):
            assert row.sealed is not None
            assert MARKER.encode() not in row.sealed
    assert goals.list_goals(session, cast["sam"])[0]["title"] == MARKER


def test_owen_sees_nothing(session: Session, cast: Cast, now: datetime, goal_id: UUID) -> None:
    for key in ("owen", "jo"):
        assert goals.list_goals(session, cast[key]) == []
        for read in (goals.get_goal, goals.list_history):
            with pytest.raises(NotFound):
                read(session, cast[key], goal_id)
        with pytest.raises(NotFound):
            goals.delete_goal(session, cast[key], goal_id, now)
        with pytest.raises(NotFound):
            goals.save_goal(session, cast[key], goal_id, draft(title="Mine now"), now)
    assert goals.get_goal(session, cast["sam"], goal_id)["title"] == a_goal()["title"]
