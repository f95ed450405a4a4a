"""From the clock on the wall to an instant. Changes of summer time are settled here and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

# Many people share few wall times: a week holds two thousand, if all keep to full five minutes.
KEPT_INSTANTS = 16_384


@lru_cache(KEPT_INSTANTS)
def instant_of(on: date, at: time, time_zone: str) -> datetime:
    """Return the UTC instant of wall time `at` on `on`.

    A time that the spring change skips is read with the offset from before it (01:30 becomes 02:30
    summer time); a time that the autumn change repeats means the first of the two. Both are fold=0
    (RFC 5545, 3.3.5).
    """
    if at.fold:
        at = at.replace(fold=0)
    return datetime.combine(on, at, ZoneInfo(time_zone)).astimezone(UTC)
