"""`/api/sharing`: what a person shares with whom, and who looked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from companion.core import clock
from companion.core.web import Access, Blueprint, reading, transaction, viewer
from companion.sharing import schemas, use_cases

blp = Blueprint("sharing", __name__, url_prefix="/api/sharing", description="Sharing and who looked")


@blp.route("/keyworkers", methods=["GET"], access=Access.PERSON)
@blp.response(200, schemas.KeyworkerListSchema)
def list_keyworkers() -> dict[str, Any]:
    """List the keyworkers you can share with."""
    with reading() as session:
        return {"items": use_cases.keyworkers(session, viewer())}


@blp.route("/grants", methods=["GET"], access=Access.PERSON)
@blp.response(200, schemas.GrantListSchema)
def list_grants() -> dict[str, Any]:
    """List what you share with whom."""
    with reading() as session:
        return {"items": use_cases.list_grants(session, viewer(), clock.now())}


@blp.route("/grants/<uuid:grant_id>", methods=["PUT"], access=Access.PERSON)
@blp.arguments(schemas.GrantDraftSchema)
@blp.response(200, schemas.GrantSchema)
@blp.alt_response(201, schema=schemas.GrantSchema)
def save_grant(draft: dict[str, Any], grant_id: UUID) -> tuple[dict[str, Any], int]:
    """Share with a keyworker, in place of what you shared with them before."""
    with transaction() as session:
        is_new, grant = use_cases.save_grant(session, viewer(), grant_id, draft, clock.now())
    return grant, 201 if is_new else 200


@blp.route("/grants/<uuid:grant_id>", methods=["DELETE"], access=Access.PERSON)
@blp.response(204)
def withdraw_grant(grant_id: UUID) -> None:
    """Stop sharing with a keyworker, at once."""
    with transaction() as session:
        use_cases.withdraw_grant(session, viewer(), grant_id, clock.now())


@blp.route("/looks", methods=["GET"], access=Access.PERSON)
@blp.response(200, schemas.LookListSchema)
def list_looks() -> dict[str, Any]:
    """List who looked at what you share, and when."""
    with reading() as session:
        return {"items": use_cases.list_looks(session, viewer())}
