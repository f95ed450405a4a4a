"""Dispatch: claim with a lease, post with no transaction open, record what came of it on each device.

Any number of workers may do this at once. A claim carries a token; a worker that slept past its lease
finds another token in the row, and what it wants to record affects nothing.
"""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from companion.core.orm import Sessions
from companion.push import rules
from companion.push.gateway import Round, Sender
from companion.push.rules import Kind, Outcome, Parcel, Refused, Unanswered, Verdict
from companion.push.use_cases.claiming import Wish, claim, claim_ready
from companion.push.use_cases.ledger import Done, note_sent, record
from companion.push.use_cases.lines import Lines, Waiting
from companion.push.use_cases.preparing import Larder

log = logging.getLogger("companion.push")

LEASE = timedelta(seconds=60)
BATCH = 1000
# Results that come within this time, or up to this many, are recorded together.
GATHER_S = 0.05
GATHER_MOST = 250

Check = Callable[[Session, Sequence[Wish]], set[UUID]]
Clock = Callable[[], datetime]


@dataclass
class Tally:
    """What a dispatch came to: messages claimed, and devices by outcome."""

    claimed: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)


def dispatch(
    factory: Sessions,
    sender: Sender,
    now: Clock,
    *,
    checks: Mapping[Kind, Check] | None = None,
    lease: timedelta = LEASE,
    larder: Larder | None = None,
    poll_s: float = 1.0,
    is_stopping: Callable[[], bool] = lambda: False,
    chance: random.Random | None = None,
) -> Tally:
    """Send everything that may be sent now; return when nothing is due and nothing is under way.

    1. Claim a batch: move its lease on (one short transaction), then, only reading, ask `checks` which are
       still wanted. What was prepared ahead comes first.
    2. Encrypt what was not prepared and post, many at once, with no transaction open and a cap for each
       push service.
    3. Record results in groups.
    4. Go on claiming meanwhile, so that a push service that hangs holds up only its own.

    A failing database raises; what is under way is let go of, and its leases run out.
    """
    chance = chance or random.Random()  # noqa: S311
    with sender.round() as posts:
        run = _Run(factory, sender, posts, now, dict(checks or {}), lease, chance, larder or Larder())
        looks_at, is_all = time.monotonic(), False
        while True:
            stopping = is_stopping()
            if not stopping and run.lines.has_room() and time.monotonic() >= looks_at:
                is_all = run.take(BATCH)
                looks_at = time.monotonic() + (poll_s if is_all else 0)
            run.submit(stopping)
            if not run.under_way and not run.finished:
                if is_all or stopping:
                    return run.tally
                continue  # all that was taken came too late or is unwanted
            busy = run.finished or (run.lines.has_room() and time.monotonic() >= looks_at)
            run.collect(0 if busy and not run.under_way else GATHER_S if busy else poll_s)
            run.record_some()


@dataclass
class _Run:
    factory: Sessions
    sender: Sender
    posts: Round
    now: Clock
    checks: dict[Kind, Check]
    lease: timedelta
    chance: random.Random
    larder: Larder
    tally: Tally = field(default_factory=Tally)
    under_way: dict[int, Waiting] = field(default_factory=dict)
    finished: list[Done] = field(default_factory=list)
    first_at: float = 0.0
    lines: Lines = field(default_factory=Lines)

    def take(self, limit: int) -> bool:
        """Claim up to `limit` messages; return whether these were all that is due."""
        at = self.now()
        ready = self.larder.take(at, limit)
        if ready:
            taken = len(ready)
            claims = claim_ready(self.factory, ready, at, lease=self.lease, checks=self.checks)
        else:
            taken, claims = claim(self.factory, at, limit=limit, lease=self.lease, checks=self.checks)
        self.tally.claimed += len(claims)
        for one in claims:
            for parcel in one.parcels:
                self.lines.add(Waiting(one, parcel))
        return not taken

    def submit(self, stopping: bool) -> None:
        """Post what may go; put off what its push service has no room for or whose lease runs short."""
        at = self.now()
        for one, wait_s in self.lines.put_off(at, self.chance):
            self._end(one, Verdict(Outcome.RETRY, wait_s=wait_s), at)
        for one in self.lines.ready(self.posts.fast):
            if stopping or at > one.claim.taken_at + self.lease / 3:
                # Posting now could outlast the lease; another round, or worker, takes it with a new one.
                self.lines.ended(one.parcel.origin)
                self._end(one, Verdict(Outcome.RETRY, wait_s=0), at)
                continue
            self._post(one, at)

    def _post(self, one: Waiting, at: datetime) -> None:
        parcel = one.parcel
        try:
            made = self.sender.prepare(parcel) if isinstance(parcel, Parcel) else parcel
        except Exception as error:
            # A fault of ours. The others go on; this one is tried again and the class is logged.
            log.error("message %s cannot be encrypted: %s", parcel.message_id, type(error).__name__)
            self.lines.ended(parcel.origin)
            self._end(one, Verdict(Outcome.RETRY), at)
            return
        if isinstance(made, Refused):
            self.lines.ended(parcel.origin)
            self._decide(one, made, at)
        else:
            self.posts.start(made, at)
            self.under_way[id(made)] = one

    def collect(self, timeout_s: float) -> None:
        """Take the answers that are there, waiting a little for a first one."""
        found = self.posts.collect(timeout_s) if self.under_way else []
        at = self.now()
        for parcel, reply in found:
            one = self.under_way.pop(id(parcel))
            if isinstance(reply, Unanswered):
                self.lines.unanswered(parcel.origin, at)
            else:
                self.lines.answered(parcel.origin)
            self._decide(one, reply, at)

    def _decide(self, one: Waiting, reply: rules.Reply, at: datetime) -> None:
        verdict = rules.decide(reply)
        if verdict.warning is not None:
            log.warning("push to %s: %s (status %s)", one.parcel.origin, verdict.warning, verdict.status)
        self._end(one, verdict, at)

    def _end(self, one: Waiting, verdict: Verdict, at: datetime) -> None:
        if not self.finished:
            self.first_at = time.monotonic()
        self.finished.append(Done(one.claim, one.parcel, verdict, at))

    def record_some(self) -> None:
        """Record what has ended once enough of it is there, or the first has waited long enough."""
        if not self.finished:
            return
        is_young = time.monotonic() - self.first_at < GATHER_S
        if self.under_way and is_young and len(self.finished) < GATHER_MOST:
            return
        done, self.finished = self.finished, []
        at = self.now()
        with self.factory.begin() as session:
            outcomes = record(session, done, at, self.chance)
        self.tally.outcomes.update(outcomes)
        if Outcome.SENT in outcomes:
            with self.factory.begin() as session:
                note_sent(session, done, at)
