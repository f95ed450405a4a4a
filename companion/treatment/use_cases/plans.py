"""Keeping plans: saved, merged, deleted, handed to reminders. Ownership stands in every WHERE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from companion.accounts.use_cases import sealer_for
from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.errors import NotFound, RuleBroken
from companion.core.identity import Viewer
from companion.core.merge import Outcome, Stamp, clamp, decide, digest_of
from companion.core.orm import among, insert_if_absent
from companion.treatment.models import TreatmentPlan, live, owned_by, waiting
from companion.treatment.rules import PHARMACY_KINDS, Plan, parse_plan, plan_body
from companion.treatment.use_cases.organisation import products

Body = dict[str, Any]
TABLE = "treatment_plan"
DELETED = "You deleted this plan. Make a new one to start again."
MOST_PLANS = 60
ADDED_LATER: Body = {"product": None, "missed_shared": False}
# Since when `missed_shared` is on, by the server's clock. Sealed with the plan; phones never send or see it.
SHARED_SINCE = "missed_shared_since"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A plan that reminders have yet to see; `deleted` means its reminders have to go."""

    plan_id: UUID
    person_id: UUID
    version: int
    deleted: bool


def save_plan(
    session: Session, viewer: Viewer, plan_id: UUID, draft: Mapping[str, Any], now: datetime
) -> tuple[Outcome, Body]:
    """Save a plan a phone sent and return what became of it with the stored copy.

    1. Read the meaning; a wrong field is named before anything is touched.
    2. Insert, unless the id is taken. Taken by somebody else is NotFound.
    3. A deleted plan stays deleted: the phone keeps its words and is told.
    4. Otherwise the merge decides between what is stored and what came.
    """
    content = {name: draft[name] for name in draft if name != "recorded_at"}
    plan = parse_plan({**content, "id": plan_id})
    body = plan_body(plan)
    incoming = Stamp(clamp(draft["recorded_at"], now), digest_of(body))
    row = _find_row(session, viewer.account_id, plan_id)
    _check_product(session, row, plan)
    if row is None and _insert(session, viewer, plan_id, body, incoming, now):
        return Outcome.NEW, get_plan(session, viewer.account_id, plan_id)
    row = row or _find_row(session, viewer.account_id, plan_id)
    if row is None:
        raise NotFound
    stored = digest_of(_unseal(session, row))
    outcome = decide(Stamp(row.recorded_at, stored, row.deleted_at is not None), incoming)
    if outcome is Outcome.DISCARDED:
        raise NotFound(DELETED)
    if outcome in (Outcome.UPDATED, Outcome.IDENTICAL):
        # Also when nothing changed: what the person said last must win, in whatever order things arrive.
        row.recorded_at = max(row.recorded_at, incoming.recorded_at)
    if outcome is Outcome.UPDATED:
        since = _shared_since(session, row) or now
        row.sealed = sealer_for(session, row.person_id).seal(TABLE, row.id, _with_since(body, since))
        row.received_at = now
        _touch(session, viewer, row, Action.UPDATED, now)
    session.flush()
    return outcome, _view(session, row)


def list_plans(session: Session, person_id: UUID) -> list[Body]:
    """Return a person's plans as the phone knows them."""
    return [_view(session, row) for row in session.scalars(live(person_id))]


def get_plan(session: Session, person_id: UUID, plan_id: UUID) -> Body:
    """Return one plan of a person, or raise NotFound."""
    row = session.scalar(live(person_id).where(TreatmentPlan.id == plan_id))
    if row is None:
        raise NotFound
    return _view(session, row)


def delete_plan(session: Session, viewer: Viewer, plan_id: UUID, now: datetime) -> None:
    """Delete a plan: its words go at once, a tombstone stays so that no phone brings it back."""
    row = _find_row(session, viewer.account_id, plan_id)
    if row is None:
        raise NotFound
    if row.deleted_at is not None:
        return
    row.deleted_at = now
    row.sealed = sealer_for(session, row.person_id).seal(TABLE, row.id, {})
    _touch(session, viewer, row, Action.DELETED, now)
    session.flush()


def plans_of(session: Session, person_id: UUID) -> list[Body]:
    """Return a person's plans for the review house, without the private note and the choices on reminders.

    The caller has to have checked consent.
    """
    kept_back = ("note", "remind_minutes_before", "missed_shared")
    return [{k: v for k, v in plan.items() if k not in kept_back} for plan in list_plans(session, person_id)]


def missed_shared_by(session: Session, person_id: UUID) -> list[tuple[Plan, datetime]]:
    """Return a person's pharmacy plans of which missed visits are shared, and since when, for review.

    The caller has to have checked consent to see the plan.
    """
    rows = session.scalars(live(person_id))
    chosen = [(plan_of(session, row), _shared_since(session, row)) for row in rows]
    return [(plan, since) for plan, since in chosen if since is not None and plan.kind in PHARMACY_KINDS]


