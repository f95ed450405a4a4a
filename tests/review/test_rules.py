"""The meaning of reviews."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from companion.core.errors import RuleBroken
from companion.review import rules

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("on", [None, TODAY, TODAY + timedelta(days=731)])
def test_a_review_day_lies_ahead(on: date | None) -> None:
    rules.check_review_day(on, TODAY)


@pytest.mark.parametrize("on", [TODAY - timedelta(days=1), TODAY + timedelta(days=732)])
def test_a_day_that_is_over_or_far_off_is_refused(on: date) -> None:
    with pytest.raises(RuleBroken):
        rules.check_review_day(on, TODAY)


def test_a_caseload_is_ordered_by_agreement_then_name() -> None:
    people = [(None, "Abe"), (date(2027, 1, 1), "Zoe"), (None, "abi"), (TODAY, "Sam"), (TODAY, "Jo")]
    found = sorted(people, key=lambda person: rules.caseload_order(*person))
    assert [name for _on, name in found] == ["Jo", "Sam", "Zoe", "Abe", "abi"]


def test_an_hour_is_an_hour_of_the_clock() -> None:
    nine = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert rules.is_same_hour(nine, nine + timedelta(minutes=59))
    assert not rules.is_same_hour(nine - timedelta(seconds=1), nine)
    assert not rules.is_same_hour(None, nine)
