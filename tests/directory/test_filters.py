"""Filters: yes apart from not said, no left out, several together, and the same over pages and times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from companion.directory.rules.facts import FACTS
from companion.directory.rules.slots import bits
from companion.directory.use_cases import ImportReport, Search, search_services
from tests.directory.builders import Raw, a_place, a_schedule, a_service

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)
LEEDS, BRADFORD, GLASGOW = (53.7965, -1.5478), (53.7939, -1.7521), (55.861, -4.25)
DAYS = "MO,TU,WE,TH,FR"
Load = Callable[..., Callable[..., tuple[list[str], list[str], list[str]]]]


def local(name: str, words: str = "Help.", at: tuple[float, float] = LEEDS, **more: Any) -> Raw:
    """Return a service at a position that says something of itself."""
    return a_service(name, **{"description": words, "service_at_locations": [a_place(*at)], **more})


def line(name: str, words: str = "Help.", **more: Any) -> Raw:
    """Return a service without a place."""
    return local(name, words, service_at_locations=[], service_areas=[{"name": "England"}], **more)


@pytest.fixture
def found(imports: Callable[..., ImportReport], session: Session) -> Load:
    """Import services; return a search that gives names: sure, sure without a place, not said."""

    def load(*services: Raw) -> Callable[..., tuple[list[str], list[str], list[str]]]:
        imports(*services)

        def search(at: datetime = MONDAY, **wanted: Any) -> tuple[list[str], list[str], list[str]]:
            answer = search_services(session, Search(**wanted), at)
            session.rollback()
            assert answer["not_said_total"] >= len(answer["not_said"])
            sure, lines, unsaid = (
                [card["name"] for card in answer[group]] for group in ("items", "national", "not_said")
            )
            return sure, lines, unsaid

        return search

    return load


def test_yes_not_said_and_no_are_three_things(found: Load) -> None:
    search = found(
        local("Yes", "Drop-in daily."), local("No", "By appointment only."), local("Silent"),
        line("Line yes", "Drop in or ring."), line("Line silent"), line("Line no", "No drop-in."),
    )  # fmt: skip
    assert search(facts=("drop_in",)) == (["Yes"], ["Line yes"], ["Silent", "Line silent"])
    assert search(facts=("drop_in",), near="Leeds") == (["Yes"], ["Line yes"], ["Silent", "Line silent"])
    assert search()[2] == []
    assert len(search()[0]) == 3


def test_several_facts_must_all_be_yes(found: Load) -> None:
    search = found(
        local("Both", "Drop-in. No ID needed."), local("One", "Drop-in."),
        local("Half no", "Drop-in. Bring ID."), local("Other", "No ID needed."), local("None"),
    )  # fmt: skip
    sure, _, unsaid = search(facts=("drop_in", "no_id"))
    assert (sure, unsaid) == (["Both"], ["None", "One", "Other"])


def test_a_filter_narrows_what_topics_words_and_distance_leave(found: Load) -> None:
    search = found(
        local("Debt one", "Debt advice. Drop-in."), local("Debt two", "Debt advice."),
        local("Choir", "Drop-in."),
        local("Debt far", "Debt advice. Drop-in.", GLASGOW), local("Debt far two", "Debt advice.", GLASGOW),
    )  # fmt: skip
    narrow = {"topic": "debt", "near": "Leeds", "within_km": 20.0}
    assert search(**narrow, facts=("drop_in",)) == (["Debt one"], [], ["Debt two"])
    assert search(text="debt", facts=("drop_in",))[2] == ["Debt far two", "Debt two"]


def test_who_does_not_say_is_looked_for_no_further_than_who_does(found: Load) -> None:
    sure = [local(f"Sure {number}", "Drop-in.") for number in range(10)]
    search = found(*sure, local("Silent near", at=BRADFORD), local("Silent far", at=GLASGOW))
    assert search(near="Leeds", facts=("drop_in",))[2] == ["Silent near"]
    assert search(near="Leeds", facts=("drop_in",), within_km=500.0)[2] == ["Silent near", "Silent far"]


def test_ages(found: Load) -> None:
    search = found(
        local("Adults", minimum_age=18), local("Young", minimum_age=11, maximum_age=17.0),
        local("Up to 25", maximum_age=25), local("Forms", minimum_age=0, maximum_age=100), local("Silent"),
    )  # fmt: skip
    assert search(age=17) == (["Up to 25", "Young"], [], ["Forms", "Silent"])
    assert search(age=18)[0] == ["Adults", "Up to 25"]
    assert search(age=25)[0] == ["Adults", "Up to 25"]
    assert search(age=26)[0] == ["Adults"]


def test_open_today_means_later_or_now_and_unknown_hours_stand_apart(found: Load) -> None:
    search = found(
        local("Day", schedules=[a_schedule(DAYS)]),
        local("Late", schedules=[a_schedule("MO", "22:00", "02:00")]),
        local("Tuesdays", schedules=[a_schedule("TU")]), local("Silent"),
        local("Over", schedules=[a_schedule(DAYS, valid_to="2025-01-01")]),
        local("Shut", status="temporarily closed", schedules=[a_schedule(DAYS)]),
        local("Fourth", schedules=[a_schedule("4MO", freq="MONTHLY")]),
        local("First", schedules=[a_schedule("1MO", freq="MONTHLY")]),
    )  # fmt: skip
    assert search(open_today=True) == (["Day", "Fourth", "Late"], [], ["Over", "Silent"])
    assert search(open_today=True, at=MONDAY.replace(hour=18))[0] == ["Late"]
    assert search(open_today=True, at=MONDAY.replace(day=24, hour=1))[0] == ["Day", "Late", "Tuesdays"]
    assert search(open_today=True, at=MONDAY.replace(day=24, hour=3))[0] == ["Day", "Tuesdays"]
    assert search(open_now=True)[2] == ["Over", "Silent"]


def test_open_in_the_evening(found: Load) -> None:
    search = found(
        local("Until five", schedules=[a_schedule(DAYS)]),
        local("Until six", schedules=[a_schedule("WE", closes="18:00")]),
        local("Night", schedules=[a_schedule("MO", "22:00", "02:00")]),
        local("To come", schedules=[a_schedule("MO", closes="20:00", valid_from="2027-01-01")]),
        local("Silent"),
        line("Always", schedules=[a_schedule("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59")]),
    )
    assert search(open_evening=True) == (["Night", "Until six"], ["Always"], ["Silent"])
    assert search(open_evening=True, open_today=True)[0] == ["Night"]
    assert search(open_evening=True, facts=("drop_in",))[0] == []


@pytest.mark.parametrize(
    ("at", "opens", "closes", "is_open"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=LONDON), "01:00", "02:00", False),
        (datetime(2026, 3, 29, 0, 30, tzinfo=LONDON), "01:30", "02:30", True),
        (datetime(2026, 10, 25, 1, 45, tzinfo=LONDON), "01:00", "01:30", True),
        (datetime(2026, 10, 25, 1, 45, fold=1, tzinfo=LONDON), "01:00", "01:30", False),
    ],
    ids=["hour left out", "half left out", "hour comes again", "second hour"],
)
def test_open_today_when_the_clocks_change(
    found: Load, at: datetime, opens: str, closes: str, is_open: bool
) -> None:
    search = found(local("Sundays", schedules=[a_schedule("SU", opens, closes)]))
    assert search(at, open_today=True)[0] == (["Sundays"] if is_open else [])


def test_a_place_whose_hours_nobody_gave_is_not_sure(found: Load) -> None:
    places = [a_place(*LEEDS, schedules=[a_schedule("SA")]), a_place(*BRADFORD)]
    search = found(a_service("Two places", service_at_locations=places))
    assert search(open_today=True, near="Leeds") == ([], [], ["Two places"])


def test_both_parts_have_pages_and_a_stable_order(found: Load, session: Session) -> None:
    found(
        *[local(f"Sure {n:02}", "Drop-in.") for n in range(7)], *[local(f"Silent {n:02}") for n in range(5)]
    )
    pages = [
        search_services(session, Search(near="Leeds", facts=("drop_in",), per_page=3, page=page), MONDAY)
        for page in (1, 2, 3, 4)
    ]
    for group, count in (("items", 7), ("not_said", 5)):
        names = [card["name"] for page in pages for card in page[group]]
        assert (len(names), names) == (count, sorted(set(names)))
    assert {(page["total"], page["not_said_total"]) for page in pages} == {(7, 5)}


def test_a_changed_entry_says_something_else(
    imports: Callable[..., ImportReport], ask: Callable[..., Any]
) -> None:
    stored = "SELECT yes, no FROM directory_place"
    imports(local("One", "Drop-in. No dogs."))
    assert ask(stored) == [(bits(("drop_in", "self_referral"), FACTS), bits(("dogs",), FACTS))]
    imports(local("One", "Help."))
    assert ask(stored) == [(0, 0)]
    imports(local("One", "Drop-in.", status="inactive"))
    assert ask(stored) == []


@pytest.fixture
def nobody(client_for: Callable[[str | None], Any], imports: Callable[..., ImportReport]) -> Any:
    """A client of nobody, with two services to find."""
    imports(local("Yes", "Drop-in. No dogs."), local("Silent"))
    return client_for(None)


def test_the_card_says_each_fact_with_its_three_states(nobody: Any) -> None:
    answer = nobody.get("/api/directory/services?facts=drop_in,drop_in").json
    assert (answer["total"], answer["not_said_total"]) == (1, 1)
    (card,), (other,) = answer["items"], answer["not_said"]
    assert tuple(card["facts"]) == FACTS
    said = {fact: state for fact, state in card["facts"].items() if state != "not_said"}
    assert said == {"self_referral": "yes", "drop_in": "yes", "dogs": "no"}
    assert set(other["facts"].values()) == {"not_said"}
    assert nobody.get("/api/directory/services?facts=").json["total"] == 2


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("facts=drop_in,nice", "facts", "Choose some of these, with commas between: self_referral, drop_in"),
        ("facts=DROP_IN", "facts", "Choose some of these"),
        ("age=old", "age", "Enter a whole number from 0 to 120."),
        ("age=-1", "age", "Enter a whole number from 0 to 120."),
        ("open_today=1", "open_today", "Use true or false."),
        ("open_evening=yes", "open_evening", "Use true or false."),
    ],
)
def test_a_filter_that_makes_no_sense_is_explained(
    nobody: Any, query: str, field: str, sentence: str
) -> None:
    answer = nobody.get(f"/api/directory/services?{query}")
    assert answer.status_code == 422
    assert answer.json["fields"][field].startswith(sentence)
    assert "nice" not in answer.text


def test_who_says_yes_is_looked_for_in_the_whole_country(found: Load) -> None:
    near = [local(f"Near {number}", "Drop-in.") for number in range(4)]
    search = found(*near, local("Mid", "Drop-in.", BRADFORD), local("Far", "Drop-in.", GLASGOW))
    assert search(near="Leeds", facts=("drop_in",))[0][-2:] == ["Mid", "Far"]
