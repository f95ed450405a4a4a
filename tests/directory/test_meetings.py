"""Meetings of mutual aid groups: when, where, online, and nobody's name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.content import use_cases as content
from companion.directory.rules.hours import CODES, parse_schedule
from companion.directory.rules.meetings import is_meeting_list, meeting_service
from companion.directory.rules.parse import parse_service
from companion.directory.rules.record import Record
from companion.directory.use_cases import ImportReport
from tests.directory.test_feeds import a_file, read

# A busy machine is no fault of what is tested.
PATIENT = settings(deadline=None)

Import = Callable[..., ImportReport]


def a_meeting(**more: Any) -> dict[str, Any]:
    """Return a meeting in Leeds on Sundays."""
    return {
        "name": "Sunday Group", "slug": "sunday-group", "day": 0, "time": "18:00", "end_time": "19:30",
        "location": "The Hall", "formatted_address": "1 Park Row, Leeds LS1 4AP, UK",
        "types": ["O", "W", "X"],
        "latitude": 53.7965, "longitude": -1.5478, "updated": "2026-05-31 14:32:23", "entity": "Leeds Groups",
        "entity_phone": "0113 496 0001", "entity_url": "https://groups.org.uk",
        "contact_1_name": "Pat Privateson", "contact_1_email": "pat@private.org.uk",
        "contact_2_phone": "07700 900123", **more,
    }  # fmt: skip


def record_of(raw: object) -> Record:
    """Return the record of one meeting."""
    record, problems = parse_service(meeting_service(raw))
    assert record is not None, problems
    return record


def hours(**more: Any) -> list[tuple[str, str, str]]:
    """Return days and times of a meeting as they are kept."""
    schedules = record_of(a_meeting(**more)).document.get("schedules", [])
    return [(one.get("byday", ""), one.get("opens_at", ""), one.get("closes_at", "")) for one in schedules]


def test_a_meeting_becomes_a_service() -> None:
    record = record_of(a_meeting())
    document = record.document
    assert (record.external_id, record.organisation) == ("sunday-group", "Leeds Groups")
    assert document["eligibility_description"] == "Open to everyone. Women"
    assert document["last_modified"] == "2026-05-31T14:32:23Z"
    (place,) = record.places
    assert (place.name, place.address, place.postcode) == ("The Hall", "1 Park Row, Leeds", "LS1 4AP")
    assert (place.lat, place.lon) == (53.7965, -1.5478)
    location = document["service_at_locations"][0]["location"]
    assert location["accessibility"][0]["description"] == "Wheelchair access."
    assert [phone["number"] for phone in document["phones"]] == ["0113 496 0001"]


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ({}, [("SU", "18:00", "19:30")]),
        ({"day": [6, 1]}, [("MO,SA", "18:00", "19:30")]),
        ({"day": "3"}, [("WE", "18:00", "19:30")]),
        ({"end_time": ""}, [("SU", "18:00", "19:00")]),
        ({"end_time": "18:00"}, [("SU", "18:00", "19:00")]),
        ({"time": "23:30", "end_time": "00:30"}, [("SU", "23:30", "00:30")]),
        ({"time": "23:00", "end_time": "24:00"}, [("SU", "23:00", "00:00")]),
        ({"time": "24:00", "end_time": None}, [("MO", "00:00", "01:00")]),
        ({"timezone": "Europe/London"}, [("SU", "18:00", "19:30")]),
        ({"timezone": "Europe/Paris", "time": "00:30", "end_time": "01:30"}, [("SA", "23:30", "00:30")]),
        ({"timezone": "America/New_York", "time": "20:00", "end_time": "21:00"}, [("MO", "01:00", "02:00")]),
        ({"timezone": "America/Phoenix"}, [("", "", "")]),  # no summer time there: words alone
        ({"timezone": "../../etc/passwd"}, [("", "", "")]),
        ({"timezone": "Europe"}, [("", "", "")]),
        ({"day": 9}, [("", "", "")]),
        ({"time": "late"}, [("", "", "")]),
        ({"day": None}, []),
        ({"time": None}, []),
    ],
    ids=str,
)
def test_when_it_is(more: dict[str, Any], kept: list[tuple[str, str, str]]) -> None:
    assert hours(**more) == kept


@PATIENT
@given(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1439))
def test_every_time_of_the_week_is_kept(day: int, start: int, lasts: int) -> None:
    ends = (start + lasts) % 1440
    written = {
        "day": day,
        "time": f"{start // 60:02d}:{start % 60:02d}",
        "end_time": f"{ends // 60:02d}:{ends % 60:02d}",
    }
    (schedule,) = record_of(a_meeting(**written)).document["schedules"]
    rule, _ = parse_schedule(schedule)
    assert rule is not None
    assert CODES[rule.days[0].weekday] == ("SU", "MO", "TU", "WE", "TH", "FR", "SA")[day]
    # "23:59" is how forms say midnight, so a meeting may be a minute longer.
    assert (rule.opens, rule.closes - rule.opens - lasts in (0, 1)) == (start, True)


def test_nobody_who_may_be_called_is_kept_anywhere(
    imports: Import, tmp_path: Path, ask: Callable[..., Any]
) -> None:
    feed = [a_meeting(), a_meeting(slug=None), a_meeting(slug="odd", url="not an address")]
    told: list[str] = []
    imports(source=a_file(tmp_path, json.dumps(feed)), tell=lambda finding: told.append(repr(finding)))
    assert len(told) == 2
    kept = repr([ask(f"SELECT * FROM directory_{name}") for name in ("service", "reject", "feed")]) + repr(
        told
    )
    assert "Sunday Group" in kept
    for word in ("Privateson", "pat@private", "900123"):
        assert word not in kept


def test_a_feed_is_read_by_topic_and_a_second_time_changes_nothing(imports: Import, tmp_path: Path) -> None:
    feed = [a_meeting(), a_meeting(slug=7, day=2), a_meeting(), "text", {"name": "No slug", "day": 1}]
    path = a_file(tmp_path, json.dumps(feed))
    first = imports(source=path, topics=content.topics())
    assert (first.total, first.new, first.duplicates, first.rejected, first.complete) == (5, 2, 1, 2, True)
    again = imports(source=path, topics=content.topics())
    assert (again.new, again.updated, again.unchanged) == (0, 0, 2)


ONLINE = {"conference_url": "https://zoom.us/j/123", "conference_phone": "+16465588656,,123#"}


@pytest.mark.parametrize(
    ("more", "places", "status"),
    [
        ({}, 1, "active"),
        (ONLINE, 1, "active"),
        ({**ONLINE, "approximate": "yes"}, 0, "active"),
        ({**ONLINE, "formatted_address": "", "city": "Leeds"}, 0, "active"),
        ({**ONLINE, "types": ["TC"]}, 0, "active"),
        ({"types": ["TC"]}, 0, "temporarily closed"),
    ],
    ids=["place", "both", "approximate", "town only", "hall closed", "closed"],
)
def test_online_and_closed_meetings_have_no_door(more: dict[str, Any], places: int, status: str) -> None:
    record = record_of(a_meeting(**more))
    assert (len(record.places), str(record.status)) == (places, status)
    if ONLINE.items() <= more.items():
        numbers = [phone["number"] for phone in record.document["phones"]]
        assert numbers == ["+16465588656", "0113 496 0001"]
        if not places:
            assert record.document["url"] == "https://zoom.us/j/123"


def test_an_approximate_place_has_no_exact_position() -> None:
    (place,) = record_of(a_meeting(approximate="yes", address="", formatted_address="Leeds, UK")).places
    assert (place.lat, place.address) == (None, "Leeds")


def test_meetings_are_told_from_services_and_places(tmp_path: Path) -> None:
    assert is_meeting_list([a_meeting(), 1, {}])
    assert not is_meeting_list([{"name": "x", "slug": "x"}])
    assert not is_meeting_list([])
    assert read(a_file(tmp_path, json.dumps([a_meeting()])))[0] == ["Sunday Group"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@PATIENT
@given(
    st.dictionaries(
        st.sampled_from(sorted(a_meeting(**ONLINE, approximate="", timezone="", group=""))), json_values
    )
)
def test_no_meeting_breaks_it(more: dict[str, Any]) -> None:
    assert record_of({**a_meeting(), **more, "slug": "x", "name": "x"}).name == "x"
