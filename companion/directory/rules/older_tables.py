"""Columns of HSDS 1.0 tables, as Ohana writes them, put where later versions have objects of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

# A column of words with commas between them, and the field each word has in the objects of today.
_LISTS = {"service_areas": "name", "languages": "name", "required_documents": "document"}
_NAMES = {"eligibility": "eligibility_description", "website": "url"}


def _words(cell: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in cell.split(",") if part.strip()))


def older_service(row: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a service's own row with the names and lists of today."""
    found: dict[str, Any] = {key: value for key, value in row.items() if value}
    for old, new in _NAMES.items():
        if old in found:
            found.setdefault(new, found.pop(old))
    for name, field in _LISTS.items():
        if name in found:
            found[name] = [{field: word} for word in _words(found[name])]
    return found


def older_location(row: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a location's own row with the names and lists of today."""
    found: dict[str, Any] = {key: value for key, value in row.items() if value}
    if "languages" in found:
        found["languages"] = [{"name": word} for word in _words(found["languages"])]
    if "accessibility" in found:
        words = _words(found["accessibility"])
        found["accessibility"] = [{"description": word.replace("_", " ").capitalize()} for word in words]
    if found.get("virtual", "").lower() == "true":
        found.setdefault("location_type", "virtual")
    return found


_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{2}|\d{4})")
_WORDED = ("%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%d %b %Y")
_DAYS = ("start_date", "end_date")


def older_holidays(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return rows of holidays with their days as ISO dates; what is no day is left as it stands.

    Ohana writes days as an American does, or in words. A table with one day that is none in the British
    order ("12/24/2015") is in the American order as a whole.
    """
    written = [found for row in rows for name in _DAYS if (found := _SLASHED.fullmatch(row.get(name, "")))]
    american = any(int(found[2]) > 12 >= int(found[1]) for found in written)
    return [{**row, **{name: _iso(row[name], american) for name in _DAYS if row.get(name)}} for row in rows]


def _iso(said: str, american: bool) -> str:
    slashed = _SLASHED.fullmatch(said)
    try:
        if slashed:
            first, second, year = int(slashed[1]), int(slashed[2]), int(slashed[3])
            year += 2000 if len(slashed[3]) == 2 else 0
            return (date(year, first, second) if american else date(year, second, first)).isoformat()
    except ValueError:
        return said
    for form in _WORDED:
        try:
            return datetime.strptime(said, form).date().isoformat()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    return said
