"""What becomes an event."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.records.rules import MOST_EVENTS, Moment, events_of, made_at, moment_of, window

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
moments = st.builds(
    Moment,
    st.uuids(),
    st.integers(0, 30).map(lambda n: AT + n * MINUTE),
    st.lists(st.integers(0, 1440).map(lambda n: n * MINUTE), min_size=1, max_size=3).map(tuple),
)


def test_it_holds_sixty_days_and_yesterday() -> None:
    assert window(datetime(2026, 11, 23, 23, 59, tzinfo=UTC)) == (date(2026, 11, 22), date(2027, 1, 22))


def test_it_says_the_same_all_day() -> None:
    assert {made_at(AT + n * MINUTE) for n in range(14 * 60)} == {datetime(2026, 11, 23, tzinfo=UTC)}


def test_two_things_at_one_minute_are_one_event() -> None:
    first, second = UUID(int=1), UUID(int=2)
    (event,) = events_of([Moment(second, AT, (0 * MINUTE,)), Moment(first, AT, (30 * MINUTE,))])
    assert (event.id, event.at, event.alarms) == (first, AT, (30 * MINUTE, 0 * MINUTE))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(moments, max_size=40), st.randoms(use_true_random=False))
def test_nothing_is_lost_and_the_order_does_not_matter(found: list[Moment], chance: Random) -> None:
    events = events_of(found)
    assert [event.at for event in events] == sorted({one.at for one in found})
    for event in events:
        together = [one for one in found if one.at == event.at]
        assert event.id in {one.reminder_id for one in together}
        assert set(event.alarms) == {before for one in together for before in one.before}
    chance.shuffle(found)
    assert events_of(found) == events


def test_one_address_cannot_ask_for_endless_work() -> None:
    events = events_of([Moment(uuid4(), AT + n * MINUTE, (0 * MINUTE,)) for n in range(MOST_EVENTS + 5)])
    assert len(events) == MOST_EVENTS
    assert events[-1].at == AT + (MOST_EVENTS - 1) * MINUTE


def test_it_rings_at_the_times_before_and_not_again_afterwards() -> None:
    one = UUID(int=1)
    times = [AT - 30 * MINUTE, AT, AT + 15 * MINUTE]
    assert moment_of(one, AT, times) == Moment(one, AT, (30 * MINUTE, 0 * MINUTE))
    assert moment_of(one, AT, times[2:]) == Moment(one, AT, (-15 * MINUTE,))
    assert moment_of(one, None, times[:1]) == Moment(one, AT - 30 * MINUTE, (0 * MINUTE,))
    assert moment_of(one, AT, []) is None
