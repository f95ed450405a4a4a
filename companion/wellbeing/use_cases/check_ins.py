"""Quick check-ins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from companion.core.errors import RuleBroken
from companion.core.identity import Viewer
from companion.core.merge import Outcome
from companion.wellbeing import rules
from companion.wellbeing.models import CheckIn, owned_by
from companion.wellbeing.use_cases.records import Body, body_of, content_of, delete_record, save_record

USUAL_DAYS = 30
MOST_LISTED = 1000


def save_check_in(
    session: Session, viewer: Viewer, check_in_id: UUID, draft: Mapping[str, Any], now: datetime
) -> tuple[Outcome, Body]:
    """Save a check-in and return what became of it with the stored copy."""
    content = rules.check_in_content(draft)
    return save_record(session, viewer, CheckIn, check_in_id, content, draft["recorded_at"], now)


def delete_check_in(session: Session, viewer: Viewer, check_in_id: UUID, now: datetime) -> None:
    """Delete a check-in for good."""
    delete_record(session, viewer, CheckIn, check_in_id, now)


def list_check_ins(
    session: Session, viewer: Viewer, since: date | None, until: date | None, now: datetime
) -> list[Body]:
    """Return the viewer's check-ins between two local days, newest first; the last 30 days if not said."""
    # A phone east of us may already be in tomorrow.
    until = until or now.date() + timedelta(days=1)
    since = since or until - timedelta(days=USUAL_DAYS)
    if until < since:
        raise RuleBroken("The last day is before the first.", "to")
    if (until - since).days > rules.MOST_DAYS_LISTED:
        raise RuleBroken("Ask for one year or less.", "from")
    query = owned_by(CheckIn, viewer.account_id).where(CheckIn.on.between(since, until)).limit(MOST_LISTED)
    return [body_of(row, content_of(session, row)) for row in session.scalars(query)]
