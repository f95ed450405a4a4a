"""The meaning of reviews: an order without a score, dates that can be kept, words about whose plan it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from companion.core.errors import RuleBroken

MOST_COMMENT = 1000
MOST_NOTE = 300
# More requests in a day are a phone gone wrong, or a keyworker's list made useless.
MOST_REFERRALS = 20
REFERRAL_WINDOW = timedelta(days=1)
MOST_AHEAD = timedelta(days=731)
TREND_DAYS = 14
GONE = "Someone who has left"


class ReferralState(StrEnum):
    """What became of a request to be referred; FHIR's words for a task."""

    REQUESTED = "requested"
    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


ANSWERS = [str(ReferralState.COMPLETED), str(ReferralState.REJECTED)]


def check_referral_answer(state: str, words: str) -> None:
    """Refuse a bare no: somebody asked for help and is owed a sentence."""
    if state == ReferralState.REJECTED and not words:
        raise RuleBroken("Say in a few words why, or what to do instead.", "answer")


def check_review_day(on: date | None, today: date) -> None:
    """Refuse a day that is over or more than two years away; None takes the date back."""
    if on is not None and not today <= on <= today + MOST_AHEAD:
        raise RuleBroken("Choose a day from today up to two years from now.", "on")


def caseload_order(next_review_on: date | None, name: str) -> tuple[date, str]:
    """Return what a caseload is ordered by: the agreed date (none is last), then the name. Never a score."""
    return (next_review_on or date.max, name.casefold())


def is_same_hour(one: datetime | None, other: datetime) -> bool:
    """Tell whether two instants lie in the same hour."""
    if one is None:
        return False
    start = other.replace(minute=0, second=0, microsecond=0)
    return start <= one < start + timedelta(hours=1)


def whose_plan(name: str) -> str:
    """Say what a shared plan is and is not."""
    return f"Entered by {name}. This is not a prescription record."
