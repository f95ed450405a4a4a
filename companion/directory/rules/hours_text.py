"""Opening times as people type them into one cell: "09:00-12:30, 13:30-17:00" or "closed"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from companion.directory.rules.hours import CODES, NAMES
from companion.directory.rules.record import Json
from companion.directory.rules.values import parse_minutes

_SHUT = frozenset({"closed", "close", "shut", "no", "none", "n/a", "-", "–", "x"})
_ALWAYS = frozenset({"24 hours", "24 hrs", "24h", "24/7", "24hr", "24hrs", "all day", "open 24 hours"})
_RANGE = re.compile(r"(.{1,12}?)\s*(?:-|–|—|\bto\b|\buntil\b)\s*(.{1,12})")
MOST_RANGES = 12
# Somebody who types 9:00-5:00 means the afternoon; a night that is longer than this is such a slip.
_LONGEST_NIGHT = 16 * 60


def parse_hours_text(text: str) -> list[tuple[str, str]] | None:
    """Return opening and closing times as HH:MM; an empty list when closed, None when it cannot be read."""
    flat = " ".join(text.split()).strip(" .;,").lower()
    if flat in _SHUT:
        return []
    if flat in _ALWAYS:
        return [("00:00", "24:00")]
    parts = [part.strip() for part in re.split(r"[,;&/\n]|\band\b", flat) if part.strip()]
    if not parts or len(parts) > MOST_RANGES:
        return None
    found: list[tuple[str, str]] = []
    for part in parts:
        ends = _RANGE.fullmatch(part)
        opens, closes = (parse_minutes(ends[1]), parse_minutes(ends[2])) if ends else (None, None)
        if opens is None or closes is None or (opens == closes and opens):
            return None
        if closes <= opens and closes + 1440 - opens > _LONGEST_NIGHT and closes % 1440:
            return None
        found.append((_clock(opens), _clock(closes)))
    return found


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def day_schedules(days: Iterable[tuple[int, str]]) -> list[Json]:
    """Return HSDS schedules of weekdays (0 is Monday) and their cells; days with the same times share one.

    A cell that cannot be read becomes a schedule of words alone, so that a person still sees what it says.
    """
    shared: dict[tuple[str, str], list[str]] = {}
    words: list[Json] = []
    for weekday, text in days:
        if not text.strip():
            continue
        times = parse_hours_text(text)
        if times is None:
            said = f"{NAMES[weekday]}: {text}"
            words.append({"byday": CODES[weekday], "opens_at": text, "description": said})
            continue
        for pair in times:
            shared.setdefault(pair, []).append(CODES[weekday])
    plain: list[Json] = [
        {"freq": "WEEKLY", "byday": ",".join(codes), "opens_at": opens, "closes_at": closes}
        for (opens, closes), codes in shared.items()
    ]
    return plain + words
