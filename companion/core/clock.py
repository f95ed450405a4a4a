"""The only reader of the clock. Use cases get `now` handed to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class FrozenClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def set(self, at: datetime) -> None:
        """Put the clock to `at` (aware)."""
        self.at = at.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        """Move the clock by `step`."""
        self.at += step


_frozen: list[FrozenClock] = []


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _frozen[-1].at if _frozen else datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[FrozenClock]:
    """Hold the clock at `at` for the length of the block."""
    clock = FrozenClock(at.astimezone(UTC))
    _frozen.append(clock)
    try:
        yield clock
    finally:
        _frozen.remove(clock)
