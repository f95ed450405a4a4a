"""The sentences a person reads: calm, and never a word of advice about a dose."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product

import pytest

from companion.treatment.rules import SAFETY_TEXT, Answer, Code, Kind, closures_for, notices
from tests.treatment.plans import a_phase, a_place, a_plan

FIRST, LAST = date(2026, 4, 20), date(2026, 6, 20)
NEVER = re.compile(
    r"\b(clean|dirty|fail\w*|relapse|streak|complian\w*|addict\w*|abuse\w*|monitor\w*|alert\w*|respond"
    r"|safe to|skip|double|catch up|take (your|the|a) |is open|mg|ml|milligram\w*|tablets?)\b",
    re.IGNORECASE,
)


def everything_said() -> list[str]:
    """Return every notice over two months of bank holidays, for each kind and wording."""
    said = [SAFETY_TEXT]
    for kind, answer in product(Kind, Answer):
        every = {"unit": "day", "count": 1}
        phase = a_phase(every=every, weekdays=[], take_home=False, ends_on="2026-06-10")
        place = a_place(closed_on=["2026-05-13"])
        plan = a_plan(kind=kind, phases=[phase], place=place, wordings={"closed_day": answer})
        for found in notices(plan, closures_for(plan.division, FIRST, LAST), FIRST, LAST).values():
            said += [notice.text for notice in found]
    return sorted(set(said))


def test_no_sentence_advises_a_dose_or_blames() -> None:
    said = everything_said()
    assert len(said) > 20
    assert [text for text in said if NEVER.search(text)] == []


def test_sentences_about_closed_days_only_say_may_be() -> None:
    closed = [text for text in everything_said() if "closed on" in text]
    assert closed
    assert all("may be closed on" in text for text in closed)


def test_the_safety_text_sends_to_pharmacist_or_prescriber_before_the_next_dose() -> None:
    for words in ("missed", "pharmacist or prescriber", "before your next dose"):
        assert words in SAFETY_TEXT


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("no", "does not cover closed days. Ask your pharmacist or service now."),
        ("unknown", "You are not sure if your prescription covers that. Ask your pharmacist or service now."),
    ],
)
def test_a_missing_wording_says_to_ask(answer: str, words: str) -> None:
    plan = a_plan(wordings={"closed_day": answer})
    day = date(2026, 5, 1)
    said = notices(plan, closures_for(plan.division, day, day), day, day)[day]
    assert [notice.code for notice in said] == [Code.CLOSED_DAY_ASK]
    assert said[0].text.startswith("Your pharmacy may be closed on Monday 4 May")
    assert said[0].text.endswith(words)


def test_notice_comes_three_working_days_ahead_over_easter() -> None:
    plan = a_plan(wordings={"closed_day": "no"})
    first, last = date(2026, 3, 27), date(2026, 4, 7)
    found = notices(plan, closures_for(plan.division, first, last), first, last)
    monday = [day for day, said in found.items() if any("Monday 6 April" in one.text for one in said)]
    assert monday == [date(2026, 3, 31) + timedelta(days=n) for n in range(7)]


def test_the_end_of_a_plan_is_said_from_seven_days_before() -> None:
    plan = a_plan(ends_on="2026-06-20", phases=[a_phase(ends_on="2026-06-19")])
    first, last = date(2026, 6, 1), date(2026, 6, 30)
    found = notices(plan, closures_for(plan.division, first, last), first, last)
    assert list(found) == [date(2026, 6, day) for day in range(12, 20)]
    assert all(said[0].text.startswith("This plan ends on Friday 19 June.") for said in found.values())


def test_a_plan_shorter_than_a_week_says_when_it_ends_from_its_first_day() -> None:
    plan = a_plan(ends_on="2026-01-07", starts_on="2026-01-05")
    first, last = date(2025, 12, 25), date(2026, 1, 31)
    found = notices(plan, closures_for(plan.division, first, last), first, last)
    ends = [day for day, said in found.items() if Code.PLAN_ENDS in {one.code for one in said}]
    assert ends == [date(2026, 1, day) for day in (5, 6, 7)]


def test_three_working_days_reach_over_christmas() -> None:
    plan = a_plan(place=a_place(hours={}, closed_on=["2027-12-29"]), wordings={"closed_day": "no"})
    for day, expected in ((date(2027, 12, 21), False), (date(2027, 12, 22), True)):
        said = notices(plan, closures_for(plan.division, day, day), day, day).get(day, [])
        assert any("Wednesday 29 December" in notice.text for notice in said) is expected
