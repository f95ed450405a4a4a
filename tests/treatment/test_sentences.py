"""The explained week in words, and that no sentence of any plan says what it must not."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product

import pytest

from companion.treatment.rules import (
    Answer,
    Code,
    Kind,
    Occurrence,
    Window,
    closures_for,
    notices,
    occurrences,
    sentence,
)
from tests.content.plain_words import never_words, reading
from tests.treatment.plans import a_phase, a_place, a_plan
from tests.treatment.test_notices import NEVER

SHUT_SUNDAY = a_place()
DAILY = a_phase(every={"unit": "day", "count": 1}, weekdays=[], take_home=False)


def week_of(plan_fields: dict[str, object], first: str, days: int = 7) -> list[str]:
    """Return the sentences of a plan, day by day."""
    plan = a_plan(**plan_fields)
    start = date.fromisoformat(first)
    end = start + timedelta(days=days - 1)
    closures = closures_for(plan.division, start, end)
    by_day: dict[date, list[Occurrence]] = {}
    for one in occurrences(plan, closures, start, end):
        by_day.setdefault(one.on, []).append(one)
    return [sentence(plan, closures, held) for held in by_day.values()]


def test_saturday_before_a_bank_holiday_says_what_is_taken_where_and_what_is_brought_home() -> None:
    plan = {"kind": "supervised", "phases": [DAILY], "place": SHUT_SUNDAY}
    assert week_of(plan, "2026-05-01", 5) == [
        "Friday: take today’s at the pharmacy.",
        "Saturday: take today’s at the pharmacy, bring home Sunday and Monday.",
        "Sunday: at home. Saturday should bring home what you need.",
        "Monday: your pharmacy may be closed. Saturday should bring home what you need.",
        "Tuesday: take today’s at the pharmacy.",
    ]


def test_a_closed_day_that_is_not_covered_says_to_ask() -> None:
    plan = {"kind": "supervised", "phases": [DAILY], "place": SHUT_SUNDAY, "wordings": {"closed_day": "no"}}
    assert week_of(plan, "2026-05-02", 2) == [
        "Saturday: take today’s at the pharmacy.",
        "Sunday: your pharmacy may be closed. Ask your pharmacist or service.",
    ]


def test_days_in_between_and_long_runs_are_named_by_their_end() -> None:
    assert week_of({"phases": [a_phase(weekdays=["MO", "TH"])]}, "2026-06-04", 5) == [
        "Thursday: collect today’s from the pharmacy, bring home Friday, Saturday and Sunday.",
        *(f"{day}: at home. No visit today." for day in ("Friday", "Saturday", "Sunday")),
        "Monday: collect today’s from the pharmacy, bring home Tuesday and Wednesday.",
    ]
    fortnight = a_phase(every={"unit": "week", "count": 2}, weekdays=["MO"])
    assert week_of({"phases": [fortnight]}, "2026-06-08", 1) == [
        "Monday: collect today’s from the pharmacy, bring home every day up to Sunday 21 June."
    ]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("at_home", "Monday: at home at 08:00 and 20:00."),
        ("naltrexone", "Monday: tablet at home at 08:00 and 20:00."),
        ("injection", "Monday: injection at 08:00 and 20:00."),
        ("appointment", "Monday: appointment at 08:00 and 20:00."),
    ],
)
def test_other_plans_say_what_and_when(kind: str, said: str) -> None:
    phase = {**DAILY, "times": ["20:00", "08:00"]}
    assert week_of({"kind": kind, "phases": [phase]}, "2026-06-08", 1) == [said]


def test_a_service_that_may_be_closed_and_a_visit_after_hours_say_to_check() -> None:
    assert week_of({"kind": "injection", "phases": [DAILY]}, "2026-05-04", 1) == [
        "Monday: injection at 10:00. Your service may be closed. Check before you set off."
    ]
    late = {**DAILY, "times": ["18:30"]}
    assert week_of({"phases": [late], "place": SHUT_SUNDAY}, "2026-06-08", 1) == [
        "Monday: collect today’s from the pharmacy. Your pharmacy may be closed at 18:30. Check the time."
    ]


def test_a_window_opens_is_today_and_ends_and_the_service_decides() -> None:
    phase = a_phase(weekdays=["WE"], every={"unit": "week", "count": 4}, take_home=False)
    plan = a_plan(kind="injection", phases=[phase], place=a_place(phone=" 0113 496 0001 "))
    first, last = date(2026, 1, 20), date(2026, 2, 20)
    closures = closures_for(plan.division, first, last)
    found = notices(plan, closures, first, last, Window(7, 7))
    assert {on: [one.code for one in said] for on, said in found.items()} == {
        date(2026, 1, 28): [Code.INJECTION_OPENS],
        date(2026, 2, 4): [Code.INJECTION_TODAY],
        date(2026, 2, 11): [Code.INJECTION_CLOSES],
    }
    said = [one for day in found.values() for one in day]
    assert all(one.text.endswith("Your service decides.") for one in said)
    assert {one.call for one in said} == {"0113 496 0001"}
    assert notices(plan, closures, first, last) == {}
    alone = date(2026, 2, 11)
    assert notices(plan, closures_for(plan.division, alone, alone), alone, alone, Window(7, 7)) == {
        alone: found[alone]
    }
    only_today = notices(plan, closures, first, last, Window(0, 0))
    assert list(only_today) == [date(2026, 2, 4)]


def every_sentence() -> list[str]:
    """Return the sentences of each kind and wording over two months of bank holidays."""
    said: set[str] = set()
    for kind, answer, home in product(Kind, Answer, (False, True)):
        take_home = home and kind in ("supervised", "collection")
        phase = a_phase(times=["10:00", "18:30"], take_home=take_home)
        plan = {"kind": kind, "phases": [phase], "wordings": {"closed_day": answer}}
        for place in (None, a_place(closed_on=["2026-05-13"])):
            said.update(week_of({**plan, "place": place}, "2026-04-20", 62))
    return sorted(said)


def test_no_sentence_of_a_week_advises_blames_or_says_that_a_place_is_open() -> None:
    said = every_sentence()
    assert len(said) > 30
    assert [text for text in said if NEVER.search(text.replace("tablet at home", ""))] == []
    assert [found for text in said for found in never_words(text)] == []
    assert [text for text in said if re.search(r"closed", text) and "may be closed" not in text] == []
    assert reading(said).grade < 6
