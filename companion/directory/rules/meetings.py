"""Meetings of mutual aid groups in the Meeting Guide format (code4recovery.org, the spec) as HSDS services.

Only named fields are taken. Who may be called about a meeting (contact_1_name and the like) is a person who
came to a meeting to be anonymous: those fields are never read, and never reach a file of rejects.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from companion.directory.rules.hours import CODES, DAY, NAMES, WEEK
from companion.directory.rules.meeting_words import ACCESS, CLOSED_PLACE, FACTS, FOR_WHOM, LANGUAGES
from companion.directory.rules.places import parse_postcode
from companion.directory.rules.record import Json
from companion.directory.rules.values import LONDON, parse_minutes, stable_id

_SIGNS = {"day", "time", "types", "conference_url", "conference_phone", "formatted_address", "timezone"}
_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]?\s*[0-9][A-Z]{2}\b", re.I)
_COUNTRIES = {"uk", "united kingdom", "gb", "great britain", "england", "scotland", "wales",
              "northern ireland"}  # fmt: skip
# Half a year apart: a zone that is as far from London on both days is always so, but for some weeks.
_WINTER, _SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)


def is_meeting_list(items: Sequence[object]) -> bool:
    """Tell whether a JSON array holds meetings: most of its objects have a name, a slug and signs of one."""
    objects = [item for item in items if isinstance(item, Mapping)]
    meetings = sum(1 for item in objects if {"name", "slug"} <= item.keys() and _SIGNS & item.keys())
    return meetings > 0 and meetings * 2 >= len(objects)


def meeting_service(raw: object) -> object:
    """Return the raw HSDS service of one meeting; what is no object is given back to be refused."""
    if not isinstance(raw, Mapping):
        return raw
    types = _types(raw.get("types"))
    online = bool(_words(raw, "conference_url") or _words(raw, "conference_phone"))
    place = None if CLOSED_PLACE in types else _location(raw, types, online)
    links = [{"location": place}] if place else []
    if online:
        links.append({"location": {"location_type": "virtual", "name": "Online",
                                   "url": _words(raw, "conference_url")}})  # fmt: skip
    service: Json = {
        "id": raw.get("slug"), "name": raw.get("name"),
        "status": "temporarily closed" if CLOSED_PLACE in types and not online else "active",
        "description": _description(raw, types),
        "url": (None if place else _words(raw, "conference_url")) or _words(raw, "url")
        or _words(raw, "conference_url"),
        "eligibility_description": ". ".join(FOR_WHOM[code] for code in types if code in FOR_WHOM),
        "languages": [{"name": LANGUAGES[code]} for code in types if code in LANGUAGES],
        "phones": _phones(raw), "schedules": _schedules(raw), "service_at_locations": links,
        "organization": _organisation(raw), "last_modified": _updated(raw),
        "attributes": [{"taxonomy_term": {"code": "mutual_aid", "name": "Mutual aid"}}],
    }  # fmt: skip
    return {key: value for key, value in service.items() if value not in (None, "", [], {})}


def _words(raw: Mapping[str, Any], name: str) -> str:
    found = raw.get(name)
    return found.strip() if isinstance(found, str) else ""


def _types(found: object) -> list[str]:
    codes = found if isinstance(found, list) else re.split(r"[,;]", found) if isinstance(found, str) else []
    return list(dict.fromkeys(code.strip().upper() for code in codes if isinstance(code, str)))


def _description(raw: Mapping[str, Any], types: Sequence[str]) -> str:
    lines = [_words(raw, "notes"), _words(raw, "group_notes"), _words(raw, "location_notes")]
    lines.append(" ".join(FACTS[code] for code in types if code in FACTS))
    if _words(raw, "conference_url_notes"):
        lines.append(f"To join online: {_words(raw, 'conference_url_notes')}")
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _phones(raw: Mapping[str, Any]) -> list[Json]:
    found = []
    if _words(raw, "conference_phone"):
        notes = _words(raw, "conference_phone_notes")
        found.append({"number": raw["conference_phone"], "description": f"To join by phone. {notes}".strip()})
    if _words(raw, "entity_phone"):
        found.append({"number": raw["entity_phone"], "description": _words(raw, "entity")})
    return found


def _organisation(raw: Mapping[str, Any]) -> Json:
    name = _words(raw, "entity") or _words(raw, "group")
    if not name:
        return {}
    found: Json = {"id": stable_id("organisation", name.casefold()), "name": name}
    if _words(raw, "entity"):
        website = _words(raw, "entity_url") or _words(raw, "entity_website_url")
        found.update({"website": website, "email": _words(raw, "entity_email")})
    return {key: value for key, value in found.items() if value}


def _updated(raw: Mapping[str, Any]) -> str:
    found = _words(raw, "updated")
    return f"{found}Z" if re.fullmatch(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", found) else found


def _location(raw: Mapping[str, Any], types: Sequence[str], online: bool) -> Json | None:
    approximate = str(raw.get("approximate") or "").strip().lower() in ("yes", "true", "1")
    # An online meeting gives a town so that lists can sort it; nobody can go there.
    if online and (approximate or not (_words(raw, "address") or _words(raw, "formatted_address"))):
        return None
    place: Json = {}
    address = _address(raw)
    if address:
        place["addresses"] = [address]
    if not approximate:
        place.update({key: raw[key] for key in ("latitude", "longitude") if raw.get(key) not in (None, "")})
    if not place:
        return None
    access = [{"description": ACCESS[code]} for code in types if code in ACCESS]
    return {**place, "location_type": "physical", "name": _words(raw, "location"), "accessibility": access}


def _address(raw: Mapping[str, Any]) -> Json:
    parts = {"address_1": _words(raw, "address"), "city": _words(raw, "city"),
             "region": _words(raw, "state"), "postal_code": _words(raw, "postal_code")}  # fmt: skip
    whole = _words(raw, "formatted_address")
    if whole and not parts["address_1"]:
        postcode = _POSTCODE.search(whole)
        if postcode and parse_postcode(postcode[0]):
            parts["postal_code"] = parts["postal_code"] or postcode[0]
            whole = whole.replace(postcode[0], "")
        lines = [line.strip() for line in whole.split(",") if line.strip()]
        if len(lines) > 1 and lines[-1].lower() in _COUNTRIES:
            lines.pop()
        if len(lines) > 1:
            parts["city"] = parts["city"] or lines[-1]
            lines = lines[:-1] if lines[-1] == parts["city"] else lines
        parts["address_1"] = ", ".join(lines)
    found = {key: value for key, value in parts.items() if value}
    country = _words(raw, "country") or "GB"
    return {**found, "country": country, "address_type": "physical"} if found else {}


def _days(found: object) -> list[int] | None:
    given = found if isinstance(found, list) else [found]
    days = [int(str(day)) for day in given if re.fullmatch(r"[0-6]", str(day))]
    return list(dict.fromkeys(days)) if len(days) == len(given) else None


def _schedules(raw: Mapping[str, Any]) -> list[Json]:
    """Return a weekly schedule in London's wall time; words alone where the times cannot be carried over."""
    given = raw.get("time")
    if raw.get("day") in (None, "", []) or given in (None, ""):
        return []
    days, opens, closes = _days(raw.get("day")), parse_minutes(given), parse_minutes(raw.get("end_time"))
    zone = _words(raw, "timezone")
    shift = _shift(zone)
    if days is None or opens is None or shift is None or (closes is None and raw.get("end_time")):
        said = f"{_day_words(days)} {given} to {raw.get('end_time') or 'an hour later'} {zone}"
        return [{"opens_at": said, "description": " ".join(said.split())}]
    # Without an end a meeting lasts an hour. Sunday is day 0; "24:00" is the midnight after the day.
    lasts = 60 if closes is None or closes == opens else (closes - opens) % DAY
    starts = [(((day + 6) % 7) * DAY + opens + shift) % WEEK for day in days]
    at = starts[0] % DAY if starts else 0
    codes = ",".join(CODES[day] for day in sorted(start // DAY for start in starts))
    found: Json = {
        "freq": "WEEKLY",
        "byday": codes,
        "opens_at": _clock(at),
        "closes_at": _clock((at + lasts) % DAY),
    }
    if _words(raw, "conference_url"):
        found["schedule_link"] = raw["conference_url"]
    if shift:
        found["description"] = (
            f"The time is set in another zone ({zone}) and may be an hour off in spring and autumn."
        )
    return [found]


def _day_words(days: Sequence[int] | None) -> str:
    return ", ".join(NAMES[(day + 6) % 7] for day in days or ())


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _shift(zone: str) -> int | None:
    """Return how many minutes London's clock is ahead of a zone's, or None when that varies by season."""
    if not zone:
        return 0
    try:
        there = ZoneInfo(zone)
    except (ValueError, LookupError, OSError):
        return None
    ahead = {_minutes(day, LONDON) - _minutes(day, there) for day in (_WINTER, _SUMMER)}
    return ahead.pop() if len(ahead) == 1 else None


def _minutes(day: datetime, zone: ZoneInfo) -> int:
    offset = day.astimezone(zone).utcoffset()
    return int(offset.total_seconds() // 60) if offset is not None else 0
