"""One line in the audit trail for what a viewer does to something of a person's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.identity import Viewer


def audit_act(
    session: Session,
    viewer: Viewer,
    person_id: UUID,
    action: Action,
    kind: str,
    item_id: UUID | None,
    now: datetime,
) -> None:
    """Write down that the viewer did something to an item of a kind, or to all of it (`item_id` None)."""
    audit.record(
        session,
        subject_id=person_id,
        actor_id=viewer.account_id,
        action=action,
        item_kind=kind,
        item_id=item_id,
        now=now,
    )
