"""The directory's words on the wire: searches, cards, one service, and the read API's queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from companion.core.schema import (
    Choice,
    Id,
    Instant,
    Line,
    LocalDate,
    LocalTime,
    QueryBool,
    QueryInt,
    Schema,
)
from companion.directory.rules.care import Reason
from companion.directory.rules.facts import FACTS
from companion.directory.rules.oruk import parse_days
from companion.directory.rules.places import parse_outcode
from companion.directory.rules.record import Said

MOST_PER_PAGE = 500
MOST_METRES = 2_000_000
_ONE_FACT = "|".join(FACTS)


class FactList(fields.String):
    """Facts that must be yes, with commas between: `drop_in,no_id`. The same one twice counts once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"pattern": f"^(({_ONE_FACT})(,({_ONE_FACT}))*)?$"}, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        given = [one for one in str(value).split(",") if one]
        if not set(given) <= set(FACTS):
            raise ValidationError(f"Choose some of these, with commas between: {', '.join(FACTS)}.")
        return tuple(dict.fromkeys(given))


class SearchQuerySchema(Schema):
    """What a person looks for. A place is a name, an outcode or a postcode, or a position."""

    text = Line(most=200)
    topic = Line(most=60)
    near = Line(most=100)
    lat = fields.Float(
        allow_nan=False, validate=validate.Range(-90, 90, error="Send a latitude from -90 to 90.")
    )
    lon = fields.Float(
        allow_nan=False, validate=validate.Range(-180, 180, error="Send a longitude from -180 to 180.")
    )
    within_km = fields.Float(
        allow_nan=False, validate=validate.Range(0.1, 2000, error="Choose a distance from 0.1 to 2000 km.")
    )
    open_now = QueryBool()
    open_today = QueryBool()
    open_evening = QueryBool()
    facts = FactList()
    age = QueryInt(least=0, most=120)
    at = Instant()
    page = QueryInt(least=1, most=10_000)
    per_page = QueryInt(least=1, most=100)


class ReportSchema(Schema):
    """What is wrong with a service. No words: they could hold something about the person."""

    reason = fields.String(
        required=True,
        validate=validate.OneOf([str(one) for one in Reason], error="Choose one of: {choices}."),
    )


class WithdrawnSchema(Schema):
    """Ids of services that are not to be shown any more."""

    items = fields.List(fields.UUID(), required=True)


class PlacesQuerySchema(Schema):
    """The first letters of a place."""

    text = Line(most=100, least=1, required=True)


class PlaceNameSchema(Schema):
    """A place that can be searched near."""

    name = fields.String(required=True)


class PlacesSchema(Schema):
    """Places by name."""

    items = fields.List(fields.Nested(PlaceNameSchema), required=True)


class AroundQuerySchema(Schema):
    """The middle of a map and how far it reaches."""

    lat = fields.Float(
        required=True,
        allow_nan=False,
        validate=validate.Range(-90, 90, error="Send a latitude from -90 to 90."),
    )
    lon = fields.Float(
        required=True,
        allow_nan=False,
        validate=validate.Range(-180, 180, error="Send a longitude from -180 to 180."),
    )
    within_km = fields.Float(
        required=True, allow_nan=False, validate=validate.Range(0.1, 500, error="Choose 0.1 to 500 km.")
    )


class NameOnMapSchema(PlaceNameSchema):
    """A name and its position."""

    lat = fields.Float(required=True)
    lon = fields.Float(required=True)


class NamesOnMapSchema(Schema):
    """Names for a map, the most telling first."""

    items = fields.List(fields.Nested(NameOnMapSchema), required=True)


class PhoneSchema(Schema):
    """A number to call or text, and the words that stood beside it."""

    number = fields.String(required=True)
    text = fields.String(required=True)


class ServicePlaceSchema(Schema):
    """Where a service is; `approximate` means that only the district is known."""

    name = fields.String(required=True)
    address = fields.String(required=True)
    postcode = fields.String(required=True)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)
    approximate = fields.Boolean(required=True)


class OriginSchema(Schema):
    """Where an entry came from and what may be done with it."""

    name = fields.String(required=True)
    publisher = fields.String(required=True)
    licence = fields.String(required=True)
    url = fields.String(required=True)


FactsSchema = Schema.from_dict({fact: Choice(Said, required=True) for fact in FACTS}, name="FactsSchema")


class ServiceCardSchema(Schema):
    """A service in a list. `open` and all `facts` keep "nobody said" apart from no."""

    id = Id(required=True)
    name = fields.String(required=True)
    organisation = fields.String(required=True)
    summary = fields.String(required=True)
    topics = fields.List(fields.String(), required=True)
    place = fields.Nested(ServicePlaceSchema, required=True, allow_none=True)
    distance_km = fields.Float(required=True, allow_none=True)
    open = fields.String(required=True)
    opens_text = fields.String(required=True)
    phones = fields.List(fields.Nested(PhoneSchema), required=True)
    url = fields.String(required=True)
    email = fields.String(required=True)
    free = fields.String(required=True)
    self_referral = fields.String(required=True)
    facts = fields.Nested(FactsSchema, required=True)
    who_text = fields.String(required=True)
    source = fields.Nested(OriginSchema, required=True)
    checked_on = LocalDate(required=True, allow_none=True)


