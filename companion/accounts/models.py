"""Tables of accounts. Names are sealed; tokens and codes are hashes; nothing tells where someone was."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.core.identity import Role
from companion.core.orm import Base, Sealed


class Organisation(Base):
    """A treatment service. Its name is public."""

    __tablename__ = "accounts_organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]


class Account(Base):
    """A person, keyworker or admin. The sealed body holds the name."""

    __tablename__ = "accounts_account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id"), index=True)
    role: Mapped[str] = mapped_column(String(12))
    invited_by: Mapped[UUID | None]
    login_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    disabled_at: Mapped[datetime | None]
    created_on: Mapped[date]
    sealed: Mapped[bytes] = mapped_column(Sealed)


class AccountKey(Base):
    """An account's data key, wrapped by the master key. Destroying it erases what the account wrote."""

    __tablename__ = "accounts_account_key"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts_account.id", ondelete="CASCADE"), primary_key=True
    )
    key_id: Mapped[str] = mapped_column(String(12))
    wrapped: Mapped[bytes] = mapped_column(Sealed)


class Invite(Base):
    """A single-use invitation to make an account in an organisation."""

    __tablename__ = "accounts_invite"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id"))
    issued_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True
    )
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    selector: Mapped[str] = mapped_column(String(4), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(200))
    tries: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Device(Base):
    """A phone on which someone made their account: something they have, with a PIN they know."""

    __tablename__ = "accounts_device"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
    pin_tries: Mapped[int] = mapped_column(Integer)
    phone: Mapped[str] = mapped_column(String(8))
    created_on: Mapped[date]
    last_seen_on: Mapped[date]


class SignIn(Base):
    """One signed-in place. Only the hash of its token is kept; the row goes when it ends."""

    __tablename__ = "accounts_sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts_account.id", ondelete="CASCADE"), index=True
    )
    device_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("accounts_device.id", ondelete="CASCADE"), unique=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    idle_seconds: Mapped[int] = mapped_column(Integer)
    idle_until: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]


class Attempt(Base):
    """A counter of tries in a window of time; the key is a keyed hash, never a name or address."""

    __tablename__ = "accounts_attempt"
    __table_args__ = (Index("ix_accounts_attempt_window_at", "window_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_at: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(Integer)


def active(role: Role | None = None) -> Select[Account]:
    """Select accounts that are not disabled."""
    query = select(Account).where(Account.disabled_at.is_(None))
    return query if role is None else query.where(Account.role == str(role))


def signed_in(token_hash: str, now: datetime) -> Select[SignIn, Account]:
    """Select the live sign-in with this token and its account."""
    return (
        select(SignIn, Account)
        .join(Account, Account.id == SignIn.account_id)
        .where(
            SignIn.token_hash == token_hash,
            SignIn.idle_until > now,
            SignIn.expires_at > now,
            Account.disabled_at.is_(None),
        )
    )
