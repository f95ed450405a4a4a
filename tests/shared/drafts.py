"""What phones send: builders of every record a phone can write, and one description of each kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from companion.core.ids import new_id

RECORDED = "2026-11-23T08:55:00+00:00"
Draft = dict[str, Any]


def a_step(**changes: Any) -> Draft:
    """Return a step of a goal."""
    return {"id": str(new_id()), "title": "Call the housing line", "done_on": None, **changes}


def a_goal(**changes: Any) -> Draft:
    """Return a goal as a phone sends it."""
    return {
        "title": "Get a place of my own",
        "why": "I want my own front door.",
        "level": "wider_problems",
        "template": "a_place_of_my_own",
        "area": "home",
        "steps": [{"id": "0192f0c8-7a4e-7c3b-8d1f-2b6a9e5c4d10", "title": "Find my ID", "done_on": None}],
        "target_on": "2027-03-01",
        "confidence": 6,
        "lifecycle": "active",
        "shared": False,
        "recorded_at": RECORDED,
        **changes,
    }


def a_check_in(**changes: Any) -> Draft:
    """Return a check-in as a phone sends it."""
    return {
        "recorded_at": RECORDED,
        "mood": 3,
        "sleep": None,
        "cravings": None,
        "energy": None,
        "connection": None,
        "helped": ["kept_busy"],
        "hard": [],
        "note": "A quiet day.",
        **changes,
    }


def some_answers(**changes: Any) -> Draft:
    """Return answers to the four ONS questions as a phone sends them."""
    return {
        "measure": "ons4",
        "version": "2020-05",
        "recorded_at": RECORDED,
        "answers": {"satisfied": 6, "worthwhile": 7, "happy": None, "anxious": 3},
        **changes,
    }


def a_plan(**changes: Any) -> Draft:
    """Return a collection plan as a phone sends it."""
    phase = {"starts_on": "2026-11-23", "weekdays": ["MO", "WE"], "times": ["10:00"], "take_home": True}
    return {
        "kind": "collection",
        "title": "Morning walk",
        "starts_on": "2026-11-23",
        "phases": [{**phase, "every": {"unit": "week", "count": 1}}],
        "note": "Ask for Ann.",
        "recorded_at": RECORDED,
        **changes,
    }


def a_grant(keyworker_id: UUID, *scopes: str, **changes: Any) -> Draft:
    """Return a grant as a phone sends it; everything is shared unless scopes are named."""
    chosen = list(scopes) or ["goals", "wellbeing", "plan"]
    return {"keyworker_id": str(keyworker_id), "scopes": chosen, "until": None, **changes}


@dataclass(frozen=True)
class Kind:
    """A kind of record a phone writes: where it goes, a good draft, and the field that words go into."""

    name: str
    path: str
    draft: Callable[..., Draft]
    words: str
    can_delete: bool = True

    def url(self, record_id: UUID) -> str:
        """Return the address of one record."""
        return f"{self.path}/{record_id}"

    def says(self, text: str, **changes: Any) -> Draft:
        """Return a draft that says `text`."""
        if self.name == "answers":
            # No free text: each text is another number.
            return self.draft(answers={"satisfied": sum(map(ord, text)) % 11}, **changes)
        return self.draft(**{self.words: text}, **changes)


KINDS = [
    Kind("goal", "/api/goals", a_goal, "title"),
    Kind("check_in", "/api/wellbeing/check-ins", a_check_in, "note"),
    Kind("answers", "/api/wellbeing/answers", some_answers, "answers", can_delete=False),
    Kind("plan", "/api/treatment/plans", a_plan, "note"),
]
