"""When to raise, against a slow oracle that walks minute by minute over the clock on the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.core.errors import RuleBroken
from companion.reminders import rules
from companion.reminders.rules import Moment, Silence

MINUTE = timedelta(minutes=1)
ZONES = ["Europe/London", "America/New_York", "Pacific/Auckland"]
# Ordinary days, and both changes of the clock in 2026 and 2027 in each zone.
DAYS = [
    date(2026, 11, 23),
    date(2028, 2, 29),
    date(2026, 12, 31),
    *(date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)),
    *(date(2026, 3, 8), date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7)),
    *(date(2026, 4, 5), date(2026, 9, 27), date(2027, 4, 4), date(2027, 9, 26)),
]
LOUD = Silence("Europe/London", None, None, except_medicine=True, away=())

walls = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
befores = st.lists(
    st.one_of(
        st.fixed_dictionaries({"kind": st.just("minutes"), "minutes": st.integers(0, 1440)}),
        st.fixed_dictionaries({"kind": st.just("evening_before"), "time": walls}),
        st.fixed_dictionaries({"kind": st.just("last_call"), "minutes": st.integers(0, 240)}),
    ),
    max_size=4,
)
follow_up = st.fixed_dictionaries({"every_minutes": st.integers(5, 120), "times": st.integers(0, 5)})
some_choices = st.fixed_dictionaries({"before": befores, "follow_up": follow_up})


@st.composite
def some_moments(draw: st.DrawFn) -> Moment:
    """Return a moment on one of the days, with or without a time and a closing time."""
    on, zone = draw(st.sampled_from(DAYS)), draw(st.sampled_from(ZONES))
    wall, closes = draw(st.none() | walls), draw(st.none() | walls)
    return Moment(
        on=on,
        at=wall and rules.instant_at(on, wall, zone),
        closes_at=closes and rules.instant_at(on, closes, zone),
        time_zone=zone,
        is_first=draw(st.booleans()),
        is_medicine=draw(st.booleans()),
        ends_at=rules.day_ends_at(on, zone),
    )


@st.composite
def silences(draw: st.DrawFn) -> Silence:
    """Return quiet hours (or none) and days away around the days above."""
    quiet = draw(st.none() | st.tuples(walls, walls).filter(lambda pair: pair[0] != pair[1]))
    first = draw(st.sampled_from(DAYS)) - timedelta(days=draw(st.integers(0, 2)))
    away = draw(st.sampled_from([(), ((first, first + timedelta(days=draw(st.integers(0, 2)))),)]))
    starts, ends = quiet or (None, None)
    return Silence(draw(st.sampled_from(ZONES)), starts, ends, draw(st.booleans()), away)


def wall_of(at: datetime, zone: str) -> tuple[date, str]:
    """Return the day and the time that a clock in `zone` shows."""
    local = at.astimezone(ZoneInfo(zone))
    return local.date(), local.strftime("%H:%M")


def slow_instant(on: date, wall: str, zone: str) -> datetime:
    """Walk minute by minute to the first instant that shows this; past a gap by as much as it skips."""
    midnight = datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(hours=15)
    want = (on, wall)
    for n in range(48 * 60):
        if wall_of(midnight + n * MINUTE, zone) == want:
            return midnight + n * MINUTE
    # Skipped: as long after the last minute before the gap as the wall time would have been.
    last = max(midnight + n * MINUTE for n in range(48 * 60) if wall_of(midnight + n * MINUTE, zone) < want)
    day, shown = wall_of(last, zone)
    assert day == on
    minutes = (int(wall[:2]) - int(shown[:2])) * 60 + int(wall[3:]) - int(shown[3:])
    return last + minutes * MINUTE


def is_quiet(at: datetime, silence: Silence) -> bool:
    """Tell whether a clock shows a time within the quiet hours."""
    _, wall = wall_of(at, silence.time_zone)
    starts, ends = silence.starts or "", silence.ends or ""
    return starts <= wall < ends if starts < ends else wall >= starts or wall < ends


def slow_times(choices: dict[str, Any], moment: Moment, silence: Silence) -> set[datetime]:
    """Return the instants at which to raise, the slow way."""
    found = set()
    for one in choices["before"]:
        if one["kind"] == "minutes" and moment.at:
            found.add(moment.at - one["minutes"] * MINUTE)
        if one["kind"] == "last_call" and moment.closes_at:
            found.add(moment.closes_at - one["minutes"] * MINUTE)
        if one["kind"] == "evening_before" and moment.is_first:
            found.add(slow_instant(moment.on - timedelta(days=1), one["time"], moment.time_zone))
    if found and moment.at:
        at = moment.at
        for _ in range(choices["follow_up"]["times"]):
            at += choices["follow_up"]["every_minutes"] * MINUTE
            found.add(at)
    kept = set()
    for at in found:
        if silence.starts and not (moment.is_medicine and silence.except_medicine):
            while is_quiet(at, silence):
                at += MINUTE
        on, _ = wall_of(at, silence.time_zone)
        if at < moment.ends_at and not any(first <= on <= last for first, last in silence.away):
            kept.add(at)
    return kept


@settings(max_examples=300, deadline=None)
@given(some_choices, some_moments(), silences())
def test_the_times_are_those_of_the_slow_oracle(
    choices: dict[str, Any], moment: Moment, silence: Silence
) -> None:
    times = rules.raise_times(choices, moment, silence)
    assert list(times) == sorted(set(times))
    assert set(times) == slow_times(choices, moment, silence)


@pytest.mark.parametrize("on", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize(
    "quiet", [("22:00", "01:30"), ("00:30", "01:10"), ("01:15", "01:45"), ("23:00", "02:30")]
)
def test_quiet_hours_end_on_the_days_the_clock_changes(on: date, quiet: tuple[str, str]) -> None:
    """Every minute of both days; a slow oracle walks to the end of the quiet."""
    silence = Silence("Europe/London", *quiet, except_medicine=False, away=())
    at = datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(hours=3)
    for _ in range(30 * 60):
        end = at
        while is_quiet(end, silence):
            end += MINUTE
        assert silence.moved(at, is_medicine=True) == end
        at += MINUTE


@given(st.lists(st.integers(0, 2000), max_size=8), st.integers(0, 2000), st.integers(-2000, 2000))
def test_next_raise_at_is_the_first_after_both_what_was_due_and_now(
    minutes: list[int], due: int, now: int
) -> None:
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    times = sorted({start + n * MINUTE for n in minutes})
    slow = None
    for n in range(max(due, now) + 1, 2001):
        if n in minutes:
            slow = start + n * MINUTE
            break
    assert rules.next_raise_at(times, start + due * MINUTE, start + now * MINUTE) == slow


@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=8),
    st.lists(st.integers(-600, 60), min_size=1, max_size=60),
)
def test_ticking_raises_each_time_once_whatever_the_clock_does(minutes: list[int], steps: list[int]) -> None:
    """A worker whose clock is put back and forth never raises one time twice, and none that is long past."""
    start = datetime(2026, 10, 24, 20, tzinfo=UTC)
    times = sorted({start + n * MINUTE for n in minutes})
    due: datetime | None = times[0]
    now, raised = start, []
    for step in steps:
        now += step * MINUTE
        while due is not None and due <= now:
            fresh = rules.next_fresh(times, due, now)
            if fresh is None or fresh > now:
                due = fresh
                continue
            assert now - fresh <= rules.TOO_LATE
            raised.append(fresh)
            due = rules.next_raise_at(times, fresh, now)
    assert raised == sorted(set(raised))


@pytest.mark.parametrize(
    ("on", "wall", "expected"),
    [
        (date(2026, 10, 25), "01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 3, 29), "01:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_on_the_days_the_clock_changes_it_comes_once(on: date, wall: str, expected: datetime) -> None:
    at = rules.instant_at(on, wall, "Europe/London")
    moment = Moment(on, at, None, "Europe/London", True, True, rules.day_ends_at(on, "Europe/London"))
    assert rules.raise_times(rules.choices_of(0), moment, LOUD) == (expected,)
    assert rules.next_raise_at((expected,), expected, expected) is None


@pytest.mark.parametrize(
    "text", ["40 mg at ten", "5ml", "take 2 tablets", "1 dose", "٤٠ mg", "10 µg", "60MG"]
)
def test_own_words_hold_no_amount(text: str) -> None:
    with pytest.raises(RuleBroken):
        rules.choices_content(a_draft(words={"kind": "own", "text": text}))


@pytest.mark.parametrize("text", ["Feed the cat", "Bus 42", "🌞", "x" * 20])
def test_own_words_are_the_persons(text: str) -> None:
    kept = rules.choices_content(a_draft(words={"kind": "own", "text": text}))
    assert kept["words"] == {"kind": "own", "text": text}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"words": {"kind": "own", "text": ""}}, "words.text"),
        ({"words": {"kind": "own", "text": "x" * 21}}, "words.text"),
        ({"words": {"kind": "plain_2", "text": "Hello"}}, "words.text"),
        ({"before": [{"kind": "minutes"}]}, "before.0.minutes"),
        ({"before": [{"kind": "last_call", "time": "10:00", "minutes": 5}]}, "before.0.time"),
        ({"before": [{"kind": "evening_before", "minutes": 5}]}, "before.0.minutes"),
    ],
)
def test_choices_without_meaning_are_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        rules.choices_content(a_draft(**change))
    assert field in refused.value.fields


def test_the_same_time_twice_is_one() -> None:
    one = {"kind": "minutes", "minutes": 30}
    assert rules.choices_content(a_draft(before=[one, one]))["before"] == [one]


def a_draft(**overrides: Any) -> dict[str, Any]:
    """Return choices as a phone sends them."""
    return {**rules.choices_of(0), **overrides}


@given(st.sampled_from(ZONES), st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)))
def test_a_zone_shows_the_same_as_itself_and_not_as_one_far_away(zone: str, at: datetime) -> None:
    now = at.replace(tzinfo=UTC)
    assert rules.shows_the_same(zone, zone, now)
    assert rules.shows_the_same("Europe/London", "Europe/Jersey", now)
    assert not rules.shows_the_same("Europe/London", "Africa/Abidjan", now)
    assert not rules.shows_the_same(zone, "Asia/Kathmandu", now)
