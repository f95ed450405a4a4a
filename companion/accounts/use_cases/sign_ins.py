"""Signing in with device and PIN or with a password, knowing who asks, signing out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from companion.accounts import gateway, rules
from companion.accounts.models import Account, Attempt, Device, SignIn, signed_in
from companion.accounts.rules import Life, Phone
from companion.audit import use_cases as audit
from companion.audit.rules import Action
from companion.core.errors import NotFound, SignInNeeded, TooMany
from companion.core.identity import Role, Viewer
from companion.core.ids import new_id
from companion.core.orm import insert_if_absent
from companion.core.sealing import keyring_of

NEW_CODE = "Ask your keyworker for a new code to sign in on this phone."


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """A fresh sign-in: the token goes into the cookie and nowhere else."""

    id: UUID
    account_id: UUID
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PinTry:
    """A counted try of a device's PIN."""

    device_id: UUID
    account_id: UUID
    pin_hash: str
    phone: Phone
    tries_left: int


def start_sign_in(
    session: Session, account_id: UUID, life: Life, now: datetime, *, device_id: UUID | None = None
) -> NewSignIn:
    """Start a sign-in. On a device that had one the row stays and its token is replaced, so that what
    hangs on it (the push subscription) stays too."""
    token = rules.new_token()
    row = (
        session.scalar(select(SignIn).where(SignIn.device_id == device_id, SignIn.account_id == account_id))
        if device_id is not None
        else None
    )
    if row is None:
        row = SignIn(id=new_id(), account_id=account_id, device_id=device_id)
        session.add(row)
    row.token_hash = rules.token_hash(token)
    row.idle_seconds = int(life.idle.total_seconds())
    row.idle_until = now + life.idle
    row.expires_at = now + life.most
    session.flush()
    return NewSignIn(row.id, account_id, token, row.expires_at)


def identify(session: Session, token: str, now: datetime) -> tuple[Viewer, bool] | None:
    """Return who holds this token and whether the sign-in should be touched, or None."""
    found = session.execute(signed_in(rules.token_hash(token), now)).first()
    if found is None:
        return None
    sign_in, account = found
    used = now - (sign_in.idle_until - timedelta(seconds=sign_in.idle_seconds))
    stale = used > timedelta(seconds=sign_in.idle_seconds / 15)
    who = Viewer(account.id, Role(account.role), account.organisation_id, sign_in.id, sign_in.device_id)
    return who, stale


def touch(session: Session, viewer: Viewer, now: datetime) -> None:
    """Push the idle end of the viewer's sign-in forward."""
    row = session.get(SignIn, viewer.sign_in_id)
    if row is not None:
        row.idle_until = min(now + timedelta(seconds=row.idle_seconds), row.expires_at)
    if viewer.device_id is not None:
        session.execute(update(Device).where(Device.id == viewer.device_id).values(last_seen_on=now.date()))


def enrol_device(
    session: Session, account_id: UUID, pin: str, phone: Phone, now: datetime
) -> tuple[NewSignIn, str]:
    """Make this phone a device of the account, and sign in; return the sign-in and the device token."""
    rules.check_pin(pin)
    token = rules.new_token()
    device = Device(
        id=new_id(),
        account_id=account_id,
        token_hash=rules.token_hash(token),
        pin_hash=gateway.hash_secret(pin),
        pin_tries=0,
        phone=str(phone),
        created_on=now.date(),
        last_seen_on=now.date(),
    )
    session.add(device)
    session.flush()
    audit.record(
        session,
        subject_id=account_id,
        actor_id=account_id,
        action=Action.SIGNED_IN,
        item_kind="device",
        item_id=device.id,
        now=now,
    )
    return start_sign_in(session, account_id, rules.life_of_phone(phone), now, device_id=device.id), token


def find_device(session: Session, token: str | None) -> Device | None:
    """Return the device that holds this token, or None."""
    if not token:
        return None
    query = (
        select(Device)
        .join(Account, Account.id == Device.account_id)
        .where(Device.token_hash == rules.token_hash(token), Account.disabled_at.is_(None))
    )
    return session.scalar(query)


def begin_pin_try(session: Session, device_token: str | None) -> PinTry:
    """Count a try of the PIN before it is compared; commit this before `finish_pin_try`.

    Counting first means that no number of requests at once gets more than ten guesses.
    """
    device = find_device(session, device_token)
    if device is None:
        raise SignInNeeded("This phone is not set up. " + NEW_CODE)
    counted = session.execute(
        update(Device)
        .where(Device.id == device.id, Device.pin_tries < rules.MOST_PIN_TRIES)
        .values(pin_tries=Device.pin_tries + 1)
        .returning(Device.pin_tries)
    ).first()
    if counted is None:
        raise SignInNeeded("There were too many wrong tries. " + NEW_CODE)
    left = rules.MOST_PIN_TRIES - int(counted[0])
    return PinTry(device.id, device.account_id, device.pin_hash, Phone(device.phone), left)


