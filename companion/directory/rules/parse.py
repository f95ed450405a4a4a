"""A feed's service becomes a record or a list of reasons why not. Never raises, whatever it is given."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from companion.directory.rules import text
from companion.directory.rules.exceptions import holidays_at, openings_of
from companion.directory.rules.locating import locate, physical_links
from companion.directory.rules.places import Gazetteer
from companion.directory.rules.record import (
    RULES_VERSION,
    Json,
    Level,
    OpeningRule,
    Place,
    Problem,
    Record,
    Status,
)
from companion.directory.rules.shape import Notes, tidy
from companion.directory.rules.shapes import SERVICE
from companion.directory.rules.values import clean_line, parse_date, stable_id

MOST_ID = 200
_NATION = re.compile(
    r"^(the )?(united kingdom|uk|uk[- ]?wide|great britain|gb|national|nationwide|england|scotland|wales|"
    r"northern ireland)( (and|&) (england|scotland|wales|northern ireland))*$",
    re.I,
)
_STATES = {
    "": Status.ACTIVE, "active": Status.ACTIVE, "live": Status.ACTIVE, "open": Status.ACTIVE,
    "published": Status.ACTIVE, "inactive": Status.INACTIVE, "closed": Status.INACTIVE,
    "suspended": Status.INACTIVE, "defunct": Status.DEFUNCT, "temporarily closed": Status.TEMPORARILY_CLOSED,
    "temporarily_closed": Status.TEMPORARILY_CLOSED,
}  # fmt: skip


@cache
def _salted(salt: str) -> Any:
    return hashlib.sha256(f"{RULES_VERSION}|{salt}|".encode())


def text_hash(text: str, salt: str = "") -> str:
    """Return 32 hex digits of a record's very text; they also change with our rules and with `salt`."""
    made = _salted(salt).copy()
    made.update(text.encode("utf-8", "surrogatepass"))
    found: str = made.hexdigest()[:32]
    return found


def record_hash(raw: object, salt: str = "") -> str:
    """Return the same of what a raw record says, in whatever order and with whatever blanks it says it."""
    return text_hash(json.dumps(raw, sort_keys=True, separators=(",", ":"), default=str), salt)


def external_id(raw: object) -> str | None:
    """Return the id a feed gives a service, as short plain text, or None."""
    given = raw.get("id") if isinstance(raw, Mapping) else None
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        return None
    if isinstance(given, int) and abs(given) >= 10**40:
        return None
    flat = text.plain_line(str(given), 2000)
    return flat if len(flat) <= MOST_ID else stable_id("long id", flat)


def is_rejected(raw: object) -> bool:
    """Tell whether `parse_service` would refuse a raw record, without cleaning the rest of it."""
    if not isinstance(raw, Mapping) or not external_id(raw):
        return True
    return not clean_line(raw.get("name"))[0]


def parse_service(
    raw: object, pointer: str = "", gazetteer: Gazetteer | None = None
) -> tuple[Record | None, list[Problem]]:
    """Return the record of one raw service and what was wrong with it; no record when it is unusable."""
    notes = Notes(pointer)
    if not isinstance(raw, Mapping):
        notes.add("", "not_an_object", Level.REJECT)
        return None, notes.problems
    own_id = external_id(raw)
    if not own_id:
        notes.add("id", "id_missing", Level.REJECT)
    document = tidy(SERVICE, _with_older_fields(raw), notes) or {}
    if not document.get("name"):
        notes.add("name", "name_missing", Level.REJECT)
    if not own_id or not document.get("name"):
        return None, notes.problems
    document = _order(document, _status(raw, notes))
    places, general = _places(document)
    organisation = document.get("organization", {})
    document.setdefault("organization_id", organisation.get("id")) if organisation else None
    moment = document.get("last_modified")
    record = Record(
        external_id=own_id,
        name=document["name"],
        organisation=organisation.get("name", ""),
        status=Status(document["status"]),
        document=document,
        places=places,
        openings=general,
        minimum_age=document.get("minimum_age"),
        maximum_age=document.get("maximum_age"),
        assured_on=parse_date(document.get("assured_date")),
        last_modified=datetime.fromisoformat(moment.replace("Z", "+00:00")) if moment else None,
        national=_is_national(document, places),
        term_ids=tuple(dict.fromkeys(_terms(document))),
    )
    return record if gazetteer is None else locate(record, gazetteer, notes), notes.problems


