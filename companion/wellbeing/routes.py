"""`/api/wellbeing`: a person's own check-ins, answers and trends."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from companion.core import clock
from companion.core.merge import Outcome
from companion.core.web import Access, Blueprint, reading, transaction, viewer
from companion.wellbeing import schemas, use_cases
from companion.wellbeing.rules import Question, Trend

blp = Blueprint("wellbeing", __name__, url_prefix="/api/wellbeing", description="Check-ins and wellbeing")


@blp.route("/check-ins/<uuid:check_in_id>", methods=["PUT"], access=Access.PERSON)
@blp.arguments(schemas.CheckInDraftSchema)
@blp.response(200, schemas.SavedCheckInSchema)
@blp.alt_response(201, schema=schemas.SavedCheckInSchema)
def save_check_in(draft: dict[str, Any], check_in_id: UUID) -> tuple[dict[str, Any], int]:
    """Save a check-in."""
    with transaction() as session:
        outcome, saved = use_cases.save_check_in(session, viewer(), check_in_id, draft, clock.now())
    return saved, 201 if outcome is Outcome.NEW else 200


@blp.route("/check-ins", methods=["GET"], access=Access.PERSON)
@blp.arguments(schemas.CheckInsQuerySchema, location="query")
@blp.response(200, schemas.CheckInListSchema)
def list_check_ins(query: dict[str, Any]) -> dict[str, Any]:
    """List your check-ins between two days."""
    with reading() as session:
        found = use_cases.list_check_ins(session, viewer(), query["since"], query["until"], clock.now())
    return {"items": found}


@blp.route("/check-ins/<uuid:check_in_id>", methods=["DELETE"], access=Access.PERSON)
@blp.response(204)
def delete_check_in(check_in_id: UUID) -> None:
    """Delete a check-in for good."""
    with transaction() as session:
        use_cases.delete_check_in(session, viewer(), check_in_id, clock.now())


@blp.route("/answers/<uuid:answers_id>", methods=["PUT"], access=Access.PERSON)
@blp.arguments(schemas.AnswersDraftSchema)
@blp.response(200, schemas.SavedAnswersSchema)
@blp.alt_response(201, schema=schemas.SavedAnswersSchema)
def save_answers(draft: dict[str, Any], answers_id: UUID) -> tuple[dict[str, Any], int]:
    """Save answers to a measure. They are never added up."""
    with transaction() as session:
        outcome, saved = use_cases.save_answers(session, viewer(), answers_id, draft, clock.now())
    return saved, 201 if outcome is Outcome.NEW else 200


@blp.route("/answers", methods=["GET"], access=Access.PERSON)
@blp.arguments(schemas.AnswersQuerySchema, location="query")
@blp.response(200, schemas.AnswersListSchema)
def list_answers(query: dict[str, Any]) -> dict[str, Any]:
    """List your answers."""
    with reading() as session:
        return {"items": use_cases.list_answers(session, viewer(), query["measure"])}


@blp.route("/measures/due", methods=["GET"], access=Access.PERSON)
@blp.response(200, schemas.DueListSchema)
def list_due() -> dict[str, Any]:
    """List which measures it is time to answer."""
    with reading() as session:
        return {"items": use_cases.list_due(session, viewer(), clock.now())}


@blp.route("/trend", methods=["GET"], access=Access.PERSON)
@blp.arguments(schemas.TrendQuerySchema, location="query")
@blp.response(200, schemas.TrendSchema)
def get_trend(query: dict[str, Any]) -> Trend:
    """Show one question over 14, 30 or 90 days: what you entered, no more."""
    with reading() as session:
        return use_cases.trend(session, viewer(), Question(query["of"]), query["days"], clock.now())
