"""Planning ahead: one reminder row for each occurrence of a plan in the next days.

The id of a row follows from plan, day and slot, so planning twice, on two workers or after a crash,
changes nothing.
"""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from companion.accounts.use_cases import sealer_for
from companion.core.errors import CompanionError
from companion.core.orm import insert_if_absent
from companion.core.sealing import SealBroken
from companion.push import use_cases as push
from companion.reminders import rules
from companion.reminders.models import Reminder, Schedule, of_plan, to_plan
from companion.reminders.rules import Answer, State
from companion.reminders.use_cases.body import TABLE, Body, body_of, seal, unseal
from companion.treatment import use_cases as treatment
from companion.treatment.rules import Occurrence, Plan, What, closures_for, occurrences

log = logging.getLogger("companion.reminders")
OPEN = (str(State.PLANNED), str(State.RAISED))


def plan_ahead(session: Session, now: datetime, limit: int = 50) -> int:
    """Plan up to `limit` plans that are new, changed or deleted, or due to be planned further.

    Returns how many were looked at; call again, in a new transaction, while that is not 0.
    """
    waiting = {one.plan_id: one for one in treatment.unscheduled_plans(session, limit)}
    people = {plan_id: one.person_id for plan_id, one in waiting.items()}
    if len(people) < limit:
        people |= {row.plan_id: row.person_id for row in session.scalars(to_plan(now, limit - len(people)))}
    # Always in the same order, so that two workers wait for each other instead of locking up.
    for plan_id, person_id in sorted(people.items()):
        try:
            with session.begin_nested():
                plan_one(session, plan_id, person_id, now)
        except (SealBroken, CompanionError) as error:
            # One damaged row must not keep everybody else's reminders from being planned.
            log.error("plan %s cannot be read (%s); set aside", plan_id, type(error).__name__)
            _lock(session, plan_id, person_id, now).next_plan_at = now + rules.PLAN_AGAIN
            if plan_id in waiting:
                treatment.mark_scheduled(session, plan_id, waiting[plan_id].version)
    return len(people)


def plan_one(
    session: Session, plan_id: UUID, person_id: UUID, now: datetime, until: date | None = None
) -> None:
    """Bring the reminders of one plan in line with it, from today on.

    1. Lock the plan's schedule: one planner at a time for each plan.
    2. Read the plan; a deleted one loses its reminders.
    3. Change, add and remove rows so that they say what this version of the plan says.
    4. Note how far that reaches, and take the mark off the plan unless it changed meanwhile.
    """
    schedule = _lock(session, plan_id, person_id, now)
    plan, version = treatment.plan_for_scheduling(session, plan_id)
    if version < schedule.plan_version:
        return  # Read before another planner, who was ahead of us at the lock, saw a newer one.
    if plan is None:
        _forget_plan(session, plan_id, now)
        session.delete(schedule)
    else:
        _bring_in_line(session, plan, person_id, version, schedule, now, until)
    session.flush()
    treatment.mark_scheduled(session, plan_id, version)


