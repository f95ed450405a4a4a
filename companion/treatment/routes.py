"""`/api/treatment`: a person's plans, what each day holds, bank holidays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from companion.core import clock
from companion.core.errors import RuleBroken
from companion.core.merge import Outcome
from companion.core.web import Access, Blueprint, reading, transaction, viewer
from companion.treatment import rules, use_cases
from companion.treatment.schemas import (
    DayListSchema,
    DaysQuerySchema,
    HolidayListSchema,
    HolidaysQuerySchema,
    PlanListSchema,
    PlanSchema,
    ProductListSchema,
)

blp = Blueprint(
    "treatment", __name__, url_prefix="/api/treatment", description="Medicine and collection plans"
)


@blp.route("/plans/<uuid:plan_id>", methods=["PUT"], access=Access.PERSON)
@blp.arguments(PlanSchema)
@blp.response(200, PlanSchema)
@blp.alt_response(201, schema=PlanSchema, description="A new plan.")
def save_plan(draft: dict[str, Any], plan_id: UUID) -> tuple[dict[str, Any], int]:
    """Save a plan; sending it again does no harm."""
    draft.pop("version", None)
    if draft.pop("id", plan_id) != plan_id:
        raise RuleBroken("The id in the plan is not the one in the address.", "id")
    with transaction() as session:
        outcome, saved = use_cases.save_plan(session, viewer(), plan_id, draft, clock.now())
    return saved, 201 if outcome is Outcome.NEW else 200


@blp.route("/plans", methods=["GET"], access=Access.PERSON)
@blp.response(200, PlanListSchema)
def list_plans() -> dict[str, Any]:
    """List the viewer's plans."""
    with reading() as session:
        return {"items": use_cases.list_plans(session, viewer().account_id)}


@blp.route("/plans/<uuid:plan_id>", methods=["GET"], access=Access.PERSON)
@blp.response(200, PlanSchema)
def get_plan(plan_id: UUID) -> dict[str, Any]:
    """Show one plan."""
    with reading() as session:
        return use_cases.get_plan(session, viewer().account_id, plan_id)


@blp.route("/plans/<uuid:plan_id>", methods=["DELETE"], access=Access.PERSON)
@blp.response(204)
def delete_plan(plan_id: UUID) -> None:
    """Delete a plan and everything written in it."""
    with transaction() as session:
        use_cases.delete_plan(session, viewer(), plan_id, clock.now())


@blp.route("/days", methods=["GET"], access=Access.PERSON)
@blp.arguments(DaysQuerySchema, location="query")
@blp.response(200, DayListSchema)
def list_days(query: dict[str, Any]) -> dict[str, Any]:
    """List days with what the viewer's plans hold on each, 62 days at most."""
    with reading() as session:
        return {"items": use_cases.days(session, viewer().account_id, query["first"], query["last"])}


@blp.route("/holidays", methods=["GET"], access=Access.ANYONE)
@blp.arguments(HolidaysQuerySchema, location="query")
@blp.response(200, HolidayListSchema)
def list_holidays(query: dict[str, Any]) -> dict[str, Any]:
    """List the bank holidays of one division and year."""
    with reading() as session:
        found = use_cases.list_holidays(session, rules.Division(query["division"]), query["year"])
    return {"items": [{"on": on, "name": day.name, "source": day.read_in} for on, day in found.items()]}


@blp.route("/products", methods=["GET"], access=Access.SIGNED_IN)
@blp.response(200, ProductListSchema)
def list_products() -> dict[str, Any]:
    """List the injections to choose from, with the days around each on which it may usually be given."""
    return {"items": use_cases.list_products()}
