"""Nudges: reminders that belong to no plan and that only those get who asked for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

REVIEW_TIME = "18:00"
REVIEW_DAY = 1


class Nudge(StrEnum):
    """What a nudge is for; the order gives the slot and must not change."""

    CHECK_IN = "check_in"
    REVIEW = "review"


NUDGE_TITLES = {Nudge.CHECK_IN: "Check in", Nudge.REVIEW: "Look at your goals"}


def nudge_plan_id(person_id: UUID) -> UUID:
    """Return what stands for a plan in a person's nudges."""
    return uuid5(person_id, "nudge")


def has_nudges(settings: Mapping[str, Any]) -> bool:
    """Tell whether a person asked for any."""
    return settings["check_in_nudge"] is not None or settings["review_nudge"]


def nudges_on(settings: Mapping[str, Any], on: date) -> Iterator[tuple[Nudge, str]]:
    """Yield the nudges of a day with their wall times: a check-in daily, the goals once a month."""
    if settings["check_in_nudge"] is not None:
        yield Nudge.CHECK_IN, settings["check_in_nudge"]["time"]
    if settings["review_nudge"] and on.day == REVIEW_DAY:
        yield Nudge.REVIEW, REVIEW_TIME
