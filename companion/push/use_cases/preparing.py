"""Preparing: encrypt what falls due in the next minutes, so that the due second is only sending.

RFC 8291 has no clock in it: a body made earlier is as good. Only bodies are kept, in memory; at the due
time the claim says again whether the message is wanted and whether its devices are still the same.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from companion.core.orm import Sessions, reading
from companion.push.gateway import Sender
from companion.push.models import Message
from companion.push.rules import Parcel, Prepared, Refused, State
from companion.push.use_cases.parcels import COLUMNS, Ready, open_parcels

log = logging.getLogger("companion.push")

AHEAD = timedelta(minutes=5)
BATCH = 200
# About a kilobyte and a half each: what a worker may hold and stay below 200 MB.
MOST = 40_000
FIRST = UUID(int=0)


@dataclass
class Larder:
    """Bodies made ahead by one worker. `part` of `parts` is its share, so that two do not make the same."""

    part: int = 0
    parts: int = 1
    most: int = MOST
    _ready: dict[datetime, deque[Ready]] = field(default_factory=dict)
    _count: int = 0
    _seen: UUID = FIRST
    _looked_at: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        return self._count

    def is_mine(self, message_id: UUID) -> bool:
        """Tell whether a message is of this worker's share."""
        return message_id.int % self.parts == self.part

    def put(self, due_at: datetime, one: Ready) -> None:
        """Keep the bodies of one message until it is due."""
        with self._lock:
            self._ready.setdefault(due_at, deque()).append(one)
            self._count += 1

    def take(self, now: datetime, limit: int) -> list[Ready]:
        """Hand out up to `limit` messages that are due, longest waiting first; they are kept no longer."""
        found: list[Ready] = []
        with self._lock:
            for due_at in sorted(at for at in self._ready if at <= now):
                waiting = self._ready[due_at]
                while waiting and len(found) < limit:
                    found.append(waiting.popleft())
                if not waiting:
                    del self._ready[due_at]
            self._count -= len(found)
        return found

    def look(self, now: datetime) -> None:
        """Note when it is filled; after a clock was put back begin anew, for newer ids may sort before."""
        with self._lock:
            if self._looked_at is not None and now < self._looked_at:
                self._ready, self._count, self._seen = {}, 0, FIRST
            self._looked_at = now


def prepare(
    factory: Sessions,
    sender: Sender,
    larder: Larder,
    now: datetime,
    *,
    is_stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Encrypt this worker's share of what was queued since it last looked; return how many messages."""
    made = 0
    same: dict[datetime, datetime] = {}
    larder.look(now)
    while len(larder) < larder.most and not is_stopping():
        query = (
            select(*COLUMNS, Message.next_try_at, Message.expires_at)
            .where(
                Message.id > larder._seen,
                Message.next_try_at > now,
                Message.next_try_at <= now + AHEAD,
                Message.state == str(State.QUEUED),
                Message.tries == 0,
            )
            .order_by(Message.id)
            .limit(BATCH)
        )
        with reading(factory) as session:
            rows: Sequence[Any] = session.execute(query).all()
            mine = [row for row in rows if larder.is_mine(row.id)]
            parcels = open_parcels(session, mine, now, [])
        for row in mine:
            bodies = _bodies(sender, row.id, parcels.get(row.id, ()))
            if bodies:
                # Rows share what is the same in thousands of them.
                kind, ends_at = sys.intern(row.kind), same.setdefault(row.expires_at, row.expires_at)
                larder.put(
                    row.next_try_at,
                    Ready(row.id, row.account_id, kind, row.reference_id, row.serial, ends_at, bodies),
                )
                made += 1
        if not rows:
            break
        larder._seen = rows[-1].id
    return made


def _bodies(sender: Sender, message_id: UUID, parcels: Sequence[Parcel]) -> tuple[Prepared, ...]:
    """Encrypt for every device; empty when it cannot be done for one: dispatch then says what it was."""
    found: list[Prepared] = []
    for parcel in parcels:
        try:
            made = sender.prepare(parcel)
        except Exception as error:
            log.error("message %s cannot be encrypted: %s", message_id, type(error).__name__)
            return ()
        if isinstance(made, Refused):
            return ()
        found.append(made)
    return tuple(found)
