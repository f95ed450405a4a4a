"""The calendar file: valid, always the same for the same week, right on the days the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.records import gateway, rules
from tests.records.reading import Shown, names, read
from tests.treatment.plans import a_phase, a_plan, from_to
from tests.treatment.test_time import CHANGES, first_instants

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAY = timedelta(days=1)
ALLOWED = """
BEGIN END PRODID VERSION CALSCALE METHOD NAME X-WR-CALNAME REFRESH-INTERVAL X-PUBLISHED-TTL
UID DTSTAMP DTSTART DTEND SUMMARY CLASS TRANSP ACTION DESCRIPTION TRIGGER
"""


def test_the_whole_file_as_it_is_sent() -> None:
    event = rules.Event(UUID(int=7), AT, (timedelta(minutes=30), timedelta()))
    assert gateway.write_calendar([event], AT.replace(hour=0)).decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Steady//Planner//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Planner",
        "X-WR-CALNAME:Planner",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        "SUMMARY:Reminder",
        "DTSTART:20261123T100000Z",
        "DTEND:20261123T101500Z",
        "DTSTAMP:20261123T000000Z",
        "UID:00000000-0000-0000-0000-000000000007",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Reminder",
        "TRIGGER:-PT30M",
        "END:VALARM",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Reminder",
        "TRIGGER:P0D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_calendar_without_events_is_a_calendar() -> None:
    assert read(gateway.write_calendar([], AT)) == []


events = st.builds(
    rules.Event,
    st.uuids(),
    st.datetimes(datetime(2020, 1, 1), datetime(2099, 12, 31)).map(
        lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
    st.lists(st.integers(0, 1440).map(lambda n: timedelta(minutes=n)), max_size=4, unique=True).map(tuple),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events, max_size=12))
def test_a_phone_reads_back_what_was_written(found: list[rules.Event]) -> None:
    body = gateway.write_calendar(found, AT)
    assert read(body) == [Shown(str(one.id), one.at, "Reminder", one.alarms) for one in found]
    assert body == gateway.write_calendar(found, AT)
    assert names(body) <= set(ALLOWED.split())
    lines = body.split(b"\r\n")
    assert not [line for line in lines if len(line) > 75 or b"\n" in line or b"\r" in line]


@pytest.mark.parametrize(("zone", "on"), CHANGES)
def test_a_phone_shows_the_right_time_when_the_clocks_change(zone: str, on: date) -> None:
    shown = first_instants(zone, on)
    for wall in ("00:00", "00:30", "01:00", "01:30", "01:59", "02:00", "02:30", "03:00", "12:00"):
        phase = a_phase(every={"unit": "day", "count": 1}, weekdays=[], take_home=False, times=[wall])
        plan = a_plan(kind="at_home", time_zone=zone, phases=[phase])
        days = from_to(plan, str(on - DAY), str(on + DAY))
        moments = [
            rules.Moment(one.reminder_id, one.at, (timedelta(),)) for one in days if one.at is not None
        ]
        told = read(gateway.write_calendar(rules.events_of(moments), AT))
        assert len(told) == 3
        for event, day in zip(told[1:], (on, on + DAY), strict=True):
            local = datetime.combine(day, time.fromisoformat(wall))
            if local not in shown:
                local += timedelta(hours=1)  # The clocks jump over it: it moves with them.
            assert event.at == shown[local]
            assert event.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local
