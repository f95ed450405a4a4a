"""Bank holidays of the place: hours are shown with a word that they may differ, never as closed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.directory.rules import cards
from companion.directory.rules.bank_holidays import division_of, is_bank_holiday
from companion.directory.rules.hours import OpenState, open_state, opens_text
from companion.directory.rules.parse import parse_service
from companion.directory.rules.record import Json
from tests.directory.builders import a_place, a_schedule, a_service, an_address

DAILY = a_schedule("MO,TU,WE,TH,FR,SA,SU")


def document(postcode: str = "LS1 4AP", **more: Any) -> Json:
    """Return the stored record of a service that is open each day from nine to five."""
    place = a_place(location={"addresses": [an_address(postcode)]})
    record, problems = parse_service(a_service(schedules=[DAILY], service_at_locations=[place], **more))
    assert record is not None, problems
    return record.document


def says(found: Json, day: str) -> tuple[OpenState, str]:
    """Return what is said at ten in the morning of a day."""
    return said_at(found, datetime.fromisoformat(f"{day}T10:00:00+00:00"))


def said_at(found: Json, at: datetime) -> tuple[OpenState, str]:
    """Return what a card says of the hours at an instant."""
    still = cards.still_card(found, 1, None, tuple(cards.rules_at(found, 1)), [], {})
    card = cards.card(UUID(int=1), still, cards.Origin("", "", "", "", ""), None, at)
    return OpenState(card["open"]), card["opens_text"]


@pytest.mark.parametrize(
    ("postcode", "division"),
    [("LS1 4AP", "ENG"), ("CF10 1AA", "ENG"), ("EH1 1AA", "SCT"), ("G1 1AA", "SCT"), ("GL1 1AA", "ENG"),
     ("ZE1 0AA", "SCT"), ("BT1 1AA", "NIR"), ("B1 1AA", "ENG"), ("", "ENG"), ("???", "ENG")],
    ids=str,
)  # fmt: skip
def test_the_division_of_a_postcode(postcode: str, division: str) -> None:
    assert division_of(postcode) == division


@pytest.mark.parametrize(
    ("day", "where"),
    [("2026-12-25", "ENG SCT NIR"), ("2026-12-26", "ENG SCT NIR"), ("2026-12-28", "ENG SCT NIR"),
     ("2027-01-02", "SCT"), ("2026-03-17", "NIR"), ("2026-07-13", "NIR"), ("2026-08-03", "SCT"),
     ("2026-08-31", "ENG NIR"), ("2026-11-30", "SCT"), ("2026-04-05", "ENG SCT NIR"), ("2026-11-23", "")],
    ids=str,
)  # fmt: skip
def test_days_of_the_three_divisions(day: str, where: str) -> None:
    on = date.fromisoformat(day)
    assert [one for one in ("ENG", "SCT", "NIR") if is_bank_holiday(on, one)] == where.split()


def test_on_a_bank_holiday_the_usual_hours_may_differ() -> None:
    assert says(document(), "2026-12-25") == (
        OpenState.OPEN,
        "Open until 5 pm. Bank holiday today, this may differ",
    )
    assert says(document(), "2026-12-23") == (OpenState.OPEN, "Open until 5 pm")
    # St Andrew's Day is kept in Scotland alone.
    assert "may differ" in says(document("EH1 1AA"), "2026-11-30")[1]
    assert "may differ" not in says(document(), "2026-11-30")[1]


def test_the_week_marks_its_bank_holidays() -> None:
    lines = cards.week_at(document(), 1, date(2026, 12, 23))
    assert [line["date"][-2:] for line in lines if "may differ" in line["text"]] == ["25", "26", "28"]
    assert lines[2]["text"] == "9 am to 5 pm (bank holiday, may differ)"


def test_what_the_publisher_says_of_the_day_is_believed() -> None:
    closed = [{"start_date": "2026-12-25", "end_date": "2026-12-26", "closed": "true"}]
    found = document(holiday_schedules=closed)
    assert says(found, "2026-12-25") == (OpenState.CLOSED, "Opens Sunday at 9 am")
    assert [line["text"] for line in cards.week_at(found, 1, date(2026, 12, 24))][:3] == [
        "9 am to 5 pm", "Closed", "Closed",
    ]  # fmt: skip


def test_where_no_hours_are_known_nothing_is_said_of_the_day() -> None:
    record, _ = parse_service(a_service(schedules=[]))
    assert record is not None
    assert says(record.document, "2026-12-25") == (OpenState.UNKNOWN, "Opening times not known")


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.sampled_from(["LS1 4AP", "EH1 1AA", "BT1 1AA"]))
def test_a_bank_holiday_changes_words_and_never_the_answer(day: date, postcode: str) -> None:
    found = document(postcode)
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=11)
    state, words = said_at(found, at)
    rules = cards.rules_at(found, 1)
    assert state is open_state(rules, at) is OpenState.OPEN
    marked = is_bank_holiday(day, division_of(postcode))
    assert words == opens_text(rules, at) + (". Bank holiday today, this may differ" if marked else "")
