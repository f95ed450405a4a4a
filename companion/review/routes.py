"""`/api/review`: what keyworkers may see and say, and what a person sees of it.

A read of somebody else's records is written down in the same transaction, so it uses `transaction()`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from companion.core import clock
from companion.core.web import Access, Blueprint, reading, transaction, viewer
from companion.review import schemas, use_cases
from companion.wellbeing.schemas import TrendQuerySchema, TrendSchema

PERSON = "/people/<uuid:person_id>"
blp = Blueprint("review", __name__, url_prefix="/api/review", description="Reviews with a keyworker")


@blp.route("/people", methods=["GET"], access=Access.KEYWORKER)
@blp.response(200, schemas.CaseListSchema)
def list_people() -> dict[str, Any]:
    """List the people who share something with you."""
    with transaction() as session:
        return {"items": use_cases.caseload(session, viewer(), clock.now())}


@blp.route(PERSON, methods=["GET"], access=Access.KEYWORKER_WITH_CONSENT)
@blp.response(200, schemas.SharedPersonSchema)
def get_person(person_id: UUID) -> dict[str, Any]:
    """Show a person and what they share with you."""
    with transaction() as session:
        return use_cases.shared_person(session, viewer(), person_id, clock.now())


@blp.route(f"{PERSON}/goals", methods=["GET"], access=Access.KEYWORKER_WITH_CONSENT)
@blp.response(200, schemas.SharedGoalListSchema)
def list_goals(person_id: UUID) -> dict[str, Any]:
    """List the goals a person shares with you."""
    with transaction() as session:
        return {"items": use_cases.shared_goals(session, viewer(), person_id, clock.now())}


@blp.route(f"{PERSON}/goals/<uuid:goal_id>", methods=["GET"], access=Access.KEYWORKER_WITH_CONSENT)
@blp.response(200, schemas.CommentedGoalSchema)
def get_goal(person_id: UUID, goal_id: UUID) -> dict[str, Any]:
    """Show a goal a person shares with you, with your comments."""
    with transaction() as session:
        return use_cases.shared_goal(session, viewer(), person_id, goal_id, clock.now())


@blp.route(f"{PERSON}/wellbeing", methods=["GET"], access=Access.KEYWORKER_WITH_CONSENT)
@blp.arguments(TrendQuerySchema, location="query")
@blp.response(200, TrendSchema)
def get_trend(query: dict[str, Any], person_id: UUID) -> object:
    """Show one check-in question of a person over days; notes are never part of it."""
    with transaction() as session:
        return use_cases.shared_trend(session, viewer(), person_id, query["of"], query["days"], clock.now())


@blp.route(f"{PERSON}/plan", methods=["GET"], access=Access.KEYWORKER_WITH_CONSENT)
@blp.response(200, schemas.SharedPlanListSchema)
def get_plan(person_id: UUID) -> dict[str, Any]:
    """Show the plans a person shares with you; they are no prescription record."""
    with transaction() as session:
        return use_cases.shared_plan(session, viewer(), person_id, clock.now())


@blp.route(f"{PERSON}/goals/<uuid:goal_id>/comments", methods=["POST"], access=Access.KEYWORKER_WITH_CONSENT)
@blp.arguments(schemas.CommentDraftSchema)
@blp.response(201, schemas.CommentSchema)
@blp.alt_response(200, schema=schemas.CommentSchema)
def save_comment(draft: dict[str, Any], person_id: UUID, goal_id: UUID) -> tuple[dict[str, Any], int]:
    """Comment on a shared goal; sending the same comment again does no harm."""
    with transaction() as session:
        is_new, comment = use_cases.save_comment(session, viewer(), person_id, goal_id, draft, clock.now())
    return comment, 201 if is_new else 200


@blp.route(f"{PERSON}/next-review", methods=["PUT"], access=Access.KEYWORKER_WITH_CONSENT)
@blp.arguments(schemas.ReviewDayDraftSchema)
@blp.response(200, schemas.ReviewDayDraftSchema)
def save_next_review(draft: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Agree the day of the next review, or take it back."""
    with transaction() as session:
        return {"on": use_cases.save_next_review(session, viewer(), person_id, draft["on"], clock.now())}


@blp.route(f"{PERSON}/referrals", methods=["GET"], access=Access.KEYWORKER_WITH_CONSENT)
@blp.response(200, schemas.AskedReferralListSchema)
def list_shared_referrals(person_id: UUID) -> dict[str, Any]:
    """List what a person asked you to refer them to."""
    with transaction() as session:
        return {"items": use_cases.shared_referrals(session, viewer(), person_id, clock.now())}


@blp.route(
    f"{PERSON}/referrals/<uuid:referral_id>/answer", methods=["PUT"], access=Access.KEYWORKER_WITH_CONSENT
)
@blp.arguments(schemas.ReferralAnswerSchema)
@blp.response(200, schemas.AskedReferralSchema)
def answer_referral(answer: dict[str, Any], person_id: UUID, referral_id: UUID) -> dict[str, Any]:
    """Say what became of a request: done, or not possible and why."""
    with transaction() as session:
        return use_cases.answer_referral(session, viewer(), person_id, referral_id, answer, clock.now())


@blp.route("/referrals", methods=["GET"], access=Access.PERSON)
@blp.response(200, schemas.ReferralListSchema)
def list_referrals() -> dict[str, Any]:
    """List what you asked keyworkers to refer you to, and their answers."""
    with reading() as session:
        return {"items": use_cases.list_referrals(session, viewer())}


@blp.route("/referrals/<uuid:referral_id>", methods=["PUT"], access=Access.PERSON)
@blp.arguments(schemas.ReferralDraftSchema)
@blp.response(200, schemas.ReferralSchema)
@blp.alt_response(201, schema=schemas.ReferralSchema)
def save_referral(draft: dict[str, Any], referral_id: UUID) -> tuple[dict[str, Any], int]:
    """Ask a keyworker you share with to refer you to a service; sending it again does no harm."""
    with transaction() as session:
        is_new, referral = use_cases.save_referral(session, viewer(), referral_id, draft, clock.now())
    return referral, 201 if is_new else 200


@blp.route("/referrals/<uuid:referral_id>", methods=["DELETE"], access=Access.PERSON)
@blp.response(204)
def withdraw_referral(referral_id: UUID) -> None:
    """Take a request back; the keyworker sees it no more."""
    with transaction() as session:
        use_cases.withdraw_referral(session, viewer(), referral_id, clock.now())


@blp.route("/comments", methods=["GET"], access=Access.PERSON)
@blp.response(200, schemas.ReceivedCommentListSchema)
def list_comments() -> dict[str, Any]:
    """List what keyworkers wrote to you."""
    with reading() as session:
        return {"items": use_cases.list_comments(session, viewer())}


@blp.route("/next-review", methods=["GET"], access=Access.PERSON)
@blp.response(200, schemas.ReviewDaySchema)
def get_next_review() -> dict[str, Any]:
    """Show the day of your next review and with whom it is."""
    with reading() as session:
        return use_cases.next_review(session, viewer(), clock.now())
