"""Lines: what waits for each push service, how much is under way there, and which of them are left alone.

One slow push service must not hold up another: each has a line and a cap of its own, and what stands in a
line that hardly moves is handed back so that others may be claimed.
"""

from __future__ import annotations

import logging
import random
import time
from collections import Counter, deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from companion.push.rules import Parcel, Prepared
from companion.push.use_cases.ledger import Claim

log = logging.getLogger("companion.push")

# Posts under way: in all, at one push service, and at one that takes many over a connection (HTTP/2).
AT_ONCE = 768
PER_ORIGIN = 16
PER_FAST_ORIGIN = 256
MOST_WAITING = 3000
# A line may hold what moved in the last two seconds, and this much at least.
LEAST_LINE = 1000
SECOND = 1.0
LONGEST_PUT_OFF_S = 20.0
# A push service that gave no answer this often in a row is left alone for a while.
FAILURES_TO_REST = 3
REST = timedelta(seconds=30)


class Waiting(NamedTuple):
    """A parcel in line, with the claim that holds it."""

    claim: Claim
    parcel: Parcel | Prepared


class _Line:
    def __init__(self) -> None:
        self.parcels: deque[Waiting] = deque()
        self.under_way = 0
        self.failures = 0
        self.rest_until: datetime | None = None
        self.moved: Counter[int] = Counter()
        self.since = time.monotonic()

    def allowed(self) -> int:
        """Return how long this line may be: at first as long as it likes, then by how fast it moves."""
        age = time.monotonic() - self.since
        if age < SECOND:
            return MOST_WAITING
        return max(LEAST_LINE, 2 * self.pace())

    def pace(self) -> int:
        """Return how many moved in this second and the one before."""
        second = int(time.monotonic() - self.since)
        return self.moved[second] + self.moved[second - 1]

    def move(self) -> None:
        second = int(time.monotonic() - self.since)
        if second not in self.moved:
            self.moved = Counter({second - 1: self.moved[second - 1]})
        self.moved[second] += 1


class Lines:
    """The line of every push service."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}
        self._waiting = 0
        self._under_way = 0

    def has_room(self) -> bool:
        """Tell whether more may be claimed."""
        return self._waiting < MOST_WAITING

    def add(self, one: Waiting) -> None:
        """Let a parcel stand in line."""
        self._of(one.parcel.origin).parcels.append(one)
        self._waiting += 1

    def ready(self, fast: set[str]) -> Iterator[Waiting]:
        """Give the parcels that may be posted now, the lines in turn; each counts as under way."""
        open_lines = [(origin, line) for origin, line in self._lines.items() if line.parcels]
        while open_lines and self._under_way < AT_ONCE:
            for origin, line in list(open_lines):
                cap = PER_FAST_ORIGIN if origin in fast else PER_ORIGIN
                if not line.parcels or line.under_way >= cap or self._under_way >= AT_ONCE:
                    open_lines.remove((origin, line))
                    continue
                line.under_way += 1
                self._under_way += 1
                self._waiting -= 1
                yield line.parcels.popleft()

    def put_off(self, now: datetime, chance: random.Random) -> Iterator[tuple[Waiting, float]]:
        """Give what is to be handed back, each with the seconds it is to wait."""
        quickest = max(self._lines.values(), key=_Line.pace, default=None)
        for line in self._lines.values():
            rest_s = (line.rest_until - now).total_seconds() if line.rest_until is not None else 0.0
            if rest_s > REST.total_seconds():
                line.rest_until, rest_s = None, 0.0  # The clock was put back.
            if rest_s > 0:
                while line.parcels:
                    self._waiting -= 1
                    yield line.parcels.popleft(), rest_s + chance.uniform(0, 5)
            elif self._waiting >= MOST_WAITING and line is not quickest:
                allowed = line.allowed()
                while len(line.parcels) > allowed:
                    self._waiting -= 1
                    yield line.parcels.pop(), chance.uniform(1, LONGEST_PUT_OFF_S)

    def ended(self, origin: str) -> None:
        """Note that a parcel is no longer under way."""
        line = self._of(origin)
        line.under_way -= 1
        self._under_way -= 1
        line.move()

    def answered(self, origin: str) -> None:
        """Note that the push service answered to a parcel that was under way."""
        self.ended(origin)
        self._of(origin).failures = 0

    def unanswered(self, origin: str, now: datetime) -> None:
        """Note that it did not; a push service that never answers is left alone for a while."""
        self.ended(origin)
        line = self._of(origin)
        line.failures += 1
        if line.failures >= FAILURES_TO_REST and (line.rest_until is None or line.rest_until <= now):
            line.rest_until = now + REST
            log.warning("push service %s does not answer; left alone for %d s", origin, REST.seconds)

    def _of(self, origin: str) -> _Line:
        line = self._lines.get(origin)
        if line is None:
            line = self._lines[origin] = _Line()
        return line
