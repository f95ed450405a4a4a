"""`/api/goals`: a person's own goals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from companion.core import clock
from companion.core.merge import Outcome
from companion.core.web import Access, Blueprint, reading, transaction, viewer
from companion.goals import schemas, use_cases

blp = Blueprint("goals", __name__, url_prefix="/api/goals", description="Goals")


@blp.route("", methods=["GET"], access=Access.PERSON)
@blp.response(200, schemas.GoalListSchema)
def list_goals() -> dict[str, Any]:
    """List your goals."""
    with reading() as session:
        return {"items": use_cases.list_goals(session, viewer())}


@blp.route("/<uuid:goal_id>", methods=["GET"], access=Access.PERSON)
@blp.response(200, schemas.GoalSchema)
def get_goal(goal_id: UUID) -> dict[str, Any]:
    """Show one of your goals."""
    with reading() as session:
        return use_cases.get_goal(session, viewer(), goal_id)


@blp.route("/<uuid:goal_id>", methods=["PUT"], access=Access.PERSON)
@blp.arguments(schemas.GoalDraftSchema)
@blp.response(200, schemas.GoalSchema)
@blp.alt_response(201, schema=schemas.GoalSchema)
def save_goal(draft: dict[str, Any], goal_id: UUID) -> tuple[dict[str, Any], int]:
    """Save a goal; answers 409 with the stored goal when it changed on another phone too."""
    try:
        with transaction() as session:
            outcome, goal = use_cases.save_goal(session, viewer(), goal_id, draft, clock.now())
    except use_cases.GoalChanged as clash:
        clash.members["server"] = schemas.GoalSchema().dump(clash.goal)
        raise
    return goal, 201 if outcome is Outcome.NEW else 200


@blp.route("/<uuid:goal_id>", methods=["DELETE"], access=Access.PERSON)
@blp.response(204)
def delete_goal(goal_id: UUID) -> None:
    """Delete a goal for good. To stop it and keep it, pause it or let it go."""
    with transaction() as session:
        use_cases.delete_goal(session, viewer(), goal_id, clock.now())


@blp.route("/<uuid:goal_id>/history", methods=["GET"], access=Access.PERSON)
@blp.response(200, schemas.GoalHistorySchema)
def list_history(goal_id: UUID) -> dict[str, Any]:
    """List what happened to one of your goals."""
    with reading() as session:
        return {"items": use_cases.list_history(session, viewer(), goal_id)}
