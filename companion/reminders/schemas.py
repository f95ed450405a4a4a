"""The words on the wire for reminders."""

from __future__ import annotations

from marshmallow import fields, validate

from companion.core.schema import (
    Choice,
    Id,
    Instant,
    Line,
    LocalDate,
    LocalTime,
    Schema,
    StrictBool,
    StrictInt,
    Text,
)
from companion.reminders import rules
from companion.treatment.rules import What
from companion.treatment.schemas import NoticeSchema


class DayQuerySchema(Schema):
    """The local day; left out, today in the United Kingdom."""

    on = LocalDate()


class AnswerSchema(Schema):
    """What the person said about a reminder.

    `later_minutes` goes with `later`; `reason`, in own words and never shared, with `skipped` and `not_done`.
    """

    answer = Choice(rules.Answer, required=True)
    later_minutes = StrictInt(least=rules.LEAST_LATER, most=rules.MOST_LATER, allow_none=True)
    reason = Text(most=rules.MOST_REASON, allow_none=True)
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
    """A reminder. `due_at` is when it comes next or came last, null when it is listed and never pushed.

    A nudge (`check_in`, `review`) belongs to no plan.
    """

    id = Id(required=True)
    plan_id = Id(required=True, allow_none=True)
    on = LocalDate(required=True)
    slot = StrictInt(least=0, most=100, required=True)
    what = Choice([*What, *rules.Nudge], required=True)
    title = Line(required=True)
    place = fields.Nested(ReminderPlaceSchema, required=True, allow_none=True)
    time = LocalTime(required=True, allow_none=True)
    due_at = Instant(required=True, allow_none=True)
    state = Choice(rules.State, required=True)
    answer = Choice(rules.Answer, required=True, allow_none=True)
    answered_at = Instant(required=True, allow_none=True)
    reason = Text(required=True)
    safety_text = Text(required=True)


class ReminderListSchema(Schema):
    """Reminders of a day."""

    items = fields.List(fields.Nested(ReminderSchema), required=True)


class BeforeSchema(Schema):
    """One time before: `minutes` before it or before the place closes, or a `time` the evening before."""

    kind = Choice(rules.When, required=True)
    minutes = StrictInt(least=0, most=rules.MOST_MINUTES, allow_none=True)
    time = LocalTime(allow_none=True)


class FollowUpSchema(Schema):
    """How often to ask again while there is no answer."""

    every_minutes = StrictInt(least=rules.LEAST_EVERY, most=rules.MOST_EVERY, required=True)
    times = StrictInt(least=0, most=rules.MOST_TIMES, required=True)


class WordsSchema(Schema):
    """The words a notification shows; `text` goes with `own`."""

    kind = Choice(rules.WordsKind, required=True)
    text = Line(most=rules.MOST_OWN_WORDS, allow_none=True, load_default="")


class ChoicesSchema(Schema):
    """How to remind of one plan."""

    before = fields.List(
        fields.Nested(BeforeSchema),
        required=True,
        validate=validate.Length(max=rules.MOST_BEFORE, error=f"Choose {rules.MOST_BEFORE} or fewer."),
    )
    follow_up = fields.Nested(FollowUpSchema, required=True)
    words = fields.Nested(WordsSchema, required=True)
    recorded_at = Instant(required=True)


class KeptChoicesSchema(ChoicesSchema):
    """How to remind of one plan; without `recorded_at` the person has not chosen yet."""

    plan_id = Id(required=True)
    recorded_at = Instant(required=True, allow_none=True)


class QuietSchema(Schema):
    """Quiet hours on the wall clock; they may reach over midnight."""

    from_ = LocalTime(required=True, data_key="from", attribute="from")
    to = LocalTime(required=True)


class AwaySchema(Schema):
    """Days away, both included."""

    from_ = LocalDate(required=True, data_key="from", attribute="from")
    to = LocalDate(required=True)


class CheckInNudgeSchema(Schema):
    """When to be asked for a check-in on days without one."""

    time = LocalTime(required=True)


class SettingsSchema(Schema):
    """When a person wants quiet, which nudges they asked for, and what Later offers."""

    quiet = fields.Nested(QuietSchema, required=True, allow_none=True)
    quiet_except_medicine = StrictBool(load_default=True)
    away = fields.List(
        fields.Nested(AwaySchema),
        load_default=list,
        validate=validate.Length(max=rules.MOST_AWAY, error=f"Keep {rules.MOST_AWAY} times away or fewer."),
    )
    check_in_nudge = fields.Nested(CheckInNudgeSchema, allow_none=True, load_default=None)
    review_nudge = StrictBool(load_default=False)
    snooze = fields.List(
        StrictInt(least=rules.LEAST_LATER, most=rules.MOST_LATER),
        load_default=lambda: list(rules.SNOOZES),
        validate=validate.Length(min=1, max=rules.MOST_SNOOZES, error="Offer one to four choices."),
    )
    time_zone = Line(least=1, most=64, load_default=rules.HOME_ZONE)
    recorded_at = Instant(required=True)


class KeptSettingsSchema(SettingsSchema):
    """A person's settings; without `recorded_at` these are the usual ones."""

    recorded_at = Instant(required=True, allow_none=True)


class TimeZoneSchema(Schema):
    """The time zone a phone is in, and what its person decided when they were asked."""

    zone = Line(least=1, most=64, required=True)
    decision = Choice(rules.Decision, allow_none=True, load_default=None)


class PlanZoneSchema(Schema):
    """A plan that goes by another clock."""

    plan_id = Id(required=True)
    time_zone = Line(required=True)


class TimeZoneAnswerSchema(Schema):
    """Whether to ask the person, and which plans it is about."""

    zone = Line(required=True)
    ask = StrictBool(required=True)
    plans = fields.List(fields.Nested(PlanZoneSchema), required=True)


class MissedSchema(Schema):
    """What the organisation wants said after missed visits, and the words that always stand beside it."""

    on = StrictBool(required=True)
    texts = fields.List(fields.Nested(NoticeSchema), required=True)
    safety_text = Text(required=True)
