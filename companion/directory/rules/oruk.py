"""Kept records as Open Referral UK 3.0 shows them: what it demands added, empty fields left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from companion.directory.rules.hours import CODES, DAY, NAMES, WEEK
from companion.directory.rules.parts import Kind
from companion.directory.rules.record import Json
from companion.directory.rules.values import parse_minutes

VERSION = "HSDS-UK-3.0"
PROFILE = "https://docs.openreferraluk.org/en/latest/"
# The fields of a list; the nested ones come with the single record or with full=true.
LISTED = (
    "id", "organization_id", "name", "description", "url", "email", "status", "fees", "accreditations",
    "minimum_age", "maximum_age", "assured_date", "alert", "last_modified", "eligibility_description",
    "application_process", "fees_description", "organization",
)  # fmt: skip
LISTED_LINK = ("id", "service_id", "location_id", "description", "location", "service")
# Metres around a postcode when nobody says how far: five miles.
PROXIMITY = 8047


def _tidied(value: object) -> object:
    if isinstance(value, dict):
        done = {name: _tidied(inner) for name, inner in value.items()}
        return {name: inner for name, inner in done.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [inner for inner in (_tidied(item) for item in value) if inner not in (None, "", [], {})]
    return value


def _tidy(body: Json) -> Json:
    done = _tidied(body)
    return done if isinstance(done, dict) else {}


def _address(address: Json, location: Json) -> Json | None:
    """Return an address with every field the standard demands, or None when it says too little.

    The standard demands a state or province, which British addresses do not have; the county or the town
    stands in.
    """
    first = address.get("address_1") or location.get("name")
    city = address.get("city") or address.get("region") or address.get("state_province")
    if not first or not city or not address.get("postal_code"):
        return None
    return {
        **address,
        "address_1": first,
        "city": city,
        "state_province": address.get("state_province") or address.get("region") or city,
        "country": address.get("country") or "GB",
        "address_type": address.get("address_type") or "physical",
    }


def _link(service_id: UUID, link: Json) -> Json:
    body: Json = {"id": link["id"], "service_id": str(service_id)}
    location = link.get("location")
    if location:
        addresses = [_address(address, location) for address in location.get("addresses", [])]
        body["location_id"] = location["id"]
        link = {**link, "location": {**location, "addresses": [one for one in addresses if one is not None]}}
    return {**body, **link}


def _organisation(document: Json) -> Json:
    """Return the organisation of a service under the id by which the service names it."""
    organisation = document.get("organization")
    return {**organisation, "id": document["organization_id"]} if organisation else {}


def published(service_id: UUID, document: Json, *, full: bool = True, minimal: bool = False) -> Json:
    """Return a service for the read API; without `full` only a list's fields, `minimal` id and date only."""
    body: Json = {**document, "id": str(service_id), "organization": _organisation(document)}
    if minimal:
        body = {name: body[name] for name in ("id", "last_modified") if name in body}
    elif full:
        body["service_at_locations"] = [
            _link(service_id, link) for link in document.get("service_at_locations", [])
        ]
    else:
        body = {name: body[name] for name in LISTED if name in body}
    return _tidy(body)


def published_part(kind: Kind, own: UUID, service_id: UUID, document: Json, *, full: bool) -> Json:
    """Return one part of a service (see `rules.parts`) for the read API; `full` adds its nested lists."""
    if kind is Kind.ORGANISATION:
        body = _organisation(document)
        if not full:
            body.pop("organization_identifiers", None)
        return _tidy(body)
    if kind is Kind.AT_LOCATION:
        link = next(one for one in document["service_at_locations"] if one["id"] == str(own))
        body = {**_link(service_id, link), "service": published(service_id, document, full=False)}
        return _tidy(body if full else {name: body[name] for name in LISTED_LINK if name in body})
    terms = [attribute.get("taxonomy_term", {}) for attribute in document["attributes"]]
    if kind is Kind.TERM:
        return _tidy(next(term for term in terms if term.get("id") == str(own)))
    # A taxonomy is known by its terms only; one that nobody named is called by its id.
    name = next(term.get("taxonomy") for term in terms if term.get("taxonomy_id") == str(own)) or str(own)
    return {"id": str(own), "name": name, "description": name}


def envelope(contents: list[Json], total: int, page: int, per_page: int) -> Json:
    """Return one page of a list in the standard's envelope."""
    pages = -(-total // per_page)
    return {
        "total_items": total, "total_pages": pages, "page_number": page, "size": len(contents),
        "first_page": page == 1, "last_page": page >= pages, "empty": not contents, "contents": contents,
    }  # fmt: skip


def parse_days(text: str) -> tuple[int, ...] | None:
    """Return the weekdays (0 is Monday) of words like `MO`, `Tue` or `Friday,SA`, or None."""
    found: list[int] = []
    for word in re.split(r"[,\s]+", text.strip()):
        days = [
            number
            for number, (code, name) in enumerate(zip(CODES, NAMES, strict=True))
            if word.lower() in (code.lower(), name[:3].lower(), name.lower())
        ]
        if not days:
            return None
        found += days
    return tuple(sorted(set(found)))


def week_windows(days: Sequence[int], start_time: str, end_time: str) -> list[tuple[int, int]]:
    """Return half-open minutes of the week between two times (`HH:MM`, empty: midnight) on some days.

    No days means all of them. An end before the start lies on the next day, the same time twice is that
    one minute.
    """
    start = parse_minutes(start_time) or 0
    end = parse_minutes(end_time) or DAY
    if end == start:
        end = start + 1
    elif end < start:
        end += DAY
    found: list[tuple[int, int]] = []
    for day in days or range(7):
        first, last = day * DAY + start, day * DAY + end
        found += [(first, last)] if last <= WEEK else [(first, WEEK), (0, last - WEEK)]
    return sorted(found)
