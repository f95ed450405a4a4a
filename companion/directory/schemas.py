"""The directory's words on the wire: searches, cards, one service, and the read API's queries."""

from __future__ import annotations

from marshmallow import fields, validate

from companion.core.schema import Id, Instant, Line, LocalDate, QueryBool, QueryInt, Schema


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
    at = Instant()
    page = QueryInt(least=1, most=10_000)
    per_page = QueryInt(least=1, most=100)


class PlacesQuerySchema(Schema):
    """The first letters of a place."""

    text = Line(most=100, least=1, required=True)


class PlaceNameSchema(Schema):
    """A place that can be searched near."""

    name = fields.String(required=True)


class PlacesSchema(Schema):
    """Places by name."""

    items = fields.List(fields.Nested(PlaceNameSchema), required=True)


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


class ServiceCardSchema(Schema):
    """A service in a list. `open`, `free` and `self_referral` keep "nobody said" apart from no."""

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
    who_text = fields.String(required=True)
    source = fields.Nested(OriginSchema, required=True)
    checked_on = LocalDate(required=True, allow_none=True)


class NearSchema(Schema):
    """The place a search measured from."""

    name = fields.String(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)


class ResultsSchema(Schema):
    """One page of services with a place, and beside it those by phone, online or without a known place.

    `within_km` is the distance that was looked through; null when there was no end to it.
    """

    items = fields.List(fields.Nested(ServiceCardSchema), required=True)
    national = fields.List(fields.Nested(ServiceCardSchema), required=True)
    national_total = fields.Integer(required=True)
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


class OrukQuerySchema(Schema):
    """The standard's filters; each narrows what the others left."""

    search = Line(most=200)
    page = QueryInt(least=1, most=1_000_000)
    per_page = QueryInt(least=1, most=500)
    taxonomy_term_id = Id()
    taxonomy_id = Id()
    organization_id = Id()
    modified_after = Instant()
    minimum_age = fields.Float(
        allow_nan=False, validate=validate.Range(0, 200, error="Send an age in years.")
    )
    maximum_age = fields.Float(
        allow_nan=False, validate=validate.Range(0, 200, error="Send an age in years.")
    )
    full = QueryBool()


class ApiDetailsSchema(Schema):
    """Which version of the standard this API speaks."""

    version = fields.String(required=True)
    profile = fields.String(required=True)
    openapi_url = fields.String(required=True)


class OrukServiceSchema(Schema):
    """A service of the standard; its further fields are described there."""

    class Meta:
        """The standard allows further fields."""

        unknown = "include"

    id = Id(required=True)
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
    contents = fields.List(fields.Nested(OrukServiceSchema), required=True)
