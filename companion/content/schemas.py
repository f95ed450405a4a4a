"""The words on the wire for content. All of it is read only."""

from __future__ import annotations

from marshmallow import fields

from companion.content.rules import LevelKey, Nation
from companion.core.schema import Choice, Line, LocalDate, Schema, StrictInt, Text


class LevelSchema(Schema):
    """One goal level: plain words for the person, the clinical label for the keyworker."""

    key = Choice(LevelKey, required=True)
    title = Line(required=True)
    explain = Line(required=True, most=160)
    clinical_label = Line(required=True, most=160)


class LevelsSchema(Schema):
    """The six levels; their order means nothing."""

    items = fields.List(fields.Nested(LevelSchema), required=True)


class NamedSchema(Schema):
    """A key and the words to show for it."""

    key = Line(required=True)
    title = Line(required=True)


class TemplateSchema(Schema):
    """A starting point for a goal."""

    key = Line(required=True)
    level = Choice(LevelKey, required=True)
    area = Line(required=True)
    title = Line(required=True)
    why_hint = Line(required=True)
    steps = fields.List(Line(), required=True)


class TemplatesSchema(Schema):
    """Templates with the areas they are sorted into."""

    areas = fields.List(fields.Nested(NamedSchema), required=True)
    items = fields.List(fields.Nested(TemplateSchema), required=True)


class OptionSchema(Schema):
    """One word to pick; the value only says which."""

    value = StrictInt(least=1, most=5, required=True)
    word = Line(required=True)


class QuestionSchema(Schema):
    """One check-in question."""

    key = Line(required=True)
    title = Line(required=True)
    options = fields.List(fields.Nested(OptionSchema), required=True)


class CheckInSchema(Schema):
    """The quick check-in."""

    questions = fields.List(fields.Nested(QuestionSchema), required=True)
    helped_tags = fields.List(fields.Nested(NamedSchema), required=True)
    hard_tags = fields.List(fields.Nested(NamedSchema), required=True)


class MeasureQuestionSchema(Schema):
    """One item of a measure."""

    key = Line(required=True)
    text = Line(required=True, most=300)
    min = StrictInt(least=0, most=99, required=True)
    max = StrictInt(least=1, most=100, required=True)
    min_word = Line(required=True)
    max_word = Line(required=True)


class MeasureSchema(Schema):
    """A measure that is switched on; answers are never added up."""

    key = Line(required=True)
    version = Line(required=True)
    title = Line(required=True)
    intro = Text(required=True, most=500)
    licence = Line(required=True, most=200)
    licence_note = Line(required=True, most=300)
    source = fields.String(attribute="source.name", required=True)
    source_url = fields.URL(attribute="source.url", required=True, schemes={"https"})
    recall = Line(required=True, most=200)
    every_days = StrictInt(least=1, most=366, required=True)
    questions = fields.List(fields.Nested(MeasureQuestionSchema), required=True)


class MeasuresSchema(Schema):
    """The measures that are switched on."""

    items = fields.List(fields.Nested(MeasureSchema), required=True)


class CrisisLineSchema(Schema):
    """One line to call or text. `call` and `text_to` are for reading, the links are for the phone."""

    key = Line(required=True)
    name = Line(required=True)
    nation = Choice(Nation, required=True)
    what = Line(required=True, most=160)
    call = Line(required=True, allow_none=True)
    call_link = fields.String(required=True, allow_none=True)
    text_to = Line(required=True, allow_none=True)
    text_word = Line(required=True, allow_none=True)
    text_link = fields.String(required=True, allow_none=True)
    hours = Line(required=True)
    source = fields.URL(attribute="source.url", required=True, schemes={"https"})
    checked_on = LocalDate(attribute="source.checked_on", required=True)
    how_checked = fields.String(attribute="source.how", required=True)


class CrisisSchema(Schema):
    """Every line, in the order to show."""

    version = Line(required=True)
    checked_on = LocalDate(required=True)
    items = fields.List(fields.Nested(CrisisLineSchema), required=True)


class TopicSchema(NamedSchema):
    """A topic, and the words of a goal for which the phone offers it: the phone compares them, not we."""

    goal_words = fields.List(fields.String(), required=True)


class TopicsSchema(Schema):
    """What people look for in the directory."""

    items = fields.List(fields.Nested(TopicSchema), required=True)
