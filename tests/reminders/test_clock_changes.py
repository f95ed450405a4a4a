"""The days the clocks change, from the wall to the phone: raised once, pushed once, at the right instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid5

import pytest
from sqlalchemy import select

from companion.push.models import Message
from companion.reminders.models import Reminder
from companion.reminders.rules import instant_at
from companion.treatment.rules import instant_of
from tests.push.desk import Desk
from tests.reminders.conftest import Hand
from tests.treatment.test_time import CHANGES, first_instants

STEP = timedelta(minutes=5)
WALLS = ["00:55", "01:00", "01:30", "01:55", "02:00", "02:30", "03:00"]


@pytest.mark.parametrize(("zone", "on"), CHANGES, ids=lambda value: str(value).replace("/", "-"))
def test_every_minute_of_a_change_day_is_one_instant_for_reminders_too(zone: str, on: date) -> None:
    shown = first_instants(zone, on)
    for minute in range(24 * 60):
        at = time(minute // 60, minute % 60)
        wall = datetime.combine(on, at)
        expected = shown.get(wall) or shown[wall + timedelta(hours=1)]
        assert instant_at(on, f"{at:%H:%M}", zone) == instant_of(on, at, zone) == expected


def step_by_step(desk: Desk, hand: Hand, until: datetime) -> dict[str, list[datetime]]:
    """Let a worker look every five minutes; return when each reminder came to the phone, by tag."""
    found: dict[str, list[datetime]] = {}
    worker = hand.worker()
    while hand.now <= until:
        before = len(desk.service.received)
        worker.plan_and_raise()
        worker.dispatch()
        for one in desk.service.received[before:]:
            found.setdefault(one.shown_as[0], []).append(hand.now)
        desk.clock.advance(STEP)
    return found


@pytest.mark.parametrize(
    ("zone", "on", "skipped_or_doubled"),
    [
        ("Europe/London", date(2026, 10, 25), "01:30"),
        ("Europe/London", date(2026, 3, 29), "01:30"),
        ("Europe/London", date(2027, 10, 31), "01:30"),
        ("Europe/London", date(2027, 3, 28), "01:30"),
        ("America/New_York", date(2026, 11, 1), "01:30"),
        ("America/New_York", date(2026, 3, 8), "02:30"),
    ],
    ids=lambda value: str(value).replace("/", "-"),
)
def test_a_reminder_in_the_hour_that_is_doubled_or_skipped_comes_once(
    desk: Desk, hand: Hand, zone: str, on: date, skipped_or_doubled: str
) -> None:
    """A worker looks on from before the change until after the second of two hours."""
    change = first_instants(zone, on)[datetime.combine(on, time(0, 30))]
    desk.clock.set(change)
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, [skipped_or_doubled], time_zone=zone)
    due = instant_of(on, time.fromisoformat(skipped_or_doubled), zone)
    found = step_by_step(desk, hand, change + timedelta(hours=3))
    assert found == {str(uuid5(plan_id, f"{on}|0")): [due]}
    with desk.factory() as session:
        row = session.get_one(Reminder, uuid5(plan_id, f"{on}|0"))
        assert (row.serial, row.due_at, row.raised_at) == (1, None, due)
        assert len(session.scalars(select(Message)).all()) == 1


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        # 01:30 is shown at 00:30 and at 01:30 by Greenwich: the first of the two.
        (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        # 01:30 is not shown: the clock goes from 00:59 to 02:00. As long after midnight, it shows 02:30.
        (date(2026, 3, 29), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
    ids=str,
)
def test_half_past_one_in_london_by_name(on: date, expected: datetime) -> None:
    assert (
        instant_at(on, "01:30", "Europe/London") == instant_of(on, time(1, 30), "Europe/London") == expected
    )


@pytest.mark.parametrize("on", [date(2026, 10, 25), date(2026, 3, 29)], ids=str)
def test_times_around_the_change_each_come_once_and_those_of_one_minute_together(
    desk: Desk, hand: Hand, on: date
) -> None:
    start = datetime.combine(on, time(0, 30), UTC) - timedelta(hours=1)
    desk.clock.set(start)
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, WALLS)
    found = step_by_step(desk, hand, start + timedelta(hours=4))
    due = {instant_of(on, time.fromisoformat(wall), "Europe/London") for wall in WALLS}
    # On the spring day 01:30 and 02:30 are the same minute, and so one push.
    assert sorted(at for times in found.values() for at in times) == sorted(due)
    with desk.factory() as session:
        query = select(Reminder).where(Reminder.plan_id == plan_id, Reminder.on == on)
        rows = session.scalars(query.order_by(Reminder.slot)).all()
    assert [row.serial for row in rows] == [1] * len(WALLS)
    assert [row.raised_at for row in rows] == [
        instant_of(on, time.fromisoformat(wall), "Europe/London") for wall in WALLS
    ]
