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
    gap_sentence,
    gaps,
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
        *(f"{day}: at home, from your visit on Thursday." for day in ("Friday", "Saturday", "Sunday")),
        "Monday: collect today’s from the pharmacy, bring home Tuesday and Wednesday.",
    ]
    fortnight = a_phase(every={"unit": "week", "count": 2}, weekdays=["MO"])
    assert week_of({"phases": [fortnight]}, "2026-06-08", 1) == [
        "Monday: collect today’s from the pharmacy, bring home every day up to Sunday 21 June."
    ]


def test_a_day_at_home_names_the_visit_behind_it_so_that_it_is_not_taken_for_the_next_one() -> None:
    weekly = {"phases": [a_phase(weekdays=["TH"])], "wordings": {"closed_day": "yes"}}
    assert week_of(weekly, "2026-06-07", 5) == [
        "Sunday: at home, from your visit on Thursday.",
        *(
            f"{day}: at home, from your visit on Thursday 4 June."
            for day in ("Monday", "Tuesday", "Wednesday")
        ),
        "Thursday: collect today’s from the pharmacy, bring home every day up to Wednesday.",
    ]


@pytest.mark.parametrize("answer", ["yes", "no", "unknown"])
def test_days_that_live_on_a_visit_nothing_stands_in_for_say_to_ask_about_them(answer: str) -> None:
    weekly = {"phases": [a_phase(weekdays=["MO"])], "wordings": {"closed_day": answer}}
    asked = "your pharmacy may be closed for your visit on Monday 4 May."
    assert week_of(weekly, "2026-05-04", 8) == [
        "Monday: your pharmacy may be closed. Ask your pharmacist or service.",
        *(
            f"{day}: {asked} Ask your pharmacist or service about this day."
            for day in ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        ),
        "Monday: collect today’s from the pharmacy, bring home every day up to Sunday.",
    ]


def test_a_visit_two_months_ago_that_may_have_been_closed_is_not_forgotten() -> None:
    rare = a_phase(starts_on="2026-03-09", weekdays=[], every={"unit": "week", "count": 8})
    plan = {"phases": [rare], "starts_on": "2026-03-09", "wordings": {"closed_day": "no"}}
    assert week_of(plan, "2026-06-28", 1) == [
        "Sunday: your pharmacy may be closed for your visit on Monday 4 May. "
        "Ask your pharmacist or service about this day."
    ]
    assert week_of(plan, "2026-05-03", 1) == ["Sunday: at home, from your visit on Monday 9 March."]


def test_a_gap_between_two_parts_is_said_of_the_day() -> None:
    assert gap_sentence(date(2026, 6, 13)) == (
        "Saturday: there is a gap in your plan on this day. "
        "If you expected something, ask your pharmacist or service."
    )


def test_a_gap_lies_only_between_parts_and_only_on_days_that_miss_something() -> None:
    daily = {"every": {"unit": "day", "count": 1}, "weekdays": [], "take_home": False}
    weekly = {"every": {"unit": "week", "count": 1}, "weekdays": [], "take_home": False}
    whole = (date(2026, 5, 1), date(2026, 8, 1))

    def days(kind: str, every: dict[str, object], until: str, then: str) -> list[tuple[str, str]]:
        parts = [a_phase(starts_on="2026-06-01", ends_on=until, **every), a_phase(starts_on=then, **daily)]
        if kind not in ("collection", "supervised"):
            parts = [{**part, "take_home": False} for part in parts]
        found = gaps(a_plan(kind=kind, starts_on="2026-06-01", phases=parts), *whole)
        return [(str(day), str(goes_on)) for day, goes_on in found]

    saturday, sunday = ("2026-06-13", "2026-06-15"), ("2026-06-14", "2026-06-15")
    for kind in ("collection", "supervised", "at_home"):
        assert days(kind, daily, "2026-06-12", "2026-06-15") == [saturday, sunday]
        assert days(kind, daily, "2026-06-12", "2026-06-13") == []
    workdays = {**weekly, "weekdays": ["MO", "TU", "WE", "TH", "FR"]}
    assert days("collection", workdays, "2026-06-14", "2026-06-15") == []
    assert days("collection", {**workdays, "take_home": True}, "2026-06-12", "2026-06-15") == [
        saturday,
        sunday,
    ]
    # Between weekly injections nothing is due; the one that would have come on the 15th is missing.
    assert days("injection", weekly, "2026-06-08", "2026-06-20") == [("2026-06-15", "2026-06-20")]
    assert days("injection", weekly, "2026-06-08", "2026-06-15") == []
    assert days("naltrexone", {**weekly, "weekdays": ["MO", "WE", "FR"]}, "2026-06-12", "2026-06-17") == [
        ("2026-06-15", "2026-06-17")
    ]
    assert days("appointment", weekly, "2026-06-08", "2026-07-20") == []


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("00:00", "midnight"),
        ("00:05", "12:05 am"),
        ("08:30", "8:30 am"),
        ("12:00", "midday"),
        ("12:30", "12:30 pm"),
        ("18:00", "6 pm"),
    ],
)
def test_a_time_is_said_as_the_app_says_it(at: str, said: str) -> None:
    phase = {**DAILY, "times": [at]}
    assert week_of({"kind": "at_home", "phases": [phase]}, "2026-06-08", 1) == [f"Monday: at home at {said}."]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("at_home", "Monday: at home at 8 am and 8 pm."),
        ("naltrexone", "Monday: tablet at home at 8 am and 8 pm."),
        ("injection", "Monday: injection at 8 am and 8 pm."),
        ("appointment", "Monday: appointment at 8 am and 8 pm."),
    ],
)
def test_other_plans_say_what_and_when(kind: str, said: str) -> None:
    phase = {**DAILY, "times": ["20:00", "08:00"]}
    assert week_of({"kind": kind, "phases": [phase]}, "2026-06-08", 1) == [said]


def test_a_service_that_may_be_closed_and_a_visit_after_hours_say_to_check() -> None:
    assert week_of({"kind": "injection", "phases": [DAILY]}, "2026-05-04", 1) == [
        "Monday: injection at 10 am. Your service may be closed. Check before you set off."
    ]
    late = {**DAILY, "times": ["18:30"]}
    assert week_of({"phases": [late], "place": SHUT_SUNDAY}, "2026-06-08", 1) == [
        "Monday: collect today’s from the pharmacy. Your pharmacy may be closed at 6:30 pm. Check the time."
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
    said: set[str] = {gap_sentence(date(2026, 6, 13))}
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
