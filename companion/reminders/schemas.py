"""The words on the wire for reminders."""

from __future__ import annotations

from marshmallow import fields

from companion.core.schema import Choice, Id, Instant, Line, LocalDate, LocalTime, Schema, StrictInt, Text
from companion.reminders import rules
from companion.treatment.rules import What


class DayQuerySchema(Schema):
    """The local day; left out, today in the United Kingdom."""

    on = LocalDate()


class AnswerSchema(Schema):
    """What the person said about a reminder. `later_minutes` goes with `later`."""

    answer = Choice(rules.Answer, required=True)
    later_minutes = StrictInt(least=rules.LEAST_LATER, most=rules.MOST_LATER, allow_none=True)
    recorded_at = Instant(required=True)


class ShownSchema(Schema):
    """A device's receipt; `n` is the raise count of the copy it showed."""

    n = StrictInt(least=1, most=1_000_000)


class ReminderPlaceSchema(Schema):
    """Where to go, in the person's own words."""

    name = Line(required=True)
    phone = Line(required=True)
    address = Text(required=True)


class ReminderSchema(Schema):
    """A reminder. `due_at` is null when it is listed and never pushed."""

    id = Id(required=True)
    plan_id = Id(required=True)
    on = LocalDate(required=True)
    slot = StrictInt(least=0, most=100, required=True)
    what = Choice(What, required=True)
    title = Line(required=True)
    place = fields.Nested(ReminderPlaceSchema, required=True, allow_none=True)
    time = LocalTime(required=True, allow_none=True)
    due_at = Instant(required=True, allow_none=True)
    state = Choice(rules.State, required=True)
    answer = Choice(rules.Answer, required=True, allow_none=True)
    answered_at = Instant(required=True, allow_none=True)
    safety_text = Text(required=True)


class ReminderListSchema(Schema):
    """Reminders of a day."""

    items = fields.List(fields.Nested(ReminderSchema), required=True)
