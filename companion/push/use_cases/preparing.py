"""Preparing: encrypt what falls due in the next minutes, so that the due second is only sending.

RFC 8291 has no clock in it: a body made earlier is as good. Only bodies are kept, in memory; at the due
time the claim says again whether the message is wanted and whether its devices are still the same.
"""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from companion.core.orm import Sessions
from companion.push.gateway import Sender
from companion.push.models import Message
from companion.push.rules import State
from companion.push.use_cases.parcels import COLUMNS, Ready, open_parcels

log = logging.getLogger("companion.push")

AHEAD = timedelta(minutes=5)
BATCH = 200
# About a kilobyte each: what a worker may hold and stay small.
MOST = 60_000
FIRST = UUID(int=0)


@dataclass
class Larder:
    """Bodies made ahead by one worker. `part` of `parts` is its share, so that two do not make the same."""

    part: int = 0
    parts: int = 1
    most: int = MOST
    _ready: list[tuple[datetime, int, Ready]] = field(default_factory=list)
    _count: int = 0
    _seen: UUID = FIRST

    def __len__(self) -> int:
        return len(self._ready)

    def is_mine(self, message_id: UUID) -> bool:
        """Tell whether a message is of this worker's share."""
        return message_id.int % self.parts == self.part

    def put(self, due_at: datetime, one: Ready) -> None:
        """Keep the bodies of one message until it is due."""
        self._count += 1
        heapq.heappush(self._ready, (due_at, self._count, one))

    def take(self, now: datetime, limit: int) -> list[Ready]:
        """Hand out up to `limit` messages that are due, longest waiting first; they are kept no longer."""
        found: list[Ready] = []
        while self._ready and self._ready[0][0] <= now and len(found) < limit:
            found.append(heapq.heappop(self._ready)[2])
        return found


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
        with factory.begin() as session:
            rows: Sequence[Any] = session.execute(query).all()
            mine = [row for row in rows if larder.is_mine(row.id)]
            parcels = open_parcels(session, mine, now)
        for row in mine:
            try:
                bodies = tuple(sender.prepare(parcel) for parcel in parcels.get(row.id, ()))
            except Exception as error:
                log.error("message %s cannot be encrypted: %s", row.id, type(error).__name__)
                continue
            if bodies:
                larder.put(
                    row.next_try_at,
                    Ready(
                        row.id,
                        row.account_id,
                        row.kind,
                        row.reference_id,
                        row.serial,
                        row.expires_at,
                        bodies,
                    ),
                )
                made += 1
        if not rows:
            break
        larder._seen = rows[-1].id
    return made
