"""Raising what is due: the reminder changes and its push is queued in the same transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from companion.accounts.use_cases import load_sealers
from companion.core.orm import hold
from companion.core.sealing import SealBroken
from companion.push import use_cases as push
from companion.reminders import rules
from companion.reminders.models import Reminder, Schedule, due, due_beside, speakers, taken
from companion.reminders.rules import Nudge, State
from companion.reminders.use_cases.body import Body, times_of, unseal
from companion.reminders.use_cases.carrying import message_of
from companion.treatment import use_cases as treatment
from companion.wellbeing import use_cases as wellbeing
from companion.wellbeing.rules import Question

log = logging.getLogger("companion.reminders")
MINUTE = timedelta(minutes=1)


class _Raised(NamedTuple):
    """A reminder just raised, when it was due, and the words chosen for it."""

    row: Reminder
    due_at: datetime
    words: Body | None


def raise_due(session: Session, now: datetime, limit: int = 200, *, ahead: timedelta = timedelta()) -> int:
    """Raise about `limit` due reminders and queue their pushes; return how many changed.

    Whole minutes are raised, up to that of `now`, or of that time `ahead`: pushes wait until they are due.

    1. One that comes more than half an hour late waits for its next time, or expires without a push:
       nobody should take it for a new one.
    2. One whose plan has changed since is passed over; planning brings it in line first.
    3. The others are raised, and wait for their next time until somebody answers.
    4. Those of one person due in the same minute are one push; it leads to the first of them. One that
       comes later joins them, unless their push is on its way already.
    """
    until = _minute(now + ahead) + MINUTE
    offset = 0
    while True:
        page = session.execute(due(until, limit, offset)).all()
        changed = _raise_all(
            session, _take(session, page, until, is_part=offset > 0 or len(page) == limit), now
        )
        # Where others hold the people of a page, or their plans wait to be planned, go on to the next.
        if changed or len(page) < limit:
            return changed
        offset += limit


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _take(session: Session, page: Sequence[Any], until: datetime, *, is_part: bool) -> Sequence[Reminder]:
    """Hold the people of this page of due reminders and return what they have due in these minutes.

    Whoever holds a person raises all of a minute, so that two workers do not send two pushes of one minute.
    """
    held = hold(session, {row.person_id for row in page})
    if not held:
        return []
    mine = [row for row in page if row.person_id in held]
    ids = {row.id for row in mine}
    for at, before in ((page[0].due_at, True), (page[-1].due_at, False)) if is_part else ():
        people = {row.person_id for row in mine if _minute(row.due_at) == _minute(at)}
        ids |= set(session.scalars(due_beside(session, people, at, before=before)))
    return session.scalars(taken(session, ids, until)).all()


def _raise_all(session: Session, rows: Sequence[Reminder], now: datetime) -> int:
    versions = treatment.versions_of(session, {row.plan_id for row in rows if row.nudge is None})
    load_sealers(session, {row.person_id for row in rows})
    before = _raised_before(session, rows, now)
    groups: dict[tuple[UUID, datetime], list[_Raised]] = {}
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
        due_at, body = row.due_at, _body(session, row)
        _raise(row, times_of(body), due_at, now)
        groups.setdefault((row.person_id, _minute(due_at)), []).append(
            _Raised(row, due_at, body.get("words"))
        )
    _speak(session, groups, before, now)
    return changed


def _raised_before(
    session: Session, rows: Sequence[Reminder], now: datetime
) -> dict[tuple[UUID, datetime], Any]:
    """Return the first reminder of each person and minute of these rows that has a push of its own already.

    Asked before any row changes: what is raised here is not to be found among what was.
    """
    keys = {(row.person_id, _minute(row.due_at)) for row in rows if row.due_at is not None}
    ahead = {key for key in keys if key[1] + MINUTE > now}
    if not ahead:
        return {}
    minutes, new = [minute for _, minute in ahead], {row.id for row in rows}
    query = speakers(session, {person for person, _ in ahead}, min(minutes), max(minutes) + MINUTE)
    found: dict[tuple[UUID, datetime], Any] = {}
    for one in session.execute(query):
        key = (one.person_id, _minute(one.raised_at))
        if one.id not in new and key in ahead:
            found.setdefault(key, one)
    return found


def _speak(
    session: Session,
    groups: Mapping[tuple[UUID, datetime], list[_Raised]],
    before: Mapping[tuple[UUID, datetime], Any],
    now: datetime,
) -> None:
    """Queue one push for what a person has due in one minute, or let one that still waits speak for it."""
    known = {key: one for key, one in before.items() if key in groups}
    held = push.hold_waiting(session, {one.id: one.serial for one in known.values()}) if known else set()
    waiting = {key: one.id for key, one in known.items() if one.id in held}
    messages: list[push.NewMessage] = []
    for key, raised in groups.items():
        first = raised[0]
        speaker_id = waiting.get(key, first.row.id)
        for one in raised:
            one.row.carried_by = None if one.row.id == speaker_id else speaker_id
        if key not in waiting:
            messages.append(message_of(first.row, first.due_at, first.words if len(raised) == 1 else None))
    session.flush()
    push.queue_messages(session, messages, now)


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


def revive(
    session: Session, now: datetime, was: datetime, after: UUID | None = None, limit: int = 500
) -> UUID | None:
    """Undo what a clock that ran ahead to `was` has closed or passed over; return the last id looked at.

    To be called when the clock was put back, again with that id while it is not None. What was raised is
    not raised a second time, and a time that lies too far back by the right clock too stays passed.
    """
    if after is None:
        # What was planned ahead of now begins with a day that is still to come.
        session.execute(
            update(Schedule)
            .where(Schedule.next_plan_at > now + rules.PLAN_AGAIN)
            .values(next_plan_at=now)
            .execution_options(synchronize_session=False)
        )
    # Passed over are only those that had a time before `was`; their other times lie near it.
    near = Reminder.due_at.between(now - rules.TOO_LATE, was + rules.EARLIEST)
    stopped = Reminder.state.in_([str(State.EXPIRED), str(State.RAISED)]) & Reminder.due_at.is_(None)
    query = select(Reminder).where(
        Reminder.expires_at > now, stopped | ((Reminder.state == str(State.PLANNED)) & near)
    )
    if after is not None:
        query = query.where(Reminder.id > after)
    rows = session.scalars(query.order_by(Reminder.id).limit(limit).with_for_update(skip_locked=True)).all()
    for row in rows:
        fresh = now - rules.TOO_LATE
        since = fresh if row.raised_at is None else max(fresh, row.raised_at)
        due_at = next((at for at in times_of(_body(session, row)) if at > since), None)
        if row.state == str(State.EXPIRED) and (due_at is not None or row.serial > 0):
            row.state = str(State.RAISED if row.serial > 0 else State.PLANNED)
        if due_at is not None and (row.due_at is None or due_at < row.due_at):
            row.due_at = due_at
    session.flush()
    return rows[-1].id if rows else None
