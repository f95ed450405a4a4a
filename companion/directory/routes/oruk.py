"""The read API of Open Referral UK 3.0: open to every site, nothing to sign in to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import flask
from marshmallow import EXCLUDE

from companion.core import clock
from companion.core.web import Access, Blueprint, entrance, reading
from companion.directory import use_cases
from companion.directory.rules.oruk import PROFILE, VERSION
from companion.directory.rules.parts import Kind
from companion.directory.schemas import (
    ApiDetailsSchema,
    AtLocationsQuerySchema,
    ListQuerySchema,
    OrganisationsQuerySchema,
    OrukObjectSchema,
    OrukPageSchema,
    OrukServiceSchema,
    ServicesQuerySchema,
    TermsQuerySchema,
)
from companion.directory.use_cases import Wanted

blp = Blueprint("oruk", __name__, url_prefix="/oruk", description="Open Referral UK 3.0 read API")
View = Callable[..., Any]
NDJSON = "application/x-ndjson"
EVERY_SITE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Expose-Headers": "ETag",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# A list comes as one JSON object, or as a stream of them with a line each.
streams: Callable[[View], View] = blp.doc(
    responses={200: {"content": {NDJSON: {"schema": {"type": "string"}}}}}
)


# Of the whole app, for an address that is not there belongs to no blueprint and still needs the headers.
@blp.after_app_request  # type: ignore[untyped-decorator]
def _for_every_site(response: flask.Response) -> flask.Response:
    request = flask.request
    if request.path != "/oruk" and not request.path.startswith("/oruk/"):
        return response
    response.headers.update(EVERY_SITE)
    if response.status_code == 200 and request.method in ("GET", "HEAD"):
        kept = "no-store" if flask.g.get("searched") else "public, max-age=300"
        response.headers.setdefault("Cache-Control", kept)
        if not response.is_streamed:
            response.add_etag()
            response.make_conditional(request)
    return response


def _as_it_stands(body: dict[str, Any]) -> flask.Response:
    # The record is the standard's own shape; a schema of ours would drop its further fields.
    return flask.Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")


def _list(kind: Kind, query: dict[str, Any]) -> flask.Response:
    wanted, now = Wanted(**query), clock.now()
    if wanted.search or wanted.postcode:
        # What somebody looked for stands in the address, and no cache on the way shall keep that.
        flask.g.searched = True
    with reading() as session:
        if wanted.format == "json":
            return _as_it_stands(use_cases.list_published(session, kind, wanted, now))
        # The first lines are read before the answer begins, so that a refusal can still be one.
        first = use_cases.next_published(session, kind, wanted, now, None)

    sessions = entrance().reading

    def lines() -> Iterator[str]:
        # A session for each batch: a slow reader must not hold the database for an hour. The request is over
        # by then, so nothing here may ask for it.
        found = first
        while found:
            yield "".join(f"{json.dumps(body, ensure_ascii=False)}\n" for _, body in found)
            with sessions() as session:
                found = use_cases.next_published(session, kind, wanted, now, found[-1][0])

    return flask.Response(lines(), mimetype=NDJSON)


def _one(kind: Kind, own_id: UUID) -> flask.Response:
    with reading() as session:
        return _as_it_stands(use_cases.get_published(session, kind, own_id, clock.now()))


@blp.route("/", methods=["GET"], access=Access.ANYONE)
@blp.response(200, ApiDetailsSchema)
def get_api_details() -> dict[str, Any]:
    """Name the version of the standard, its profile, the API's description, and whose records these are."""
    with reading() as session:
        sources = use_cases.list_origins(session)
    return {
        "version": VERSION, "profile": PROFILE, "openapi_url": f"{entrance().base_url}/openapi.json",
        "sources": sources,
    }  # fmt: skip


@blp.route("/services", methods=["GET"], access=Access.ANYONE)
@streams
@blp.arguments(ServicesQuerySchema, location="query", unknown=EXCLUDE)
@blp.response(200, OrukPageSchema)
def list_services(query: dict[str, Any]) -> flask.Response:
    """List services; filters add up, parameters we do not know are left aside."""
    return _list(Kind.SERVICE, query)


@blp.route("/services/<uuid:service_id>", methods=["GET"], access=Access.ANYONE)
@blp.response(200, OrukServiceSchema)
def get_service(service_id: UUID) -> flask.Response:
    """Return one service whole."""
    return _one(Kind.SERVICE, service_id)


@blp.route("/organizations", methods=["GET"], access=Access.ANYONE)
@streams
@blp.arguments(OrganisationsQuerySchema, location="query", unknown=EXCLUDE)
@blp.response(200, OrukPageSchema)
def list_organizations(query: dict[str, Any]) -> flask.Response:
    """List the organisations that offer a service here; `search` looks at their names."""
    return _list(Kind.ORGANISATION, query)


@blp.route("/organizations/<uuid:organization_id>", methods=["GET"], access=Access.ANYONE)
@blp.response(200, OrukObjectSchema)
def get_organization(organization_id: UUID) -> flask.Response:
    """Return one organisation."""
    return _one(Kind.ORGANISATION, organization_id)


@blp.route("/service_at_locations", methods=["GET"], access=Access.ANYONE)
@streams
@blp.arguments(AtLocationsQuerySchema, location="query", unknown=EXCLUDE)
@blp.response(200, OrukPageSchema)
def list_service_at_locations(query: dict[str, Any]) -> flask.Response:
    """List services at their places, also within some metres of a postcode (8,047, five miles, if unsaid)."""
    return _list(Kind.AT_LOCATION, query)


@blp.route("/service_at_locations/<uuid:service_at_location_id>", methods=["GET"], access=Access.ANYONE)
@blp.response(200, OrukObjectSchema)
def get_service_at_location(service_at_location_id: UUID) -> flask.Response:
    """Return one service at one of its places."""
    return _one(Kind.AT_LOCATION, service_at_location_id)


@blp.route("/taxonomies", methods=["GET"], access=Access.ANYONE)
@streams
@blp.arguments(ListQuerySchema, location="query", unknown=EXCLUDE)
@blp.response(200, OrukPageSchema)
def list_taxonomies(query: dict[str, Any]) -> flask.Response:
    """List the taxonomies that services are sorted by; `search` looks at their names."""
    return _list(Kind.TAXONOMY, query)


@blp.route("/taxonomies/<uuid:taxonomy_id>", methods=["GET"], access=Access.ANYONE)
@blp.response(200, OrukObjectSchema)
def get_taxonomy(taxonomy_id: UUID) -> flask.Response:
    """Return one taxonomy."""
    return _one(Kind.TAXONOMY, taxonomy_id)


@blp.route("/taxonomy_terms", methods=["GET"], access=Access.ANYONE)
@streams
@blp.arguments(TermsQuerySchema, location="query", unknown=EXCLUDE)
@blp.response(200, OrukPageSchema)
def list_taxonomy_terms(query: dict[str, Any]) -> flask.Response:
    """List the terms that services are sorted under; `search` looks at their names."""
    return _list(Kind.TERM, query)


@blp.route("/taxonomy_terms/<uuid:taxonomy_term_id>", methods=["GET"], access=Access.ANYONE)
@blp.response(200, OrukObjectSchema)
def get_taxonomy_term(taxonomy_term_id: UUID) -> flask.Response:
    """Return one term of a taxonomy."""
    return _one(Kind.TERM, taxonomy_term_id)
