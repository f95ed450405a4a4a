"""The words on the wire for the calendar."""

from __future__ import annotations

from companion.core.schema import Instant, Line, Schema


class CalendarSchema(Schema):
    """When the private address was made; null when there is none. The address itself is not kept."""

    made_at = Instant(required=True, allow_none=True)


class NewCalendarSchema(Schema):
    """A private address, shown this once. Whoever has it sees the times; nobody sees what they are for."""

    url = Line(required=True, most=2000)
    made_at = Instant(required=True)


CALENDAR_FILE = {"type": "string", "description": "iCalendar (RFC 5545): events called Reminder."}
