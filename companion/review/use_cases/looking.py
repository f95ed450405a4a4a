"""What a keyworker may look at. Every look passes consent first and is written down for the person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from companion.accounts.use_cases import names_of, sealer_for
from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.identity import Viewer
from companion.goals import use_cases as goals
from companion.reminders import use_cases as reminders
from companion.review import rules
from companion.review.models import Agreement, agreements_of, comments_by
from companion.review.use_cases.referring import waiting_referrals
from companion.sharing import use_cases as sharing
from companion.sharing.rules import Scope
from companion.treatment import use_cases as treatment
from companion.wellbeing import use_cases as wellbeing
from companion.wellbeing.rules import Question, Trend

Body = dict[str, Any]


def caseload(session: Session, viewer: Viewer, now: datetime) -> list[Body]:
    """Return the people who share something with the viewer, by next review date, then name.

    Each person can see that they were listed, once an hour at most.
    """
    consents = sharing.consents_to(session, viewer, now)
    ids = [consent.person_id for consent in consents]
    names = names_of(session, set(ids))
    moods = [consent.person_id for consent in consents if Scope.WELLBEING in consent.scopes]
    allowed = sharing.consent_clause(viewer, Scope.WELLBEING, now)
    trends = wellbeing.trends_of(session, moods, Question.MOOD, rules.TREND_DAYS, now, allowed)
    looked = audit.last_by(session, viewer.account_id, ids, Action.VIEWED)
    reviews = _reviews(session, viewer)
    asks = waiting_referrals(session, viewer, ids)
    _note_listed(session, viewer, ids, now)
    items = [
        {
            "person_id": consent.person_id,
            "name": names[consent.person_id],
            "scopes": list(consent.scopes),
            "trend14": _values(trends.get(consent.person_id)),
            "next_review_on": reviews.get(consent.person_id),
            "last_looked_at": looked.get(consent.person_id),
            "asks": asks.get(consent.person_id, 0),
        }
        for consent in consents
    ]
    return sorted(items, key=lambda item: rules.caseload_order(item["next_review_on"], item["name"]))


def shared_person(session: Session, viewer: Viewer, person_id: UUID, now: datetime) -> Body:
    """Return who a person is and what they share with the viewer; `last_looked_at` is before this look."""
    consent = sharing.require_consent(session, viewer, person_id, None, now)
    looked = audit.last_by(session, viewer.account_id, [person_id], Action.VIEWED)
    _note(session, viewer, person_id, "person", None, now)
    return {
        "person_id": person_id,
        "name": names_of(session, {person_id})[person_id],
        "scopes": list(consent.scopes),
        "until": consent.until,
        "next_review_on": _reviews(session, viewer).get(person_id),
        "last_looked_at": looked.get(person_id),
    }


def shared_goals(session: Session, viewer: Viewer, person_id: UUID, now: datetime) -> list[Body]:
    """Return the goals a person marked as shared."""
    sharing.require_consent(session, viewer, person_id, Scope.GOALS, now)
    found = goals.shared_goals_of(session, person_id, sharing.consent_clause(viewer, Scope.GOALS, now))
    _note(session, viewer, person_id, "goals", None, now)
    return found


def shared_goal(session: Session, viewer: Viewer, person_id: UUID, goal_id: UUID, now: datetime) -> Body:
    """Return one goal a person marked as shared, with the viewer's own comments on it."""
    sharing.require_consent(session, viewer, person_id, Scope.GOALS, now)
    allowed = sharing.consent_clause(viewer, Scope.GOALS, now)
    goal = goals.get_shared_goal_of(session, person_id, goal_id, allowed)
    sealer = sealer_for(session, person_id)
    who = names_of(session, {viewer.account_id})[viewer.account_id]
    comments = [
        {
            "id": row.id,
            "who": who,
            "text": sealer.unseal(row.__tablename__, row.id, row.sealed)["text"],
            "at": row.received_at,
        }
        for row in session.scalars(comments_by(viewer.account_id, person_id, goal_id))
    ]
    _note(session, viewer, person_id, "goal", goal_id, now)
    return goal | {"comments": comments}


def shared_trend(
    session: Session, viewer: Viewer, person_id: UUID, of: str, days: int, now: datetime
) -> Trend:
    """Return one check-in question of a person over days: no notes, no words."""
    sharing.require_consent(session, viewer, person_id, Scope.WELLBEING, now)
    allowed = sharing.consent_clause(viewer, Scope.WELLBEING, now)
    found = wellbeing.trends_of(session, [person_id], Question(of), days, now, allowed)
    _note(session, viewer, person_id, "wellbeing", None, now)
    return found[person_id]


def shared_plan(session: Session, viewer: Viewer, person_id: UUID, now: datetime) -> Body:
    """Return a person's plans, and that they entered them themselves.

    `missed` of a plan holds the days they marked as missed, or is None where they did not choose to share
    that. Seeing such days is an act of its own.
    """
    consent = sharing.require_consent(session, viewer, person_id, Scope.PLAN, now)
    name = names_of(session, {person_id})[person_id]
    found = treatment.plans_of(session, person_id)
    missed = {one.plan_id: one for one in reminders.shared_misses(session, person_id, consent.since, now)}
    _note(session, viewer, person_id, "plan", None, now)
    if missed:
        _note(session, viewer, person_id, "missed", None, now)
    items = [{**plan, "missed": missed.get(plan["id"])} for plan in found]
    return {"items": items, "about": rules.whose_plan(name)}


def _values(trend: Trend | None) -> list[int | None] | None:
    return None if trend is None else [point.value for point in trend.points]


def _reviews(session: Session, viewer: Viewer) -> dict[UUID, date | None]:
    rows = session.scalars(agreements_of(viewer.account_id).where(Agreement.on.is_not(None)))
    return {row.person_id: row.on for row in rows}


def _note(
    session: Session, viewer: Viewer, person_id: UUID, kind: str, item_id: UUID | None, now: datetime
) -> None:
    audit.record(
        session,
        subject_id=person_id,
        actor_id=viewer.account_id,
        action=Action.VIEWED,
        item_kind=kind,
        item_id=item_id,
        now=now,
    )


def _note_listed(session: Session, viewer: Viewer, person_ids: list[UUID], now: datetime) -> None:
    listed = audit.last_by(session, viewer.account_id, person_ids, Action.LISTED)
    for person_id in person_ids:
        if not rules.is_same_hour(listed.get(person_id), now):
            audit.record(
                session,
                subject_id=person_id,
                actor_id=viewer.account_id,
                action=Action.LISTED,
                item_kind="caseload",
                item_id=None,
                now=now,
            )
