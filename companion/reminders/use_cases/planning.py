"""Planning ahead: one reminder row for each occurrence of a plan in the next days, and for each nudge.

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
from companion.reminders import rules
from companion.reminders.models import Reminder, Schedule, of_plan, to_plan
from companion.reminders.rules import State
from companion.reminders.use_cases.body import TABLE, answer_of, planned_times, seal, unseal
from companion.reminders.use_cases.carrying import drop_pushes
from companion.reminders.use_cases.entries import Entry, nudge_entries, plan_entries
from companion.reminders.use_cases.preferences import choices_for, forget_choices, settings_of
from companion.treatment import use_cases as treatment
from companion.treatment.rules import Plan, What, occurrences

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
                plan_one(session, plan_id, person_id, now, realign=plan_id in waiting)
        except (SealBroken, CompanionError) as error:
            # One damaged row must not keep everybody else's reminders from being planned.
            log.error("plan %s cannot be read (%s); set aside", plan_id, type(error).__name__)
            _lock(session, plan_id, person_id, now).next_plan_at = now + rules.PLAN_AGAIN
            if plan_id in waiting:
                treatment.mark_scheduled(session, plan_id, waiting[plan_id].version)
    return len(people)


def plan_one(
    session: Session,
    plan_id: UUID,
    person_id: UUID,
    now: datetime,
    until: date | None = None,
    *,
    realign: bool = False,
) -> None:
    """Bring the reminders of one plan in line with it, from today on.

    1. Lock the plan's schedule: one planner at a time for each plan.
    2. Read the plan; a deleted one loses its reminders.
    3. Change, add and remove rows so that they say what this version of the plan says.
    4. Note how far that reaches, and take the mark off the plan unless it changed meanwhile.

    `realign` looks at rows that are there even if the plan is as it was: what was chosen, or a bank
    holiday, has changed.
    """
    if plan_id == rules.nudge_plan_id(person_id):
        plan_nudges(session, person_id, now, until)
        return
    schedule = _lock(session, plan_id, person_id, now)
    plan, version = treatment.plan_for_scheduling(session, plan_id, lock=True)
    if version < schedule.plan_version:
        return  # Read before another planner, who was ahead of us at the lock, saw a newer one.
    if plan is None:
        _forget_plan(session, plan_id, now)
        session.delete(schedule)
    else:
        _bring_in_line(session, plan, person_id, version, schedule, now, until, realign)
    session.flush()
    treatment.mark_scheduled(session, plan_id, version)


def plan_nudges(session: Session, person_id: UUID, now: datetime, until: date | None = None) -> None:
    """Bring a person's nudges in line with their settings, from today on."""
    plan_id = rules.nudge_plan_id(person_id)
    schedule = _lock(session, plan_id, person_id, now)
    settings = settings_of(session, person_id)
    first, last = _window(now, settings["time_zone"], until, schedule)
    found = nudge_entries(person_id, settings, rules.silence_of(settings), first, last)
    rows = {row.id: row for row in session.scalars(of_plan(plan_id).where(Reminder.on >= first))}
    _align(session, plan_id, person_id, 0, rows, found, now, realign=True)
    if rules.has_nudges(settings):
        schedule.planned_until, schedule.next_plan_at = last, rules.next_plan_at(now, None, last)
    else:
        session.delete(schedule)
    session.flush()


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
    drop_pushes(session, [row.id for row in rows], now)
    forget_choices(session, plan_id)
    for row in rows:
        if row.state != str(State.ANSWERED):
            session.delete(row)
            continue
        body = unseal(session, row)
        title = treatment.TITLES[What(body["what"])]
        seal(session, row, {**body, "title": title, "place": None, "words": None})


def _window(now: datetime, time_zone: str, until: date | None, schedule: Schedule) -> tuple[date, date]:
    first = rules.local_day(now, time_zone)
    last = rules.local_day(now + rules.AHEAD + rules.EARLIEST, time_zone)
    return first, max([last, *(day for day in (until, schedule.planned_until) if day is not None)])