class NearSchema(Schema):
    """The place a search measured from; `approximate` when only a postcode's district is known."""

    name = fields.String(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    approximate = fields.Boolean(required=True)


class ResultsSchema(Schema):
    """One page of services with a place, and beside it those by phone, online or without a known place.

    `within_km` is the distance that was looked through; null when there was no end to it. With filters,
    `items` and `national` say yes to all of them; `not_said` holds those that say no to none and leave some
    unsaid, with a place or without, page by page like `items`.
    """

    items = fields.List(fields.Nested(ServiceCardSchema), required=True)
    national = fields.List(fields.Nested(ServiceCardSchema), required=True)
    national_total = fields.Integer(required=True)
    not_said = fields.List(fields.Nested(ServiceCardSchema), required=True)
    not_said_total = fields.Integer(required=True)
    not_said_within_km = fields.Float(required=True, allow_none=True)
    near = fields.Nested(NearSchema, required=True, allow_none=True)
    within_km = fields.Float(required=True, allow_none=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)


class DayHoursSchema(Schema):
    """The hours of one day in words."""

    day = fields.String(required=True)
    date = LocalDate(required=True)
    text = fields.String(required=True)


class ServicePlaceWholeSchema(ServicePlaceSchema):
    """One place of a service with its own hours."""

    open = fields.String(required=True)
    opens_text = fields.String(required=True)
    hours = fields.List(fields.Nested(DayHoursSchema), required=True)
    getting_there = fields.String(required=True)
    access = fields.List(fields.String(), required=True)


class ServiceSchema(ServiceCardSchema):
    """Everything about one service."""

    description = fields.String(required=True)
    alert = fields.String(required=True)
    hours = fields.List(fields.Nested(DayHoursSchema), required=True)
    hours_notes = fields.List(fields.String(), required=True)
    places = fields.List(fields.Nested(ServicePlaceWholeSchema), required=True)
    cost_text = fields.String(required=True)
    eligibility_text = fields.String(required=True)
    how_to_apply = fields.String(required=True)
    wait_text = fields.String(required=True)
    bring = fields.List(fields.String(), required=True)
    languages = fields.List(fields.String(), required=True)
    areas = fields.List(fields.String(), required=True)
    attribution = fields.String(required=True)


def _days(value: str) -> None:
    if parse_days(value) is None:
        raise ValidationError("Name days like MO or Monday, with a comma between several.")


def _postcode(value: str) -> None:
    if len(value) > 20 or parse_outcode(value) is None:
        raise ValidationError("Send a UK postcode or its first half, like LS1 4AP.")


def _age() -> fields.Float:
    return fields.Float(allow_nan=False, validate=validate.Range(0, 200, error="Send an age in years."))


class ListQuerySchema(Schema):
    """What every list takes: words to look for, a page, and how to write it down.

    `format=ndjson` gives everything that passes the filters, without pages.
    """

    search = Line(most=200)
    page = QueryInt(least=1, most=1_000_000)
    per_page = QueryInt(least=1, most=MOST_PER_PAGE)
    format = Choice(["json", "ndjson"])


class OrganisationsQuerySchema(ListQuerySchema):
    """The filters of organisations."""

    full = QueryBool()


class TermsQuerySchema(ListQuerySchema):
    """The filters of terms; `top_only` keeps those that stand under no other."""

    taxonomy_id = Id()
    parent_id = Id()
    top_only = QueryBool()


class AtLocationsQuerySchema(ListQuerySchema):
    """The filters of services at a location: those of their service, and how far from a postcode.

    `day`, `start_time` and `end_time` (London's clock) keep what opens at some moment between them.
    """

    taxonomy_term_id = Id()
    taxonomy_id = Id()
    organization_id = Id()
    modified_after = Instant()
    minimum_age = _age()
    maximum_age = _age()
    day = fields.String(validate=_days)
    start_time = LocalTime()
    end_time = LocalTime()
    full = QueryBool()
    postcode = fields.String(validate=_postcode)
    proximity = QueryInt(least=1, most=MOST_METRES)


class ServicesQuerySchema(AtLocationsQuerySchema):
    """The filters of services; `minimal` gives ids and dates only."""

    class Meta:
        """A service has many places or none; to measure is for services at a location."""

        exclude = ("postcode", "proximity")

    minimal = QueryBool()


class SourceSchema(Schema):
    """Where records come from, and what their publisher asks to be told with them."""

    name = fields.String(required=True)
    publisher = fields.String(required=True)
    licence = fields.String(required=True)
    attribution = fields.String(required=True)
    url = fields.String(required=True)


class CreditsSchema(Schema):
    """Every source in use, and what its publisher asks to be told with it."""

    items = fields.List(fields.Nested(SourceSchema), required=True)


class ApiDetailsSchema(Schema):
    """Which version of the standard this API speaks."""

    version = fields.String(required=True)
    profile = fields.String(required=True)
    openapi_url = fields.String(required=True)
    sources = fields.List(fields.Nested(SourceSchema), required=True)


class OrukObjectSchema(Schema):
    """An object of the standard; its further fields are described there."""

    class Meta:
        """The standard allows further fields."""

        unknown = "include"

    id = Id(required=True)


class OrukServiceSchema(OrukObjectSchema):
    """A service of the standard."""

    name = fields.String(required=True)
    status = fields.String(required=True)


class OrukPageSchema(Schema):
    """The standard's envelope."""

    total_items = fields.Integer(required=True)
    total_pages = fields.Integer(required=True)
    page_number = fields.Integer(required=True)
    size = fields.Integer(required=True)
    first_page = fields.Boolean(required=True)
    last_page = fields.Boolean(required=True)
    empty = fields.Boolean(required=True)
    contents = fields.List(fields.Nested(OrukObjectSchema), required=True)
