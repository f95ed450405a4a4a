"""Missed pharmacy visits: plain arithmetic over what the person marked, and the organisation's calm words.

Done, missed and not marked are three things. Nothing here advises on a dose, blames, or tells anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from companion.treatment.rules.plan import Place, What
from companion.treatment.rules.weeks import Occurrence
from companion.treatment.rules.words import Code, Notice

DONE = "done"
MISSED = frozenset({"skipped", "not_done"})
VISITS = frozenset({What.COLLECT, What.SUPERVISED})


@dataclass(frozen=True, slots=True)
class MissedPolicy:
    """What an organisation wants people to read after missed visits. Off unless it was switched on."""

    on: bool = False
    limit: int = 3
    before: str = ""
    at_limit: str = ""
    naloxone: str = ""


def missed_run(occurrences: Iterable[Occurrence], answers: Mapping[UUID, str], today: date) -> int:
    """Return how many days with a pharmacy visit were marked as missed since the last one marked as done.

    `answers` holds what the person said, by reminder. A day that was not marked is passed over: it neither
    counts nor ends the run. So is a day on which the place may be closed and an earlier visit stands in,
    unless something was done on it.
    """
    run = 0
    for done in reversed(_done_by_day(occurrences, answers, today).values()):
        if done:
            break
        run += done is False
    return run


def missed_days(
    occurrences: Iterable[Occurrence], answers: Mapping[UUID, str], today: date
) -> tuple[date, ...]:
    """Return the days up to `today` with a pharmacy visit that the person marked as missed, in order.

    Never a day that was not marked, one on which something was done, or one that an earlier visit stands
    in for.
    """
    return tuple(on for on, done in _done_by_day(occurrences, answers, today).items() if done is False)


def _done_by_day(
    occurrences: Iterable[Occurrence], answers: Mapping[UUID, str], today: date
) -> dict[date, bool | None]:
    """Return for each day with a visit, in order, whether it was done; None where nothing says so."""
    said: dict[date, set[str]] = {}
    covered: set[date] = set()
    for one in occurrences:
        if one.what in VISITS and one.on <= today:
            said.setdefault(one.on, set()).add(answers.get(one.reminder_id, ""))
            if one.covered_on is not None:
                covered.add(one.on)
    return {
        on: True if DONE in answers else False if on not in covered and answers & MISSED else None
        for on, answers in sorted(said.items())
    }


def missed_text(policy: MissedPolicy, run: int, place: Place | None = None) -> list[Notice]:
    """Return what the organisation wants said after `run` missed visits; nothing when its policy is off."""
    if not policy.on or run < 1:
        return []
    call = None if place is None else place.phone.strip() or None
    first = (
        Notice(Code.MISSED_BEFORE, policy.before, call)
        if run < policy.limit
        else Notice(Code.MISSED_AT_LIMIT, policy.at_limit, call)
    )
    return [first, Notice(Code.MISSED_NALOXONE, policy.naloxone)]
