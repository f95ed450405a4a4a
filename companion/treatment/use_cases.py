"""What a person and the clock can do with plans. Ownership stands in every WHERE; nothing commits here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
from companion.core.orm import insert_if_absent
from companion.treatment.models import TreatmentPlan, live, owned_by, waiting
from companion.treatment.rules import (
    MOST_DAYS_ASKED,
    Notice,
    Occurrence,
    Plan,
    What,
    closures_for,
    notices,
    occurrences,
    parse_plan,
    plan_body,
)

Body = dict[str, Any]
TABLE = "treatment_plan"
DELETED = "You deleted this plan. Make a new one to start again."
MOST_PLANS = 60
# Names for what has no name of the person's own.
TITLES = {
    What.COLLECT: "Collect from the pharmacy",
    What.SUPERVISED: "Visit the pharmacy",
    What.AT_HOME: "At home",
    What.INJECTION: "Injection",
    What.IMPLANT: "Implant",
    What.TABLET: "Tablet",
    What.APPOINTMENT: "Appointment",
}


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
    body = plan_body(parse_plan({**content, "id": plan_id}))
    incoming = Stamp(clamp(draft["recorded_at"], now), digest_of(body))
    row = _find_row(session, viewer.account_id, plan_id)
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
        row.sealed = sealer_for(session, row.person_id).seal(TABLE, row.id, body)
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


def days(session: Session, person_id: UUID, first: date, last: date) -> list[Body]:
    """Return every day from `first` to `last` (62 at most) with what a person's plans hold on it.

    The notices of a day are those worth saying if that day were today.
    """
    if last < first:
        raise RuleBroken("The last day cannot come before the first.", "to")
    if last - first >= timedelta(days=MOST_DAYS_ASKED):
        raise RuleBroken(f"Ask for {MOST_DAYS_ASKED} days or fewer.", "to")
    found = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    items: dict[date, list[Body]] = {on: [] for on in found}
    said: dict[date, list[Notice]] = {on: [] for on in found}
    for row in session.scalars(live(person_id)):
        plan = _plan(session, row)
        closures = closures_for(plan.division, first, last)
        for one in occurrences(plan, closures, first, last):
            items[one.on].append(_item(plan, one))
        for on, sentences in notices(plan, closures, first, last).items():
            said[on] += [notice for notice in sentences if notice not in said[on]]
    return [
        {
            "on": on,
            "items": sorted(
                items[on], key=lambda item: (item["time"] or "", str(item["plan_id"]), item["slot"])
            ),
            "notices": [{"code": str(notice.code), "text": notice.text} for notice in said[on]],
        }
        for on in found
    ]


def plans_of(session: Session, person_id: UUID) -> list[Body]:
    """Return a person's plans for the review house, without their private note and reminder choice.

    The caller has to have checked consent.
    """
    kept_back = ("note", "remind_minutes_before")
    return [{k: v for k, v in plan.items() if k not in kept_back} for plan in list_plans(session, person_id)]


def unscheduled_plans(session: Session, limit: int) -> list[Waiting]:
    """Return the plans that reminders have yet to see, longest waiting first."""
    return [
        Waiting(row.id, row.person_id, row.version, row.deleted_at is not None)
        for row in session.scalars(waiting(limit))
    ]


def plan_for_scheduling(session: Session, plan_id: UUID) -> tuple[Plan | None, int]:
    """Return a plan (None when deleted) and its version, for the reminders house only; raise NotFound."""
    row = session.get(TreatmentPlan, plan_id)
    if row is None:
        raise NotFound
    return (None if row.deleted_at is not None else _plan(session, row)), row.version


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
        "sealed": sealer_for(session, viewer.account_id).seal(TABLE, plan_id, body),
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
    return sealer_for(session, row.person_id).unseal(TABLE, row.id, row.sealed)


def _plan(session: Session, row: TreatmentPlan) -> Plan:
    return parse_plan({**_unseal(session, row), "id": row.id})


def _view(session: Session, row: TreatmentPlan) -> Body:
    return {"id": row.id, **_unseal(session, row), "version": row.version, "recorded_at": row.recorded_at}


def _item(plan: Plan, one: Occurrence) -> Body:
    brought = one.what is What.AT_HOME and one.what is not plan.what
    return {
        "plan_id": plan.id,
        "slot": one.slot,
        "reminder_id": one.reminder_id,
        "time": None if one.time is None else one.time.strftime("%H:%M"),
        "at": one.at,
        "what": str(one.what),
        "title": TITLES[one.what] if brought or not plan.title else plan.title,
        "place_name": None if plan.place is None or one.what is What.AT_HOME else plan.place.name or None,
        "brings_home": list(one.brings_home),
        "may_be_closed": one.may_be_closed,
    }