def _bring_in_line(
    session: Session,
    plan: Plan,
    person_id: UUID,
    version: int,
    schedule: Schedule,
    now: datetime,
    until: date | None,
    realign: bool,
) -> None:
    first, last = _window(now, plan.time_zone, until, schedule)
    closures = treatment.closures(session, plan.division, first, last)
    choices = choices_for(session, person_id, plan.id, plan.remind_minutes_before)
    silence = rules.silence_of(settings_of(session, person_id))
    found = plan_entries(plan, occurrences(plan, closures, first, last), choices, silence)
    rows = {row.id: row for row in session.scalars(of_plan(plan.id).where(Reminder.on >= first))}
    if schedule.plan_version != version:
        # What lies behind today stays as it was; only its version follows, so that a snoozed one returns.
        session.execute(
            update(Reminder)
            .where(Reminder.plan_id == plan.id, Reminder.on < first, Reminder.state.in_(OPEN))
            .values(plan_version=version)
        )
        realign = True
    _align(session, plan.id, person_id, version, rows, found, now, realign=realign)
    schedule.plan_version, schedule.planned_until = version, last
    schedule.next_plan_at = rules.next_plan_at(now, plan.last_day, last)


def _align(
    session: Session,
    plan_id: UUID,
    person_id: UUID,
    version: int,
    rows: dict[UUID, Reminder],
    found: dict[UUID, Entry],
    now: datetime,
    *,
    realign: bool,
) -> None:
    """Change, add and remove rows so that they say what was found."""
    if realign:
        _remove_others(session, rows, set(found), now)
        for row in rows.values():
            if row.id in found:
                _change(session, row, found[row.id], version, now)
    missing = [one for reminder_id, one in found.items() if reminder_id not in rows]
    if missing:
        new = [_new_row(session, plan_id, one, person_id, version) for one in missing]
        session.execute(insert(Reminder), new)


def _remove_others(session: Session, rows: dict[UUID, Reminder], kept: set[UUID], now: datetime) -> None:
    """Remove the rows this version of the plan no longer holds; what was answered stays."""
    gone = [row.id for row in rows.values() if row.id not in kept and row.state != str(State.ANSWERED)]
    if gone:
        drop_pushes(session, gone, now)
        session.execute(delete(Reminder).where(Reminder.id.in_(gone)))


def _change(session: Session, row: Reminder, one: Entry, version: int, now: datetime) -> None:
    """Make one row say what the plan's new version says; an answer that closed it stands."""
    row.plan_version = version
    if row.state == str(State.ANSWERED):
        return
    before = unseal(session, row)
    planned = planned_times(before)
    is_same_time = before.get("time") == one.body["time"]
    put_off = answer_of(before) if row.state == str(State.PLANNED) and row.due_at is not None else {}
    if is_same_time and (planned == one.times or put_off):
        # Raised, put off or past as it was; only the words may differ.
        seal(session, row, {**one.body, **answer_of(before)})
        return
    earliest = one.times[0] if one.times else None
    seen = row.raised_at or (planned[0] if planned else None)
    row.expires_at = max(row.expires_at, one.expires_at) if is_same_time else one.expires_at
    if row.state == str(State.RAISED) and is_same_time and seen is not None:
        row.due_at = rules.next_raise_at(one.times, seen, now)
    elif row.state == str(State.PLANNED) or earliest is None or seen is None or _comes_back(one, seen, now):
        drop_pushes(session, [row.id], now)
        row.state = str(State.PLANNED)
        row.due_at = earliest and (rules.next_fresh(one.times, earliest, now) or earliest)
    seal(session, row, dict(one.body))


def _comes_back(one: Entry, seen: datetime, now: datetime) -> bool:
    """Tell whether something raised or past at `seen` is to be raised anew at other times."""
    return one.times[0] > seen or any(at > max(seen, now) for at in one.times)


def _new_row(session: Session, plan_id: UUID, one: Entry, person_id: UUID, version: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "person_id": person_id,
        "plan_id": plan_id,
        "plan_version": version,
        "on": one.on,
        "slot": one.slot,
        "due_at": one.times[0] if one.times else None,
        "expires_at": one.expires_at,
        "state": str(State.PLANNED),
        "serial": 0,
        "nudge": None if one.nudge is None else str(one.nudge),
        "sealed": sealer_for(session, person_id).seal(TABLE, one.id, one.body),
    }
