"""What one question looks like over days: for the person, and for `review` with a consent clause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from companion.content import use_cases as content
from companion.core.identity import Viewer
from companion.wellbeing import rules
from companion.wellbeing.models import CheckIn, check_ins_of
from companion.wellbeing.rules import Question, Reading, Trend
from companion.wellbeing.use_cases.records import content_of

Clause = Callable[[Any], ColumnElement[bool]]


def trend(session: Session, viewer: Viewer, of: Question, days: int, now: datetime) -> Trend:
    """Return one question of the viewer over `days` days."""
    return trends_of(session, [viewer.account_id], of, days, now)[viewer.account_id]


def trends_of(
    session: Session,
    person_ids: list[UUID],
    of: Question,
    days: int,
    now: datetime,
    allowed: Clause | None = None,
) -> dict[UUID, Trend]:
    """Return one question of these people over `days` days; `allowed` (the consent) stands in the same SQL.

    A trend ends today by the calendar of the phone that checked in last.
    """
    query = check_ins_of(person_ids, now.date() - timedelta(days=days))
    if allowed is not None:
        query = query.where(allowed(CheckIn.person_id))
    readings: dict[UUID, list[Reading]] = {person_id: [] for person_id in person_ids}
    today = dict.fromkeys(person_ids, now.date())
    for row in session.scalars(query):
        body = content_of(session, row)
        zone = datetime.fromisoformat(body["recorded_at"]).tzinfo
        today[row.person_id] = now.astimezone(zone).date()
        if body[of] is not None:
            readings[row.person_id].append(Reading(row.on, row.recorded_at, body[of]))
    words = _words(of)
    return {
        person_id: rules.trend(of, readings[person_id], today[person_id], days, words)
        for person_id in person_ids
    }


def _words(of: Question) -> tuple[str, ...]:
    question = next(one for one in content.check_in_questions().questions if one.key == of)
    return tuple(option.word for option in question.options)
