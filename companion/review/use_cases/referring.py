"""A person asks a keyworker to refer them to a service; the keyworker answers; the person may take it back.

Which service it is says much about somebody, so it is sealed with all the rest. Only the one keyworker who
was asked sees it, and only while the person shares something with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from companion.accounts.use_cases import names_of, sealer_for
from companion.audit.rules import Action
from companion.core.errors import Conflict, NotFound, RuleBroken, TooMany
from companion.core.identity import Viewer
from companion.core.orm import insert_if_absent
from companion.directory import use_cases as directory
from companion.review import rules
from companion.review.models import Referral, referrals_of, referrals_to
from companion.review.rules import ReferralState
from companion.review.use_cases.auditing import audit_act
from companion.sharing import use_cases as sharing

Body = dict[str, Any]
REFERRALS = "review_referral"
MOST_LISTED = 200
TAKEN_BACK = "You took this back. Ask again to send a new one."


def save_referral(
    session: Session, viewer: Viewer, referral_id: UUID, draft: Mapping[str, Any], now: datetime
) -> tuple[bool, Body]:
    """Ask a keyworker to refer the viewer to a service; return whether that is new, and what was sent.

    The service's name and first number are those of the directory at this moment. A repeat does no harm;
    one that was taken back stays so. Without sharing with that keyworker nothing is sent.
    """
    row = session.scalar(_held(viewer, referral_id))
    if row is not None:
        return False, _sent_before(session, viewer, row, draft)
    sealed = {**_service(session, draft["service_id"], now), "note": draft["note"], "answer": ""}
    values = {
        "id": referral_id,
        "person_id": viewer.account_id,
        "keyworker_id": draft["keyworker_id"],
        "state": str(ReferralState.REQUESTED),
        "received_at": now,
        "answered_at": None,
        "sealed": sealer_for(session, viewer.account_id).seal(REFERRALS, referral_id, sealed),
    }
    if not insert_if_absent(session, Referral, values, ["id"]):
        row = session.scalar(_held(viewer, referral_id))
        if row is None:
            raise NotFound
        # The same request came twice at once; the other one was first.
        return False, _sent_before(session, viewer, row, draft)
    # Whatever is refused from here on, the entrance takes the row out again.
    grants = sharing.list_grants(session, viewer, now)
    names = {grant["keyworker"]["id"]: grant["keyworker"]["name"] for grant in grants}
    if draft["keyworker_id"] not in names:
        raise RuleBroken("You do not share with this keyworker. Share something first.", "keyworker_id")
    _check_pace(session, viewer, now)
    audit_act(session, viewer, viewer.account_id, Action.NEW, "referral", referral_id, now)
    row = session.scalars(_held(viewer, referral_id)).one()
    return True, {**_body(session, row), "who": names[draft["keyworker_id"]]}


def _held(viewer: Viewer, referral_id: UUID) -> Select[Referral]:
    """Select one request of the viewer's, also one that was taken back, until the transaction ends."""
    own = Referral.person_id == viewer.account_id
    return select(Referral).where(Referral.id == referral_id, own).with_for_update()


def _sent_before(session: Session, viewer: Viewer, row: Referral, draft: Mapping[str, Any]) -> Body:
    if row.sealed is None:
        raise NotFound(TAKEN_BACK)
    body = _body(session, row)
    same = (row.keyworker_id, body["service_id"], body["note"])
    if same != (draft["keyworker_id"], draft["service_id"], draft["note"]):
        raise Conflict("This was sent before with other words. Ask again to send a new one.")
    return {**body, "who": _name(names_of(session, {draft["keyworker_id"]}), row)}


def _check_pace(session: Session, viewer: Viewer, now: datetime) -> None:
    since = Referral.received_at > now - rules.REFERRAL_WINDOW
    mine = select(func.count(Referral.id), func.min(Referral.received_at)).where(
        Referral.person_id == viewer.account_id, since
    )
    count, first = session.execute(mine).one()
    if count > rules.MOST_REFERRALS:
        left = first + rules.REFERRAL_WINDOW - now
        raise TooMany("You asked many times today. Try again tomorrow.", int(left.total_seconds()) + 1)


