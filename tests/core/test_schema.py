"""Shapes on the wire refuse what would do harm, with a sentence each."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.core import schema as shapes
from companion.core.errors import RuleBroken


class Everything(shapes.Schema):
    """One field of each kind."""

    text = shapes.Text(most=20)
    line = shapes.Line(most=10)
    flag = shapes.StrictBool()
    number = shapes.StrictInt(least=0, most=10)
    at = shapes.Instant()
    on = shapes.LocalDate()
    time = shapes.LocalTime()
    id = shapes.Id()
    word = shapes.Choice(["yes", "no"])


def load(**raw: Any) -> dict[str, Any]:
    """Load some fields."""
    return shapes.load(Everything(), raw)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("text", "a" * 21),
        ("text", "a\x00b"),
        ("text", "\ud800"),
        ("text", "\u202eevil"),
        ("text", 5),
        ("text", None),
        ("line", "two\nlines"),
        ("flag", 0),
        ("flag", 1),
        ("flag", "true"),
        ("flag", None),
        ("number", True),
        ("number", "3"),
        ("number", 3.0),
        ("number", 11),
        ("number", 10**400),
        ("at", "2026-02-30T10:00:00Z"),
        ("at", "2026-02-03T10:00:00"),
        ("at", "0001-01-01T00:00:00+23:59"),
        ("at", "9999-12-31T23:59:59-23:59"),
        ("at", "yesterday"),
        ("at", 5),
        ("on", "2026-02-30"),
        ("on", "2026-2-3"),
        ("on", "0000-01-01"),
        ("on", "9999-01-01"),
        ("on", "２０２６-01-01"),
        ("time", "24:00"),
        ("time", "8:30"),
        ("time", ""),
        ("id", "5"),
        ("id", 5),
        ("id", "{0192f0c8-7a4e-7c3b-8d1f-2b6a9e5c4d10}"),
        ("word", "maybe"),
        ("word", []),
        ("word", {}),
    ],
)
def test_a_wrong_value_gets_a_sentence_that_names_its_field(field: str, wrong: object) -> None:
    with pytest.raises(RuleBroken) as refused:
        load(**{field: wrong})
    assert field in refused.value.fields
    assert refused.value.fields[field][0].isupper()


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(RuleBroken) as refused:
        load(titel="x")
    assert "titel" in refused.value.fields


def test_an_instant_keeps_the_offset_it_was_sent_with() -> None:
    at = load(at="2026-06-21T10:30:00+01:00")["at"]
    assert at == datetime(2026, 6, 21, 9, 30, tzinfo=UTC)
    assert at.utcoffset().total_seconds() == 3600


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=3)
)
def test_no_value_of_any_kind_gets_through_as_an_unexpected_error(value: object) -> None:
    for name in Everything().fields:
        with suppress(RuleBroken):
            load(**{name: value})
