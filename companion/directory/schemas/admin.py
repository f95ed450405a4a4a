"""The words of the admin's page: sources, services as they are looked after, corrections."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from companion.core.schema import Choice, Id, Instant, Line, LocalDate, Schema, Text
from companion.directory.rules.care import CORRECTABLE, MOST_VALUE, Approval, Reason, Refresh

STATES = ["shown", "hidden", "retired", "not_running", "waiting", "not_shown"]


class CountsSchema(Schema):
    """What the last reading of a source did."""

    class Meta:
        """Sources read by an older version have fewer figures."""

        unknown = "exclude"

    total = fields.Integer()
    new = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    returned = fields.Integer()
    retired = fields.Integer()
    rejected = fields.Integer()
    duplicates = fields.Integer()


class OverseenSourceSchema(Schema):
    """A source: where it comes from, how the last reading went, what waits for an admin."""

    id = Id(required=True)
    name = fields.String(required=True)
    source = fields.String(required=True)
    publisher = fields.String(required=True)
    licence = fields.String(required=True)
    fetched_at = Instant(required=True)
    tried_at = Instant(required=True, allow_none=True)
    complete = fields.Boolean(required=True)
    failure = fields.String(required=True)
    refresh = Choice(Refresh, required=True)
    refresh_at = Instant(required=True, allow_none=True)
    approval = Choice(Approval, required=True)
    older_rules = fields.Boolean(required=True)
    read_again = fields.String(required=True)
    services = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    retired = fields.Integer(required=True)
    hidden = fields.Integer(required=True)
    corrected = fields.Integer(required=True)
    reports = fields.Integer(required=True)
    counts = fields.Nested(CountsSchema, required=True)


class OverseenSourcesSchema(Schema):
    """Every source."""

    items = fields.List(fields.Nested(OverseenSourceSchema), required=True)


class NoteSchema(Schema):
    """What was wrong with a record: refused, or one fact of it left out."""

    level = fields.String(required=True)
    record = fields.String(required=True)
    field = fields.String(required=True)
    message = fields.String(required=True)


class WholeSourceSchema(OverseenSourceSchema):
    """A source with the first things that were wrong with its records, and how many there are."""

    notes = fields.List(fields.Nested(NoteSchema), required=True)
    notes_total = fields.Integer(required=True)


class FindQuerySchema(Schema):
    """Words of a service's name or organisation."""

    text = Line(most=200, least=1, required=True)


class FoundServiceSchema(Schema):
    """A service, shown or not."""

    id = Id(required=True)
    name = fields.String(required=True)
    organisation = fields.String(required=True)
    source = fields.String(required=True)
    state = Choice(STATES, required=True)


class FoundServicesSchema(Schema):
    """The first services by name, and how many there are."""

    items = fields.List(fields.Nested(FoundServiceSchema), required=True)
    total = fields.Integer(required=True)


class ReportedSchema(Schema):
    """How often people gave one reason, and the last day somebody did."""

    reason = Choice(Reason, required=True)
    times = fields.Integer(required=True)
    last_on = LocalDate(required=True)


class ReportSummarySchema(ReportedSchema):
    """One reason people gave about one service."""

    id = Id(required=True)
    name = fields.String(required=True)
    source = fields.String(required=True)


class ReportsSchema(Schema):
    """What people say is wrong."""

    items = fields.List(fields.Nested(ReportSummarySchema), required=True)


FieldsSchema = Schema.from_dict({name: Text(most=MOST_VALUE) for name in CORRECTABLE}, name="FieldsSchema")


class LookedAfterSchema(FoundServiceSchema):
    """A service as an admin looks after it; `fields` is what it says now, `corrected` what an admin said."""

    source_id = Id(required=True)
    status = fields.String(required=True)
    hidden_at = Instant(required=True, allow_none=True)
    retired_at = Instant(required=True, allow_none=True)
    updated_at = Instant(required=True)
    fields_ = fields.Nested(FieldsSchema, required=True, data_key="fields", attribute="fields")
    corrected = fields.List(fields.String(), required=True)
    reports = fields.List(fields.Nested(ReportedSchema), required=True)


class CorrectionsSchema(FieldsSchema):  # type: ignore[misc, valid-type]
    """What is to stand instead of what the source says; an empty value takes the field away."""

    @validates_schema
    def _something(self, data: dict[str, Any], **_rest: Any) -> None:
        if not data:
            raise ValidationError("Change something first.")
