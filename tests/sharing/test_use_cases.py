"""Grants in the database: one live one per pair, ended ones stay ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from companion.accounts import use_cases as accounts
from companion.audit import use_cases as audit
from companion.core.errors import Conflict, NotFound, RuleBroken
from companion.core.identity import Role
from companion.core.ids import new_id
from companion.core.schema import load
from companion.sharing import use_cases as sharing
from companion.sharing.models import Grant
from companion.sharing.rules import Scope
from companion.sharing.schemas import GrantDraftSchema
from tests.people import Cast
from tests.shared.drafts import a_grant


def grant(
    session: Session, cast: Cast, now: datetime, *scopes: str, to: str = "priya", **changes: Any
) -> UUID:
    grant_id: UUID = changes.pop("grant_id", None) or new_id()
    draft = load(GrantDraftSchema(), a_grant(cast[to].account_id, *scopes, **changes))
    sharing.save_grant(session, cast["sam"], grant_id, draft, now)
    return grant_id


def scopes_of(session: Session, cast: Cast, now: datetime, who: str = "priya") -> tuple[str, ...] | None:
    try:
        return sharing.require_consent(session, cast[who], cast["sam"].account_id, None, now).scopes
    except NotFound:
        return None


def test_nothing_is_shared_until_it_is_granted(session: Session, cast: Cast, now: datetime) -> None:
    assert scopes_of(session, cast, now) is None
    grant(session, cast, now, "goals")
    assert scopes_of(session, cast, now) == ("goals",)
    with pytest.raises(NotFound):
        sharing.require_consent(session, cast["priya"], cast["sam"].account_id, Scope.PLAN, now)


def test_saving_again_takes_the_place_of_what_was(session: Session, cast: Cast, now: datetime) -> None:
    grant(session, cast, now, "goals", "plan")
    second = grant(session, cast, now, "wellbeing")
    assert scopes_of(session, cast, now) == ("wellbeing",)
    assert [item["id"] for item in sharing.list_grants(session, cast["sam"], now)] == [second]


def test_the_same_grant_can_be_changed_and_repeated(session: Session, cast: Cast, now: datetime) -> None:
    grant_id = grant(session, cast, now, "goals")
    later = now + timedelta(hours=1)
    grant(session, cast, later, "goals", grant_id=grant_id)
    grant(session, cast, later, "goals", "plan", grant_id=grant_id)
    assert scopes_of(session, cast, later) == ("goals", "plan")
    (item,) = sharing.list_grants(session, cast["sam"], later)
    assert item["until_at"] == now + timedelta(days=183)
    events = audit.list_events(session, cast["sam"].account_id)
    assert [event.action for event in events] == ["granted", "granted"]


def test_what_is_added_is_shared_from_then_on(session: Session, cast: Cast, now: datetime) -> None:
    hours = [now + timedelta(hours=one) for one in range(5)]
    grant_id = grant(session, cast, hours[0], "goals")

    def since() -> datetime:
        return sharing.require_consent(session, cast["priya"], cast["sam"].account_id, None, hours[4]).since

    assert since() == hours[0]
    grant(session, cast, hours[1], "goals", "plan", grant_id=grant_id)
    assert since() == hours[1]
    grant(session, cast, hours[2], "goals", "plan", grant_id=grant_id)
    grant(session, cast, hours[3], "plan", grant_id=grant_id)
    longer = (now + timedelta(days=300)).isoformat()
    grant(session, cast, hours[4], "plan", grant_id=grant_id, until=longer)
    assert since() == hours[1]


def test_a_late_repeat_does_not_share_again(session: Session, cast: Cast, now: datetime) -> None:
    grant_id = grant(session, cast, now)
    sharing.withdraw_grant(session, cast["sam"], grant_id, now)
    with pytest.raises(Conflict):
        grant(session, cast, now, grant_id=grant_id)
    assert scopes_of(session, cast, now) is None
    assert [event.action for event in audit.list_events(session, cast["sam"].account_id)] == [
        "withdrawn",
        "granted",
    ]


def test_a_grant_ends_by_itself(session: Session, cast: Cast, now: datetime) -> None:
    until = now + timedelta(days=10)
    grant_id = grant(session, cast, now, until=until.isoformat())
    assert scopes_of(session, cast, until - timedelta(seconds=1)) is not None
    assert scopes_of(session, cast, until) is None
    with pytest.raises(Conflict):
        grant(session, cast, until, grant_id=grant_id)
    grant(session, cast, until)
    assert scopes_of(session, cast, until) is not None


def test_a_grant_that_names_another_keyworker_is_refused(session: Session, cast: Cast, now: datetime) -> None:
    grant_id = grant(session, cast, now)
    with pytest.raises(RuleBroken):
        grant(session, cast, now, to="owen", grant_id=grant_id)


@pytest.mark.parametrize("to", ["sam", "jo", "ada"])
def test_only_keyworkers_can_be_shared_with(session: Session, cast: Cast, now: datetime, to: str) -> None:
    with pytest.raises(RuleBroken):
        grant(session, cast, now, to=to)


def test_a_keyworker_of_another_service_or_one_who_left_cannot_be_shared_with(
    session: Session, cast: Cast, now: datetime
) -> None:
    elsewhere = accounts.make_organisation(session, "Southside", now)
    stranger = accounts.make_account(
        session, organisation_id=elsewhere, role=Role.KEYWORKER, name="Kit", now=now
    )
    with pytest.raises(RuleBroken):
        sharing.save_grant(
            session,
            cast["sam"],
            new_id(),
            load(GrantDraftSchema(), a_grant(stranger)),
            now,
        )
    accounts.disable_account(session, cast["owen"].account_id, now)
    with pytest.raises(RuleBroken):
        grant(session, cast, now, to="owen")
    assert [item["name"] for item in sharing.keyworkers(session, cast["sam"])] == ["Priya"]


def test_the_database_itself_holds_one_open_grant_per_pair(
    session: Session, cast: Cast, now: datetime
) -> None:
    grant(session, cast, now)
    row = session.scalars(select(Grant)).one()
    values = {c.key: getattr(row, c.key) for c in Grant.__mapper__.column_attrs}
    session.add(Grant(**{**values, "id": new_id()}))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_another_persons_grant_is_a_missing_one(session: Session, cast: Cast, now: datetime) -> None:
    grant_id = grant(session, cast, now)
    session.commit()
    with pytest.raises(NotFound):
        sharing.withdraw_grant(session, cast["jo"], grant_id, now)
    draft = load(GrantDraftSchema(), a_grant(cast["owen"].account_id))
    with pytest.raises(NotFound):
        sharing.save_grant(session, cast["jo"], grant_id, draft, now)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Grant)) == 1
    assert sharing.list_grants(session, cast["jo"], now) == []


def test_owen_sees_nothing(session: Session, cast: Cast, now: datetime) -> None:
    grant(session, cast, now)
    assert scopes_of(session, cast, now, "owen") is None
    assert sharing.consents_to(session, cast["owen"], now) == []
    assert len(sharing.consents_to(session, cast["priya"], now)) == 1
