"""When nothing may make a sound: quiet hours and days away. Pure functions of a person's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from companion.core.errors import RuleBroken
from companion.reminders.rules.standing import HOME_ZONE, instant_at

MOST_AWAY = 20
LONGEST_AWAY = timedelta(days=366)
SNOOZES = (30, 60, 120)
MOST_SNOOZES = 4
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Decision(StrEnum):
    """What a person says when their phone is in another time zone than their plans."""

    KEEP = "keep"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Silence:
    """Quiet hours on the wall of `time_zone`, from `starts` up to `ends`, and the days away."""

    time_zone: str
    starts: str | None
    ends: str | None
    except_medicine: bool
    away: tuple[tuple[date, date], ...]

    def moved(self, at: datetime, *, is_medicine: bool) -> datetime:
        """Return `at`, or the end of the quiet hours that it falls into."""
        if self.starts is None or self.ends is None or (is_medicine and self.except_medicine):
            return at
        if not self._is_quiet(at, self.starts, self.ends):
            return at
        local = at.astimezone(ZoneInfo(self.time_zone))
        is_evening = self.starts > self.ends and local.strftime("%H:%M") >= self.starts
        day = local.date() + DAY if is_evening else local.date()
        end = instant_at(day, self.ends, self.time_zone)
        if end < at:  # The autumn change shows the end twice, and this is the second hour.
            end += HOUR
        while not self._is_quiet(end - MINUTE, self.starts, self.ends):
            end -= MINUTE  # The spring change skips the end: it is over as soon as the clock has moved.
        return end

    def _is_quiet(self, at: datetime, starts: str, ends: str) -> bool:
        wall = at.astimezone(ZoneInfo(self.time_zone)).strftime("%H:%M")
        return starts <= wall < ends if starts < ends else wall >= starts or wall < ends

    def is_away(self, at: datetime) -> bool:
        """Tell whether `at` falls on a day on which the person is away."""
        on = at.astimezone(ZoneInfo(self.time_zone)).date()
        return any(first <= on <= last for first, last in self.away)


def usual_settings() -> dict[str, Any]:
    """Return the settings that hold until a person chooses otherwise."""
    return {
        "quiet": None,
        "quiet_except_medicine": True,
        "away": [],
        "check_in_nudge": None,
        "review_nudge": False,
        "snooze": list(SNOOZES),
        "time_zone": HOME_ZONE,
    }


def settings_content(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return a person's settings in the one form that is compared and sealed; refuse what has no meaning."""
    quiet = draft["quiet"]
    if quiet is not None and quiet["from"] == quiet["to"]:
        raise RuleBroken("Quiet hours need a start and another end.", "quiet.to")
    for n, one in enumerate(draft["away"]):
        if not timedelta() <= one["to"] - one["from"] <= LONGEST_AWAY:
            raise RuleBroken("The last day away cannot come before the first.", f"away.{n}.to")
    check_zone(draft["time_zone"], "time_zone")
    nudge = draft["check_in_nudge"]
    return {
        "quiet": None if quiet is None else {"from": quiet["from"], "to": quiet["to"]},
        "quiet_except_medicine": draft["quiet_except_medicine"],
        "away": [{"from": str(one["from"]), "to": str(one["to"])} for one in draft["away"]],
        "check_in_nudge": None if nudge is None else {"time": nudge["time"]},
        "review_nudge": draft["review_nudge"],
        "snooze": sorted(set(draft["snooze"])),
        "time_zone": draft["time_zone"],
    }


def silence_of(settings: Mapping[str, Any]) -> Silence:
    """Return the silence that a person's settings ask for."""
    quiet = settings["quiet"] or {"from": None, "to": None}
    away = tuple((date.fromisoformat(one["from"]), date.fromisoformat(one["to"])) for one in settings["away"])
    return Silence(settings["time_zone"], quiet["from"], quiet["to"], settings["quiet_except_medicine"], away)


def check_zone(name: str, field: str) -> None:
    """Refuse a name that is no time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise RuleBroken("Choose a time zone like Europe/London.", field) from None


def shows_the_same(zone: str, other: str, now: datetime) -> bool:
    """Tell whether clocks in both zones show the same time, today and half a year on."""
    half_a_year = timedelta(days=182)
    return all(
        at.astimezone(ZoneInfo(zone)).utcoffset() == at.astimezone(ZoneInfo(other)).utcoffset()
        for at in (now, now + half_a_year)
    )