def _lock(session: Session, plan_id: UUID, person_id: UUID, now: datetime) -> Schedule:
    values: dict[str, Any] = {
        "plan_id": plan_id,
        "person_id": person_id,
        "plan_version": 0,
        "planned_until": None,
        "next_plan_at": now,
    }
    insert_if_absent(session, Schedule, values, ["plan_id"])
    query = select(Schedule).where(Schedule.plan_id == plan_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _forget_plan(session: Session, plan_id: UUID, now: datetime) -> None:
    """Remove what was still open; of what was answered keep the answer, without the person's own words."""
    rows = list(session.scalars(of_plan(plan_id)))
    push.drop_messages(session, [row.id for row in rows], now)
    for row in rows:
        if row.state != str(State.ANSWERED):
            session.delete(row)
            continue
        body = unseal(session, row)
        title = treatment.TITLES[What(body["what"])]
        seal(session, row, {**body, "title": title, "place": None})


def _bring_in_line(
    session: Session,
    plan: Plan,
    person_id: UUID,
    version: int,
    schedule: Schedule,
    now: datetime,
    until: date | None,
) -> None:
    first = rules.local_day(now, plan.time_zone)
    last = rules.local_day(now + rules.AHEAD + rules.EARLIEST, plan.time_zone)
    last = max([last, *(day for day in (until, schedule.planned_until) if day is not None)])
    found = {
        one.reminder_id: one
        for one in occurrences(plan, closures_for(plan.division, first, last), first, last)
    }
    rows = {row.id: row for row in session.scalars(of_plan(plan.id).where(Reminder.on >= first))}
    if schedule.plan_version != version:
        # What lies behind today stays as it was; only its version follows, so that a snoozed one returns.
        session.execute(
            update(Reminder)
            .where(Reminder.plan_id == plan.id, Reminder.on < first, Reminder.state.in_(OPEN))
            .values(plan_version=version)
        )
        _remove_others(session, rows, set(found), now)
        for row in rows.values():
            if row.id in found:
                _change(session, row, plan, found[row.id], version, now)
    missing = [one for reminder_id, one in found.items() if reminder_id not in rows]
    if missing:
        new = [_new_row(session, plan, one, person_id, version) for one in missing]
        session.execute(insert(Reminder), new)
    schedule.plan_version, schedule.planned_until = version, last
    schedule.next_plan_at = rules.next_plan_at(now, plan.last_day, last)


def _remove_others(session: Session, rows: dict[UUID, Reminder], kept: set[UUID], now: datetime) -> None:
    """Remove the rows this version of the plan no longer holds; what was answered stays."""
    gone = [row.id for row in rows.values() if row.id not in kept and row.state != str(State.ANSWERED)]
    if gone:
        push.drop_messages(session, gone, now)
        session.execute(delete(Reminder).where(Reminder.id.in_(gone)))


def _change(
    session: Session, row: Reminder, plan: Plan, one: Occurrence, version: int, now: datetime
) -> None:
    """Make one row say what the plan's new version says; an answer that closed it stands."""
    row.plan_version = version
    if row.state == str(State.ANSWERED):
        return
    before, body = unseal(session, row), body_of(plan, one)
    due = rules.due_at(one.at, plan.remind_minutes_before)
    is_moved = before.get("time") != body["time"] or before.get("due") != _text(due)
    if not is_moved:
        # Raised, snoozed or past as it was; only the words may differ.
        seal(session, row, {**body, "due": before.get("due"), **_answer_of(before)})
        return
    if row.state == str(State.PLANNED) or due is None or row.due_at is None or due > row.due_at:
        push.drop_messages(session, [row.id], now)
        row.state, row.due_at = str(State.PLANNED), due
        row.expires_at = rules.day_ends_at(one.on, plan.time_zone)
    seal(session, row, {**body, "due": _text(due)})


def _new_row(session: Session, plan: Plan, one: Occurrence, person_id: UUID, version: int) -> dict[str, Any]:
    due = rules.due_at(one.at, plan.remind_minutes_before)
    body = {**body_of(plan, one), "due": _text(due)}
    return {
        "id": one.reminder_id,
        "person_id": person_id,
        "plan_id": plan.id,
        "plan_version": version,
        "on": one.on,
        "slot": one.slot,
        "due_at": due,
        "expires_at": rules.day_ends_at(one.on, plan.time_zone),
        "state": str(State.PLANNED),
        "serial": 0,
        "sealed": sealer_for(session, person_id).seal(TABLE, one.reminder_id, body),
    }


def _answer_of(body: Body) -> Body:
    """Return the part of a body that the person said; an open reminder can only have been put off."""
    said = body.get("said")
    return {"said": said} if said is not None and said["answer"] == str(Answer.LATER) else {}


def _text(due: datetime | None) -> str | None:
    return None if due is None else due.isoformat()
