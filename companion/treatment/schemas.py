"""The words on the wire for plans and days."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from companion.core.schema import (
    Choice,
    Id,
    Instant,
    Line,
    LocalDate,
    LocalTime,
    QueryInt,
    Schema,
    StrictBool,
    StrictInt,
    Text,
)
from companion.treatment import rules

UNITS_MOST = max(rules.LONGEST_STEP.values())


def _some(inner: fields.Field[Any], most: int, *, least: int = 0, **kwargs: Any) -> fields.List[Any]:
    """Return a list field with `least` to `most` entries."""
    sentence = f"Send {least} to {most} of these."
    return fields.List(inner, validate=validate.Length(min=least, max=most, error=sentence), **kwargs)


def _spans() -> fields.List[Any]:
    pair = fields.List(
        LocalTime(), validate=validate.Length(equal=2, error="Enter an opening and a closing time.")
    )
    return _some(pair, rules.MOST_SPANS)


class HoursSchema(Schema):
    """Opening hours: for each day of the week, pairs of opening and closing time."""

    MO = _spans()
    TU = _spans()
    WE = _spans()
    TH = _spans()
    FR = _spans()
    SA = _spans()
    SU = _spans()


class PlaceSchema(Schema):
    """A pharmacy or service in the person's own words."""

    name = Line(most=rules.MOST_NAME, load_default="")
    address = Text(most=rules.MOST_ADDRESS, load_default="")
    phone = Line(most=rules.MOST_PHONE, load_default="")
    hours = fields.Nested(HoursSchema, load_default=dict)
    closed_on = _some(LocalDate(), rules.MOST_CLOSED_DAYS, load_default=list)


class WordingsSchema(Schema):
    """Which of the five instalment wordings the prescription has."""

    closed_day = Choice(rules.Answer, load_default="unknown")
    missed_day = Choice(rules.Answer, load_default="unknown")
    three_days = Choice(rules.Answer, load_default="unknown")
    supervise = Choice(rules.Answer, load_default="unknown")
    separate = Choice(rules.Answer, load_default="unknown")


class EverySchema(Schema):
    """A step of days, weeks or months."""

    unit = Choice(rules.Unit, required=True)
    count = StrictInt(least=1, most=UNITS_MOST, required=True)


class PhaseSchema(Schema):
    """A dated stretch of a plan with one pattern; `every` null means once, on the first day."""

    starts_on = LocalDate(required=True)
    ends_on = LocalDate(allow_none=True, load_default=None)
    label = Choice(rules.Label, allow_none=True, load_default=None)
    every = fields.Nested(EverySchema, allow_none=True, load_default=None)
    weekdays = _some(Choice(rules.Weekday), len(rules.Weekday), load_default=list)
    times = _some(LocalTime(), rules.MOST_TIMES, load_default=list)
    take_home = StrictBool(load_default=False)


class PlanSchema(Schema):
    """A medicine, collection or appointment plan. It holds no dose amounts.

    `id` and `version` may be sent back as they came: the address names the plan, the server counts.
    """

    id = Id()
    kind = Choice(rules.Kind, required=True)
    title = Line(most=rules.MOST_TITLE, load_default="")
    starts_on = LocalDate(required=True)
    ends_on = LocalDate(allow_none=True, load_default=None)
    time_zone = Line(most=64, load_default="Europe/London")
    division = Choice(rules.Division, load_default=str(rules.Division.ENGLAND_AND_WALES))
    place = fields.Nested(PlaceSchema, allow_none=True, load_default=None)
    wordings = fields.Nested(WordingsSchema, load_default=dict)
    phases = _some(fields.Nested(PhaseSchema), rules.MOST_PHASES, least=1, required=True)
    note = Text(most=rules.MOST_NOTE, load_default="")
    remind_minutes_before = StrictInt(
        least=0, most=rules.MOST_REMIND_MINUTES, allow_none=True, load_default=0
    )
    product = Line(most=40, allow_none=True, load_default=None)
    missed_shared = StrictBool(load_default=False)
    version = StrictInt(least=1, most=2**31 - 1)
    recorded_at = Instant(required=True)


class PlanListSchema(Schema):
    """Plans."""

    items = fields.List(fields.Nested(PlanSchema))


class DaysQuerySchema(Schema):
    """The first and the last day asked for, both included."""

    first = LocalDate(data_key="from", required=True)
    last = LocalDate(data_key="to", required=True)


class ItemSchema(Schema):
    """One thing to do on a day. `time` and `at` are null when nothing reminds of it."""

    plan_id = Id(required=True)
    slot = StrictInt(least=0, most=rules.MOST_TIMES, required=True)
    reminder_id = Id(required=True)
    time = LocalTime(required=True, allow_none=True)
    at = Instant(required=True, allow_none=True)
    what = Choice(rules.What, required=True)
    title = Line(required=True)
    place_name = Line(required=True, allow_none=True)
    brings_home = fields.List(LocalDate(), required=True)
    may_be_closed = StrictBool(required=True)
    sentence = Line(most=1000, required=True)


class NoticeSchema(Schema):
    """A calm sentence with a code, and the number that one tap calls."""

    code = Choice(rules.Code, required=True)
    text = Line(most=400, required=True)
    call = Line(most=rules.MOST_PHONE, required=True, allow_none=True)


class ClosureSchema(Schema):
    """Why places may be closed on a day, and where that was read."""

    title = Line(required=True)
    source = Line(required=True)
    origin = Choice(rules.Source, data_key="from", attribute="from", required=True)


class DaySchema(Schema):
    """A day: what it holds, and what is worth saying if it were today.

    `gap` is said of a day on which two parts of a plan leave a hole; it ends `sentence` too.
    """

    on = LocalDate(required=True)
    sentence = Line(most=4000, required=True, allow_none=True)
    gap = Line(most=400, required=True, allow_none=True)
    items = fields.List(fields.Nested(ItemSchema), required=True)
    notices = fields.List(fields.Nested(NoticeSchema), required=True)
    closure = fields.Nested(ClosureSchema, required=True, allow_none=True)


class DayListSchema(Schema):
    """Days, in order."""

    items = fields.List(fields.Nested(DaySchema))


class HolidaysQuerySchema(Schema):
    """Whose bank holidays, and of which year."""

    division = Choice(rules.Division, required=True)
    year = QueryInt(least=2000, most=2100, required=True)


class HolidaySchema(Schema):
    """A bank holiday. Places may be closed on it; check."""

    on = LocalDate(required=True)
    name = Line(required=True)
    source = Line(required=True)


class HolidayListSchema(Schema):
    """Bank holidays, in order."""

    items = fields.List(fields.Nested(HolidaySchema))


class ProductSchema(Schema):
    """An injection with the days around the planned one on which a service may usually give it."""

    key = Line(required=True)
    name = Line(required=True)
    every = fields.Nested(EverySchema, required=True)
    window_before_days = StrictInt(least=0, most=14, required=True)
    window_after_days = StrictInt(least=0, most=14, required=True)
    source = Line(most=500, required=True)
    checked_on = LocalDate(required=True)
    how = Line(required=True)


class ProductListSchema(Schema):
    """Injections."""

    items = fields.List(fields.Nested(ProductSchema))
