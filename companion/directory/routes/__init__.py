"""The directory over HTTP, without signing in. Nothing is remembered of what anybody looks for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from companion.core import clock
from companion.core.web import Access, Blueprint, reading, transaction
from companion.directory import use_cases
from companion.directory.schemas import (
    AroundQuerySchema,
    CreditsSchema,
    NamesOnMapSchema,
    PlacesQuerySchema,
    PlacesSchema,
    ReportSchema,
    ResultsSchema,
    SearchQuerySchema,
    ServiceSchema,
    WithdrawnSchema,
)

blp = Blueprint("directory", __name__, url_prefix="/api/directory", description="Services and where they are")


@blp.route("/services", methods=["GET"], access=Access.ANYONE)
@blp.arguments(SearchQuerySchema, location="query")
@blp.response(200, ResultsSchema)
def search_services(query: dict[str, Any]) -> dict[str, Any]:
    """Find services by words, topic, place, opening hours, age and what they say of themselves."""
    with reading() as session:
        return use_cases.search_services(session, use_cases.Search(**query), clock.now())


@blp.route("/services/<uuid:service_id>", methods=["GET"], access=Access.ANYONE)
@blp.response(200, ServiceSchema)
def get_service(service_id: UUID) -> dict[str, Any]:
    """Return everything about one service."""
    with reading() as session:
        return use_cases.get_service(session, service_id, clock.now())


@blp.route("/services/<uuid:service_id>/reports", methods=["POST"], access=Access.ANYONE)
@blp.arguments(ReportSchema)
@blp.response(204)
def report_service(body: dict[str, Any], service_id: UUID) -> None:
    """Say that something about a service is wrong. Who said it is not kept."""
    with transaction() as session:
        use_cases.report_service(session, service_id, use_cases.Reason(body["reason"]), clock.now())


@blp.route("/withdrawn", methods=["GET"], access=Access.ANYONE)
@blp.response(200, WithdrawnSchema)
def list_withdrawn() -> dict[str, Any]:
    """List services that were taken away lately, so that phones forget what they keep of them."""
    with reading() as session:
        return {"items": use_cases.list_withdrawn(session, clock.now())}


@blp.route("/places", methods=["GET"], access=Access.ANYONE)
@blp.arguments(PlacesQuerySchema, location="query")
@blp.response(200, PlacesSchema)
def list_places(query: dict[str, Any]) -> dict[str, Any]:
    """List places whose names start like the text."""
    return {"items": use_cases.find_places(query["text"])}


@blp.route("/names", methods=["GET"], access=Access.ANYONE)
@blp.arguments(AroundQuerySchema, location="query")
@blp.response(200, NamesOnMapSchema)
def list_names(query: dict[str, Any]) -> dict[str, Any]:
    """List towns and postcode districts around a position, to orient a map by."""
    return {"items": use_cases.names_around(query["lat"], query["lon"], query["within_km"])}


@blp.route("/credits", methods=["GET"], access=Access.ANYONE)
@blp.response(200, CreditsSchema)
def list_credits() -> dict[str, Any]:
    """Name every source in use, with its licence and the words its publisher asks for."""
    with reading() as session:
        return {"items": use_cases.list_credits(session)}
