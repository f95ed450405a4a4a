"""Single values of feeds, one odd feed to a line."""

from __future__ import annotations

from typing import Any

import pytest

from companion.directory.rules import values


@pytest.mark.parametrize(
    ("raw", "clean", "code"),
    [
        ("https://a.org/x?y=1", "https://a.org/x?y=1", None),
        ("www.a.org", "https://www.a.org", "url_without_scheme"),
        ("http:/a.org", "http://a.org", None),
        ("javascript:alert(1)", None, "not_a_url"),
        ("data:text/html,x", None, "not_a_url"),
        ("http://www.example.com", None, "placeholder"),
        ("https://user:pw@a.org/", None, "not_a_url"),
        ("call us", None, "not_a_url"),
        ("http://[::1", None, "not_a_url"),
        (7, None, "not_a_url"),
    ],
)
def test_web_addresses(raw: Any, clean: str | None, code: str | None) -> None:
    assert values.clean_url(raw) == (clean, code)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("help@charity.org.uk", "help@charity.org.uk"),
        ("mailto:help@charity.org.uk", "help@charity.org.uk"),
        ("someone@noemail.invalid", None),
        ("email@example.com", None),
        ("ask at the desk", None),
    ],
)
def test_email_addresses(raw: str, clean: str | None) -> None:
    assert values.clean_email(raw)[0] == clean


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("0800 0354213", ("0800 0354213", "")),
        ("Bristol Youth MAPS: 0117 332 7111", ("0117 332 7111", "Bristol Youth MAPS")),
        ('"+44 1234 234567"', ("+44 1234 234567", "")),
        ("(0113) 496 0000", ("(0113) 496 0000", "")),
        ("116 123 (free)", ("116 123", "free")),
        ("111", ("111", "")),
        ("ask at the desk", None),
    ],
)
def test_telephone_numbers(raw: str, found: tuple[str, str] | None) -> None:
    assert values.find_phone(raw) == found


@pytest.mark.parametrize(
    ("raw", "age"), [(-1, None), (18, 18), ("16", 16), (400, None), (True, None), ("11+", None)]
)
def test_ages(raw: Any, age: int | None) -> None:
    assert values.clean_age(raw)[0] == age


def test_a_moment_without_a_zone_is_londons() -> None:
    assert values.clean_instant("2025-07-02T12:06:15.654") == (
        "2025-07-02T11:06:15.654000Z",
        "instant_without_zone",
    )
    assert values.clean_instant("2025-12-02T12:00:00+01:00") == ("2025-12-02T11:00:00Z", None)
    assert values.clean_instant("last week") == (None, "not_an_instant")


@pytest.mark.parametrize(
    ("raw", "minutes"),
    [
        ("09:00", 540), ("9:00am", 540), ("5.30pm", 1050), ("12:00am", 0), ("10:00:00", 600), ("10:00Z", 600),
        ("10:00+01:00", 600), ("9pm", 1260), ("24:00", 1440), ("2020-01-01T18:30:00Z", 1110), ("noon", 720),
        ("9:99am", None), ("25:00", None), ("9:9", None), ("late", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_times_of_day(raw: Any, minutes: int | None) -> None:
    assert values.parse_minutes(raw) == minutes


def test_an_id_that_is_no_uuid_gets_the_same_one_every_time() -> None:
    first, code = values.clean_id("reg-12345")
    assert code == "id_not_uuid"
    assert first == values.clean_id(" reg-12345 ")[0] == values.stable_id("id", "reg-12345")


def test_numbers_of_the_wrong_kind_are_no_numbers() -> None:
    for raw in (float("nan"), float("inf"), 10**400, True, [], "1e9999"):
        assert values.clean_number(raw)[0] is None
