"""Sealing what a person writes: AES-256-GCM, one key per account, wrapped by the master key.

A sealed body is `0x01 ‖ nonce(12) ‖ ciphertext`. The associated data bind it to its table, row, owner
and format version, so a body moved to another row does not open. Destroying an account's key makes all
it wrote unreadable, in old backups too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

FORMAT = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32


class SealBroken(Exception):
    """A sealed body does not open: wrong key, moved to another row, or damaged. Carries no content."""


def _aad(table: str, row_id: UUID, owner_id: UUID) -> bytes:
    return f"{table}|{row_id}|{owner_id}|1".encode()


def _seal(key: bytes, plain: bytes, aad: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, aad)


def _open(key: bytes, blob: bytes, aad: bytes) -> bytes:
    if len(blob) < 1 + NONCE_BYTES + 16 or blob[:1] != FORMAT:
        raise SealBroken("The sealed body has an unknown format.")
    try:
        return AESGCM(key).decrypt(blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :], aad)
    except InvalidTag:
        raise SealBroken("The sealed body does not open with this key.") from None


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens the bodies of one account's rows."""

    owner_id: UUID
    key: bytes

    def __repr__(self) -> str:
        return f"Sealer({self.owner_id})"

    def seal(self, table: str, row_id: UUID, body: dict[str, Any]) -> bytes:
        """Return `body` (JSON-able) sealed to this row."""
        plain = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return _seal(self.key, plain, _aad(table, row_id, self.owner_id))

    def unseal(self, table: str, row_id: UUID, blob: bytes) -> dict[str, Any]:
        """Return the body sealed to this row, or raise SealBroken."""
        body: dict[str, Any] = json.loads(_open(self.key, blob, _aad(table, row_id, self.owner_id)))
        return body


@dataclass(frozen=True, slots=True)
class Keyring:
    """The master key: wraps account keys and makes keyed hashes for look-ups."""

    master: bytes

    def __post_init__(self) -> None:
        if len(self.master) != KEY_BYTES:
            raise ValueError("The master key must be 32 bytes.")

    def __repr__(self) -> str:
        return f"Keyring({self.key_id})"

    @property
    def key_id(self) -> str:
        """A short name of the master key that tells nothing of it."""
        return hashlib.sha256(b"companion key id" + self.master).hexdigest()[:12]

    def new_wrapped_key(self, owner_id: UUID) -> bytes:
        """Make an account key and return it wrapped."""
        return _seal(self.master, os.urandom(KEY_BYTES), _aad("accounts_account_key", owner_id, owner_id))

    def sealer(self, owner_id: UUID, wrapped: bytes) -> Sealer:
        """Unwrap an account key, or raise SealBroken."""
        return Sealer(owner_id, _open(self.master, wrapped, _aad("accounts_account_key", owner_id, owner_id)))

    def lookup(self, purpose: str, value: str) -> str:
        """Return a keyed hash (hex) of `value`, to find a row by something that may not stand in clear."""
        key = hmac.digest(self.master, b"companion lookup " + purpose.encode(), "sha256")
        return hmac.new(key, value.encode(), "sha256").hexdigest()


def new_master_key() -> str:
    """Return a new random master key as base64 text."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def keyring_of(session: Session) -> Keyring:
    """Return the keyring that the session's factory was given."""
    keyring: Keyring = session.info["keyring"]
    return keyring
