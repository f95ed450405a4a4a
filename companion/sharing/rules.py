"""The meaning of sharing: scopes, how long it lasts, and plain words for what others did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from companion.core.errors import RuleBroken

USUAL_LIFE = timedelta(days=183)
MOST_LIFE = timedelta(days=366)


class Scope(StrEnum):
    """What can be shared. Of goals only those that are marked as shared, each one."""

    GOALS = "goals"
    WELLBEING = "wellbeing"
    PLAN = "plan"


# (action, kind of item) of the audit trail, as the person reads it.
_WORDS = {
    ("listed", "caseload"): "Saw you on their list",
    ("viewed", "person"): "Opened your page",
    ("viewed", "goals"): "Looked at your shared goals",
    ("viewed", "goal"): "Looked at a shared goal",
    ("viewed", "wellbeing"): "Looked at your check-ins",
    ("viewed", "plan"): "Looked at your plan",
    ("viewed", "missed"): "Looked at your collection days",
    ("viewed", "referrals"): "Looked at what you asked for",
    ("answered", "referral"): "Answered what you asked for",
    ("commented", "goal"): "Wrote a comment on a goal",
    ("agreed", "review"): "Set the date of your next review",
}
LOOKS = sorted({action for action, _kind in _WORDS})


@dataclass(frozen=True, slots=True)
class Act:
    """One act of somebody else on a person's records."""

    who: UUID
    action: str
    item_kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """What one keyworker did in one hour; `at` is the last time in that hour."""

    who: UUID
    what: str
    at: datetime


def until(asked: datetime | None, now: datetime) -> datetime:
    """Return when sharing ends: as asked, at most a year on; six months if nothing was asked."""
    if asked is None:
        return now + USUAL_LIFE
    if not now < asked <= now + MOST_LIFE:
        raise RuleBroken("Choose a day from tomorrow up to one year from now.", "until")
    return asked


def what_words(action: str, item_kind: str) -> str:
    """Say in plain words what somebody did."""
    return _WORDS.get((action, item_kind), "Looked at something you share")


def looks(acts: Iterable[Act]) -> list[Look]:
    """Gather acts by keyworker, hour and words, so that ten openings of a page are one line; newest first."""
    found: dict[tuple[UUID, str, datetime], Look] = {}
    for act in acts:
        what = what_words(act.action, act.item_kind)
        hour = act.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        known = found.get((act.who, what, hour))
        if known is None or known.at < act.at:
            found[act.who, what, hour] = Look(act.who, what, act.at)
    return sorted(found.values(), key=lambda look: (look.at, look.what), reverse=True)
