"""`/api/directory/admin`: an admin looks after sources and services. Nothing of any person is here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from companion.content import use_cases as content
from companion.core import clock
from companion.core.web import Access, Blueprint, reading, transaction, viewer
from companion.directory import use_cases
from companion.directory.schemas.admin import (
    CorrectionsSchema,
    FindQuerySchema,
    FoundServicesSchema,
    LookedAfterSchema,
    OverseenSourcesSchema,
    ReportsSchema,
    WholeSourceSchema,
)

SOURCE = "/sources/<uuid:source_id>"
SERVICE = "/services/<uuid:service_id>"
blp = Blueprint(
    "directory-admin", __name__, url_prefix="/api/directory/admin", description="Looking after the directory"
)


@blp.route("/sources", methods=["GET"], access=Access.ADMIN)
@blp.response(200, OverseenSourcesSchema)
def list_sources() -> dict[str, Any]:
    """List the sources: how the last reading went and what waits for you."""
    now = clock.now()
    with reading() as session:
        return {"items": [use_cases.with_refresh(one, now) for one in use_cases.list_sources(session)]}


@blp.route(SOURCE, methods=["GET"], access=Access.ADMIN)
@blp.response(200, WholeSourceSchema)
def get_source(source_id: UUID) -> dict[str, Any]:
    """Show one source and the first things that were wrong with its records."""
    with reading() as session:
        return use_cases.get_source(session, source_id, clock.now())


@blp.route(f"{SOURCE}/refresh", methods=["PUT"], access=Access.ADMIN)
@blp.response(200, WholeSourceSchema)
def queue_refresh(source_id: UUID) -> dict[str, Any]:
    """Let the worker fetch a source as soon as it can."""
    now = clock.now()
    with transaction() as session:
        use_cases.queue_refresh(session, source_id, now, by=viewer().account_id)
        return use_cases.get_source(session, source_id, now)


@blp.route(f"{SOURCE}/approval", methods=["PUT"], access=Access.ADMIN)
@blp.response(200, WholeSourceSchema)
def approve_source(source_id: UUID) -> dict[str, Any]:
    """Let people see the services of a source that waited for it; the worker brings them out."""
    now = clock.now()
    with transaction() as session:
        use_cases.approve_source(session, source_id, now, by=viewer().account_id)
        return use_cases.get_source(session, source_id, now)


@blp.route("/reports", methods=["GET"], access=Access.ADMIN)
@blp.response(200, ReportsSchema)
def list_reports() -> dict[str, Any]:
    """List what people say is wrong, most often first. Who said it is not known."""
    with reading() as session:
        return {"items": use_cases.list_reports(session)}


@blp.route("/services", methods=["GET"], access=Access.ADMIN)
@blp.arguments(FindQuerySchema, location="query")
@blp.response(200, FoundServicesSchema)
def find_services(query: dict[str, Any]) -> dict[str, Any]:
    """Find any service by name or organisation, shown or not."""
    with reading() as session:
        return use_cases.find_services(session, query["text"])


@blp.route(SERVICE, methods=["GET"], access=Access.ADMIN)
@blp.response(200, LookedAfterSchema)
def get_service(service_id: UUID) -> dict[str, Any]:
    """Show a service as you look after it: its state, what can be corrected, what people report."""
    with reading() as session:
        return use_cases.get_for_admin(session, service_id)


@blp.route(f"{SERVICE}/hidden", methods=["PUT"], access=Access.ADMIN)
@blp.response(200, LookedAfterSchema)
def hide_service(service_id: UUID) -> dict[str, Any]:
    """Take a service away from people at once; no import brings it back."""
    with transaction() as session:
        use_cases.hide_service(session, service_id, clock.now(), by=viewer().account_id)
        return use_cases.get_for_admin(session, service_id)


@blp.route(f"{SERVICE}/hidden", methods=["DELETE"], access=Access.ADMIN)
@blp.response(200, LookedAfterSchema)
def show_service(service_id: UUID) -> dict[str, Any]:
    """Show a hidden service again."""
    with transaction() as session:
        by = viewer().account_id
        use_cases.show_service(session, service_id, content.topics(), clock.now(), by=by)
        return use_cases.get_for_admin(session, service_id)


@blp.route(f"{SERVICE}/corrections", methods=["PUT"], access=Access.ADMIN)
@blp.arguments(CorrectionsSchema)
@blp.response(200, LookedAfterSchema)
def correct_service(body: dict[str, str], service_id: UUID) -> dict[str, Any]:
    """Lay corrections over a service, now and over every import from now on."""
    with transaction() as session:
        by = viewer().account_id
        use_cases.correct_service(session, service_id, body, content.topics(), clock.now(), by=by)
        return use_cases.get_for_admin(session, service_id)


@blp.route(f"{SERVICE}/corrections", methods=["DELETE"], access=Access.ADMIN)
@blp.response(200, LookedAfterSchema)
def uncorrect_service(service_id: UUID) -> dict[str, Any]:
    """Let a service follow its source again from the next import on."""
    with transaction() as session:
        use_cases.uncorrect_service(session, service_id, clock.now(), by=viewer().account_id)
        return use_cases.get_for_admin(session, service_id)


@blp.route(f"{SERVICE}/reports", methods=["DELETE"], access=Access.ADMIN)
@blp.response(200, LookedAfterSchema)
def settle_reports(service_id: UUID) -> dict[str, Any]:
    """Put away what was reported about a service."""
    with transaction() as session:
        use_cases.settle_reports(session, service_id, clock.now(), by=viewer().account_id)
        return use_cases.get_for_admin(session, service_id)