def _service(session: Session, service_id: UUID, now: datetime) -> Body:
    try:
        found = directory.get_service(session, service_id, now)
    except NotFound:
        raise RuleBroken("This service is not in our list any more.", "service_id") from None
    phones = found["phones"]
    return {
        "service_id": str(service_id),
        "service_name": found["name"],
        "phone": phones[0]["number"] if phones else "",
    }


def list_referrals(session: Session, viewer: Viewer) -> list[Body]:
    """Return what the viewer asked for and what was answered, newest first; not what was taken back."""
    rows = session.scalars(referrals_of(viewer.account_id).limit(MOST_LISTED)).all()
    names = names_of(session, {row.keyworker_id for row in rows if row.keyworker_id is not None})
    return [{**_body(session, row), "who": _name(names, row)} for row in rows]


def withdraw_referral(session: Session, viewer: Viewer, referral_id: UUID, now: datetime) -> None:
    """Take a request back, answered or not: its words are destroyed and the keyworker sees it no more."""
    row = session.scalar(_held(viewer, referral_id))
    if row is None:
        raise NotFound
    if row.sealed is None:
        return
    row.sealed, row.state = None, str(ReferralState.CANCELLED)
    session.flush()
    audit_act(session, viewer, viewer.account_id, Action.WITHDRAWN, "referral", referral_id, now)


def shared_referrals(session: Session, viewer: Viewer, person_id: UUID, now: datetime) -> list[Body]:
    """Return what a person asked the viewer for, the unanswered first. Seeing any is an act of its own."""
    sharing.require_consent(session, viewer, person_id, None, now)
    rows = session.scalars(referrals_to(viewer.account_id, person_id).limit(MOST_LISTED)).all()
    if rows:
        audit_act(session, viewer, person_id, Action.VIEWED, "referrals", None, now)
    found = [_body(session, row) for row in rows]
    return sorted(found, key=lambda one: one["state"] != ReferralState.REQUESTED)


def answer_referral(
    session: Session,
    viewer: Viewer,
    person_id: UUID,
    referral_id: UUID,
    answer: Mapping[str, Any],
    now: datetime,
) -> Body:
    """Say that it is done or not possible; return the request. Another answer replaces the first."""
    sharing.require_consent(session, viewer, person_id, None, now)
    rules.check_referral_answer(answer["state"], answer["answer"])
    mine = referrals_to(viewer.account_id, person_id).where(Referral.id == referral_id).with_for_update()
    row = session.scalar(mine)
    if row is None or row.sealed is None:
        raise NotFound
    sealer = sealer_for(session, person_id)
    content = sealer.unseal(REFERRALS, row.id, row.sealed)
    if (row.state, content["answer"]) != (answer["state"], answer["answer"]):
        row.state, row.answered_at = answer["state"], now
        row.sealed = sealer.seal(REFERRALS, row.id, {**content, "answer": answer["answer"]})
        session.flush()
        audit_act(session, viewer, person_id, Action.ANSWERED, "referral", referral_id, now)
    return _body(session, row)


def waiting_referrals(session: Session, viewer: Viewer, person_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many unanswered requests each of these people has with the viewer; none is left out.

    The caller has made sure that these people share something with the viewer.
    """
    counted = (
        select(Referral.person_id, func.count(Referral.id))
        .where(
            Referral.keyworker_id == viewer.account_id,
            Referral.person_id.in_(person_ids),
            Referral.state == str(ReferralState.REQUESTED),
        )
        .group_by(Referral.person_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _body(session: Session, row: Referral) -> Body:
    assert row.sealed is not None
    content = sealer_for(session, row.person_id).unseal(REFERRALS, row.id, row.sealed)
    return {
        **content,
        "id": row.id,
        "keyworker_id": row.keyworker_id,
        "service_id": UUID(content["service_id"]),
        "state": row.state,
        "asked_at": row.received_at,
        "answered_at": row.answered_at,
    }


def _name(names: Mapping[UUID, str], row: Referral) -> str:
    return names.get(row.keyworker_id, rules.GONE) if row.keyworker_id else rules.GONE
