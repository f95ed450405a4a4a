"""The sentences a person reads: calm, and never a word of advice about a dose."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product

import pytest

from companion.treatment.rules import SAFETY_TEXT, Answer, Code, Kind, Plan, closures_for, notices
from tests.treatment.plans import a_phase, a_place, a_plan

PHARMACY = ("supervised", "collection")
FIRST, LAST = date(2026, 4, 20), date(2026, 6, 20)
NEVER = re.compile(
    r"\b(clean|dirty|fail\w*|relapse|streak|complian\w*|addict\w*|abuse\w*|monitor\w*|alert\w*|respond"
    r"|safe to|skip|double|catch up|take (your|the|a) |is open|mg|ml|milligram\w*|tablets?)\b",
    re.IGNORECASE,
)


def everything_said() -> list[str]:
    """Return every notice over two months of bank holidays, for each kind and wording."""
    said = [SAFETY_TEXT]
    for kind, answer, home in product(Kind, Answer, (False, True)):
        every = {"unit": "day", "count": 1}
        daily = a_phase(every=every, weekdays=[], take_home=False, ends_on="2026-05-30")
        phase = a_phase(take_home=True, ends_on="2026-05-30") if home and kind in PHARMACY else daily
        after = {**daily, "starts_on": "2026-06-03", "ends_on": "2026-06-10"}
        place = a_place(closed_on=["2026-05-13"])
        plan = a_plan(kind=kind, phases=[phase, after], place=place, wordings={"closed_day": answer})
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
    assert all(re.search(r"may (be|have been) closed on", text) for text in closed)
    assert any("may have been closed on" in text for text in closed)


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
    monday = [
        day for day, said in found.items() if any("be closed on Monday 6 April" in one.text for one in said)
    ]
    assert monday == [date(2026, 3, 31) + timedelta(days=n) for n in range(7)]


@pytest.mark.parametrize(
    ("every", "told_from"),
    [
        ({"unit": "week", "count": 1}, "2026-04-27"),
        ({"unit": "week", "count": 2}, "2026-04-20"),
        ({"unit": "week", "count": 8}, "2026-03-09"),
        ({"unit": "day", "count": 1}, "2026-04-29"),
    ],
    ids=["weekly", "fortnightly", "every eight weeks", "daily"],
)
def test_who_goes_rarely_is_told_from_the_last_visit_at_which_they_could_ask(
    every: dict[str, object], told_from: str
) -> None:
    phase = a_phase(starts_on="2026-03-09", weekdays=[], every=every, take_home=True)
    plan = a_plan(
        starts_on="2026-03-09", phases=[phase], wordings={"closed_day": "no"}, place=a_place(hours={})
    )
    asked = days_asked_about("Monday 4 May", plan, date(2026, 3, 9), date(2026, 5, 10))
    first = date.fromisoformat(told_from)
    assert asked == [first + timedelta(days=n) for n in range((date(2026, 5, 4) - first).days + 1)]


def days_asked_about(closed: str, plan: Plan, first: date, last: date) -> list[date]:
    """Return the days on which, asked one by one, it is said that the pharmacy may be closed on `closed`."""
    asked = []
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        said = notices(plan, closures_for(plan.division, day, day), day, day).get(day, [])
        if any(f"may be closed on {closed}" in one.text for one in said):
            asked.append(day)
    return asked


def test_when_several_visits_may_be_closed_all_are_said_at_the_last_usual_one() -> None:
    phase = a_phase(starts_on="2026-11-06", weekdays=["FR"])
    plan = a_plan(starts_on="2026-11-06", phases=[phase], wordings={"closed_day": "unknown"})
    day = date(2026, 12, 18)
    texts = [one.text for one in notices(plan, closures_for(plan.division, day, day), day, day)[day]]
    assert [text.partition(" (")[0] for text in texts] == [
        "Your pharmacy may be closed on Friday 25 December",
        "Your pharmacy may be closed on Friday 1 January",
    ]


def test_a_first_visit_that_may_be_closed_is_said_three_working_days_ahead() -> None:
    plan = a_plan(
        starts_on="2026-05-04",
        phases=[a_phase(starts_on="2026-05-04", weekdays=["MO"])],
        wordings={"closed_day": "no"},
    )
    asked = days_asked_about("Monday 4 May", plan, date(2026, 4, 20), date(2026, 5, 6))
    assert asked == [date(2026, 4, 29) + timedelta(days=n) for n in range(6)]


def test_a_day_at_home_in_doubt_says_whom_to_ask_and_brings_the_number() -> None:
    place = a_place(hours={}, phone="0113 496 0000")
    plan = a_plan(phases=[a_phase(weekdays=["MO"])], wordings={"closed_day": "no"}, place=place)
    first, last = date(2026, 5, 5), date(2026, 5, 11)
    found = notices(plan, closures_for(plan.division, first, last), first, last)
    assert list(found) == [date(2026, 5, day) for day in range(5, 11)]
    assert {(one.code, one.text, one.call) for said in found.values() for one in said} == {
        (
            Code.HOME_DAY_ASK,
            "Your pharmacy may have been closed on Monday 4 May (May Day). That visit was for today too. "
            "Ask your pharmacist or service about today.",
            "0113 496 0000",
        )
    }


def test_a_gap_between_two_parts_says_when_the_plan_goes_on() -> None:
    parts = [a_phase(ends_on="2026-06-12"), a_phase(starts_on="2026-06-13", weekdays=["MO"])]
    plan = a_plan(phases=parts, place=a_place())
    first, last = date(2026, 6, 10), date(2026, 6, 20)
    found = notices(plan, closures_for(plan.division, first, last), first, last)
    assert list(found) == [date(2026, 6, 13), date(2026, 6, 14)]
    (said,) = found[date(2026, 6, 13)]
    assert (said.code, said.call) == (Code.PLAN_GAP, "0113 496 0000")
    assert said.text == (
        "There is a gap in your plan today. The next part starts on Monday 15 June. "
        "If you expected something, ask your pharmacist or service."
    )


def test_the_end_of_a_plan_is_said_from_seven_days_before() -> None:
    plan = a_plan(ends_on="2026-06-20", phases=[a_phase(ends_on="2026-06-19")])
    first, last = date(2026, 6, 1), date(2026, 6, 30)
    found = notices(plan, closures_for(plan.division, first, last), first, last)
    assert list(found) == [date(2026, 6, day) for day in range(12, 20)]
    assert all(said[0].text.startswith("This plan ends on Friday 19 June.") for said in found.values())


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("collection", "Your prescription ends on Saturday 20 June."),
        ("supervised", "Your prescription ends on Saturday 20 June."),
        ("injection", "This plan ends on Saturday 20 June."),
        ("at_home", "This plan ends on Saturday 20 June."),
    ],
)
def test_the_last_day_of_a_prescription_is_called_that(kind: str, said: str) -> None:
    plan = a_plan(kind=kind, ends_on="2026-06-20", phases=[a_phase(take_home=False)])
    day = date(2026, 6, 16)
    texts = [one.text for one in notices(plan, closures_for(plan.division, day, day), day, day)[day]]
    assert [text for text in texts if "ends on" in text and text.startswith(said)]


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
