"""What the rest of the app may ask of the content."""

from __future__ import annotations

import pytest

from companion.content import use_cases
from companion.core.errors import NotFound, RuleBroken


def test_known_keys_are_known_and_others_are_not() -> None:
    assert use_cases.is_known_level("controlled_use")
    assert use_cases.is_known_area("home")
    assert use_cases.is_known_template("carry_naloxone")
    assert use_cases.is_known_topic("debt")
    assert use_cases.is_known_tag("music_tv_books")
    assert use_cases.is_known_tag("money_worries")
    for ask in (
        use_cases.is_known_level,
        use_cases.is_known_area,
        use_cases.is_known_template,
        use_cases.is_known_topic,
        use_cases.is_known_tag,
    ):
        assert not ask("moon")
        assert not ask("")


def test_a_measure_that_is_off_cannot_be_found() -> None:
    assert use_cases.find_measure("sure") is None
    with pytest.raises(NotFound):
        use_cases.get_measure("sure")


def test_answers_may_be_left_out_and_are_kept_in_their_range() -> None:
    version = use_cases.get_measure("ons4").version
    use_cases.check_answers("ons4", version, {"satisfied": 0, "happy": 10, "anxious": None})
    use_cases.check_answers("ons4", version, {})


@pytest.mark.parametrize(
    ("version", "answers", "field"),
    [
        (None, {"satisfied": 11}, "answers.satisfied"),
        (None, {"satisfied": -1}, "answers.satisfied"),
        (None, {"moon": 3}, "answers.moon"),
        ("older", {"satisfied": 3}, "version"),
    ],
)
def test_answers_that_do_not_fit_name_their_field(
    version: str | None, answers: dict[str, int], field: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        use_cases.check_answers("ons4", version or use_cases.get_measure("ons4").version, answers)
    assert field in broken.value.fields


def test_notification_words_come_from_the_closed_list_only() -> None:
    assert use_cases.notification_words("reminder").body == "You have a reminder"
    with pytest.raises(NotFound):
        use_cases.notification_words("Collect at Boots")
