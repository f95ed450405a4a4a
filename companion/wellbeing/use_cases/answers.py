"""Answers to measures, such as the four ONS questions. They are kept one by one and never added up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from companion.content import use_cases as content
from companion.core.errors import RuleBroken
from companion.core.identity import Viewer
from companion.core.merge import Outcome
from companion.wellbeing import rules
from companion.wellbeing.models import Answers, owned_by
from companion.wellbeing.use_cases.records import Body, body_of, content_of, save_record

MOST_LISTED = 500


def save_answers(
    session: Session, viewer: Viewer, answers_id: UUID, draft: Mapping[str, Any], now: datetime
) -> tuple[Outcome, Body]:
    """Save answers to a measure and return what became of them with the stored copy.

    Answers to an older version are taken as they are: a phone may have been offline while it changed.
    """
    measure = content.find_measure(draft["measure"])
    if measure is None:
        raise RuleBroken("We do not know these questions.", "measure")
    if draft["version"] == measure.version:
        content.check_answers(measure.key, measure.version, draft["answers"])
    body = rules.answers_content(draft)
    return save_record(session, viewer, Answers, answers_id, body, draft["recorded_at"], now)


def list_answers(session: Session, viewer: Viewer, measure: str | None = None) -> list[Body]:
    """Return the viewer's answers, newest first; of one measure if it is named."""
    query = owned_by(Answers, viewer.account_id).limit(MOST_LISTED)
    found = [body_of(row, content_of(session, row)) for row in session.scalars(query)]
    return [body for body in found if measure is None or body["measure"] == measure]


def list_due(session: Session, viewer: Viewer, now: datetime) -> list[Body]:
    """Return which measures it is time to answer, by the viewer's own calendar."""
    last: dict[str, tuple[date, date]] = {}
    for row in session.scalars(owned_by(Answers, viewer.account_id).limit(MOST_LISTED)):
        body = content_of(session, row)
        zone = datetime.fromisoformat(body["recorded_at"]).tzinfo
        last.setdefault(body["measure"], (row.on, now.astimezone(zone).date()))
    found = []
    for measure in content.measures():
        last_on, today = last.get(measure.key, (None, now.date()))
        due = rules.is_due(measure.every_days, last_on, today)
        found.append({"measure": measure.key, "last_on": last_on, "due": due})
    return found
