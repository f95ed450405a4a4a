"""Merging records that phones write while offline: one pure decision, five words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_SKEW = timedelta(hours=24)


class Outcome(StrEnum):
    """What becomes of a record a phone sent."""

    NEW = "new"
    UPDATED = "updated"
    IDENTICAL = "identical"
    OLDER = "older"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What of a record takes part in the decision: the phone's clock, a digest of the content, tombstone."""

    recorded_at: datetime
    digest: str
    deleted: bool = False


def digest_of(body: dict[str, object]) -> str:
    """Return a digest of `body` that does not depend on the order of its keys."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def clamp(recorded_at: datetime, received_at: datetime) -> datetime:
    """Return the phone's time, held to within 24 hours *after* the server's; a phone may be offline for long,
    so the past is not touched, but a clock that runs ahead must not win for ever."""
    return min(recorded_at, received_at + MOST_SKEW)


def decide(stored: Stamp | None, incoming: Stamp) -> Outcome:
    """Return what to do with `incoming`.

    A deleted record stays deleted. The same content again is identical, whatever the clocks say.
    Otherwise the later `recorded_at` wins; at the same instant the greater digest does, so that every
    node and every order of arrival ends in the same state.
    """
    if stored is None:
        return Outcome.NEW
    if stored.deleted:
        return Outcome.DISCARDED
    if incoming.digest == stored.digest and incoming.deleted == stored.deleted:
        return Outcome.IDENTICAL
    if (incoming.recorded_at, incoming.digest) > (stored.recorded_at, stored.digest):
        return Outcome.UPDATED
    return Outcome.OLDER
