"""The objects of HSDS and Open Referral UK that we keep, field by field, with the names older feeds use.

What stands here is what leaves again at the read API; everything else in a feed stays behind, the e-mail
address of the official who checked an entry among it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from companion.directory.rules.hours import PARTS, parse_schedule
from companion.directory.rules.places import check_position
from companion.directory.rules.record import Json
from companion.directory.rules.shape import Many, Notes, One, Shape
from companion.directory.rules.values import (
    clean_age,
    clean_date,
    clean_email,
    clean_id,
    clean_instant,
    clean_line,
    clean_money,
    clean_number,
    clean_postcode,
    clean_text,
    clean_time,
    clean_url,
    find_phone,
    one_of,
    stable_id,
)


def _needs(*names: str) -> Any:
    def finish(done: Json, _raw: Mapping[str, Any], _notes: Notes) -> Json | None:
        return done if any(name in done for name in names) else None

    return finish


def _phone(done: Json, raw: Mapping[str, Any], notes: Notes) -> Json | None:
    written = raw.get("number") or raw.get("phone")
    found = (
        find_phone(str(written))
        if isinstance(written, (str, int)) and not isinstance(written, bool)
        else None
    )
    if found is None:
        notes.add("number", "not_a_phone")
        return None
    number, words = found
    if words:
        notes.add("number", "phone_with_words")
        words = words if not done.get("description") else f"{words}. {done['description']}"
        done = {**done, "description": words}
    return {"number": number, **done}


def _schedule(done: Json, raw: Mapping[str, Any], notes: Notes) -> Json | None:
    rule, code = parse_schedule(raw)
    if code:
        notes.add("", code)
    done.pop("freq", None)
    if rule is not None:
        done["freq"] = "MONTHLY" if rule.monthly else "WEEKLY"
        days = ",".join(
            f"{day.nth or ''}{['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'][day.weekday]}" for day in rule.days
        )
        done.update({"byday": days} if days else {})
        if rule.month_days:
            done["bymonthday"] = ",".join(map(str, rule.month_days))
        done["opens_at"] = f"{rule.opens // 60:02d}:{rule.opens % 60:02d}"
        done["closes_at"] = f"{rule.closes % 1440 // 60:02d}:{rule.closes % 60:02d}"
    return done or None


def _holiday(done: Json, raw: Mapping[str, Any], notes: Notes) -> Json | None:
    closed = str(raw.get("closed") or "").strip().lower() in ("true", "1", "yes", "t", "y")
    if "start_date" not in done:
        return None
    if not closed and not ("opens_at" in done and "closes_at" in done):
        notes.add("", "hours_not_readable")
        return None
    if closed:
        done = {key: value for key, value in done.items() if key not in ("opens_at", "closes_at")}
    return {**done, "end_date": done.get("end_date", done["start_date"]), "closed": closed}


def _location(done: Json, raw: Mapping[str, Any], notes: Notes) -> Json | None:
    lat, lon = done.pop("latitude", None), done.pop("longitude", None)
    if isinstance(lat, (int, float)) and isinstance(lon, (int, float)):
        position, code = check_position(lat, lon)
        if code:
            notes.add("latitude", code)
        if position:
            done["latitude"], done["longitude"] = position
    if "location_type" not in done and done:
        done["location_type"] = "physical" if "addresses" in done or "latitude" in done else "virtual"
    return done or None


def _term(done: Json, raw: Mapping[str, Any], notes: Notes) -> Json | None:
    name = done.get("name") or done.get("term") or done.get("code")
    if not name:
        return None
    if "taxonomy" in done and "taxonomy_id" not in done:
        # Many feeds name a vocabulary and give it no id; the read API needs one to show it by.
        done["taxonomy_id"] = stable_id("taxonomy", done["taxonomy"])
    return {**done, "name": name, "description": done.get("description") or name}


def _organisation(done: Json, raw: Mapping[str, Any], notes: Notes) -> Json | None:
    if "name" not in done:
        return None
    return {**done, "description": done.get("description") or done["name"]}


def _identifier(done: Json, raw: Mapping[str, Any], notes: Notes) -> Json | None:
    if "identifier" not in done:
        return None
    kind = done.get("identifier_type") or done.get("identifier_scheme") or "identifier"
    return {**done, "identifier_type": kind}


LANGUAGE = Shape("language", {"name": clean_line, "code": clean_line, "note": clean_line})
TERM = Shape(
    "taxonomy_term",
    {"code": clean_line, "name": clean_line, "description": clean_text, "parent_id": clean_id,
     "taxonomy": clean_line, "taxonomy_id": clean_id, "term_uri": clean_url, "term": clean_line},
    {"vocabulary": "taxonomy"}, _term,
)  # fmt: skip
ATTRIBUTE = Shape(
    "attribute",
    {"link_type": clean_line, "link_entity": clean_line, "value": clean_line, "label": clean_line,
     "taxonomy_term": One(TERM)},
    {"taxonomy": "taxonomy_term"}, _needs("taxonomy_term", "value", "label"),
)  # fmt: skip
PHONE = Shape(
    "phone",
    {"extension": clean_line, "type": clean_line, "description": clean_text, "languages": Many(LANGUAGE)},
    {"language": "languages"}, _phone, looks_at=("number", "phone"),
)  # fmt: skip
SCHEDULE = Shape(
    "schedule",
    {"valid_from": clean_date, "valid_to": clean_date, "dtstart": clean_date, "freq": clean_line,
     "interval": clean_number, "description": clean_text, "opens_at": clean_time, "closes_at": clean_time,
     "schedule_link": clean_url, "attending_type": clean_line, "notes": clean_text},
    {}, _schedule, looks_at=PARTS,
)  # fmt: skip
HOLIDAY = Shape(
    "holiday_schedule",
    {"start_date": clean_date, "end_date": clean_date, "opens_at": clean_time, "closes_at": clean_time,
     "description": clean_text},
    {}, _holiday, looks_at=("closed",),
)  # fmt: skip
ADDRESS = Shape(
    "address",
    {"attention": clean_line, "address_1": clean_line, "address_2": clean_line, "city": clean_line,
     "region": clean_line, "state_province": clean_line, "postal_code": clean_postcode, "country": clean_line,
     "address_type": one_of("physical", "postal", "virtual", fallback="physical")},
    {"postcode": "postal_code", "type": "address_type"}, _needs("address_1", "city", "postal_code"),
)  # fmt: skip
ACCESSIBILITY = Shape(
    "accessibility",
    {"description": clean_text, "details": clean_text, "url": clean_url, "accessibility": clean_text},
)
CONTACT = Shape(
    "contact",
    {"name": clean_line, "title": clean_line, "department": clean_line, "email": clean_email,
     "phones": Many(PHONE)},
)  # fmt: skip
LOCATION = Shape(
    "location",
    {"location_type": one_of("physical", "postal", "virtual", fallback="physical"), "name": clean_line,
     "alternate_name": clean_line, "description": clean_text, "transportation": clean_text, "url": clean_url,
     "latitude": clean_number, "longitude": clean_number, "external_identifier": clean_line,
     "external_identifier_type": clean_line, "addresses": Many(ADDRESS), "accessibility": Many(ACCESSIBILITY),
     "phones": Many(PHONE), "schedules": Many(SCHEDULE), "languages": Many(LANGUAGE),
     "holiday_schedules": Many(HOLIDAY)},
    {"holiday_schedule": "holiday_schedules", "physical_addresses": "addresses",
     "accessibility_for_disabilities": "accessibility",
     "regular_schedules": "schedules", "regular_schedule": "schedules", "operating_hours": "schedules"},
    _location,
)  # fmt: skip
AT_LOCATION = Shape(
    "service_at_location",
    {"description": clean_text, "location": One(LOCATION), "contacts": Many(CONTACT), "phones": Many(PHONE),
     "schedules": Many(SCHEDULE), "holiday_schedules": Many(HOLIDAY)},
    {"holiday_schedule": "holiday_schedules",
     "regular_schedules": "schedules", "regular_schedule": "schedules", "operating_hours": "schedules"},
    _needs("location", "description", "phones", "schedules"),
)  # fmt: skip
IDENTIFIER = Shape(
    "organization_identifier",
    {"identifier_scheme": clean_line, "identifier_type": clean_line, "identifier": clean_line},
    {}, _identifier,
)  # fmt: skip
ORGANISATION = Shape(
    "organization",
    {"name": clean_line, "alternate_name": clean_line, "description": clean_text, "email": clean_email,
     "website": clean_url, "uri": clean_url, "parent_organization_id": clean_id,
     "organization_identifiers": Many(IDENTIFIER)},
    {"url": "website"}, _organisation,
)  # fmt: skip
SERVICE = Shape(
    "service",
    {"organization_id": clean_id, "name": clean_line, "alternate_name": clean_line,
     "description": clean_text, "url": clean_url, "email": clean_email, "fees": clean_text,
     "fees_description": clean_text,
     "accreditations": clean_text, "eligibility_description": clean_text, "application_process": clean_text,
     "interpretation_services": clean_text, "wait_time": clean_line, "minimum_age": clean_age,
     "maximum_age": clean_age, "assured_date": clean_date, "alert": clean_text,
     "last_modified": clean_instant,
     "organization": One(ORGANISATION),
     "phones": Many(PHONE), "schedules": Many(SCHEDULE), "holiday_schedules": Many(HOLIDAY),
     "service_areas": Many(Shape("service_area", {
         "name": clean_text, "service_area": clean_text, "uri": clean_url})),
     "service_at_locations": Many(AT_LOCATION), "languages": Many(LANGUAGE),
     "funding": Many(Shape("funding", {"source": clean_text})),
     "cost_options": Many(Shape("cost_option", {
         "valid_from": clean_date, "valid_to": clean_date, "option": clean_text, "currency": clean_line,
         "amount": clean_money, "amount_description": clean_text})),
     "required_documents": Many(Shape("required_document", {"document": clean_text, "uri": clean_url})),
     "contacts": Many(CONTACT), "attributes": Many(ATTRIBUTE),
     # Not of the standard: where a fact was found and who looked, as our own bundled list says it.
     "source": One(Shape("source", {"url": clean_url, "checked_on": clean_date, "how": clean_line},
                         identified=False))},
    {"holiday_schedule": "holiday_schedules", "regular_schedules": "schedules",
     "regular_schedule": "schedules", "operating_hours": "schedules", "events": "schedules",
     "service_taxonomys": "attributes", "service_taxonomies": "attributes",
     "organisation": "organization", "assuredDate": "assured_date", "lastModified": "last_modified",
     "serviceAreas": "service_areas", "fundings": "funding"},
)  # fmt: skip
