"""Open now against a slow judge: over midnight, when clocks change, month rules, dates, exceptions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from companion.directory.rules.cards import rules_at
from companion.directory.rules.exceptions import openings_of
from companion.directory.rules.hours import OpenState, open_state
from companion.directory.rules.parse import parse_service
from companion.directory.use_cases import ImportReport, Search, search_services
from tests.directory.builders import a_place, a_service
from tests.directory.hours_oracle import CODES, Otherwise, Written, is_open, real_minutes

Import = Callable[..., ImportReport]
PATIENT = settings(deadline=None, max_examples=60)
# An hour before the clocks go forward and back, in both years.
CHANGES = [
    datetime(2026, 3, 29, 0, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 0, tzinfo=UTC),
    datetime(2027, 3, 28, 0, 0, tzinfo=UTC), datetime(2027, 10, 31, 0, 0, tzinfo=UTC),
]  # fmt: skip
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
MINUTES = st.one_of(st.integers(0, 1439), st.sampled_from([0, 30, 60, 90, 119, 120, 1410, 1439]))
LASTS = st.one_of(st.integers(1, 1439), st.sampled_from([1, 60, 120, 600, 1439]))
CODE = st.sampled_from(CODES)


def instants(days: st.SearchStrategy[date] = DAYS) -> st.SearchStrategy[datetime]:
    """Any instant; some near midnight, some near a change of the clocks, some at a month's end."""
    any_time = st.builds(
        lambda day, minute: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute),
        days, MINUTES,
    )  # fmt: skip
    change = st.builds(
        lambda at, minute: at + timedelta(minutes=minute), st.sampled_from(CHANGES), st.integers(-120, 240)
    )
    return any_time | change


def closing(opens: int, lasts: int) -> int:
    """Return how long it lasts; the last minute of a day is written for midnight (see `parse_schedule`)."""
    return lasts + 1 if (opens + lasts) % 1440 == 1439 else lasts


def weekly(opens: int, lasts: int, codes: Sequence[str], **more: Any) -> Written:
    """Return a weekly schedule."""
    return Written("WEEKLY", tuple((0, code) for code in codes), opens, closing(opens, lasts), **more)


WEEKLY = st.builds(weekly, MINUTES, LASTS, st.lists(CODE, min_size=1, max_size=7, unique=True))
DATED = st.builds(
    lambda opens, lasts, codes, first, days: weekly(
        opens, lasts, codes, valid_from=first, valid_to=first + timedelta(days=days)
    ),
    MINUTES, LASTS, st.lists(CODE, min_size=1, max_size=7, unique=True), DAYS, st.integers(0, 60),
)  # fmt: skip
FORTNIGHTLY = st.builds(
    lambda opens, lasts, code, first, every: weekly(opens, lasts, [code], starts=first, interval=every),
    MINUTES, LASTS, CODE, st.dates(date(2025, 6, 1), date(2026, 6, 1)), st.integers(2, 5),
)  # fmt: skip
NTH = st.tuples(st.sampled_from([1, 2, 3, 4, 5, -1, -2, -5]), CODE)
MONTHLY = st.builds(
    lambda opens, lasts, days: Written("MONTHLY", tuple(days), opens, closing(opens, lasts)),
    MINUTES, LASTS, st.lists(NTH, min_size=1, max_size=3, unique=True),
)  # fmt: skip
BY_MONTH_DAY = st.builds(
    lambda opens, lasts, days: Written("MONTHLY", (), opens, closing(opens, lasts), month_days=tuple(days)),
    MINUTES, LASTS,
    st.lists(st.integers(1, 31) | st.sampled_from([-1, -2]), min_size=1, max_size=3, unique=True),
)  # fmt: skip
EVERY_FEW_MONTHS = st.builds(
    lambda opens, lasts, day, first, every: Written(
        "MONTHLY", (day,), opens, closing(opens, lasts), interval=every, starts=first
    ),
    MINUTES, LASTS, NTH, st.dates(date(2025, 6, 1), date(2026, 6, 1)), st.integers(2, 4),
)  # fmt: skip


def agree(written: Sequence[Written], otherwise: Sequence[Otherwise], at: datetime, minutes: int) -> None:
    """Fail when the house and the judge differ in one of some minutes that follow each other."""
    rules = openings_of([one.raw() for one in written], [one.raw() for one in otherwise])
    assert len(rules) >= len(written)
    for now in real_minutes(at, minutes):
        state = open_state(rules, now)
        if state is OpenState.UNKNOWN:
            assert all(one.valid_to is not None for one in written)
            continue
        assert (state is OpenState.OPEN) is is_open(written, otherwise, now), now


@pytest.mark.parametrize("at", CHANGES, ids=["spring-26", "autumn-26", "spring-27", "autumn-27"])
@pytest.mark.parametrize(
    ("opens", "lasts"),
    [(0, 60), (30, 60), (59, 2), (60, 60), (90, 60), (120, 60), (1380, 180), (1380, 120), (0, 1440)],
    ids=["before", "into", "edge", "within", "out-of", "after", "night", "night-into", "always"],
)
def test_every_minute_of_a_day_on_which_the_clocks_change(at: datetime, opens: int, lasts: int) -> None:
    always = weekly(opens, lasts, CODES)
    agree([always], [], at - timedelta(hours=2), 1440 + 240)