def _with_older_fields(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the raw service with what older or local feeds keep elsewhere moved to HSDS names."""
    moved: Json = {}
    ages = raw.get("eligibilitys") or raw.get("eligibility")
    first = ages[0] if isinstance(ages, list) and ages and isinstance(ages[0], Mapping) else {}
    for name in ("minimum_age", "maximum_age"):
        if raw.get(name) is None and first.get(name) is not None:
            moved[name] = first[name]
    if not raw.get("eligibility_description"):
        audience = raw.get("pc_targetAudience")
        names = (
            [a.get("audienceType") for a in audience if isinstance(a, Mapping)]
            if isinstance(audience, list)
            else []
        )
        words = [name for name in names if isinstance(name, str) and name.strip()]
        if words:
            moved["eligibility_description"] = f"For: {', '.join(words[:12])}"
        elif isinstance(first.get("eligibility"), str):
            moved["eligibility_description"] = first["eligibility"]
    return {**raw, **moved} if moved else raw


def _status(raw: Mapping[str, Any], notes: Notes) -> Status:
    given = raw.get("status")
    word = given.strip().lower() if isinstance(given, str) else ""
    if word in _STATES:
        if not word:
            notes.add("status", "status_empty")
        return _STATES[word]
    # A word we do not know may mean anything, so the service is kept and not shown.
    notes.add("status", "not_on_the_list")
    return Status.INACTIVE


def _order(document: Json, status: Status) -> Json:
    first: Json = {name: document[name] for name in ("id", "organization_id", "name") if name in document}
    return {
        **first,
        "status": str(status),
        **{key: value for key, value in document.items() if key not in first},
    }


def _openings(schedules: Sequence[Json], holidays: Sequence[Json]) -> tuple[OpeningRule, ...]:
    return tuple(dict.fromkeys(openings_of(schedules, holidays)))


def _places(document: Json) -> tuple[tuple[Place, ...], tuple[OpeningRule, ...]]:
    places: list[Place] = []
    for _, link in physical_links(document):
        location = link["location"]
        addresses = location.get("addresses", [])
        physical = [a for a in addresses if a.get("address_type", "physical") == "physical"] or addresses
        address = physical[0] if physical else {}
        lat, lon = location.get("latitude"), location.get("longitude")
        postcode = address.get("postal_code", "")
        exceptions = holidays_at(document, link)
        own = _openings([*link.get("schedules", []), *location.get("schedules", [])], exceptions)
        if not own and len(exceptions) > len(document.get("holiday_schedules", [])):
            # The service's hours hold here, but not on this place's own holidays.
            own = _openings(document.get("schedules", []), exceptions)
        places.append(Place(location.get("name", ""), address_line(address), postcode, lat, lon, False, own))
    # Positions are counted as they stand here and in the document alike.
    return tuple(places), _openings(document.get("schedules", []), holidays_at(document, None))


def address_line(address: Json) -> str:
    """Return an address on one line, without its postcode and without saying a part twice."""
    parts = [address.get(name, "") for name in ("address_1", "address_2", "city", "region")]
    kept: list[str] = []
    for part in parts:
        if part and part.lower() not in (known.lower() for known in kept):
            kept.append(part)
    return ", ".join(kept)


def _is_national(document: Json, places: Sequence[Place]) -> bool:
    if any(place.lat is not None for place in places):
        return False
    areas = [
        str(area.get("name") or area.get("service_area") or "") for area in document.get("service_areas", [])
    ]
    return any(_NATION.match(area.strip()) for area in areas)


def _terms(document: Json) -> list[str]:
    found: list[str] = []
    for attribute in document.get("attributes", []):
        term = attribute.get("taxonomy_term", {})
        found += [str(term[name]) for name in ("id", "code", "name", "term") if term.get(name)]
    return found
