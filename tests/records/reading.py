"""Reads a calendar file as a phone would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import icalendar


@dataclass(frozen=True)
class Shown:
    """One event as a phone has it."""

    id: str
    at: datetime
    title: str
    alarms: tuple[timedelta, ...]


def read(body: bytes) -> list[Shown]:
    """Return the events of a calendar file, in its order."""
    calendar: Any = icalendar.Calendar.from_ical(body)
    return [
        Shown(
            str(event["uid"]),
            event.decoded("dtstart"),
            str(event["summary"]),
            tuple(-alarm.decoded("trigger") for alarm in event.walk("VALARM")),
        )
        for event in calendar.walk("VEVENT")
    ]


def names(body: bytes) -> set[str]:
    """Return the name of every line of a calendar file."""
    unfolded = body.decode().replace("\r\n ", "")
    return {line.partition(":")[0].partition(";")[0] for line in unfolded.split("\r\n") if line}
