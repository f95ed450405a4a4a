"""Meetings in the table form of the Meeting Guide format: known by its headings, read like the JSON form."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.directory.rules.flat import flat_reader
from companion.directory.rules.meeting_tables import column, is_meeting_table, table_meeting
from companion.directory.rules.meetings import meeting_service
from companion.directory.rules.own_list import is_own_list
from companion.directory.use_cases import ImportReport
from tests.directory.test_feeds import a_file
from tests.directory.test_workbooks import a_book

Import = Callable[..., ImportReport]
HEAD = ("Name", "ID", "Day", "Time", "End Time", "Types", "Location", "Formatted Address", "Region",
        "Conference URL", "Conference Phone", "Notes", "Latitude", "Longitude", "Updated",
        "Contact 1 Name", "Contact 1 Phone", "Contact 2 Email")  # fmt: skip
ROWS = (
    ("Sunday Group", "sunday", "Sunday", "6:00 PM", "7:30 PM", "Open, Women, Wheelchair Access", "The Hall",
     "1 Park Row, Leeds LS1 4AP, UK", "Leeds > City", "", "", "Ring the bell.", "53.7965", "-1.5478",
     "2026-05-31 14:32:23", "Pat Privateson", "07700 900123", "pat@private.org.uk"),
    ("Late Group", "late", "Fridays", "23:30", "0:30", "Closed, Polish", "", "1 Park Row, Leeds LS1 4AP",
     "", "", "", "", "", "", "", "", "", ""),
    ("Online Group", "online", "Mon, Wed", "12:00", "", "Meditation", "", "", "",
     "https://zoom.us/j/123", "0113 496 0001", "", "", "", "", "", "", ""),
    ("By arrangement", "ask", "", "", "", "", "The Hall", "2 Park Row, Leeds LS1 4AP", *[""] * 10),
    ("", "nameless", "Sunday", "10:00", "", "", "The Hall", "", *[""] * 10),
    ("", *[""] * 17),
)  # fmt: skip


def a_table(head: Sequence[str] = HEAD, rows: Sequence[Sequence[str]] = ROWS) -> str:
    """Return a CSV file."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([head, *rows])
    return written.getvalue()


def found(row: Sequence[str], head: Sequence[str] = HEAD) -> Any:
    """Return the raw service of one row."""
    reader = flat_reader(head)
    assert reader is not None
    ((_, raw),) = reader(head, [(2, row)])
    return raw


def test_a_table_imports_with_exact_counts_and_again_without_a_change(
    imports: Import, ask: Any, tmp_path: Path
) -> None:
    file = a_file(tmp_path, a_table())
    report = imports(source=file)
    assert (report.total, report.new, report.rejected, report.complete) == (5, 4, 1, True)
    again = imports(source=file)
    assert (again.new, again.updated, again.unchanged, again.rejected) == (0, 0, 4, 1)
    assert ask("SELECT name FROM directory_service ORDER BY name") == [
        ("By arrangement",), ("Late Group",), ("Online Group",), ("Sunday Group",),
    ]  # fmt: skip
    stored = json.dumps(ask("SELECT record FROM directory_service"))
    assert not any(word in stored for word in ("Pat", "900123", "private"))


def test_a_row_says_what_the_same_meeting_says_in_json() -> None:
    assert found(ROWS[0]) == meeting_service({
        "name": "Sunday Group", "slug": "sunday", "day": [0], "time": "18:00", "end_time": "19:30",
        "types": ["O", "W", "X"], "location": "The Hall", "notes": "Ring the bell.",
        "formatted_address": "1 Park Row, Leeds LS1 4AP, UK", "latitude": "53.7965", "longitude": "-1.5478",
        "updated": "2026-05-31 14:32:23",
    })  # fmt: skip


def test_over_midnight_several_days_and_no_time() -> None:
    def times(number: int) -> list[tuple[str, ...]]:
        return [(s["byday"], s["opens_at"], s["closes_at"]) for s in found(ROWS[number]).get("schedules", [])]

    assert times(1) == [("FR", "23:30", "00:30")]
    assert times(2) == [("MO,WE", "12:00", "13:00")]
    assert times(3) == []


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("Sunday", "SU"), ("sun", "SU"), ("0", "SU"), ("6", "SA"), ("Tues", "TU"), ("Thursdays", "TH"),
        ("Monday & Friday", "MO,FR"), ("Sat/Sun", "SA,SU"), ("Wed.", "WE"),
    ],
    ids=str,
)  # fmt: skip
def test_days_by_name_and_number(said: str, days: str) -> None:
    row = found(("G", "g", said, "10:00", "Open"), ("Name", "ID", "Day", "Time", "Types"))
    assert row["schedules"][0]["byday"] == days


@pytest.mark.parametrize("said", ["Someday", "7", "T", "every day"], ids=str)
def test_a_day_nobody_knows_is_told_in_words(said: str) -> None:
    row = found(("G", "g", said, "10:00", "Open"), ("Name", "ID", "Day", "Time", "Types"))
    assert "byday" not in row["schedules"][0]
    assert "10:00" in row["schedules"][0]["description"]


def test_without_an_id_a_meeting_is_known_by_name_time_and_place() -> None:
    head = ("Name", "Day", "Time", "Types", "Address", "City")
    one = found(("Group", "Monday", "10:00", "Open", "1 Park Row", "Leeds"), head)
    same = found((" group ", "monday", "10:00", "Closed", "1  Park Row", "Leeds"), head)
    other = found(("Group", "Tuesday", "10:00", "Open", "1 Park Row", "Leeds"), head)
    assert one["id"] == same["id"] != other["id"]


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (("Name", "Day", "Time", "Types"), True),
        (("\ufeffNAME", "slug", "TIME", "day"), True),
        (("Time", "End Time", "Day", "Name", "Location", "Full Address"), True),
        (("Name", "Day", "Time"), False),
        (("Name", "Postcode", "Monday", "Tuesday", "Phone"), False),
        (("id", "name", "location_id", "description"), False),
    ],
    ids=["types", "marked", "full-address", "too-little", "own-list", "package"],
)
def test_it_is_known_by_its_headings(head: tuple[str, ...], is_one: bool) -> None:
    assert is_meeting_table(head) is is_one
    assert not (is_meeting_table(head) and is_own_list(head) and flat_reader(head) is None)


def test_a_workbook_of_meetings_is_read(imports: Import, tmp_path: Path) -> None:
    assert imports(source=a_book(tmp_path, {"Meetings": [HEAD, *ROWS]})).new == 4


@given(st.lists(st.text(max_size=20), min_size=5, max_size=5))
def test_no_cell_breaks_the_reading(cells: list[str]) -> None:
    row = dict(zip(("name", "day", "time", "types", "conference_url"), cells, strict=True))
    assert table_meeting(row) is not None


@given(st.text(max_size=30))
def test_a_heading_about_a_person_is_never_read(words: str) -> None:
    assert not column(f"Contact 1 {words}".strip()) or not words
    assert column("Contact 1 Name") == column("Feedback Emails") == ""
