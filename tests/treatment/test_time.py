"""Wall time to UTC on the days summer time begins and ends, against a walk over every UTC minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from companion.treatment.rules import instant_of
from tests.treatment.plans import a_phase, a_plan, from_to

MINUTE = timedelta(minutes=1)
CHANGES = [
    (zone, date.fromisoformat(day))
    for zone, days in {
        "Europe/London": ("2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31"),
        "Europe/Dublin": ("2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31"),
        "America/New_York": ("2026-03-08", "2026-11-01", "2027-03-14", "2027-11-07"),
    }.items()
    for day in days
]


def first_instants(zone: str, on: date) -> dict[datetime, datetime]:
    """Walk three days of UTC minutes and keep, for each wall minute, the first instant that shows it."""
    found: dict[datetime, datetime] = {}
    at = datetime.combine(on, time(), UTC) - timedelta(days=1)
    for _ in range(3 * 24 * 60):
        found.setdefault(at.astimezone(ZoneInfo(zone)).replace(tzinfo=None), at)
        at += MINUTE
    return found


@pytest.mark.parametrize(("zone", "on"), CHANGES)
def test_every_minute_of_a_change_day_has_one_instant(zone: str, on: date) -> None:
    shown = first_instants(zone, on)
    skipped = 0
    for minute in range(24 * 60):
        wall = datetime.combine(on, time()) + minute * MINUTE
        if wall not in shown:
            skipped += 1
            wall += timedelta(hours=1)
        assert instant_of(on, time(minute // 60, minute % 60), zone) == shown[wall]
    assert skipped == (60 if on.month == 3 else 0)


def test_half_past_one_on_the_spring_day_becomes_half_past_two() -> None:
    assert instant_of(date(2026, 3, 29), time(1, 30), "Europe/London") == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )


def test_half_past_one_on_the_autumn_day_happens_once_the_first_time() -> None:
    phase = a_phase(every={"unit": "day", "count": 1}, weekdays=[], times=["01:30"], take_home=False)
    plan = a_plan(kind="at_home", phases=[phase])
    found = from_to(plan, "2026-10-25", "2026-10-25")
    assert [one.at for one in found] == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
    assert [one.time for one in found] == [time(1, 30)]
