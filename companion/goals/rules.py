"""The meaning of goals: six levels without an order, a lifecycle without dead ends, what history says."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from companion.core.errors import RuleBroken

MOST_TITLE = 120
MOST_WHY = 2000
MOST_STEPS = 20
MOST_CONFIDENCE = 10
KEY_PATTERN = r"[a-z0-9_]{1,60}"


class Level(StrEnum):
    """The six kinds of goal. None is better than another, and their order here means nothing."""

    DIRECT_HARM = "direct_harm"
    RISKY_BEHAVIOUR = "risky_behaviour"
    WIDER_PROBLEMS = "wider_problems"
    CONTROLLED_USE = "controlled_use"
    ABSTAIN_MAIN = "abstain_main"
    ABSTAIN_ALL = "abstain_all"


class Lifecycle(StrEnum):
    """FHIR's words for where a goal is. Any may follow any: nothing is ever a dead end."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Change(StrEnum):
    """What history says happened to a goal."""

    CREATED = "created"
    CHANGED = "changed"
    STARTED_AGAIN = "started_again"
    PAUSED = "paused"
    FINISHED = "finished"
    LET_GO = "let_go"
    SHARED = "shared"
    STOPPED_SHARING = "stopped_sharing"


_ENTERED = {
    Lifecycle.PROPOSED: Change.CHANGED,
    Lifecycle.ACTIVE: Change.STARTED_AGAIN,
    Lifecycle.ON_HOLD: Change.PAUSED,
    Lifecycle.COMPLETED: Change.FINISHED,
    Lifecycle.CANCELLED: Change.LET_GO,
}
WORDS = ("title", "why", "level", "template", "area", "steps", "target_on", "confidence")


def content_of(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person said about a goal in the one form that is compared, sealed and kept in history."""
    content = {name: draft[name] for name in WORDS}
    content["target_on"] = _text(draft["target_on"])
    content["steps"] = [
        {"id": str(step["id"]), "title": step["title"], "done_on": _text(step["done_on"])}
        for step in draft["steps"]
    ]
    content["lifecycle"], content["shared"] = str(draft["lifecycle"]), draft["shared"]
    return content


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def check(content: Mapping[str, Any]) -> None:
    """Refuse a goal whose steps cannot be told apart."""
    ids = [step["id"] for step in content["steps"]]
    if len(set(ids)) != len(ids):
        raise RuleBroken("Two steps have the same id. Give each its own.", "steps")


def changes_between(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Change]:
    """Return what history says of the step from `before` (None: there was nothing) to `after`."""
    if before is None:
        return [Change.CREATED, Change.SHARED] if after["shared"] else [Change.CREATED]
    found: list[Change] = []
    if any(before[name] != after[name] for name in WORDS):
        found.append(Change.CHANGED)
    if before["lifecycle"] != after["lifecycle"]:
        entered = _ENTERED[Lifecycle(after["lifecycle"])]
        if before["lifecycle"] == Lifecycle.PROPOSED and entered is Change.STARTED_AGAIN:
            entered = Change.CHANGED
        if entered not in found:
            found.append(entered)
    if before["shared"] != after["shared"]:
        found.append(Change.SHARED if after["shared"] else Change.STOPPED_SHARING)
    return found
