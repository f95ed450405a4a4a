"""The words on the wire for wellbeing."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from companion.core.schema import (
    Choice,
    Id,
    Instant,
    Line,
    LocalDate,
    QueryInt,
    Schema,
    StrictBool,
    StrictInt,
    Text,
)
from companion.wellbeing import rules


class Key(Line):
    """A key of a content file, like `kept_busy`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=60, **kwargs)
        pattern = f"^{rules.KEY_PATTERN}$"
        self.validators.append(validate.Regexp(pattern, error="Use the key as it was given."))


class TrendDays(QueryInt):
    """14, 30 or 90 days, in an address."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=min(rules.TREND_DAYS), most=max(rules.TREND_DAYS), **kwargs)
        self.validators.append(validate.OneOf(rules.TREND_DAYS, error="Choose 14, 30 or 90 days."))


def _step() -> StrictInt:
    return StrictInt(least=1, most=5, allow_none=True, load_default=None)


def _tags() -> fields.List[str]:
    most = validate.Length(max=rules.MOST_TAGS, error=f"Pick {rules.MOST_TAGS} or fewer.")
    return fields.List(Key(), load_default=list, validate=most)


class CheckInDraftSchema(Schema):
    """A quick check-in as a phone sends it. Anything may be left out, but not everything."""

    recorded_at = Instant(required=True)
    mood = _step()
    sleep = _step()
    cravings = _step()
    energy = _step()
    connection = _step()
    helped = _tags()
    hard = _tags()
    note = Text(most=rules.MOST_NOTE, load_default="")


class SavedCheckInSchema(CheckInDraftSchema):
    """A check-in as it is stored; `on` is the day the person's own clock showed."""

    id = Id(required=True)
    on = LocalDate(required=True)
    updated_at = Instant(required=True)


class CheckInListSchema(Schema):
    """Check-ins, newest first."""

    items = fields.List(fields.Nested(SavedCheckInSchema), required=True)


class CheckInsQuerySchema(Schema):
    """Two local days; the last 30 days if not said."""

    since = LocalDate(data_key="from", load_default=None)
    until = LocalDate(data_key="to", load_default=None)


class AnswersDraftSchema(Schema):
    """Answers to one measure as a phone sends them; null is a question left out."""

    measure = Key(required=True)
    version = Line(required=True, least=1, most=40)
    recorded_at = Instant(required=True)
    answers = fields.Dict(
        keys=Key(),
        values=StrictInt(least=0, most=10, allow_none=True),
        required=True,
        validate=validate.Length(
            max=rules.MOST_ANSWERS, error=f"Send {rules.MOST_ANSWERS} answers or fewer."
        ),
    )


class SavedAnswersSchema(AnswersDraftSchema):
    """Answers as they are stored; `on` is the day the person's own clock showed."""

    id = Id(required=True)
    on = LocalDate(required=True)
    updated_at = Instant(required=True)


class AnswersListSchema(Schema):
    """Answers, newest first."""

    items = fields.List(fields.Nested(SavedAnswersSchema), required=True)


class AnswersQuerySchema(Schema):
    """One measure, or all."""

    measure = Key(load_default=None)


class DueSchema(Schema):
    """Whether it is time to answer a measure."""

    measure = Key(required=True)
    last_on = LocalDate(required=True, allow_none=True)
    due = StrictBool(required=True)


class DueListSchema(Schema):
    """The measures and whether it is time for them."""

    items = fields.List(fields.Nested(DueSchema), required=True)


class TrendQuerySchema(Schema):
    """One question over a number of days."""

    of = Choice(rules.Question, load_default=str(rules.Question.MOOD))
    days = TrendDays(load_default=14)


class PointSchema(Schema):
    """A day of a trend; null is a day without an answer."""

    on = LocalDate(required=True)
    value = StrictInt(least=1, most=5, required=True, allow_none=True)


class TrendSchema(Schema):
    """One question over days, with a sentence that says the same."""

    of = Choice(rules.Question, required=True)
    since = LocalDate(data_key="from", required=True)
    until = LocalDate(data_key="to", required=True)
    points = fields.List(fields.Nested(PointSchema), required=True)
    sentence = Line(most=200, required=True)