@PATIENT
@given(st.lists(WEEKLY, min_size=1, max_size=3), instants())
@example([weekly(1380, 180, ["SU"])], datetime(2026, 3, 29, 22, 30, tzinfo=UTC))
@example([weekly(1380, 180, ["SA"])], datetime(2026, 10, 24, 23, 30, tzinfo=UTC))
def test_weeks_over_midnight_and_over_the_change_of_the_clocks(written: list[Written], at: datetime) -> None:
    agree(written, [], at, 90)


@PATIENT
@given(st.one_of(MONTHLY, BY_MONTH_DAY, EVERY_FEW_MONTHS, FORTNIGHTLY), instants())
def test_month_rules_and_every_few_weeks(written: Written, at: datetime) -> None:
    agree([written], [], at, 60)


@pytest.mark.parametrize(
    ("days", "name"),
    [(((2, "TU"),), "second Tuesday"), (((-1, "FR"),), "last Friday"), (((5, "MO"),), "fifth Monday"),
     (((1, "MO"), (3, "MO")), "first and third Monday")],
    ids=["second-tuesday", "last-friday", "fifth-monday", "first-and-third"],
)  # fmt: skip
def test_each_day_of_two_years_by_month_rules(days: tuple[tuple[int, str], ...], name: str) -> None:
    written = Written("MONTHLY", days, 600, 120)
    rules = openings_of([written.raw()], [])
    first = datetime(2026, 1, 1, tzinfo=UTC)
    for ahead in range(730):
        noonish = first + timedelta(days=ahead, hours=10, minutes=30)
        expected = is_open([written], [], noonish)
        assert (open_state(rules, noonish) is OpenState.OPEN) is expected, (name, noonish)


@PATIENT
@given(st.lists(DATED, min_size=1, max_size=3), st.data())
def test_hours_that_hold_for_some_weeks_only(written: list[Written], data: st.DataObject) -> None:
    edges = [day for one in written for day in (one.valid_from, one.valid_to) if day is not None]
    near = st.builds(lambda day, off: day + timedelta(days=off), st.sampled_from(edges), st.integers(-2, 2))
    agree(written, [], data.draw(instants(near)), 60)


def _otherwise(first: date, days: int, yearly: bool, opens: int | None, lasts: int) -> Otherwise:
    own = None if opens is None else opens
    return Otherwise(first, first + timedelta(days=days), yearly, own, closing(opens or 0, lasts))


OTHERWISE = st.builds(
    _otherwise,
    st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 20), st.booleans(),
    st.none() | st.integers(0, 1200), st.integers(1, 200),
)  # fmt: skip


@PATIENT
@given(st.lists(WEEKLY | MONTHLY, min_size=1, max_size=2), st.lists(OTHERWISE, max_size=2), st.data())
def test_what_a_publisher_says_of_single_days_stands_for_them(
    written: list[Written], otherwise: list[Otherwise], data: st.DataObject
) -> None:
    days = [one.first for one in otherwise] + [one.last for one in otherwise] or [date(2026, 5, 5)]
    near = st.builds(lambda day, off: day + timedelta(days=off), st.sampled_from(days), st.integers(-1, 1))
    # Some minutes before a day's own hours begin, or anywhere.
    opens = st.sampled_from([one.opens for one in otherwise if one.opens is not None] or [0])
    begin = st.builds(
        lambda day, minute: datetime(day.year, day.month, day.day, tzinfo=UTC)
        + timedelta(minutes=minute - 20),
        near, opens,
    )  # fmt: skip
    agree(written, otherwise, data.draw(begin | instants(near)), 60)


@PATIENT
@given(st.one_of(WEEKLY, MONTHLY, FORTNIGHTLY, DATED), st.lists(OTHERWISE, max_size=2), instants())
def test_what_is_stored_is_open_when_what_was_written_is(
    written: Written, otherwise: list[Otherwise], at: datetime
) -> None:
    raw = a_service(schedules=[written.raw()], holiday_schedules=[one.raw() for one in otherwise])
    record, problems = parse_service(raw)
    assert record is not None, problems
    rules = rules_at(record.document, 1)
    fresh = openings_of([written.raw()], [one.raw() for one in otherwise])
    assert [open_state(rules, now) for now in real_minutes(at, 30)] == [
        open_state(fresh, now) for now in real_minutes(at, 30)
    ]


def test_a_search_for_open_now_knows_the_days_that_are_otherwise(
    imports: Import, ask: Callable[..., Any]
) -> None:
    daily = weekly(540, 480, CODES).raw()
    christmas = Otherwise(date(2026, 12, 25), date(2026, 12, 25), yearly=True).raw()
    short = Otherwise(date(2026, 12, 24), date(2026, 12, 24), opens=600, lasts=120).raw()
    imports(
        a_service("Own", schedules=[daily], holiday_schedules=[christmas, short]),
        a_service(
            "Place", schedules=[daily],
            service_at_locations=[a_place(location={"holiday_schedules": [christmas]})],
        ),
        a_service("Always", schedules=[daily]),
    )  # fmt: skip

    def open_at(*when: int) -> set[str]:
        at = datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]
        wanted = Search(near="Leeds", open_now=True, at=at, per_page=50)
        found = ask(lambda session: search_services(session, wanted, at))
        return {card["name"] for card in found["items"]}

    assert open_at(2026, 12, 23, 10) == {"Own", "Place", "Always"}
    assert open_at(2026, 12, 24, 9) == {"Place", "Always"}
    assert open_at(2026, 12, 24, 11) == {"Own", "Place", "Always"}
    assert open_at(2026, 12, 25, 11) == {"Always"}
    assert open_at(2027, 12, 25, 11) == {"Always"}
    assert open_at(2027, 12, 24, 9) == {"Own", "Place", "Always"}
