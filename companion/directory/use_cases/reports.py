"""What one reading of a feed did, what it carries from page to page, and what was wrong with whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from companion.directory.rules.record import Finding, Problem, Topic


@dataclass(slots=True)
class ImportReport:
    """What one reading of a feed did; the counts are of services, `problems` are of facts by code."""

    source: str
    total: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    duplicates: int = 0
    retired: int = 0
    returned: int = 0
    without_position: int = 0
    complete: bool = False
    changes_only: bool = False
    failure: str = ""
    held_back: str = ""
    too_many_rejected: str = ""
    problems: Counter[str] = field(default_factory=Counter)
    rejects: list[Problem] = field(default_factory=list)

    def counts(self) -> dict[str, object]:
        """Return the figures that are kept with the feed."""
        names = ("total", "new", "updated", "unchanged", "rejected", "duplicates", "retired", "returned",
                 "without_position", "failure", "held_back", "too_many_rejected")  # fmt: skip
        return {**{name: getattr(self, name) for name in names}, "problems": dict(self.problems)}


@dataclass(slots=True)
class Run:
    """What one import carries from page to page."""

    feed_id: UUID
    topics: Sequence[Topic]
    salt: str
    stamp: str
    now: datetime
    dry: bool
    report: ImportReport
    tell: Callable[[Finding], None] | None
    # Corrections by the service's own id, as they stood when the reading began.
    fixes: Mapping[str, Mapping[str, str]]
    seen: dict[str, int] = field(default_factory=dict)
    noted: set[UUID] = field(default_factory=set)
    looked_at: set[str] = field(default_factory=set)
    # Whether there was no such feed before.
    first: bool = False
    # Whether refused records are counted before anything is written, and how many there are.
    judges: bool = False
    refused: int = 0
