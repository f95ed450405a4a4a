"""Reading reminders. The list of a day is complete even when no worker has looked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.core.errors import NotFound
from companion.core.identity import Viewer
from companion.reminders import rules
from companion.reminders.models import Reminder, Schedule, owned_by
from companion.reminders.rules import Answer, State
from companion.reminders.use_cases.body import Body, times_of, unseal
from companion.reminders.use_cases.planning import plan_one
from companion.treatment import use_cases as treatment
from companion.treatment.rules import SAFETY_TEXT

# A day is over at different instants in different zones; a day more on both sides covers them all.
DAY = timedelta(days=1)


def is_planned(session: Session, viewer: Viewer, on: date, now: datetime) -> bool:
    """Tell whether the viewer's reminders are in line with their plans up to the day `on`."""
    return not _to_plan(session, viewer.account_id, _reach(on, now))


def plan_for_person(session: Session, viewer: Viewer, on: date, now: datetime) -> None:
    """Bring the viewer's reminders in line with their plans up to the day `on`."""
    until = _reach(on, now)
    for plan_id in sorted(_to_plan(session, viewer.account_id, until)):
        plan_one(session, plan_id, viewer.account_id, now, until)


def list_reminders(session: Session, viewer: Viewer, on: date, now: datetime) -> list[dict[str, Any]]:
    """Return the viewer's reminders of the local day `on`, in order of time."""
    rows = session.scalars(owned_by(viewer.account_id).where(Reminder.on == on))
    found = [view(session, row, now) for row in rows]
    return sorted(found, key=lambda one: (one["time"] or "", str(one["plan_id"]), one["slot"]))


def get_reminder(session: Session, viewer: Viewer, reminder_id: UUID, now: datetime) -> dict[str, Any]:
    """Return one of the viewer's reminders, or raise NotFound."""
    row = session.scalar(owned_by(viewer.account_id).where(Reminder.id == reminder_id))
    if row is None:
        raise NotFound
    return view(session, row, now)


def view(session: Session, row: Reminder, now: datetime) -> dict[str, Any]:
    """Return a reminder as its person sees it at `now`."""
    body = unseal(session, row)
    said = body.get("said")
    is_answered = row.state == str(State.ANSWERED)
    is_put_off = said is not None and said["answer"] == str(Answer.LATER) and row.state == str(State.PLANNED)
    due_at = _due_at(row, body, now)
    return {
        "id": row.id,
        "plan_id": row.plan_id if row.nudge is None else None,
        "on": row.on,
        "slot": row.slot,
        "what": body["what"],
        "title": body["title"],
        "place": body["place"],
        "time": body["time"],
        "due_at": due_at,
        "state": rules.shown_state(State(row.state), due_at, row.expires_at, now),
        "answer": said["answer"] if said is not None and (is_answered or is_put_off) else None,
        "answered_at": row.answered_at if is_answered else None,
        "reason": said.get("reason", "") if said is not None and is_answered else "",
        "safety_text": SAFETY_TEXT,
    }


def _due_at(row: Reminder, body: Body, now: datetime) -> datetime | None:
    """Return when it comes next, or came last; also when no worker has looked lately."""
    times = times_of(body)
    if row.due_at is not None:
        return rules.next_fresh(times, row.due_at, now) or row.due_at
    if row.state == str(State.PLANNED):
        return None
    return row.raised_at or (times[0] if times else None)


def _reach(on: date, now: datetime) -> date:
    """Return how far to plan for a list of the day `on`; a day far ahead is not worth rows yet."""
    tomorrow = now.date() + DAY
    return on if tomorrow < on <= now.date() + rules.FARTHEST_DAY else tomorrow


def _to_plan(session: Session, person_id: UUID, until: date) -> set[UUID]:
    """Return the plans whose reminders are behind: new, changed, deleted, or not made as far as `until`."""
    schedules = {
        row.plan_id: row for row in session.scalars(select(Schedule).where(Schedule.person_id == person_id))
    }
    plans = {plan["id"]: plan["version"] for plan in treatment.list_plans(session, person_id)}
    nudges = schedules.pop(rules.nudge_plan_id(person_id), None)
    behind = set(schedules) - set(plans)
    if nudges is not None and _ends_before(nudges, until):
        behind.add(nudges.plan_id)
    for plan_id, version in plans.items():
        row = schedules.get(plan_id)
        if row is None or row.plan_version != version or _ends_before(row, until):
            behind.add(plan_id)
    return behind


def _ends_before(row: Schedule, until: date) -> bool:
    """Tell whether rows are missing between what is planned and `until`; a plan that has ended needs none."""
    return row.next_plan_at is not None and (row.planned_until is None or row.planned_until < until)
