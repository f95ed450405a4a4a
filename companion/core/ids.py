"""Record ids: UUID version 7 (RFC 9562), so that new rows land beside each other in the index."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """Return a new UUIDv7 that sorts after every earlier one of this process.

    48 bits of milliseconds, 12 bits of their fraction (RFC 9562, 6.2 method 3), then random bits.
    """
    global _last
    nanoseconds = time.time_ns()
    stamp = (nanoseconds // 1_000_000 << 12) | (nanoseconds % 1_000_000 * 4096 // 1_000_000)
    with _lock:
        # Two in one step of the clock, or a clock put back: count on.
        _last = stamp = max(stamp, _last + 1)
    head = (stamp >> 12 << 16) | (0x7 << 12) | (stamp & 0xFFF)
    tail = (0x2 << 62) | (int.from_bytes(os.urandom(8), "big") >> 2)
    return UUID(int=(head << 64) | tail)
