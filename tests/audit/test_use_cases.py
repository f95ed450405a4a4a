"""The audit trail: written with the act, read about one person only."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.orm import Sessions

SAM, JO, PRIYA, OWEN = uuid4(), uuid4(), uuid4(), uuid4()


def look(session: Session, subject: UUID, actor: UUID, at: datetime, action: Action = Action.VIEWED) -> None:
    """Record one act on a goal."""
    audit.record(
        session, subject_id=subject, actor_id=actor, action=action, item_kind="goal", item_id=None, now=at
    )


def test_it_lists_the_newest_first_and_nobody_elses(session: Session, now: datetime) -> None:
    for minutes in range(3):
        look(session, SAM, PRIYA, now + timedelta(minutes=minutes))
    look(session, JO, PRIYA, now)
    found = audit.list_events(session, SAM, limit=2)
    assert [event.at for event in found] == [now + timedelta(minutes=2), now + timedelta(minutes=1)]


def test_it_leaves_out_what_the_person_did_and_other_words(session: Session, now: datetime) -> None:
    look(session, SAM, SAM, now)
    look(session, SAM, PRIYA, now, Action.COMMENTED)
    look(session, SAM, PRIYA, now)
    found = audit.list_events(session, SAM, actions=[Action.VIEWED], not_by=SAM)
    assert [(event.actor_id, event.action) for event in found] == [(PRIYA, "viewed")]


def test_it_knows_when_somebody_last_looked(session: Session, now: datetime) -> None:
    look(session, SAM, PRIYA, now)
    look(session, SAM, PRIYA, now + timedelta(hours=1))
    look(session, JO, OWEN, now)
    assert audit.last_by(session, PRIYA, [SAM, JO], Action.VIEWED) == {SAM: now + timedelta(hours=1)}


def test_an_act_that_is_rolled_back_leaves_no_trace(factory: Sessions, now: datetime) -> None:
    def act_and_fail() -> None:
        with factory() as session, session.begin():
            look(session, SAM, PRIYA, now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_and_fail()
    with factory() as session:
        assert audit.list_events(session, SAM) == []


def test_an_owen_test_events_of_one_are_not_seen_by_asking_for_another(
    session: Session, now: datetime
) -> None:
    look(session, SAM, PRIYA, now)
    assert audit.list_events(session, OWEN) == []
