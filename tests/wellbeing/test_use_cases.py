"""Check-ins, answers and trends in the database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import false, select
from sqlalchemy.orm import Session

from companion.core.errors import NotFound, RuleBroken
from companion.core.ids import new_id
from companion.core.schema import load
from companion.wellbeing import use_cases as wellbeing
from companion.wellbeing.models import Answers, CheckIn
from companion.wellbeing.rules import Question
from companion.wellbeing.schemas import AnswersDraftSchema, CheckInDraftSchema
from tests.people import Cast
from tests.shared.drafts import a_check_in, some_answers

MARKER = "Quetzal"


def check_in(session: Session, cast: Cast, now: datetime, who: str = "sam", **changes: Any) -> dict[str, Any]:
    draft = load(CheckInDraftSchema(), a_check_in(**changes))
    return wellbeing.save_check_in(session, cast[who], new_id(), draft, now)[1]


def answer(session: Session, cast: Cast, now: datetime, **changes: Any) -> dict[str, Any]:
    draft = load(AnswersDraftSchema(), some_answers(**changes))
    return wellbeing.save_answers(session, cast["sam"], new_id(), draft, now)[1]


def test_a_check_in_belongs_to_the_day_of_the_phones_own_clock(
    session: Session, cast: Cast, now: datetime
) -> None:
    saved = check_in(session, cast, now, recorded_at="2026-11-23T00:30:00+02:00")
    assert saved["on"] == date(2026, 11, 23)
    assert saved["recorded_at"] == datetime(2026, 11, 22, 22, 30, tzinfo=UTC)


def test_a_phone_with_a_wild_clock_lands_near_today(session: Session, cast: Cast, now: datetime) -> None:
    saved = check_in(session, cast, now, recorded_at="2099-01-01T00:00:00Z")
    assert saved["on"] == date(2026, 11, 24)


def test_a_list_goes_from_day_to_day_newest_first(session: Session, cast: Cast, now: datetime) -> None:
    for day in (20, 22, 21):
        check_in(session, cast, now, recorded_at=f"2026-11-{day}T08:00:00Z")
    found = wellbeing.list_check_ins(session, cast["sam"], date(2026, 11, 21), None, now)
    assert [item["on"].day for item in found] == [22, 21]


def test_a_trend_ends_on_the_persons_own_today(session: Session, cast: Cast) -> None:
    night = datetime(2026, 7, 10, 23, 30, tzinfo=UTC)  # half past midnight in London
    check_in(session, cast, night, mood=2, recorded_at="2026-07-11T00:10:00+01:00")
    found = wellbeing.trend(session, cast["sam"], Question.MOOD, 14, night)
    assert found.until == date(2026, 7, 11)
    assert found.points[-1].value == 2


def test_the_oldest_day_of_a_trend_is_read_too(session: Session, cast: Cast, now: datetime) -> None:
    check_in(session, cast, now, mood=5, recorded_at=(now - timedelta(days=13)).isoformat())
    found = wellbeing.trend(session, cast["sam"], Question.MOOD, 14, now)
    assert found.points[0].value == 5


def test_a_clause_stands_in_the_sql_of_a_trend(session: Session, cast: Cast, now: datetime) -> None:
    check_in(session, cast, now, mood=5)
    ids = [cast["sam"].account_id, cast["jo"].account_id]
    found = wellbeing.trends_of(session, ids, Question.MOOD, 14, now, lambda _person_id: false())
    assert {point.value for trend in found.values() for point in trend.points} == {None}


def test_a_measure_is_due_a_week_after_the_last_time(session: Session, cast: Cast, now: datetime) -> None:
    assert wellbeing.list_due(session, cast["sam"], now) == [
        {"measure": "ons4", "last_on": None, "due": True}
    ]
    answer(session, cast, now)
    (due,) = wellbeing.list_due(session, cast["sam"], now + timedelta(days=6))
    assert due == {"measure": "ons4", "last_on": now.date(), "due": False}
    (due,) = wellbeing.list_due(session, cast["sam"], now + timedelta(days=7))
    assert due["due"] is True


def test_answers_are_kept_apart_and_never_added_up(session: Session, cast: Cast, now: datetime) -> None:
    saved = answer(session, cast, now)
    assert saved["answers"] == {"satisfied": 6, "worthwhile": 7, "happy": None, "anxious": 3}
    assert not [key for key in saved if key in ("total", "sum", "score")]
    assert len(wellbeing.list_answers(session, cast["sam"], "other")) == 0
    assert len(wellbeing.list_answers(session, cast["sam"])) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"measure": "unheard_of"}, "measure"),
        ({"answers": {"unheard_of": 3}}, "answers.unheard_of"),
        ({"answers": {"happy": 11}}, "answers.happy"),
    ],
)
def test_answers_to_other_questions_are_refused(
    session: Session, cast: Cast, now: datetime, changes: dict[str, Any], field: str
) -> None:
    draft = {**load(AnswersDraftSchema(), some_answers()), **changes}
    with pytest.raises(RuleBroken) as refused:
        wellbeing.save_answers(session, cast["sam"], new_id(), draft, now)
    assert field in refused.value.fields


def test_answers_to_older_questions_are_kept(session: Session, cast: Cast, now: datetime) -> None:
    assert answer(session, cast, now, version="2011-04", answers={"asked_then": 4})["version"] == "2011-04"


def test_a_deleted_check_in_leaves_no_words(session: Session, cast: Cast, now: datetime) -> None:
    saved = check_in(session, cast, now)
    wellbeing.delete_check_in(session, cast["sam"], saved["id"], now)
    assert session.get_one(CheckIn, saved["id"]).sealed is None
    found = wellbeing.trend(session, cast["sam"], Question.MOOD, 14, now)
    assert found.sentence == "No check-ins in 14 days."


def test_no_word_is_stored_in_clear(session: Session, cast: Cast, now: datetime) -> None:
    check_in(session, cast, now, note=MARKER)
    answer(session, cast, now, version=MARKER.lower())
    rows = [*session.scalars(select(CheckIn)), *session.scalars(select(Answers))]
    assert len(rows) == 2
    for row in rows:
        assert row.sealed is not None
        assert MARKER.lower().encode() not in row.sealed.lower()


def test_owen_sees_nothing(session: Session, cast: Cast, now: datetime) -> None:
    saved = check_in(session, cast, now)
    answer(session, cast, now)
    for key in ("owen", "jo"):
        assert wellbeing.list_check_ins(session, cast[key], None, None, now) == []
        assert wellbeing.list_answers(session, cast[key]) == []
        assert wellbeing.trend(session, cast[key], Question.MOOD, 14, now).sentence.startswith("No check-ins")
        with pytest.raises(NotFound):
            wellbeing.delete_check_in(session, cast[key], saved["id"], now)
