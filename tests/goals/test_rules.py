"""The meaning of goals."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.content import use_cases as content
from companion.core.errors import RuleBroken
from companion.goals.rules import Change, Level, Lifecycle, changes_between, check, content_of

STEP = {"id": UUID(int=1), "title": "Find my ID", "done_on": date(2026, 11, 20)}
DRAFT: dict[str, Any] = {
    "title": "Home",
    "why": "",
    "level": "wider_problems",
    "template": None,
    "area": None,
    "steps": [STEP],
    "target_on": date(2027, 3, 1),
    "confidence": None,
    "lifecycle": "active",
    "shared": False,
}


def a_content(**changes: Any) -> dict[str, Any]:
    return content_of({**DRAFT, **changes})


def test_the_levels_are_those_of_the_content_files() -> None:
    assert {str(level) for level in Level} == {str(level.key) for level in content.goal_levels()}


def test_content_is_text_that_can_be_sealed() -> None:
    found = a_content()
    assert found["target_on"] == "2027-03-01"
    assert found["steps"] == [{"id": str(UUID(int=1)), "title": "Find my ID", "done_on": "2026-11-20"}]


def test_a_new_goal_is_created_and_perhaps_shared() -> None:
    assert changes_between(None, a_content()) == [Change.CREATED]
    assert changes_between(None, a_content(shared=True)) == [Change.CREATED, Change.SHARED]


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("active", "on_hold", Change.PAUSED),
        ("on_hold", "active", Change.STARTED_AGAIN),
        ("active", "completed", Change.FINISHED),
        ("completed", "active", Change.STARTED_AGAIN),
        ("active", "cancelled", Change.LET_GO),
        ("cancelled", "active", Change.STARTED_AGAIN),
        ("cancelled", "on_hold", Change.PAUSED),
        ("proposed", "active", Change.CHANGED),
        ("completed", "proposed", Change.CHANGED),
    ],
)
def test_history_says_what_happened(before: str, after: str, what: Change) -> None:
    assert changes_between(a_content(lifecycle=before), a_content(lifecycle=after)) == [what]


@given(st.sampled_from(Lifecycle), st.sampled_from(Lifecycle))
def test_nothing_is_a_dead_end(before: Lifecycle, after: Lifecycle) -> None:
    found = changes_between(a_content(lifecycle=before), a_content(lifecycle=after))
    assert len(found) == (before != after)


def test_several_changes_at_once_are_all_said() -> None:
    before, after = a_content(), a_content(title="My home", lifecycle="on_hold", shared=True)
    assert changes_between(before, after) == [Change.CHANGED, Change.PAUSED, Change.SHARED]
    assert changes_between(after, before)[-1] is Change.STOPPED_SHARING


def test_steps_can_be_told_apart() -> None:
    with pytest.raises(RuleBroken) as refused:
        check(a_content(steps=[STEP, STEP]))
    assert refused.value.fields == {"steps": "Two steps have the same id. Give each its own."}
