"""Asking a publisher politely: one thing at a time, with a breath between, and later when it says so."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial

from companion.core import clock, net
from companion.core.net import NetFailure, Reply

MOST_BYTES = 128 * 1024**2
# We wait as long as the publisher took for its answer, within these bounds.
LEAST_PAUSE_S, MOST_PAUSE_S = 0.1, 2.0
# Who asks us to come back later than this is asked again the next night.
MOST_WAIT_S = 60.0
FIRST_WAIT_S = 5.0
TRIES = 3

Fetch = Callable[[str], Reply | NetFailure]


@dataclass(slots=True)
class Polite:
    """A fetch that waits between answers; `hurries` tells whose servers are our own."""

    fetch: Fetch
    hurries: Callable[[str], bool] = lambda _url: False
    pause: Callable[[float], None] = time.sleep
    _pause_s: float = 0.0

    def __call__(self, url: str) -> Reply | NetFailure:
        """Fetch an address; an answer of "too many" comes back only when waiting did not help."""
        if self._pause_s and not self.hurries(url):
            self.pause(self._pause_s)
        for turn in range(TRIES):
            reply = self._ask(url)
            wait = _wait_s(reply, turn)
            if wait is None or wait > MOST_WAIT_S:
                return reply
            self.pause(wait)
        return self._ask(url)

    def _ask(self, url: str) -> Reply | NetFailure:
        began = time.monotonic()
        reply = self.fetch(url)
        self._pause_s = min(MOST_PAUSE_S, max(LEAST_PAUSE_S, time.monotonic() - began))
        return reply


def _wait_s(reply: Reply | NetFailure, turn: int) -> float | None:
    """Return how long to wait before asking again, or None when there is no need to ask again."""
    if isinstance(reply, NetFailure) or reply.status not in (429, 503):
        return None
    said = reply.headers.get("retry-after", "")
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        at = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        # A server that is down for who knows how long is left alone.
        return FIRST_WAIT_S * 2**turn if reply.status == 429 else None
    return max(0.0, (at - clock.now()).total_seconds()) if at.tzinfo is not None else None


def from_web(extra: frozenset[str] = frozenset()) -> Fetch:
    """Return a polite fetch for public https addresses, and for the `extra` origins an operator allows."""
    allowed = net.Origins(suffixes=None, extra=extra)
    return Polite(partial(net.get, allowed=allowed, max_bytes=MOST_BYTES), allowed.names)
