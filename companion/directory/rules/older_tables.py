"""Columns of HSDS 1.0 tables, as Ohana writes them, put where later versions have objects of their own."""

from __future__ import annotations

from collections.abc import Mapping
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
