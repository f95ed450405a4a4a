"""The rest of today and the evenings to come, on any clock. A slow walk through real minutes judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from companion.directory.rules.hours import OpenState, open_state, week_intervals
from companion.directory.rules.record import Day, OpeningRule
from companion.directory.rules.windows import Window, evenings, open_in, rest_of_today, this_minute

LONDON = ZoneInfo("Europe/London")
EVERY_DAY = tuple(Day(number) for number in range(7))
# The days on which the clocks of 2026 change, an hour either side of it.
SPRING, AUTUMN = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 24, 23, tzinfo=UTC)

RULES = st.builds(
    OpeningRule,
    days=st.lists(st.builds(Day, st.integers(0, 6)), min_size=1, max_size=3, unique=True).map(tuple),
    opens=st.integers(0, 1439),
    closes=st.integers(1, 1440),
    valid_from=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
).map(
    lambda r: (
        r if r.closes > r.opens else OpeningRule(r.days, r.opens, r.closes + 1440, valid_from=r.valid_from)
    )
)
INSTANTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda wall: wall.replace(tzinfo=UTC)),
    st.integers(0, 300).map(lambda minutes: SPRING + timedelta(minutes=minutes)),
    st.integers(0, 300).map(lambda minutes: AUTUMN + timedelta(minutes=minutes)),
)


def minutes_of_today(at: datetime) -> Iterator[datetime]:
    """Walk through the real minutes from an instant until London's day ends."""
    today, now = at.astimezone(LONDON).date(), at.replace(second=0, microsecond=0)
    while now.astimezone(LONDON).date() == today:
        yield now
        now += timedelta(minutes=1)


def minutes_of_evenings(at: datetime) -> Iterator[datetime]:
    """Walk through the real minutes after five, from an instant until the eighth day ends."""
    last, now = at.astimezone(LONDON).date() + timedelta(days=7), at.replace(second=0, microsecond=0)
    while now.astimezone(LONDON).date() <= last:
        if now.astimezone(LONDON).hour >= 17:
            yield now
        now += timedelta(minutes=1)


def _agree(
    rule: OpeningRule,
    at: datetime,
    windows: Callable[[datetime], tuple[Window, ...]],
    walk: Callable[[datetime], Iterator[datetime]],
) -> None:
    slow = any(open_state([rule], minute) is OpenState.OPEN for minute in walk(at))
    found = open_in([rule], windows(at), at.astimezone(LONDON).date())
    assert (found is OpenState.OPEN) == slow
    if not rule.complex and rule.valid_from is None:
        # The database compares minutes of the week; it must come to the same.
        spans = [window.week_span for window in windows(at)]
        assert slow == any(
            begins < until and end > start for begins, end in week_intervals(rule) for start, until in spans
        )


@settings(max_examples=60)
@given(RULES, INSTANTS)
@example(OpeningRule(EVERY_DAY, 60, 120), SPRING + timedelta(minutes=30))
@example(OpeningRule(EVERY_DAY, 60, 90), AUTUMN + timedelta(minutes=100))
@example(OpeningRule(EVERY_DAY, 60, 90), AUTUMN + timedelta(minutes=190))
@example(OpeningRule((Day(6),), 1320, 1560), datetime(2026, 11, 23, 1, 59, tzinfo=UTC))
@example(OpeningRule((Day(6),), 1320, 1560), datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
def test_the_rest_of_today(rule: OpeningRule, at: datetime) -> None:
    _agree(rule, at, rest_of_today, minutes_of_today)


@settings(max_examples=20, deadline=None)
@given(RULES, INSTANTS)
@example(OpeningRule((Day(0),), 1080, 1200), datetime(2026, 11, 23, 23, 0, tzinfo=UTC))
@example(OpeningRule((Day(0),), 540, 1020), datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
def test_the_evenings(rule: OpeningRule, at: datetime) -> None:
    _agree(rule, at, evenings, minutes_of_evenings)


@given(RULES, INSTANTS)
def test_this_minute_is_what_open_now_says(rule: OpeningRule, at: datetime) -> None:
    on = at.astimezone(LONDON).date()
    assert open_in([rule], this_minute(at), on) is open_state([rule], at)


def test_an_hour_that_is_not_shown_is_nobodys_opening_time() -> None:
    (night, rest) = rest_of_today(SPRING + timedelta(minutes=15))
    assert (night.starts, night.ends, rest.starts, rest.ends) == (15, 60, 120, 1440)


def test_an_hour_that_is_shown_twice_is_still_to_come_in_the_first() -> None:
    first, second = AUTUMN + timedelta(minutes=110), AUTUMN + timedelta(minutes=170)
    assert min(window.starts for window in rest_of_today(first)) == 60
    assert [window.starts for window in rest_of_today(second)] == [110]


@pytest.mark.parametrize(("hour", "first"), [(9, 1020), (18, 1080), (23, 1380)], ids=str)
def test_of_todays_evening_only_the_rest_counts(hour: int, first: int) -> None:
    found = evenings(datetime(2026, 11, 23, hour, tzinfo=LONDON))
    assert (found[0].starts, len(found)) == (first, 8)
    assert {window.day.weekday() for window in found[1:]} == set(range(7))


def test_hours_that_ran_out_say_nothing() -> None:
    old = OpeningRule(EVERY_DAY, 540, 1200, valid_to=date(2026, 1, 1))
    at = datetime(2026, 11, 23, 9, tzinfo=LONDON)
    assert open_in([old], evenings(at), at.date()) is OpenState.UNKNOWN
