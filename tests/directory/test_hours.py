"""Opening hours: odd schedules read, and open now right at the edges. A slow walk is the judge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.directory.rules.hours import (
    CODES,
    OpenState,
    applies_on,
    open_state,
    opens_text,
    parse_schedule,
    week_intervals,
    week_minute,
    week_text,
)
from companion.directory.rules.record import Day, OpeningRule
from tests.directory.builders import a_schedule

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=LONDON)


def rule(**more: Any) -> OpeningRule:
    """Return the rule of a schedule that can be read."""
    found, _ = parse_schedule(a_schedule(**more))
    assert found is not None
    return found


def test_a_plain_week() -> None:
    assert week_intervals(rule(byday="MO,TU")) == [(540, 1020), (1980, 2460)]


def test_the_first_minute_is_open_and_the_last_is_not() -> None:
    rules = [rule()]
    assert open_state(rules, MONDAY) is OpenState.OPEN
    assert open_state(rules, MONDAY.replace(hour=16, minute=59)) is OpenState.OPEN
    assert open_state(rules, MONDAY.replace(hour=17)) is OpenState.CLOSED


def test_open_over_midnight_and_over_the_end_of_the_week() -> None:
    night = rule(byday="SU", opens="22:00", closes="02:00")
    assert week_intervals(night) == [(0, 120), (9960, 10080)]
    assert open_state([night], MONDAY.replace(hour=1)) is OpenState.OPEN
    assert open_state([night], MONDAY.replace(hour=2)) is OpenState.CLOSED


def test_day_and_night() -> None:
    for closes in ("00:00", "23:59", "24:00"):
        always = rule(byday="MO,TU,WE,TH,FR,SA,SU", opens="00:00", closes=closes)
        assert open_state([always], MONDAY.replace(hour=23, minute=59)) is OpenState.OPEN
        assert opens_text([always], MONDAY) == "Open all day, every day"


def test_summer_and_winter_go_by_the_clock_on_the_wall() -> None:
    rules = [rule(byday="SU", opens="09:00", closes="10:00")]
    assert open_state(rules, datetime(2026, 3, 29, 8, 30, tzinfo=UTC)) is OpenState.OPEN
    assert open_state(rules, datetime(2026, 10, 25, 9, 30, tzinfo=UTC)) is OpenState.OPEN
    assert open_state(rules, datetime(2026, 10, 25, 8, 30, tzinfo=UTC)) is OpenState.CLOSED


def test_hours_that_ran_out_say_nothing() -> None:
    old = rule(valid_to="2005-01-01")
    assert open_state([old], MONDAY) is OpenState.UNKNOWN
    assert opens_text([], MONDAY) == "Opening times not known"


def test_the_second_monday_and_the_last_friday_of_the_month() -> None:
    found, _ = parse_schedule(
        {"freq": "MONTHLY", "byday": "2MO,-1FR", "opens_at": "10:00", "closes_at": "12:00"}
    )
    assert found is not None
    days = [day for n in range(30) if applies_on(found, day := date(2026, 11, 1) + timedelta(days=n))]
    assert days == [date(2026, 11, 9), date(2026, 11, 27)]


def test_every_other_week_counts_from_its_start() -> None:
    found = rule(byday="MO", interval=2, dtstart="2026-11-09")
    assert [applies_on(found, date(2026, 11, day)) for day in (2, 9, 16, 23, 30)] == [
        False,
        True,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        (
            {"freq": "week", "weekday": "Thursday", "opens_at": "9:00am", "closes_at": "5pm"},
            "freq_not_standard",
        ),
        ({"freq": "WEEKLY", "byday": "TH", "opens_at": "9:99am", "closes_at": "5pm"}, "hours_not_readable"),
        ({"freq": "WEEKLY", "byday": "XX", "opens_at": "09:00", "closes_at": "17:00"}, "hours_not_readable"),
        ({"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "09:00"}, "hours_not_readable"),
        ({"freq": "YEARLY", "opens_at": "09:00", "closes_at": "17:00"}, "hours_not_readable"),
        ({"description": "Ring first."}, "hours_not_given"),
        ({"freq": "WEEKLY", "opens_at": "09:00", "closes_at": "17:00"}, "hours_not_given"),
        ({"byday": "FR", "opens_at": "22:00", "closes_at": "02:00"}, "open_overnight"),
    ],
)
def test_odd_schedules(odd: dict[str, Any], code: str) -> None:
    found, said = parse_schedule(odd)
    assert said == code
    assert (found is None) == code.startswith("hours_")


def test_a_week_without_days_repeats_the_day_it_began_on() -> None:
    found, _ = parse_schedule(
        {"freq": "week", "dtstart": "2026-11-26", "opens_at": "09:00", "closes_at": "17:00"}
    )
    assert found is not None
    assert found.days == (Day(3),)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (MONDAY.replace(hour=8), "Opens at 9 am"),
        (MONDAY.replace(hour=12), "Open until 5 pm"),
        (MONDAY.replace(hour=18), "Opens tomorrow at 9 am"),
        (MONDAY + timedelta(days=4, hours=9), "Opens Monday at 9 am"),
    ],
)
def test_the_sentence_about_now_and_next(at: datetime, words: str) -> None:
    assert opens_text([rule()], at) == words


def test_the_week_in_words_starts_today() -> None:
    lines = week_text([rule(byday="MO,WE", closes="17:30")], date(2026, 11, 24))
    assert lines[0] == {"day": "Tuesday", "date": "2026-11-24", "text": "Closed"}
    assert lines[1]["text"] == "9 am to 5:30 pm"


WEEKLY = st.builds(
    OpeningRule,
    days=st.lists(st.builds(Day, st.integers(0, 6)), min_size=1, max_size=7, unique=True).map(tuple),
    opens=st.integers(0, 1439),
    closes=st.integers(1, 1440),
).map(lambda r: r if r.closes > r.opens else OpeningRule(r.days, r.opens, r.closes + 1440))


@given(WEEKLY, st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))
def test_the_minutes_of_the_week_and_the_calendar_agree(found: OpeningRule, wall: datetime) -> None:
    at = wall.replace(tzinfo=UTC)
    minute = week_minute(at)
    in_week = any(start <= minute < end for start, end in week_intervals(found))
    assert in_week == (open_state([found], at) is OpenState.OPEN)
    assert in_week == _slowly(found, at)


def _slowly(found: OpeningRule, at: datetime) -> bool:
    """Walk back minute by minute on the wall clock until an opening that still lasts."""
    local = at.astimezone(LONDON).replace(tzinfo=None, second=0, microsecond=0)
    for back in (0, 1):
        start = datetime.combine(local.date() - timedelta(days=back), datetime.min.time())
        if any(day.weekday == start.weekday() for day in found.days):
            opened = start + timedelta(minutes=found.opens)
            if opened <= local < start + timedelta(minutes=found.closes):
                return True
    return False


@given(WEEKLY)
def test_intervals_lie_in_the_week(found: OpeningRule) -> None:
    assert all(0 <= start < end <= 10_080 for start, end in week_intervals(found))


def test_the_codes_of_days_stand_in_their_order() -> None:
    assert [rule(byday=code).days[0].weekday for code in CODES] == list(range(7))
