"""Dispatch: claim with a lease, post with no transaction open, record what came of it on each device.

Any number of workers may do this at once. A claim carries a token; a worker that slept past its lease
finds another token in the row, and what it wants to record affects nothing.
"""

from __future__ import annotations

import logging
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from companion.core.orm import Sessions
from companion.push import rules
from companion.push.gateway import Sender
from companion.push.rules import Kind, Outcome, Parcel, Unanswered, Verdict
from companion.push.use_cases.ledger import Claim, Done, Wish, claim, record

log = logging.getLogger("companion.push")

LEASE = timedelta(seconds=60)
BATCH = 64
AT_ONCE = 16
PER_ORIGIN = 6
# A push service that gave no answer this often in a row is left alone for a while.
FAILURES_TO_REST = 3
REST = timedelta(seconds=30)
# Results that come within this time are recorded together.
GATHER_S = 0.01

Check = Callable[[Session, Sequence[Wish]], set[UUID]]
Clock = Callable[[], datetime]


@dataclass
class Tally:
    """What a dispatch came to: messages claimed, and devices by outcome."""

    claimed: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)


@dataclass
class _Waiting:
    claim: Claim
    parcel: Parcel


class _Origins:
    """How many posts are under way at each push service, and which of them are left alone for now."""

    def __init__(self) -> None:
        self.under_way: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.rest_until: dict[str, datetime] = {}

    def is_full(self, origin: str) -> bool:
        return self.under_way[origin] >= PER_ORIGIN

    def rest_s(self, origin: str, now: datetime) -> float | None:
        until = self.rest_until.get(origin)
        return (until - now).total_seconds() if until is not None and until > now else None

    def note(self, origin: str, answered: bool, now: datetime) -> None:
        self.under_way[origin] -= 1
        self.failures[origin] = 0 if answered else self.failures[origin] + 1
        if self.failures[origin] >= FAILURES_TO_REST:
            self.rest_until[origin] = now + REST
            log.warning("push service %s does not answer; left alone for %d s", origin, REST.seconds)


def dispatch(
    factory: Sessions,
    sender: Sender,
    now: Clock,
    *,
    checks: Mapping[Kind, Check] | None = None,
    lease: timedelta = LEASE,
    at_once: int = AT_ONCE,
    poll_s: float = 1.0,
    is_stopping: Callable[[], bool] = lambda: False,
    chance: random.Random | None = None,
) -> Tally:
    """Send everything that may be sent now; return when nothing is due and nothing is under way.

    1. Claim a batch (one transaction): move its lease on, ask `checks` which are still wanted.
    2. Encrypt and post in a few threads, with no transaction open and a cap for each push service.
    3. Record each result as it comes (one transaction for those that came together).
    4. Go on claiming meanwhile, so that a push service that hangs holds up only its own.

    A failing database raises; what is under way is finished first, and its leases run out.
    """
    run = _Run(factory, sender, now, dict(checks or {}), lease, chance or random.Random())  # noqa: S311
    looks_at = time.monotonic()
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="push") as pool:
        while True:
            stopping = is_stopping()
            if not stopping and len(run.waiting) < BATCH // 2 and time.monotonic() >= looks_at:
                is_all = run.take(BATCH)
                looks_at = time.monotonic() + (poll_s if is_all else 0)
            run.submit(pool, at_once, stopping)
            if not run.under_way and not run.finished:
                return run.tally
            if not run.finished:
                wait(run.under_way, timeout=poll_s, return_when=FIRST_COMPLETED)
                wait(run.under_way, timeout=GATHER_S)
            run.collect()


@dataclass
class _Run:
    factory: Sessions
    sender: Sender
    now: Clock
    checks: dict[Kind, Check]
    lease: timedelta
    chance: random.Random
    tally: Tally = field(default_factory=Tally)
    waiting: deque[_Waiting] = field(default_factory=deque)
    under_way: dict[Future[rules.Reply], _Waiting] = field(default_factory=dict)
    finished: list[Done] = field(default_factory=list)
    origins: _Origins = field(default_factory=_Origins)

    def take(self, limit: int) -> bool:
        """Claim up to `limit` messages; return whether these were all that is due."""
        at = self.now()
        with self.factory.begin() as session:
            claims = claim(session, at, limit=limit, lease=self.lease, checks=self.checks)
        self.tally.claimed += len(claims)
        for taken in claims:
            self.waiting.extend(_Waiting(taken, parcel) for parcel in taken.parcels)
        return not claims

    def submit(self, pool: ThreadPoolExecutor, at_once: int, stopping: bool) -> None:
        """Hand parcels to the threads; put off those whose push service rests or whose lease runs short."""
        kept: deque[_Waiting] = deque()
        at = self.now()
        while self.waiting:
            one = self.waiting.popleft()
            rest_s = self.origins.rest_s(one.parcel.origin, at)
            if rest_s is not None:
                spread = rest_s + self.chance.uniform(0, 5)
                self.finished.append(Done(one.claim, one.parcel, Verdict(Outcome.RETRY, wait_s=spread), at))
            elif stopping or at > one.claim.taken_at + self.lease / 3:
                # Posting now could outlast the lease; another round, or worker, takes it with a new one.
                self.finished.append(Done(one.claim, one.parcel, Verdict(Outcome.RETRY, wait_s=0), at))
            elif len(self.under_way) >= at_once or self.origins.is_full(one.parcel.origin):
                kept.append(one)
            else:
                self.origins.under_way[one.parcel.origin] += 1
                self.under_way[pool.submit(self.sender.send, one.parcel, at)] = one
        self.waiting = kept

    def collect(self) -> None:
        """Record the results that are there."""
        at = self.now()
        for future in [future for future in self.under_way if future.done()]:
            one = self.under_way.pop(future)
            error = future.exception()
            if error is not None:
                # A fault of ours. The others go on; this one is tried again and the class is logged.
                log.error("sending message %s failed: %s", one.parcel.message_id, type(error).__name__)
            reply = Unanswered("fault") if error is not None else future.result()
            self.origins.note(one.parcel.origin, error is not None or not isinstance(reply, Unanswered), at)
            verdict = rules.decide(reply, at)
            if verdict.warning is not None:
                log.warning("push to %s: %s (status %s)", one.parcel.origin, verdict.warning, verdict.status)
            self.finished.append(Done(one.claim, one.parcel, verdict, at))
        if not self.finished:
            return
        done, self.finished = self.finished, []
        with self.factory.begin() as session:
            for outcome in record(session, done, at, self.chance):
                self.tally.outcomes[outcome] += 1
