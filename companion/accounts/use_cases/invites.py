"""Invites: issue, look at, redeem once, take back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from companion.accounts import gateway, rules
from companion.accounts.models import Account, Invite, Organisation
from companion.accounts.rules import InviteState, Phone
from companion.accounts.use_cases.people import make_account
from companion.accounts.use_cases.sign_ins import NewSignIn, enrol_device
from companion.core.errors import NotFound
from companion.core.identity import Role, Viewer
from companion.core.ids import new_id

# One sentence for wrong, used, expired and revoked: a stranger learns nothing from it.
NO_SUCH_INVITE = "This code does not work. Ask your keyworker for a new one."


@dataclass(frozen=True, slots=True)
class InviteMade:
    """A new invite. The codes are shown once and kept as hashes only."""

    id: UUID
    link_code: str
    typed_code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InviteSeen:
    """What someone holding a code may know before they use it."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    expires_at: datetime


def issue_invite(
    session: Session, *, organisation_id: UUID, issued_by: UUID | None, now: datetime
) -> InviteMade:
    """Issue a single-use invite that lasts 72 hours."""
    link_code = rules.random_code(rules.LINK_CODE_LENGTH)
    secret = rules.random_code(rules.SECRET_LENGTH)
    selector = rules.random_code(rules.SELECTOR_LENGTH)
    while session.scalar(select(Invite.id).where(Invite.selector == selector)) is not None:
        selector = rules.random_code(rules.SELECTOR_LENGTH)
    invite = Invite(
        id=new_id(),
        organisation_id=organisation_id,
        issued_by=issued_by,
        link_hash=rules.token_hash(link_code),
        selector=selector,
        secret_hash=gateway.hash_secret(secret),
        tries=0,
        created_at=now,
        expires_at=now + rules.INVITE_LIFE,
    )
    session.add(invite)
    session.flush()
    return InviteMade(invite.id, link_code, rules.shown_code(selector, secret), invite.expires_at)


def _is_open(now: datetime) -> tuple[Any, ...]:
    return (Invite.used_at.is_(None), Invite.revoked_at.is_(None), Invite.expires_at > now)


def find_invite(session: Session, code: str, now: datetime) -> InviteSeen:
    """Find an open invite by its link code or its typed code; raise NotFound for every other case.

    A typed code is counted as a try before it is compared; the caller commits even when NotFound is
    raised, so that the count stands.
    """
    code = rules.normal_code(code)
    query = select(Invite, Organisation.name).join(Organisation, Organisation.id == Invite.organisation_id)
    if rules.is_link_code(code):
        found = session.execute(
            query.where(Invite.link_hash == rules.token_hash(code), *_is_open(now))
        ).first()
    elif rules.is_typed_code(code):
        selector, secret = code[: rules.SELECTOR_LENGTH], code[rules.SELECTOR_LENGTH :]
        counted = session.execute(
            update(Invite)
            .where(Invite.selector == selector, Invite.tries < rules.MOST_INVITE_TRIES, *_is_open(now))
            .values(tries=Invite.tries + 1)
        )
        assert isinstance(counted, CursorResult)
        found = (
            session.execute(query.where(Invite.selector == selector)).first() if counted.rowcount else None
        )
        if not gateway.is_secret(secret, found[0].secret_hash if found else None):
            found = None
    else:
        found = None
    if found is None:
        raise NotFound(NO_SUCH_INVITE)
    invite, name = found
    return InviteSeen(invite.id, invite.organisation_id, name, invite.expires_at)


def redeem_invite(
    session: Session, seen: InviteSeen, *, name: str, pin: str, phone: Phone, now: datetime
) -> tuple[NewSignIn, str]:
    """Make the account, its device and a sign-in; return the sign-in and the device token.

    1. Take the invite: one conditional update, so of many at once only one succeeds.
    2. Make account, key and device.
    3. Sign in.
    """
    rules.check_pin(pin)
    taken = session.execute(
        update(Invite)
        .where(Invite.id == seen.id, *_is_open(now))
        .values(used_at=now)
        .returning(Invite.issued_by)
    ).first()
    if taken is None:
        raise NotFound(NO_SUCH_INVITE)
    account_id = make_account(
        session,
        organisation_id=seen.organisation_id,
        role=Role.PERSON,
        name=name,
        now=now,
        invited_by=taken[0],
    )
    return enrol_device(session, account_id, pin, phone, now)


def list_invites(session: Session, viewer: Viewer, now: datetime) -> list[dict[str, Any]]:
    """Return the viewer's newest invites and what became of each."""
    query = (
        select(Invite)
        .where(Invite.issued_by == viewer.account_id)
        .order_by(Invite.created_at.desc())
        .limit(50)
    )
    return [
        {
            "id": row.id,
            "created_at": row.created_at,
            "expires_at": row.expires_at,
            "state": rules.invite_state(
                used_at=row.used_at, revoked_at=row.revoked_at, expires_at=row.expires_at, now=now
            ),
        }
        for row in session.scalars(query)
    ]


def revoke_invite(session: Session, viewer: Viewer, invite_id: UUID, now: datetime) -> None:
    """Take back an open invite of the viewer's."""
    invite = session.scalar(
        select(Invite)
        .join(Account, Account.id == Invite.issued_by)
        .where(Invite.id == invite_id, Invite.issued_by == viewer.account_id)
    )
    if invite is None:
        raise NotFound
    state = rules.invite_state(
        used_at=invite.used_at, revoked_at=invite.revoked_at, expires_at=invite.expires_at, now=now
    )
    if state is InviteState.OPEN:
        invite.revoked_at = now
