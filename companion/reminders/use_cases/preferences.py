"""Reading and keeping what a person chose: for each plan, and for all reminders."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from companion.accounts.use_cases import sealer_for
from companion.core.merge import Outcome, Stamp, decide, digest_of
from companion.core.orm import insert_if_absent
from companion.reminders import rules
from companion.reminders.models import PlanChoice, Settings

CHOICE, SETTINGS = "reminders_choice", "reminders_settings"
Body = dict[str, Any]


def choices_for(session: Session, person_id: UUID, plan_id: UUID, minutes_before: int | None) -> Body:
    """Return how to remind of a plan: as the person chose, or by the plan's own minutes."""
    row = session.get(PlanChoice, plan_id)
    if row is None or row.person_id != person_id:
        return rules.choices_of(minutes_before) | {"recorded_at": None}
    return sealer_for(session, person_id).unseal(CHOICE, plan_id, row.sealed) | {
        "recorded_at": row.recorded_at
    }


def settings_of(session: Session, person_id: UUID) -> Body:
    """Return a person's settings, or the usual ones."""
    row = session.get(Settings, person_id)
    if row is None:
        return rules.usual_settings() | {"recorded_at": None}
    kept = sealer_for(session, person_id).unseal(SETTINGS, person_id, row.sealed)
    return rules.usual_settings() | kept | {"recorded_at": row.recorded_at}


def keep_choices(
    session: Session, person_id: UUID, plan_id: UUID, content: Body, recorded_at: datetime
) -> Outcome:
    """Keep choices for a plan of this person, unless later ones stand; the caller has checked the plan."""
    values = {
        "plan_id": plan_id,
        "person_id": person_id,
        "recorded_at": recorded_at,
        "sealed": sealer_for(session, person_id).seal(CHOICE, plan_id, content),
    }
    if insert_if_absent(session, PlanChoice, values, ["plan_id"]):
        return Outcome.NEW
    query = select(PlanChoice).where(PlanChoice.plan_id == plan_id, PlanChoice.person_id == person_id)
    row = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
    return _merge(session, row, CHOICE, plan_id, content, recorded_at)


def keep_settings(session: Session, person_id: UUID, content: Body, recorded_at: datetime) -> Outcome:
    """Keep a person's settings, unless later ones stand."""
    values = {
        "person_id": person_id,
        "recorded_at": recorded_at,
        "sealed": sealer_for(session, person_id).seal(SETTINGS, person_id, content),
    }
    if insert_if_absent(session, Settings, values, ["person_id"]):
        return Outcome.NEW
    query = select(Settings).where(Settings.person_id == person_id)
    row = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
    return _merge(session, row, SETTINGS, person_id, content, recorded_at)


def _merge(
    session: Session,
    row: PlanChoice | Settings,
    table: str,
    row_id: UUID,
    content: Body,
    recorded_at: datetime,
) -> Outcome:
    sealer = sealer_for(session, row.person_id)
    stored = Stamp(row.recorded_at, digest_of(sealer.unseal(table, row_id, row.sealed)))
    outcome = decide(stored, Stamp(recorded_at, digest_of(content)))
    if outcome is Outcome.UPDATED:
        row.sealed = sealer.seal(table, row_id, content)
    if outcome in (Outcome.UPDATED, Outcome.IDENTICAL):
        row.recorded_at = max(row.recorded_at, recorded_at)
    session.flush()
    return outcome


def forget_choices(session: Session, plan_id: UUID) -> None:
    """Delete what was chosen for a plan that is gone."""
    session.execute(delete(PlanChoice).where(PlanChoice.plan_id == plan_id))