def unscheduled_plans(session: Session, limit: int) -> list[Waiting]:
    """Return the plans that reminders have yet to see, longest waiting first."""
    return [
        Waiting(row.id, row.person_id, row.version, row.deleted_at is not None)
        for row in session.scalars(waiting(limit))
    ]


def plan_for_scheduling(session: Session, plan_id: UUID, *, lock: bool = False) -> tuple[Plan | None, int]:
    """Return a plan (None when deleted) and its version, for the reminders house only; raise NotFound.

    `lock` keeps the row until the end of the transaction, so that a bank holiday that is read at the same
    moment marks the plan again afterwards instead of being overlooked.
    """
    row = session.get(TreatmentPlan, plan_id, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound
    return (None if row.deleted_at is not None else plan_of(session, row)), row.version


def has_unscheduled(session: Session) -> bool:
    """Tell whether there is a plan that reminders have yet to see."""
    return session.scalars(waiting(1)).first() is not None


def versions_of(session: Session, plan_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the present version of each of these plans that is not deleted."""
    query = select(TreatmentPlan.id, TreatmentPlan.version).where(
        among(session, TreatmentPlan.id, plan_ids), TreatmentPlan.deleted_at.is_(None)
    )
    return {row.id: row.version for row in session.execute(query)}


def mark_scheduled(session: Session, plan_id: UUID, version: int) -> bool:
    """Note that reminders have seen this version; False when the plan has changed since."""
    result = session.execute(
        update(TreatmentPlan)
        .where(TreatmentPlan.id == plan_id, TreatmentPlan.version == version)
        .values(unscheduled=False)
        .returning(TreatmentPlan.id)
    )
    return result.first() is not None


def _find_row(session: Session, person_id: UUID, plan_id: UUID) -> TreatmentPlan | None:
    # Locked, so that two phones of one person merge one after the other (SQLite has one writer anyway).
    query = owned_by(person_id).where(TreatmentPlan.id == plan_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def _check_product(session: Session, row: TreatmentPlan | None, plan: Plan) -> None:
    """Raise RuleBroken for an injection that is not in the table, unless the plan has long had it."""
    if plan.product is None or plan.product in products():
        return
    if row is None or _unseal(session, row).get("product") != plan.product:
        raise RuleBroken("Choose an injection from the list.", "product")


def _insert(session: Session, viewer: Viewer, plan_id: UUID, body: Body, stamp: Stamp, now: datetime) -> bool:
    """Insert a new plan; False when the id is taken."""
    kept = session.scalar(select(func.count()).select_from(live(viewer.account_id).subquery()))
    if (kept or 0) >= MOST_PLANS:
        raise RuleBroken("You have as many plans as fit. Delete one you no longer need.")
    values = {
        "id": plan_id,
        "person_id": viewer.account_id,
        "version": 1,
        "recorded_at": stamp.recorded_at,
        "received_at": now,
        "updated_at": now,
        "deleted_at": None,
        "unscheduled": True,
        "sealed": sealer_for(session, viewer.account_id).seal(TABLE, plan_id, _with_since(body, now)),
    }
    inserted = insert_if_absent(session, TreatmentPlan, values, ["id"])
    if inserted:
        _record(session, viewer, plan_id, Action.NEW, now)
    return inserted


def _touch(session: Session, viewer: Viewer, row: TreatmentPlan, action: Action, now: datetime) -> None:
    row.version += 1
    row.updated_at = now
    row.unscheduled = True
    _record(session, viewer, row.id, action, now)


def _record(session: Session, viewer: Viewer, plan_id: UUID, action: Action, now: datetime) -> None:
    audit.record(
        session,
        subject_id=viewer.account_id,
        actor_id=viewer.account_id,
        action=action,
        item_kind="plan",
        item_id=plan_id,
        now=now,
    )


def _unseal(session: Session, row: TreatmentPlan) -> Body:
    """Return a row's body; one kept before a field existed gets the field's default."""
    body = _unseal_all(session, row)
    body.pop(SHARED_SINCE, None)
    return {**ADDED_LATER, **body} if body else body


def _unseal_all(session: Session, row: TreatmentPlan) -> Body:
    return sealer_for(session, row.person_id).unseal(TABLE, row.id, row.sealed)


def _with_since(body: Body, since: datetime) -> Body:
    return {**body, SHARED_SINCE: since.isoformat()} if body["missed_shared"] else body


def _shared_since(session: Session, row: TreatmentPlan) -> datetime | None:
    """Return since when the person shares missed visits of a plan, or None when they do not."""
    body = _unseal_all(session, row)
    if not body.get("missed_shared"):
        return None
    # Chosen before this was noted: then from when the server had the plan as it is now.
    return datetime.fromisoformat(body[SHARED_SINCE]) if SHARED_SINCE in body else row.received_at


def plan_of(session: Session, row: TreatmentPlan) -> Plan:
    """Return the plan a row holds."""
    return parse_plan({**_unseal(session, row), "id": row.id})


def _view(session: Session, row: TreatmentPlan) -> Body:
    return {"id": row.id, **_unseal(session, row), "version": row.version, "recorded_at": row.recorded_at}
