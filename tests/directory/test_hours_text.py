"""Opening times as people type them into a cell."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.directory.rules.hours import parse_schedule
from companion.directory.rules.hours_text import day_schedules, parse_hours_text

# A busy machine is no fault of what is tested.
PATIENT = settings(deadline=None)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("09:00-12:30, 13:30-17:00", [("09:00", "12:30"), ("13:30", "17:00")]),
        ("9am to 5pm", [("09:00", "17:00")]),
        ("9.30 – 12; 1pm-4.30pm", [("09:30", "12:00"), ("13:00", "16:30")]),
        ("9:00-12:00 and 13:00-17:00", [("09:00", "12:00"), ("13:00", "17:00")]),
        ("noon-midnight", [("12:00", "00:00")]),
        ("22:00-06:00", [("22:00", "06:00")]),
        ("00:00-24:00", [("00:00", "24:00")]),
        ("24 hours", [("00:00", "24:00")]),
        ("Closed", []),
        (" - ", []),
        ("9:00-5:00", None),  # twenty hours through the night is a slip for the afternoon
        ("9-5", None),
        ("09:00-09:00", None),
        ("09:00", None),
        ("25:00-26:00", None),
        ("by appointment", None),
        ("", None),
        (",;", None),
        ("09:00-10:00," * 40, None),
    ],
    ids=repr,
)
def test_hours_are_read_or_honestly_not(text: str, times: list[tuple[str, str]] | None) -> None:
    assert parse_hours_text(text) == times


@PATIENT
@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    for pair in parse_hours_text(text) or []:
        rule, _ = parse_schedule({"byday": "MO", "opens_at": pair[0], "closes_at": pair[1]})
        assert rule is not None


@PATIENT
@given(st.integers(0, 1439), st.integers(0, 1440))
def test_what_is_written_is_what_is_read(opens: int, closes: int) -> None:
    written = tuple(f"{one // 60:02d}:{one % 60:02d}" for one in (opens, closes))
    found = parse_hours_text("-".join(written))
    assert found in ([written], None)
    assert (found is not None) == (closes > opens or (closes + 1440 - opens <= 960) or closes == 0)


def test_days_with_the_same_times_share_a_schedule_and_odd_words_stay() -> None:
    found = day_schedules(enumerate(["9:00-17:00", "9:00-17:00", "", "closed", "ring first"]))
    assert found == [
        {"freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00"},
        {"byday": "FR", "opens_at": "ring first", "description": "Friday: ring first"},
    ]
