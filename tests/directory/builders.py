"""Raw services as feeds send them, with overrides, and a short list of topics."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Raw = dict[str, Any]


@dataclass(frozen=True)
class ATopic:
    """A topic as the content house has it."""

    key: str
    title: str
    keywords: tuple[str, ...]
    unless: tuple[str, ...] = ()
    open_eligibility: tuple[str, ...] = ()


TOPICS = (
    ATopic("debt", "Debt advice", ("debt", "money advice")),
    ATopic("naloxone", "Naloxone", ("naloxone", "take-home naloxone")),
    ATopic("food", "Food", ("food bank", "community meal")),
)


def an_id(name: str) -> str:
    """Return the same UUID for the same name."""
    return str(uuid5(NAMESPACE_URL, name))


def an_address(postcode: str = "LS1 4AP", **more: Any) -> Raw:
    """Return an address in Leeds."""
    return {
        "id": an_id(f"address {postcode}"), "address_1": "1 Park Row", "city": "Leeds",
        "state_province": "West Yorkshire",
        "postal_code": postcode, "country": "GB", "address_type": "physical", **more,
    }  # fmt: skip


def a_place(lat: float | None = 53.7965, lon: float | None = -1.5478, **more: Any) -> Raw:
    """Return a service_at_location."""
    location: Raw = {"id": an_id(f"place {lat} {lon}"), "location_type": "physical", "name": "The Centre"}
    location |= {"latitude": lat, "longitude": lon, "addresses": [an_address()], **more.pop("location", {})}
    return {"id": an_id(f"link {lat} {lon}"), "location": location, **more}


def a_schedule(
    byday: str = "MO,TU,WE,TH,FR", opens: str = "09:00", closes: str = "17:00", **more: Any
) -> Raw:
    """Return a weekly schedule."""
    return {"id": an_id(f"{byday} {opens} {closes}"), "freq": "WEEKLY", "byday": byday, "opens_at": opens,
            "closes_at": closes, **more}  # fmt: skip


def a_service(name: str = "Leeds Debt Advice", **more: Any) -> Raw:
    """Return a service in Leeds; pass service_at_locations=[] for one without a place."""
    return {
        "id": an_id(name), "name": name, "description": "Help with debt and bills.", "status": "active",
        "assured_date": "2026-10-01", "last_modified": "2026-10-01T09:00:00Z",
        "organization": {"id": an_id("org"), "name": "Northside Advice", "description": "Advice."},
        "service_at_locations": [a_place()], **more,
    }  # fmt: skip


def a_page(*services: Raw, **more: Any) -> Raw:
    """Return a whole feed as one page."""
    return {
        "total_items": len(services), "total_pages": 1, "page_number": 1, "size": len(services),
        "first_page": True, "last_page": True, "empty": not services, "contents": list(services), **more,
    }  # fmt: skip


def write_feed(folder: Path, *services: Raw, name: str = "feed.json", **more: Any) -> Path:
    """Write a feed to a file and return its path."""
    path = folder / name
    path.write_text(json.dumps(a_page(*services, **more)), encoding="utf-8")
    return path
