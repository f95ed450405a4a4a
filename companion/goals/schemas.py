"""The words on the wire for goals."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from companion.core.schema import Choice, Id, Instant, Line, LocalDate, Schema, StrictBool, StrictInt, Text
from companion.goals import rules


class Key(Line):
    """A key of a content file, like `wider_problems`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=60, **kwargs)
        pattern = f"^{rules.KEY_PATTERN}$"
        self.validators.append(validate.Regexp(pattern, error="Use the key as it was given."))


class StepSchema(Schema):
    """One step of a goal."""

    id = Id(required=True)
    title = Line(required=True, least=1, most=rules.MOST_TITLE)
    done_on = LocalDate(allow_none=True, load_default=None)


class GoalContentSchema(Schema):
    """What a person says about a goal."""

    title = Line(required=True, least=1, most=rules.MOST_TITLE)
    why = Text(most=rules.MOST_WHY, load_default="")
    level = Choice(rules.Level, required=True)
    template = Key(allow_none=True, load_default=None)
    area = Key(allow_none=True, load_default=None)
    steps = fields.List(
        fields.Nested(StepSchema),
        load_default=list,
        validate=validate.Length(max=rules.MOST_STEPS, error=f"Use {rules.MOST_STEPS} steps or fewer."),
    )
    target_on = LocalDate(allow_none=True, load_default=None)
    confidence = StrictInt(least=0, most=rules.MOST_CONFIDENCE, allow_none=True, load_default=None)
    lifecycle = Choice(rules.Lifecycle, load_default=str(rules.Lifecycle.ACTIVE))
    shared = StrictBool(load_default=False)


class GoalDraftSchema(GoalContentSchema):
    """A goal as a phone sends it; `base_version` is the version the person saw before they changed it."""

    recorded_at = Instant(required=True)
    base_version = StrictInt(least=1, most=1_000_000_000, load_default=None)


class GoalSchema(GoalContentSchema):
    """A goal as it is stored."""

    id = Id(required=True)
    version = StrictInt(least=1, most=1_000_000_000, required=True)
    recorded_at = Instant(required=True)
    updated_at = Instant(required=True)


class GoalListSchema(Schema):
    """Goals."""

    items = fields.List(fields.Nested(GoalSchema), required=True)


class GoalChangeSchema(Schema):
    """One line of a goal's history, with the goal as it was then."""

    id = Id(required=True)
    at = Instant(required=True)
    what = Choice(rules.Change, required=True)
    version = StrictInt(least=1, most=1_000_000_000, required=True)
    title = Line(required=True)
    goal = fields.Nested(GoalContentSchema, required=True)


class GoalHistorySchema(Schema):
    """A goal's history, newest first."""

    items = fields.List(fields.Nested(GoalChangeSchema), required=True)
