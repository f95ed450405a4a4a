"""The meaning of sharing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.core.errors import RuleBroken
from companion.core.ids import new_id
from companion.sharing import rules
from companion.sharing.rules import Act

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PRIYA, OWEN = new_id(), new_id()


def test_sharing_lasts_six_months_if_nothing_is_said() -> None:
    assert rules.until(None, NOW) == NOW + timedelta(days=183)


@pytest.mark.parametrize("asked", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=367)])
def test_sharing_ends_in_the_year_to_come(asked: datetime) -> None:
    with pytest.raises(RuleBroken):
        rules.until(asked, NOW)


def test_many_looks_in_an_hour_are_one_line() -> None:
    acts = [Act(PRIYA, "viewed", "goals", NOW + timedelta(minutes=n)) for n in range(0, 120, 10)]
    found = rules.looks(acts)
    assert [(look.what, look.at) for look in found] == [
        ("Looked at your shared goals", NOW + timedelta(minutes=110)),
        ("Looked at your shared goals", NOW + timedelta(minutes=50)),
    ]


def test_another_keyworker_or_another_act_is_another_line() -> None:
    acts = [
        Act(PRIYA, "viewed", "goals", NOW),
        Act(OWEN, "viewed", "goals", NOW),
        Act(PRIYA, "commented", "goal", NOW),
        Act(PRIYA, "viewed", "something new", NOW),
    ]
    assert {look.what for look in rules.looks(acts)} == {
        "Looked at your shared goals",
        "Wrote a comment on a goal",
        "Looked at something you share",
    }
    assert len(rules.looks(acts)) == 4


@given(st.permutations([Act(PRIYA, "viewed", "plan", NOW + timedelta(minutes=7 * n)) for n in range(6)]))
def test_the_order_of_the_trail_does_not_matter(acts: list[Act]) -> None:
    assert rules.looks(acts) == rules.looks(sorted(acts, key=lambda act: act.at))
