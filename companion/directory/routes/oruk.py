"""The read API of Open Referral UK 3.0: open to every site, nothing to sign in to."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import flask
from marshmallow import EXCLUDE

from companion.core.web import Access, Blueprint, entrance, reading
from companion.directory import use_cases
from companion.directory.rules.oruk import PROFILE, VERSION
from companion.directory.schemas import ApiDetailsSchema, OrukPageSchema, OrukQuerySchema, OrukServiceSchema

blp = Blueprint("oruk", __name__, url_prefix="/oruk", description="Open Referral UK 3.0 read API")


@blp.after_request  # type: ignore[untyped-decorator]
def _for_every_site(response: flask.Response) -> flask.Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if response.status_code == 200:
        response.headers.setdefault("Cache-Control", "public, max-age=300")
    return response


def _as_it_stands(body: dict[str, Any]) -> flask.Response:
    # The record is the standard's own shape; a schema of ours would drop its further fields.
    return flask.Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")


@blp.route("/", methods=["GET"], access=Access.ANYONE)
@blp.response(200, ApiDetailsSchema)
def get_api_details() -> dict[str, str]:
    """Name the version of the standard, its profile and the API's description."""
    return {"version": VERSION, "profile": PROFILE, "openapi_url": f"{entrance().base_url}/openapi.json"}


@blp.route("/services", methods=["GET"], access=Access.ANYONE)
@blp.arguments(OrukQuerySchema, location="query", unknown=EXCLUDE)
@blp.response(200, OrukPageSchema)
def list_services(query: dict[str, Any]) -> flask.Response:
    """List services; filters add up, parameters we do not know are left aside."""
    with reading() as session:
        return _as_it_stands(use_cases.list_published(session, use_cases.ServiceFilter(**query)))


@blp.route("/services/<uuid:service_id>", methods=["GET"], access=Access.ANYONE)
@blp.response(200, OrukServiceSchema)
def get_service(service_id: UUID) -> flask.Response:
    """Return one service whole."""
    with reading() as session:
        return _as_it_stands(use_cases.get_published(session, service_id))