def finish_pin_try(session: Session, tried: PinTry, is_right: bool, now: datetime) -> NewSignIn:
    """Sign in after a right PIN; after a wrong one say how many tries are left."""
    if not is_right:
        left = "1 try is left." if tried.tries_left == 1 else f"{tried.tries_left} tries are left."
        raise SignInNeeded("That PIN is not right. " + (left if tried.tries_left else NEW_CODE))
    session.execute(
        update(Device).where(Device.id == tried.device_id).values(pin_tries=0, last_seen_on=now.date())
    )
    return start_sign_in(
        session, tried.account_id, rules.life_of_phone(tried.phone), now, device_id=tried.device_id
    )


def count_attempt(session: Session, key: str, window: timedelta, most: int, now: datetime) -> None:
    """Count one try under `key` in the present window; raise TooMany past `most`."""
    seconds = int(window.total_seconds())
    started = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
    insert_if_absent(session, Attempt, {"key": key, "window_at": started, "tries": 0}, ["key", "window_at"])
    counted = session.execute(
        update(Attempt)
        .where(Attempt.key == key, Attempt.window_at == started, Attempt.tries < most)
        .values(tries=Attempt.tries + 1)
        .returning(Attempt.tries)
    ).first()
    if counted is None:
        left = int((started + window - now).total_seconds()) + 1
        raise TooMany(f"There were too many tries. Try again in {max(1, left // 60)} minutes.", left)


def count_typed_try(session: Session, network: str | None, now: datetime) -> None:
    """Count a typed invite code against the network it came from (kept as a keyed hash)."""
    if network is not None:
        key = keyring_of(session).lookup("typed codes", network)
        count_attempt(session, key, rules.TYPED_WINDOW, rules.MOST_TYPED_TRIES, now)


@dataclass(frozen=True, slots=True)
class PasswordTry:
    """A counted try of a staff password."""

    account_id: UUID | None
    password_hash: str | None
    attempt_key: str


def try_staff_password(session: Session, username: str, now: datetime) -> PasswordTry:
    """Count a try for this user name (known or not) and return what to compare with."""
    key = keyring_of(session).lookup("staff login", username.strip().casefold())
    count_attempt(session, key, rules.PASSWORD_WINDOW, rules.MOST_PASSWORD_TRIES, now)
    account = session.scalar(select(Account).where(Account.login_hash == key, Account.disabled_at.is_(None)))
    return PasswordTry(account.id if account else None, account.password_hash if account else None, key)


def sign_in_staff(session: Session, tried: PasswordTry, is_right: bool, now: datetime) -> NewSignIn:
    """Sign in a keyworker or admin whose password is right."""
    if not is_right or tried.account_id is None:
        raise SignInNeeded("That user name or password is not right.")
    session.execute(delete(Attempt).where(Attempt.key == tried.attempt_key))
    return start_sign_in(session, tried.account_id, rules.STAFF, now)


def lock(session: Session, viewer: Viewer) -> None:
    """End the viewer's token but keep the sign-in's row: reminders still reach a phone that is locked."""
    session.execute(
        update(SignIn)
        .where(SignIn.id == viewer.sign_in_id)
        .values(token_hash=rules.token_hash(rules.new_token()))
    )


def sign_out(session: Session, viewer: Viewer, *, everywhere: bool) -> None:
    """End the viewer's sign-in, or all of them."""
    rows = SignIn.account_id == viewer.account_id if everywhere else SignIn.id == viewer.sign_in_id
    session.execute(delete(SignIn).where(rows))


def list_devices(session: Session, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the viewer's phones."""
    query = select(Device).where(Device.account_id == viewer.account_id).order_by(Device.id)
    return [
        {
            "id": row.id,
            "phone": row.phone,
            "created_on": row.created_on,
            "last_seen_on": row.last_seen_on,
            "this_device": row.id == viewer.device_id,
        }
        for row in session.scalars(query)
    ]


def forget_device(session: Session, viewer: Viewer, device_id: UUID) -> None:
    """Remove one of the viewer's phones: it is signed out and cannot sign in again."""
    removed = session.execute(
        delete(Device)
        .where(Device.id == device_id, Device.account_id == viewer.account_id)
        .returning(Device.id)
    ).first()
    if removed is None:
        raise NotFound


def prune(session: Session, now: datetime) -> int:
    """Delete sign-ins and counters whose time has passed; return how many sign-ins went."""
    ended = session.execute(
        delete(SignIn).where((SignIn.idle_until <= now) | (SignIn.expires_at <= now)).returning(SignIn.id)
    ).all()
    session.execute(delete(Attempt).where(Attempt.window_at < now - timedelta(hours=48)))
    return len(ended)
