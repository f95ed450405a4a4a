"""The meaning of invites, PINs and sign-ins: formats, life times, limits. Pure functions."""

from __future__ import annotations

import hashlib
import itertools
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from companion.core.errors import RuleBroken

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LINK_CODE_LENGTH = 26  # 130 bits: stored as a plain SHA-256 (OWASP ASVS 6.5.2)
SELECTOR_LENGTH = 4
SECRET_LENGTH = 10  # 50 bits: stored as argon2id, five tries
INVITE_LIFE = timedelta(hours=72)
MOST_INVITE_TRIES = 5
MOST_PIN_TRIES = 10
MOST_PASSWORD_TRIES = 10
MOST_TYPED_TRIES = 60
PASSWORD_WINDOW = timedelta(minutes=15)
TYPED_WINDOW = timedelta(hours=1)
LEAST_PASSWORD = 12
MOST_PASSWORD = 128


class Phone(StrEnum):
    """Whose phone it is; decides how long a sign-in lasts."""

    OWN = "own"
    SHARED = "shared"


class InviteState(StrEnum):
    """What became of an invite."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Life:
    """How long a sign-in lasts without use, and at the most."""

    idle: timedelta
    most: timedelta


OWN_PHONE = Life(timedelta(days=30), timedelta(days=180))
SHARED_PHONE = Life(timedelta(minutes=15), timedelta(hours=12))
STAFF = Life(timedelta(minutes=15), timedelta(hours=12))


def life_of_phone(phone: Phone) -> Life:
    """Return how long a person's sign-in lasts on this kind of phone."""
    return OWN_PHONE if phone is Phone.OWN else SHARED_PHONE


def random_code(length: int) -> str:
    """Return a random Crockford base32 code."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))


def normal_code(text: str) -> str:
    """Return what someone typed or scanned as a code: capitals, no spaces or dashes, O as 0, I and L as 1."""
    squeezed = re.sub(r"[\s\-–—]", "", text.upper())
    return squeezed.replace("O", "0").replace("I", "1").replace("L", "1")


def is_link_code(code: str) -> bool:
    """Tell whether a normal code is one from a link or QR picture."""
    return len(code) == LINK_CODE_LENGTH and set(code) <= set(CROCKFORD)


def is_typed_code(code: str) -> bool:
    """Tell whether a normal code is one to type."""
    return len(code) == SELECTOR_LENGTH + SECRET_LENGTH and set(code) <= set(CROCKFORD)


def shown_code(selector: str, secret: str) -> str:
    """Return a typed code as it is shown: ABCD-EFGHJ-KMNPQ."""
    return f"{selector}-{secret[:5]}-{secret[5:]}"


def new_token() -> str:
    """Return a new opaque token (256 bits)."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return the only form in which a token or link code is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def check_pin(pin: str) -> None:
    """Refuse a PIN that is not six digits or that anyone would try first."""
    if not re.fullmatch(r"[0-9]{6}", pin):
        raise RuleBroken("Enter 6 numbers.", "pin")
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        raise RuleBroken("Choose a PIN that is harder to guess, not like 111111 or 123456.", "pin")


def check_password(password: str, username: str) -> None:
    """Refuse a password that is too short, too long or holds the user name."""
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise RuleBroken(f"Use {LEAST_PASSWORD} to {MOST_PASSWORD} characters.", "password")
    if username.lower() in password.lower() or len(set(password)) < 5:
        raise RuleBroken("Choose a password that is harder to guess.", "password")


def normal_username(text: str) -> str:
    """Return a staff user name in the form it is looked up by, or raise RuleBroken."""
    name = text.strip().casefold()
    if not re.fullmatch(r"[a-z0-9._@+-]{2,80}", name):
        raise RuleBroken("Use letters, numbers and . _ @ + - in the user name.", "username")
    return name


def invite_state(
    *, used_at: datetime | None, revoked_at: datetime | None, expires_at: datetime, now: datetime
) -> InviteState:
    """Return what became of an invite."""
    if used_at is not None:
        return InviteState.USED
    if revoked_at is not None:
        return InviteState.REVOKED
    return InviteState.OPEN if now < expires_at else InviteState.EXPIRED
