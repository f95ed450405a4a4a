"""What is remembered of an object comes out as if it were cleaned anew, whoever changed what came before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.directory.rules import shape
from companion.directory.rules.parse import parse_service
from companion.directory.rules.shapes import ADDRESS, HOLIDAY, LANGUAGE, ORGANISATION, PHONE, SCHEDULE, TERM

SHAPES = (ADDRESS, HOLIDAY, LANGUAGE, ORGANISATION, PHONE, SCHEDULE, TERM)
NAMES = sorted({name for one in SHAPES for name in one.known} | {"id", "other"})
SAID = (
    "", " ", "1", "yes", "MO", "2TU", "weekly", "9am", "17:00", "2026-10-01", "LS1 4AP", "<b>Hi</b>", "Debt",
    "0113 496 0000", "Desk: 0113 496 0000", "example.com", "a.org.uk", "\x00", "5 < 6 &amp; 7", "x" * 301,
)  # fmt: skip
VALUES = st.sampled_from((*SAID, None, True, False, 0, 1, 1.0, -0.0, [], {}, ["Debt"], {"name": "Debt"}))
OBJECTS = st.dictionaries(st.sampled_from(NAMES), VALUES | st.text(max_size=5), max_size=8)


def tidied(one: shape.Shape, raw: dict[str, Any]) -> str:
    """Return all that comes of an object in its very order, and spoil it as a caller might."""
    notes = shape.Notes("/contents/0", ["services", 3])
    done = shape.tidy(one, raw, notes, "parent")
    said = repr((done, notes.problems, notes.path))
    if done is not None:
        done.clear()
        done["spoiled"] = True
    return said


@settings(deadline=None)
@given(st.sampled_from(SHAPES), st.lists(OBJECTS, min_size=1, max_size=4))
def test_remembered_or_not_it_is_the_same(one: shape.Shape, raws: list[dict[str, Any]]) -> None:
    fresh = []
    for raw in raws:
        shape._remembered.cache_clear()
        fresh.append(tidied(one, raw))
    assert [tidied(one, raw) for raw in raws] == fresh
    assert [tidied(one, raw) for raw in raws] == fresh
    # A name that means nothing to us changes nothing.
    assert [tidied(one, {**raw, "none of ours": 1}) for raw in raws] == fresh


@settings(deadline=None)
@given(st.sampled_from(SHAPES), OBJECTS)
def test_the_long_way_gives_what_is_remembered(one: shape.Shape, raw: dict[str, Any]) -> None:
    known = tidied(one, raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shape, "_MOST_CHARACTERS", -1)
        assert tidied(one, raw) == known


def test_problems_are_told_of_every_object_where_it_stands() -> None:
    hours = [{"id": str(number), "opens_at": "late", "languages": "x"} for number in range(2)]
    raw = {
        "id": "1",
        "name": "A",
        "schedules": hours,
        "phones": [{"number": "1234", "language": "Welsh"}] * 2,
    }
    found = [(one.pointer, one.field, one.code) for one in parse_service(raw, "/contents/9")[1]]
    for number in range(2):
        assert ("/contents/9", f"schedules/{number}/opens_at", "not_a_time") in found
        assert ("/contents/9", f"phones/{number}/languages/0", "wrong_type") in found


def test_long_objects_and_numbers_are_not_remembered() -> None:
    shape._remembered.cache_clear()
    tidied(ADDRESS, {"address_1": "x" * 301})
    tidied(ADDRESS, {"address_1": 1})
    assert shape._remembered.cache_info().currsize == 0
    tidied(ADDRESS, {"id": "1", "address_1": "1 Row"})
    tidied(ADDRESS, {"id": "2", "address_1": "1 Row", "other": "words"})
    assert shape._remembered.cache_info()[:2] == (1, 1)
