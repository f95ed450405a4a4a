"""Organisations, accounts, their names and their seals."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from companion.accounts import gateway, rules
from companion.accounts.models import Account, AccountKey, Device, Organisation, SignIn, active
from companion.core.errors import Conflict, NotFound, RuleBroken
from companion.core.identity import Role, Viewer
from companion.core.ids import new_id
from companion.core.orm import among
from companion.core.sealing import Sealer, keyring_of


def make_organisation(session: Session, name: str, now: datetime) -> UUID:
    """Make a treatment service; its name must be new."""
    name = " ".join(name.split())
    if not 2 <= len(name) <= 120:
        raise RuleBroken("Enter a name of 2 to 120 characters.", "name")
    if find_organisation(session, name) is not None:
        raise Conflict("There is an organisation with this name.", fields={"name": "Choose another name."})
    organisation = Organisation(id=new_id(), name=name, created_at=now)
    session.add(organisation)
    session.flush()
    return organisation.id


def find_organisation(session: Session, name: str) -> UUID | None:
    """Return the id of the organisation with this name, or None."""
    return session.scalar(select(Organisation.id).where(Organisation.name == name))


def list_organisations(session: Session) -> list[tuple[UUID, str]]:
    """Return (id, name) of every organisation, by name."""
    query = select(Organisation.id, Organisation.name).order_by(Organisation.name)
    return [(organisation_id, name) for organisation_id, name in session.execute(query)]


def make_account(
    session: Session,
    *,
    organisation_id: UUID,
    role: Role,
    name: str,
    now: datetime,
    invited_by: UUID | None = None,
    login_hash: str | None = None,
    password_hash: str | None = None,
) -> UUID:
    """Make an account with a key of its own; the name is sealed with it."""
    account_id = new_id()
    keyring = keyring_of(session)
    wrapped = keyring.new_wrapped_key(account_id)
    sealer = keyring.sealer(account_id, wrapped)
    session.add(
        Account(
            id=account_id,
            organisation_id=organisation_id,
            role=str(role),
            invited_by=invited_by,
            login_hash=login_hash,
            password_hash=password_hash,
            created_on=now.date(),
            sealed=sealer.seal("accounts_account", account_id, {"name": name}),
        )
    )
    session.flush()
    session.add(AccountKey(account_id=account_id, key_id=keyring.key_id, wrapped=wrapped))
    session.flush()
    return account_id


def make_staff(
    session: Session,
    *,
    organisation_id: UUID,
    role: Role,
    name: str,
    username: str,
    password: str,
    now: datetime,
) -> UUID:
    """Make a keyworker or admin who signs in with a user name and a long password."""
    username = rules.normal_username(username)
    rules.check_password(password, username)
    login_hash = keyring_of(session).lookup("staff login", username)
    if session.scalar(select(Account.id).where(Account.login_hash == login_hash)) is not None:
        raise Conflict("This user name is taken.", fields={"username": "Choose another user name."})
    return make_account(
        session,
        organisation_id=organisation_id,
        role=role,
        name=name,
        now=now,
        login_hash=login_hash,
        password_hash=gateway.hash_secret(password),
    )


def sealer_for(session: Session, account_id: UUID) -> Sealer:
    """Return the sealer of one account; the unwrapped key is kept for the length of the session object."""
    kept: dict[UUID, Sealer] = session.info.setdefault("sealers", {})
    if account_id not in kept:
        wrapped = session.scalar(select(AccountKey.wrapped).where(AccountKey.account_id == account_id))
        if wrapped is None:
            raise NotFound
        kept[account_id] = keyring_of(session).sealer(account_id, wrapped)
    return kept[account_id]


def load_sealers(session: Session, account_ids: set[UUID]) -> None:
    """Unwrap the keys of many accounts at once, so that `sealer_for` need not ask for each."""
    kept: dict[UUID, Sealer] = session.info.setdefault("sealers", {})
    keyring, missing = keyring_of(session), account_ids - kept.keys()
    if not missing:
        return
    query = select(AccountKey.account_id, AccountKey.wrapped).where(
        among(session, AccountKey.account_id, missing)
    )
    for account_id, wrapped in session.execute(query):
        kept[account_id] = keyring.sealer(account_id, wrapped)


def _name(session: Session, account: Account) -> str:
    sealer = sealer_for(session, account.id)
    return str(sealer.unseal("accounts_account", account.id, account.sealed)["name"])


def names_of(session: Session, account_ids: set[UUID]) -> dict[UUID, str]:
    """Return the names of these accounts; one that is gone has no entry."""
    if not account_ids:
        return {}
    keyring, kept = keyring_of(session), session.info.setdefault("sealers", {})
    rows = session.execute(
        select(Account, AccountKey.wrapped)
        .join(AccountKey, AccountKey.account_id == Account.id)
        .where(Account.id.in_(account_ids))
    )
    names: dict[UUID, str] = {}
    for account, wrapped in rows:
        kept.setdefault(account.id, keyring.sealer(account.id, wrapped))
        names[account.id] = _name(session, account)
    return names


def list_keyworkers(session: Session, organisation_id: UUID) -> dict[UUID, str]:
    """Return the active keyworkers of an organisation, by name."""
    ids = session.scalars(active(Role.KEYWORKER).where(Account.organisation_id == organisation_id))
    names = names_of(session, {account.id for account in ids})
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def list_accounts(session: Session, organisation_id: UUID) -> list[tuple[UUID, Role, bool]]:
    """Return (id, role, disabled) of an organisation's accounts; no names (for the command line)."""
    query = select(Account).where(Account.organisation_id == organisation_id).order_by(Account.id)
    return [(row.id, Role(row.role), row.disabled_at is not None) for row in session.scalars(query)]


def is_active(session: Session, account_id: UUID) -> bool:
    """Tell whether an account stands and is not disabled."""
    return session.scalar(active().where(Account.id == account_id)) is not None


def disable_account(session: Session, account_id: UUID, now: datetime) -> None:
    """Disable an account and end all its sign-ins in the same transaction."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound
    account.disabled_at = account.disabled_at or now
    session.execute(delete(SignIn).where(SignIn.account_id == account_id))


def me(session: Session, viewer: Viewer) -> dict[str, Any]:
    """Return the viewer as the app shows them to themselves."""
    account = session.get_one(Account, viewer.account_id)
    organisation = session.get_one(Organisation, viewer.organisation_id)
    device = session.get(Device, viewer.device_id) if viewer.device_id is not None else None
    return {
        "id": account.id,
        "role": account.role,
        "name": _name(session, account),
        "organisation": {"id": organisation.id, "name": organisation.name},
        "device_id": viewer.device_id,
        "phone": device.phone if device is not None else None,
    }
