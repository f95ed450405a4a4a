"""One push for several reminders: who speaks for whom, and what happens when the speaker goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy.orm import Session

from companion.content import use_cases as content
from companion.push import use_cases as push
from companion.push.rules import Kind
from companion.reminders import rules
from companion.reminders.models import Reminder, carried
from companion.reminders.rules import WordsKind
from companion.reminders.use_cases.body import Body


def drop_pushes(session: Session, reminder_ids: Sequence[UUID], now: datetime) -> None:
    """End the pushes about these reminders that still wait.

    A push that spoke for others too, and had not gone out, is queued anew for the first of those.
    """
    going = set(reminder_ids)
    session.flush()
    left = [row for row in session.scalars(carried(reminder_ids)) if row.id not in going]
    speakers = {row.carried_by for row in left}
    push.drop_messages(session, [one for one in reminder_ids if one not in speakers], now)
    new: list[push.NewMessage] = []
    for speaker, others in groupby(left, lambda row: row.carried_by):
        assert speaker is not None
        was_waiting = push.drop_messages(session, [speaker], now) > 0
        first, *rest = others
        first.carried_by = None
        for row in rest:
            row.carried_by = first.id
        if was_waiting and first.raised_at is not None:
            new.append(message_of(first, first.raised_at))
    session.flush()
    push.queue_messages(session, new, now)


def message_of(row: Reminder, due_at: datetime, words: Body | None = None) -> push.NewMessage:
    """Return the push about a reminder that was just raised; nothing goes out long after it was due.

    Without chosen words, and when it speaks for several, it shows the neutral ones.
    """
    title, body = words_of(words)
    return push.NewMessage(
        row.person_id, Kind.REMINDER, row.id, row.serial, due_at, due_at + rules.TOO_LATE, title, body
    )


def words_of(words: Body | None) -> tuple[str, str]:
    """Return title and text of a notification; both empty for the usual ones."""
    kind = WordsKind.PLAIN_1 if words is None else WordsKind(words["kind"])
    if kind is WordsKind.PLAIN_1:
        return "", ""
    if words is not None and kind is WordsKind.OWN:
        return content.notification_words("reminder").title, words["text"]
    found = content.notification_words(str(kind))
    return found.title, found.body
