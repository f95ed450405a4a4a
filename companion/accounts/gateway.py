"""Slow hashing of PINs, passwords and short codes (argon2id), with a bound on how many run at once."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# 19 MiB, two passes, one lane: OWASP's figure; about 45 ms here.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Eight at once hold 152 MiB: a burst of sign-ins must not use up the machine's memory.
_room = threading.BoundedSemaphore(8)
_nobody = _hasher.hash("nobody has this password")


def hash_secret(secret: str) -> str:
    """Return the argon2id hash of a PIN, password or short code."""
    with _room:
        return _hasher.hash(secret)


def is_secret(secret: str, hashed: str | None) -> bool:
    """Tell whether `secret` is the one hashed; takes as long when there is no hash to compare with."""
    if len(secret.encode("utf-8", "surrogatepass")) > 512:
        return False
    with _room:
        try:
            _hasher.verify(hashed or _nobody, secret)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
    return hashed is not None
