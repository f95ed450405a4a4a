"""Writes iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import icalendar

from companion.records import rules

# "Steady" is what the app is called on a phone.
MAKER = "-//Steady//Planner//EN"
LOOK_AGAIN = timedelta(hours=1)  # "PT1H"


def write_calendar(events: Iterable[rules.Event], made_at: datetime) -> bytes:
    """Return a calendar file; the same events make the same bytes."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", rules.NAME)
    calendar.add("x-wr-calname", rules.NAME)
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_event(event, made_at))
    return bytes(calendar.to_ical())


def _event(event: rules.Event, made_at: datetime) -> icalendar.Event:
    found = icalendar.Event()
    found.add("uid", str(event.id))
    found.add("dtstamp", made_at)
    found.add("dtstart", event.at)
    found.add("dtend", event.at + rules.LENGTH)
    found.add("summary", rules.TITLE)
    found.add("class", "PRIVATE")
    found.add("transp", "TRANSPARENT")
    for before in event.alarms:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", rules.TITLE)
        alarm.add("trigger", -before)
        found.add_component(alarm)
    return found
