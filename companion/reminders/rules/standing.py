"""The meaning of a reminder: when it is due, when it is too late, what an answer does. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from companion.core.errors import RuleBroken

# Planned ahead by this much, looked at again this often: a worker may be away for two days.
AHEAD = timedelta(hours=72)
PLAN_AGAIN = timedelta(hours=12)
# The earliest reminder comes on the day before what it reminds of.
EARLIEST = timedelta(days=2)
# A reminder that comes later than this would be taken for a new one; it shows in the app instead.
TOO_LATE = timedelta(minutes=30)
LEAST_LATER, MOST_LATER, USUAL_LATER = 5, 720, 60
FARTHEST_DAY = timedelta(days=62)
# What was answered or has passed is kept this long.
KEPT = timedelta(days=90)
HOME_ZONE = "Europe/London"
MOST_REASON = 200


class State(StrEnum):
    """Where a reminder stands. `expired` means its time has gone by and nobody said anything."""

    PLANNED = "planned"
    RAISED = "raised"
    ANSWERED = "answered"
    EXPIRED = "expired"


class Answer(StrEnum):
    """What a person can say. Skipped, not done and not saying are three things."""

    DONE = "done"
    SKIPPED = "skipped"
    NOT_DONE = "not_done"
    NOT_SAID = "not_said"
    LATER = "later"


# Answers with which a person may write down why. It is theirs alone: no one else is ever shown it.
MAY_HAVE_REASON = frozenset({Answer.SKIPPED, Answer.NOT_DONE})


@dataclass(frozen=True, slots=True)
class Standing:
    """What an answer leaves a reminder in."""

    state: State
    due_at: datetime | None
    expires_at: datetime


def reminder_id(plan_id: UUID, on: date, slot: int) -> UUID:
    """Return the id of a reminder: the same on every device and server."""
    return uuid5(plan_id, f"{on}|{slot}")


def due_at(at: datetime | None, minutes_before: int | None) -> datetime | None:
    """Return when to remind, or None when nothing is to be pushed."""
    if at is None or minutes_before is None:
        return None
    return at - timedelta(minutes=minutes_before)


def is_too_late(due: datetime, now: datetime) -> bool:
    """Tell whether a reminder due at `due` is no longer sent at `now`."""
    return now - due > TOO_LATE


def local_day(now: datetime, time_zone: str) -> date:
    """Return the day it is at `now` on the calendar of `time_zone`."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def instant_at(on: date, wall: str, time_zone: str) -> datetime:
    """Return the instant of the wall time HH:MM on `on`; a skipped one is read with the offset before it."""
    at = time.fromisoformat(wall).replace(fold=0)
    return datetime.combine(on, at, ZoneInfo(time_zone)).astimezone(UTC)


def day_ends_at(on: date, time_zone: str) -> datetime:
    """Return the instant at which the local day `on` is over."""
    midnight = datetime.combine(on + timedelta(days=1), datetime.min.time(), ZoneInfo(time_zone))
    return midnight.astimezone(UTC)


def check_answer(answer: Answer, later_minutes: int | None, reason: str = "") -> None:
    """Refuse minutes with an answer that closes the reminder, and a reason where nothing was left out."""
    if later_minutes is not None and answer is not Answer.LATER:
        raise RuleBroken("Minutes go with the answer later only.", "later_minutes")
    if reason and answer not in MAY_HAVE_REASON:
        raise RuleBroken("A reason goes with skipped and not done only.", "reason")


def decide_standing(
    answer: Answer, later_minutes: int | None, expires_at: datetime, now: datetime
) -> Standing | None:
    """Return what `later` leaves a reminder in; None for the answers that close it.

    The server's clock counts the minutes: a phone's may be wrong.
    """
    if answer is not Answer.LATER:
        return None
    due = now + timedelta(minutes=later_minutes or USUAL_LATER)
    return Standing(State.PLANNED, due, max(expires_at, due + 2 * TOO_LATE))


def shown_state(state: State, due: datetime | None, expires_at: datetime, now: datetime) -> State:
    """Return the state to show at `now`, also when no worker has looked lately."""
    if state not in (State.PLANNED, State.RAISED) or (now < expires_at and state is State.RAISED):
        return state
    if now >= expires_at or (due is not None and is_too_late(due, now)):
        return State.EXPIRED
    return state


def next_plan_at(now: datetime, last_day: date | None, planned_until: date) -> datetime | None:
    """Return when to plan further, or None when a plan holds nothing beyond what is planned."""
    return None if last_day is not None and last_day <= planned_until else now + PLAN_AGAIN


def content_of(
    answer: Answer, later_minutes: int | None, recorded_at: datetime, reason: str = ""
) -> dict[str, object]:
    """Return what makes two answers the same. Asking for later again, at another time, is another answer."""
    if answer is not Answer.LATER:
        said: dict[str, object] = {"answer": str(answer)}
        return said | {"reason": reason} if reason else said
    at = recorded_at.astimezone(UTC).isoformat()
    return {"answer": str(answer), "minutes": later_minutes or USUAL_LATER, "at": at}
