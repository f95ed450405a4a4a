"""The words on the wire for review: what a keyworker sees has its own shapes, with nothing extra."""

from __future__ import annotations

from marshmallow import fields

from companion.core.schema import Choice, Id, Instant, Line, LocalDate, Schema, StrictInt, Text
from companion.goals.rules import Level, Lifecycle
from companion.goals.schemas import StepSchema
from companion.review import rules
from companion.review.rules import ReferralState
from companion.sharing.rules import Scope
from companion.treatment.schemas import PlanSchema


class CaseSchema(Schema):
    """A person on a caseload. `trend14` is their mood by day, if they share it; `asks` wait for an answer."""

    person_id = Id(required=True)
    name = Line(required=True)
    scopes = fields.List(Choice(Scope), required=True)
    trend14 = fields.List(StrictInt(least=1, most=5, allow_none=True), required=True, allow_none=True)
    next_review_on = LocalDate(required=True, allow_none=True)
    last_looked_at = Instant(required=True, allow_none=True)
    asks = StrictInt(least=0, most=10_000, required=True)


class CaseListSchema(Schema):
    """A caseload, by next review date, then name."""

    items = fields.List(fields.Nested(CaseSchema), required=True)


class SharedPersonSchema(Schema):
    """A person and what they share with you; `last_looked_at` is the look before this one."""

    person_id = Id(required=True)
    name = Line(required=True)
    scopes = fields.List(Choice(Scope), required=True)
    until = Instant(required=True)
    next_review_on = LocalDate(required=True, allow_none=True)
    last_looked_at = Instant(required=True, allow_none=True)


class SharedGoalSchema(Schema):
    """A goal as its owner shares it."""

    id = Id(required=True)
    title = Line(required=True)
    why = Text(required=True)
    level = Choice(Level, required=True)
    area = Line(required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)
    target_on = LocalDate(required=True, allow_none=True)
    confidence = StrictInt(least=0, most=10, required=True, allow_none=True)
    lifecycle = Choice(Lifecycle, required=True)
    updated_at = Instant(required=True)


class SharedGoalListSchema(Schema):
    """Shared goals."""

    items = fields.List(fields.Nested(SharedGoalSchema), required=True)


class CommentDraftSchema(Schema):
    """A comment on a shared goal."""

    id = Id(required=True)
    text = Text(required=True, least=1, most=rules.MOST_COMMENT)


class CommentSchema(Schema):
    """A comment as its writer sees it."""

    id = Id(required=True)
    who = Line(required=True)
    text = Text(required=True)
    at = Instant(required=True)


class CommentedGoalSchema(SharedGoalSchema):
    """A shared goal with your own comments on it."""

    comments = fields.List(fields.Nested(CommentSchema), required=True)


class ReceivedCommentSchema(CommentSchema):
    """A comment as the person reads it."""

    goal_id = Id(required=True)
    goal_title = Line(required=True, allow_none=True)


class ReceivedCommentListSchema(Schema):
    """Comments, newest first."""

    items = fields.List(fields.Nested(ReceivedCommentSchema), required=True)


class SharedMissesSchema(Schema):
    """The days since `from` that the person marked as missed. A day without a mark is not among them."""

    since = LocalDate(data_key="from", required=True)
    days = fields.List(LocalDate(), required=True)


class SharedPlanSchema(PlanSchema):
    """A plan as its owner shares it. `missed` is null unless they chose to share missed visits of it."""

    class Meta(PlanSchema.Meta):
        exclude = ("note", "remind_minutes_before", "missed_shared")

    missed = fields.Nested(SharedMissesSchema, required=True, allow_none=True)


class SharedPlanListSchema(Schema):
    """Shared plans, and a sentence on what they are not."""

    items = fields.List(fields.Nested(SharedPlanSchema), required=True)
    about = Line(required=True)


class ReferralDraftSchema(Schema):
    """Whom to ask, for which service, and a sentence of one's own. The rest comes from the directory."""

    keyworker_id = Id(required=True)
    service_id = Id(required=True)
    note = Text(load_default="", most=rules.MOST_NOTE)
    recorded_at = Instant(required=True)


class AskedReferralSchema(Schema):
    """A request as the keyworker sees it: all that was sent, and their own answer."""

    id = Id(required=True)
    service_name = fields.String(required=True)
    phone = fields.String(required=True)
    note = Text(required=True)
    state = Choice(ReferralState, required=True)
    answer = Text(required=True)
    asked_at = Instant(required=True)
    answered_at = Instant(required=True, allow_none=True)


class AskedReferralListSchema(Schema):
    """Requests, the unanswered first."""

    items = fields.List(fields.Nested(AskedReferralSchema), required=True)


class ReferralSchema(AskedReferralSchema):
    """A request as the person sees it; `who` was asked."""

    who = Line(required=True)
    keyworker_id = Id(required=True, allow_none=True)
    service_id = Id(required=True)


class ReferralListSchema(Schema):
    """One's own requests, newest first."""

    items = fields.List(fields.Nested(ReferralSchema), required=True)


class ReferralAnswerSchema(Schema):
    """What became of it, and a sentence with it; a no needs one."""

    state = Choice(rules.ANSWERS, required=True)
    answer = Text(load_default="", most=rules.MOST_NOTE)


class ReviewDayDraftSchema(Schema):
    """The day of the next review; null takes it back."""

    on = LocalDate(required=True, allow_none=True)


class ReviewDaySchema(Schema):
    """The day of the next review and with whom."""

    on = LocalDate(required=True, allow_none=True)
    who = Line(required=True, allow_none=True)
