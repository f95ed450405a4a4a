"""The table form of the Meeting Guide format: one meeting in a row, columns in any order.

Its headings are the keys of the JSON form in plain words (`conference_url` is "Conference URL"); ID stands
for the slug, and Full Address for the formatted address, as the sheets of code4recovery.org have it. Days
and types are English words. Columns about people who may be called are not among those that are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from companion.directory.rules.hours import NAMES
from companion.directory.rules.meeting_words import TYPE_NAMES
from companion.directory.rules.meetings import meeting_service
from companion.directory.rules.record import Json
from companion.directory.rules.values import stable_id

_OTHER_NAMES = {"id": "slug", "full_address": "formatted_address", "website": "url"}
_KEYS = frozenset({
    "name", "slug", "day", "time", "end_time", "timezone", "types", "location", "group", "notes",
    "location_notes", "group_notes", "url", "updated", "formatted_address", "address", "city", "state",
    "postal_code", "country", "approximate", "latitude", "longitude", "conference_url",
    "conference_url_notes", "conference_phone", "conference_phone_notes", "entity", "entity_email",
    "entity_phone", "entity_url", "entity_website_url",
})  # fmt: skip
# What only meetings have. A list of our own has a column for each day instead.
_SIGNS = frozenset({"types", "conference_url", "conference_phone", "formatted_address", "slug", "group"})


def column(cell: str) -> str:
    """Return the key a heading stands for, or nothing for one that is not read."""
    words = re.sub(r"[^a-z0-9]+", "_", cell.lstrip("\ufeff").strip().lower()).strip("_")
    key = _OTHER_NAMES.get(words, words)
    return key if key in _KEYS else ""


def is_meeting_table(cells: Sequence[str]) -> bool:
    """Tell whether headings are those of a table of meetings."""
    found = {column(cell) for cell in cells}
    return {"name", "day", "time"} <= found and bool(found & _SIGNS)


def table_meeting(row: Mapping[str, str]) -> Json | None:
    """Return the raw HSDS service of one row, by our names of the columns."""
    raw: Json = dict(row)
    if "day" in row:
        raw["day"] = [_day(word) for word in re.split(r"[,;/&]|\band\b", row["day"]) if word.strip()]
    if "types" in row:
        words = (word.strip() for word in re.split(r"[,;]", row["types"]))
        raw["types"] = [TYPE_NAMES.get(word.casefold(), word) for word in words if word]
    # Without an ID a meeting is known again by what tells it from others: its name, time and place.
    place = row.get("formatted_address") or row.get("address") or row.get("conference_url", "")
    parts = (row.get("name", ""), row.get("day", ""), row.get("time", ""), place)
    raw.setdefault("slug", stable_id("meeting", *(" ".join(part.casefold().split()) for part in parts)))
    found = meeting_service(raw)
    return found if isinstance(found, dict) else None


def _day(word: str) -> str:
    """Return the number of a day (0 is Sunday) by its English name or the start of it, else the word."""
    said = word.strip().casefold().rstrip(".")
    plain = said.removesuffix("s") if len(said) > 6 else said
    for number, name in enumerate(NAMES):
        if len(plain) >= 2 and name.casefold().startswith(plain):
            return str((number + 1) % 7)
    return said
