"""The pure rules of reminders."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.core.errors import RuleBroken
from companion.reminders import rules
from companion.reminders.rules import Answer, State

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
zones = st.sampled_from(["Europe/London", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu"])


@given(instants, st.integers(0, 1440))
def test_a_reminder_comes_before_what_it_reminds_of(at: datetime, minutes: int) -> None:
    due = rules.due_at(at, minutes)
    assert due is not None
    assert at - due == timedelta(minutes=minutes)
    assert rules.due_at(None, minutes) is None
    assert rules.due_at(at, None) is None


@given(instants, zones)
def test_a_day_ends_when_the_next_one_begins(at: datetime, zone: str) -> None:
    on = rules.local_day(at, zone)
    end = rules.day_ends_at(on, zone)
    assert at < end
    assert rules.local_day(end, zone) == on + timedelta(days=1)
    assert rules.local_day(end - timedelta(seconds=1), zone) == on


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_of_the_clock_change_is_shorter_or_longer(on: date, hours: int) -> None:
    begins = rules.day_ends_at(on - timedelta(days=1), "Europe/London")
    assert rules.day_ends_at(on, "Europe/London") - begins == timedelta(hours=hours)


@given(st.integers(-7200, 7200))
def test_half_an_hour_is_too_late(seconds: int) -> None:
    assert rules.is_too_late(NOW, NOW + timedelta(seconds=seconds)) == (seconds > 1800)


@given(st.sampled_from([a for a in Answer if a is not Answer.LATER]))
def test_only_later_leaves_it_open(answer: Answer) -> None:
    assert rules.decide_standing(answer, None, NOW, NOW) is None
    with pytest.raises(RuleBroken):
        rules.check_answer(answer, 30)


@given(st.none() | st.integers(rules.LEAST_LATER, rules.MOST_LATER), instants)
def test_later_counts_from_the_servers_clock_and_outlives_the_day(
    minutes: int | None, ends: datetime
) -> None:
    standing = rules.decide_standing(Answer.LATER, minutes, ends, NOW)
    assert standing is not None
    assert standing.state is State.PLANNED
    assert standing.due_at == NOW + timedelta(minutes=minutes or 60)
    assert standing.expires_at >= max(ends, standing.due_at + timedelta(minutes=30))


def test_asking_for_later_twice_is_two_answers_and_done_twice_is_one() -> None:
    earlier = NOW - timedelta(minutes=30)
    assert rules.content_of(Answer.LATER, 60, NOW) == rules.content_of(Answer.LATER, None, NOW)
    assert rules.content_of(Answer.LATER, 60, NOW) != rules.content_of(Answer.LATER, 60, earlier)
    assert rules.content_of(Answer.DONE, None, NOW) == rules.content_of(Answer.DONE, None, earlier)


@given(st.sampled_from(State), st.none() | instants, instants, instants)
def test_what_is_shown_never_opens_what_is_closed(
    state: State, due: datetime | None, ends: datetime, now: datetime
) -> None:
    shown = rules.shown_state(state, due, ends, now)
    if state in (State.ANSWERED, State.EXPIRED):
        assert shown is state
    else:
        assert shown in (state, State.EXPIRED)
        assert shown is State.EXPIRED or now < ends


def test_a_plan_that_has_ended_is_not_looked_at_again() -> None:
    today = NOW.date()
    assert rules.next_plan_at(NOW, today, today) is None
    assert rules.next_plan_at(NOW, today + timedelta(days=1), today) is not None
    assert rules.next_plan_at(NOW, None, today) is not None
