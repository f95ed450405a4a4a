"""The meaning of check-ins and answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.content import use_cases as content
from companion.core.errors import RuleBroken
from companion.wellbeing import rules
from companion.wellbeing.rules import Question, Reading

UNTIL = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
DRAFT = {
    "recorded_at": AT,
    **dict.fromkeys(map(str, Question)),
    "helped": [],
    "hard": [],
    "note": "",
}


def reading(days_ago: int, value: int, hour: int = 8) -> Reading:
    day = UNTIL - timedelta(days=days_ago)
    return Reading(day, datetime(day.year, day.month, day.day, hour, tzinfo=UTC), value)


def words_of(of: Question) -> list[str]:
    question = next(one for one in content.check_in_questions().questions if one.key == of)
    return [option.word for option in question.options]


def test_the_questions_are_those_of_the_content_file() -> None:
    assert {str(one.key) for one in content.check_in_questions().questions} == set(map(str, Question))


@pytest.mark.parametrize("part", [{"mood": 1}, {"helped": ["rested"]}, {"hard": ["stress"]}, {"note": "x"}])
def test_one_thing_is_enough(part: dict[str, object]) -> None:
    assert rules.check_in_content({**DRAFT, **part})


def test_nothing_at_all_is_no_check_in() -> None:
    with pytest.raises(RuleBroken, match="Answer one question"):
        rules.check_in_content(DRAFT)


def test_questions_may_all_be_left_out_but_must_be_named() -> None:
    draft = {"measure": "ons4", "version": "1", "answers": {"happy": None}, "recorded_at": AT}
    assert rules.answers_content(draft)["answers"] == {"happy": None}
    with pytest.raises(RuleBroken):
        rules.answers_content({**draft, "answers": {}})


def test_the_day_is_the_one_the_persons_clock_showed() -> None:
    evening = datetime(2026, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert rules.local_day(evening, evening.astimezone(UTC)) == date(2026, 7, 1)


def test_a_trend_shows_the_latest_of_each_day_and_gaps() -> None:
    found = rules.trend(
        Question.MOOD,
        [reading(0, 4, 12), reading(0, 2, 9), reading(2, 3)],
        UNTIL,
        14,
        words_of(Question.MOOD),
    )
    assert (found.since, found.until, len(found.points)) == (date(2026, 11, 10), UNTIL, 14)
    assert [point.value for point in found.points[-3:]] == [3, None, 4]
    assert found.sentence == "3 check-ins in 14 days. The lowest was Low, the highest Good."


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([], "No check-ins in 30 days."),
        ([5], "1 check-in in 30 days. It was Very well."),
        ([3, 3], "2 check-ins in 30 days. Each was OK."),
        ([1, 5, 2], "3 check-ins in 30 days. The lowest was Very badly, the highest Very well."),
    ],
)
def test_the_sentence_says_what_was_entered(values: list[int], sentence: str) -> None:
    assert rules.sentence(words_of(Question.SLEEP), values, 30) == sentence


@given(
    st.sampled_from(Question),
    st.lists(st.builds(reading, st.integers(-3, 100), st.integers(1, 5), st.integers(0, 23))),
    st.sampled_from(rules.TREND_DAYS),
)
def test_a_trend_never_judges_and_never_loses_a_day(of: Question, readings: list[Reading], days: int) -> None:
    found = rules.trend(of, readings, UNTIL, days, words_of(of))
    assert [point.on for point in found.points] == [found.since + timedelta(days=n) for n in range(days)]
    for point in found.points:
        same_day = [r for r in readings if r.on == point.on]
        latest = max((r.at for r in same_day), default=None)
        assert point.value in ({r.value for r in same_day if r.at == latest} or {None})
    assert not {"better", "worse", "score", "average"} & set(found.sentence.lower().split())


@pytest.mark.parametrize(("days_ago", "due"), [(None, True), (0, False), (6, False), (7, True), (70, True)])
def test_a_measure_is_due_each_week(days_ago: int | None, due: bool) -> None:
    last_on = None if days_ago is None else UNTIL - timedelta(days=days_ago)
    assert rules.is_due(7, last_on, UNTIL) is due
