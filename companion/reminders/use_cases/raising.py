"""Raising what is due: the reminder changes and its push is queued in the same transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from companion.core.errors import CompanionError
from companion.core.sealing import SealBroken
from companion.push import use_cases as push
from companion.reminders import rules
from companion.reminders.models import Reminder, due
from companion.reminders.rules import Nudge, State
from companion.reminders.use_cases.body import Body, times_of, unseal
from companion.reminders.use_cases.carrying import message_of
from companion.treatment import use_cases as treatment
from companion.wellbeing import use_cases as wellbeing
from companion.wellbeing.rules import Question

log = logging.getLogger("companion.reminders")


def raise_due(session: Session, now: datetime, limit: int = 200, *, ahead: timedelta = timedelta()) -> int:
    """Raise up to `limit` due reminders and queue their pushes; return how many changed.

    With `ahead` also those that fall due within that time: their pushes wait until then.

    1. One that comes more than half an hour late waits for its next time, or expires without a push:
       nobody should take it for a new one.
    2. One whose plan has changed since is passed over; planning brings it in line first.
    3. The others are raised, and wait for their next time until somebody answers.
    4. Those of one person due in the same minute are one push; it leads to the first of them.
    """
    rows = list(session.scalars(due(now + ahead, limit)))
    versions = _versions(session, {row.plan_id for row in rows if row.nudge is None})
    messages: dict[tuple[UUID, datetime], push.NewMessage] = {}
    changed = 0
    for row in rows:
        assert row.due_at is not None
        is_late = rules.is_too_late(row.due_at, now)
        if not is_late and row.nudge is None and versions.get(row.plan_id) != row.plan_version:
            continue
        changed += 1
        if is_late or _is_needless(session, row, now):
            _pass_over(session, row, row.due_at, now)
            continue
        due_at = row.due_at
        body = _body(session, row)
        _raise(row, times_of(body), due_at, now)
        minute = (row.person_id, due_at.replace(second=0, microsecond=0))
        if minute in messages:
            row.carried_by = messages[minute].reference_id
            messages[minute] = replace(messages[minute], title="", body="")
        else:
            row.carried_by, messages[minute] = None, message_of(row, due_at, body.get("words"))
    session.flush()
    push.queue_messages(session, list(messages.values()), now)
    return changed


def _raise(row: Reminder, times: Sequence[datetime], due_at: datetime, now: datetime) -> None:
    row.state, row.raised_at, row.shown_at = str(State.RAISED), max(now, due_at), None
    row.serial += 1
    row.due_at = rules.next_raise_at(times, due_at, now)


def _pass_over(session: Session, row: Reminder, due_at: datetime, now: datetime) -> None:
    row.due_at = rules.next_fresh(times_of(_body(session, row)), due_at, now, beyond=True)
    if row.due_at is None and row.state == str(State.PLANNED):
        row.state = str(State.EXPIRED)


def _body(session: Session, row: Reminder) -> Body:
    try:
        return unseal(session, row)
    except SealBroken:
        # Its push needs no word of it, so it can still go out, once.
        log.error("reminder %s does not open; it is raised once", row.id)
        return {}


def _is_needless(session: Session, row: Reminder, now: datetime) -> bool:
    """Tell whether this nudges to a check-in that is there already."""
    if row.nudge != str(Nudge.CHECK_IN):
        return False
    points = wellbeing.trends_of(session, [row.person_id], Question.MOOD, 1, now)[row.person_id].points
    return any(point.value is not None for point in points)


def still_wanted(session: Session, wishes: Sequence[push.Wish]) -> set[UUID]:
    """Return the messages that are still wanted: raised, not answered, of the plan as it now stands.

    One that speaks for several is wanted while any of them is.
    """
    ids = {wish.reference_id for wish in wishes}
    query = select(Reminder).where(
        or_(Reminder.id.in_(ids), Reminder.carried_by.in_(ids)), Reminder.state == str(State.RAISED)
    )
    rows = list(session.scalars(query.execution_options(populate_existing=True)))
    versions = _versions(session, {row.plan_id for row in rows if row.nudge is None})
    standing = [row for row in rows if row.nudge is not None or versions.get(row.plan_id) == row.plan_version]
    serials = {row.id: row.serial for row in standing}
    carrying = {row.carried_by for row in standing}
    return {
        wish.message_id
        for wish in wishes
        if serials.get(wish.reference_id) == wish.serial or wish.reference_id in carrying
    }


def expire_past(session: Session, now: datetime) -> int:
    """Close the reminders whose day is over and nobody said anything about; return how many.

    What was answered or closed three months ago is deleted.
    """
    closed = session.execute(
        update(Reminder)
        .where(Reminder.state.in_([str(State.PLANNED), str(State.RAISED)]), Reminder.expires_at <= now)
        .values(state=str(State.EXPIRED), due_at=None)
        .returning(Reminder.id)
    )
    count = len(closed.all())
    session.execute(
        delete(Reminder).where(
            Reminder.state.in_([str(State.ANSWERED), str(State.EXPIRED)]),
            Reminder.expires_at < now - rules.KEPT,
        )
    )
    return count


def revive(session: Session, now: datetime) -> int:
    """Open again what a clock that ran ahead has closed unseen; return how many.

    To be called when the clock was put back. A time that has passed by the right clock too stays closed.
    """
    query = select(Reminder).where(
        Reminder.state == str(State.EXPIRED), Reminder.expires_at > now, Reminder.serial == 0
    )
    revived = 0
    for row in session.scalars(query.with_for_update(skip_locked=True)):
        due_at = next((at for at in times_of(_body(session, row)) if at > now), None)
        if due_at is not None:
            row.state, row.due_at = str(State.PLANNED), due_at
            revived += 1
    session.flush()
    return revived


def _versions(session: Session, plan_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the present version of each plan that stands and can be read."""
    found: dict[UUID, int] = {}
    for plan_id in sorted(plan_ids):
        try:
            plan, version = treatment.plan_for_scheduling(session, plan_id)
        except (SealBroken, CompanionError) as error:
            log.error("plan %s cannot be read (%s)", plan_id, type(error).__name__)
            continue
        if plan is not None:
            found[plan_id] = version
    return found
