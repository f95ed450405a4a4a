"""The words on the wire for sharing."""

from __future__ import annotations

from marshmallow import fields, validate

from companion.core.schema import Choice, Id, Instant, Line, Schema
from companion.sharing.rules import Scope


class KeyworkerSchema(Schema):
    """A keyworker to share with."""

    id = Id(required=True)
    name = Line(required=True)


class KeyworkerListSchema(Schema):
    """Keyworkers."""

    items = fields.List(fields.Nested(KeyworkerSchema), required=True)


class GrantDraftSchema(Schema):
    """What to let a keyworker see; without `until` it lasts six months."""

    keyworker_id = Id(required=True)
    scopes = fields.List(
        Choice(Scope),
        required=True,
        validate=validate.Length(min=1, max=len(Scope), error="Choose one thing or more to share."),
    )
    until = Instant(allow_none=True, load_default=None)


class GrantSchema(Schema):
    """What a keyworker is let see, since when all of it, and until when."""

    id = Id(required=True)
    keyworker = fields.Nested(KeyworkerSchema, required=True)
    scopes = fields.List(Choice(Scope), required=True)
    from_at = Instant(data_key="from", required=True)
    until_at = Instant(data_key="until", required=True)


class GrantListSchema(Schema):
    """Live grants."""

    items = fields.List(fields.Nested(GrantSchema), required=True)


class LookSchema(Schema):
    """Who did what in one hour; `at` is the last time in it."""

    who = Line(required=True)
    what = Line(required=True)
    at = Instant(required=True)


class LookListSchema(Schema):
    """Who looked, newest first."""

    items = fields.List(fields.Nested(LookSchema), required=True)
