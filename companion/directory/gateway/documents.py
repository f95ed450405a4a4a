"""One file of a feed, known by its content: services as JSON, a table of a CSV package, or something else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from companion.directory.gateway.held import Document, Other, Services, Unreadable
from companion.directory.gateway.sheets import read_csv
from companion.directory.rules.meetings import is_meeting_list, meeting_service

_SERVICE_SIGNS = {
    "status", "organization", "organization_id", "service_at_locations", "schedules", "eligibilitys",
    "cost_options", "assured_date", "service_areas", "fees", "service_taxonomys", "assurer_email",
}  # fmt: skip
_OTHER_SIGNS = {
    "location_type", "term_uri", "taxonomy", "taxonomy_terms", "version", "tax_status", "legal_status",
    "website", "organization_identifiers", "parent_id", "openapi_url", "location", "programs", "logo",
}  # fmt: skip
_LISTS = ("contents", "content")
# Names that may hold anything count only when what they hold looks like services.
_LOOSE_LISTS = ("services", "data", "items")


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, or Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    # Text in our alphabet has a zero in every second byte when it is UTF-16 without its mark.
    if data[1:64:2] and not any(data[1:64:2]) and all(data[0:64:2]):
        return data.decode("utf-16-le", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_document(name: str, data: bytes) -> Document:
    """Return what a file holds; `name` only tells the tables of a CSV package apart."""
    if data[:4] == b"\xd0\xcf\x11\xe0":
        return Unreadable(
            f"{name} is an old or locked Excel file. Save it without a password as .xlsx or CSV."
        )
    text = decode(data)
    start = text.lstrip()[:1]
    if not start:
        return Unreadable(f"{name} is empty.")
    if start in "{[":
        return _read_json(name, text)
    if start == "<":
        return Unreadable(f"{name} is a web page, not a list of services. Ask for the feed itself.")
    return read_csv(name, text)


def _read_json(name: str, text: str) -> Document:
    try:
        return _sort_out(name, json.loads(text))
    except RecursionError:
        return Unreadable(f"{name} is nested too deeply to be a list of services.")
    except json.JSONDecodeError as problem:
        lines = [line for line in text.splitlines() if line.strip()]
        if problem.msg == "Extra data" and len(lines) > 1:
            return _read_lines(name, text)
        cut = problem.pos >= len(text.rstrip()) - 1
        reason = "stops half way" if cut else f"is not JSON from line {problem.lineno}"
        return Unreadable(f"{name} {reason}. Nothing was changed. Get the file again.")
    except ValueError:
        return Unreadable(f"{name} holds a number too large to read.")


def _read_lines(name: str, text: str) -> Document:
    records: list[tuple[str, object]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            records.append((f"line {number}", json.loads(line)))
        except (ValueError, RecursionError):
            return Unreadable(f"{name} is not JSON in line {number}. Nothing was changed. Get it again.")
    return Services(records)


def _sort_out(name: str, found: object) -> Document:
    if isinstance(found, list) and is_meeting_list(found):
        return Services([(f"/{number}", meeting_service(item)) for number, item in enumerate(found)])
    if isinstance(found, list):
        return _judged([(f"/{number}", item) for number, item in enumerate(found)])
    if not isinstance(found, dict):
        return Unreadable(f"{name} is JSON but holds no services.", broken=False)
    for key in (*_LISTS, *_LOOSE_LISTS):
        items = found.get(key)
        # An organisation lists its services too; only an object without an id is an envelope.
        if not isinstance(items, list) or (
            key in _LOOSE_LISTS and ("id" in found or not _holds_services(items))
        ):
            continue
        judged = _judged([(f"/{key}/{number}", item) for number, item in enumerate(items)])
        return _with_envelope(judged, found) if isinstance(judged, Services) else judged
    if _looks_other(found) and not _looks_service(found):
        return Other(_what(found), openapi_url=str(found.get("openapi_url") or ""))
    if "name" in found and "id" in found:
        return Services([("", found)], single=True)
    return Unreadable(f"{name} is JSON but holds no services.", broken=False)


def _with_envelope(page: Services, envelope: Mapping[str, Any]) -> Services:
    def number(*names: str) -> int | None:
        found = next((envelope[name] for name in names if name in envelope), None)
        if isinstance(found, bool) or not isinstance(found, int):
            return None
        return found if 0 <= found < 10**9 else None

    total, pages = number("total_items", "totalElements"), number("total_pages", "totalPages")
    last = envelope.get("last_page", envelope.get("last"))
    if not isinstance(last, bool):
        last = pages is None or pages <= 1
    # Some publishers say "last" with fewer records than they count; the count is believed.
    if last and number("page_number", "number") in (0, 1, None) and total is not None:
        last = len(page.records) >= total
    return Services(page.records, total, False, pages, last, not page.records)


def _holds_services(items: list[object]) -> bool:
    return any(isinstance(item, dict) and "name" in item and _looks_service(item) for item in items)


def _judged(records: list[tuple[str, object]]) -> Document:
    objects = [item for _, item in records if isinstance(item, dict)]
    if any(_looks_service(item) for item in objects) or not any(_looks_other(item) for item in objects):
        return Services(records, empty=not records)
    return Other(_what(next(item for item in objects if _looks_other(item))))


def _looks_service(item: Mapping[str, Any]) -> bool:
    return "location_type" not in item and bool(_SERVICE_SIGNS & item.keys())


def _looks_other(item: Mapping[str, Any]) -> bool:
    return bool(_OTHER_SIGNS & item.keys())


def _what(item: Mapping[str, Any]) -> str:
    if "openapi_url" in item:
        return "the description of an API"
    if "location_type" in item or "location" in item:
        return "locations"
    if {"term_uri", "taxonomy", "taxonomy_terms", "version", "parent_id"} & item.keys():
        return "taxonomies"
    return "organisations"
