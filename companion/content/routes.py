"""Content over HTTP: reading only. Crisis lines and topics need no sign-in."""

from __future__ import annotations

from companion.content import use_cases
from companion.content.rules import CheckIn, CrisisLines, Templates
from companion.content.schemas import (
    CheckInSchema,
    CrisisSchema,
    LevelsSchema,
    MeasuresSchema,
    TemplatesSchema,
    TopicsSchema,
)
from companion.core.web import Access, Blueprint

blp = Blueprint("content", __name__, url_prefix="/api/content", description="What people read")


@blp.route("/crisis", methods=["GET"], access=Access.ANYONE)
@blp.response(200, CrisisSchema)
def list_crisis_lines() -> CrisisLines:
    """List the lines to call or text in a crisis."""
    return use_cases.crisis_lines()


@blp.route("/topics", methods=["GET"], access=Access.ANYONE)
@blp.response(200, TopicsSchema)
def list_topics() -> dict[str, object]:
    """List the topics people look for in the directory."""
    return {"items": use_cases.topics()}


@blp.route("/goal-levels", methods=["GET"], access=Access.SIGNED_IN)
@blp.response(200, LevelsSchema)
def list_goal_levels() -> dict[str, object]:
    """List the six goal levels; their order means nothing."""
    return {"items": use_cases.goal_levels()}


@blp.route("/goal-templates", methods=["GET"], access=Access.SIGNED_IN)
@blp.response(200, TemplatesSchema)
def list_goal_templates() -> Templates:
    """List goal templates and the areas they are sorted into."""
    return use_cases.goal_templates()


@blp.route("/check-in", methods=["GET"], access=Access.SIGNED_IN)
@blp.response(200, CheckInSchema)
def get_check_in() -> CheckIn:
    """Return the check-in questions and tags."""
    return use_cases.check_in_questions()


@blp.route("/measures", methods=["GET"], access=Access.SIGNED_IN)
@blp.response(200, MeasuresSchema)
def list_measures() -> dict[str, object]:
    """List the measures that are switched on."""
    return {"items": use_cases.measures()}
