"""An organisation's own list of services as a table with plain headings: one row, one service."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from companion.directory.rules.hours import NAMES
from companion.directory.rules.hours_text import day_schedules
from companion.directory.rules.places import parse_postcode
from companion.directory.rules.record import Json, Topic
from companion.directory.rules.values import stable_id

Row = Mapping[str, str]

DAYS = tuple(name.lower() for name in NAMES)
COLUMNS = (
    "name", "what it does", "organisation", "address", "town", "postcode", "latitude", "longitude", "phone",
    "email", "website", *DAYS, "who can go", "age from", "age to", "cost", "referral", "drop in",
    "languages", "step free", "topics", "checked on",
)  # fmt: skip
_OTHER_NAMES = {
    "service": "name", "service name": "name", "description": "what it does", "details": "what it does",
    "organization": "organisation", "provider": "organisation", "street": "address", "address 1": "address",
    "address line 1": "address", "city": "town", "town or city": "town", "post code": "postcode",
    "lat": "latitude", "lon": "longitude", "lng": "longitude", "long": "longitude", "telephone": "phone",
    "tel": "phone", "phone number": "phone", "e mail": "email", "email address": "email", "web": "website",
    "url": "website", "web site": "website", "eligibility": "who can go", "who is it for": "who can go",
    "minimum age": "age from", "maximum age": "age to", "language": "languages", "topic": "topics",
    "step free access": "step free", "last checked": "checked on", "service id": "id",
    **{day[:3]: day for day in DAYS}, **{f"{day} opening times": day for day in DAYS},
}  # fmt: skip
# Headings that no table of the HSDS package has beside a name.
_TELLING = {
    "what it does", "address", "town", "postcode", *DAYS, "who can go", "age from", "age to",
    "drop in", "step free", "topics", "checked on",
}  # fmt: skip
EXAMPLE = "example:"
OWN_TOPICS = "companion topics"
EXAMPLES: tuple[Row, ...] = (
    {
        "name": "Example: Needle exchange at High Street Pharmacy", "what it does": "Free needle exchange. "
        "Ask at the counter.", "organisation": "High Street Pharmacy", "address": "1 High Street",
        "town": "Anytown", "postcode": "AB1 2CD", "phone": "01632 960001", "website": "https://example.org",
        **dict.fromkeys(DAYS[:5], "09:00-12:30, 13:30-17:00"), "saturday": "09:00-13:00", "sunday": "closed",
        "who can go": "Anyone", "age from": "18", "cost": "Free", "referral": "no", "drop in": "yes",
        "languages": "English, Polish", "step free": "yes", "topics": "Needle exchange; Pharmacies",
        "checked on": "2026-11-01",
    },
    {
        "name": "Example: Evening drop-in", "what it does": "Tea, talk and naloxone kits.",
        "organisation": "Anytown Recovery", "address": "Community Hall, Mill Lane", "town": "Anytown",
        "postcode": "AB1 3EF", "phone": "01632 960002", "email": "hello@example.org",
        "wednesday": "18:30-21:00", "who can go": "Adults and their families", "age from": "18",
        "cost": "Free", "referral": "no", "drop in": "yes", "step free": "no", "topics": "Naloxone",
        "checked on": "2026-11-01",
    },
)  # fmt: skip


def template_rows() -> list[list[str]]:
    """Return the rows of an empty own list: the headings as people read them, and the examples."""
    return [[name.capitalize() for name in COLUMNS]] + [
        [row.get(name, "") for name in COLUMNS] for row in EXAMPLES
    ]


def heading(cell: str) -> str:
    """Return the plain form of a heading: small letters and digits with single spaces."""
    return " ".join(re.findall(r"[a-z0-9]+", cell.lower()))


def column(cell: str) -> str:
    """Return our name of a heading in any of the ways people write it."""
    plain = heading(cell)
    return _OTHER_NAMES.get(plain, plain)


def is_own_list(cells: Sequence[str]) -> bool:
    """Tell whether headings are those of an own list; links to other tables mean a package's table."""
    found = {column(cell) for cell in cells}
    linked = any(heading(cell).endswith(" id") and column(cell) != "id" for cell in cells)
    return "name" in found and not linked and len(found & _TELLING) >= 2


def own_service(row: Row) -> Json | None:
    """Return the raw HSDS service of one row (by our column names), or None for an example row."""
    name = row.get("name", "")
    if name.lower().lstrip().startswith(EXAMPLE):
        return None
    postcode = row.get("postcode", "")
    where = parse_postcode(postcode) or " ".join((postcode or row.get("town", "")).casefold().split())
    service: Json = {
        "id": row.get("id") or stable_id("own list", " ".join(name.casefold().split()), where),
        "name": name, "description": row.get("what it does"), "status": "active",
        "email": row.get("email"), "url": row.get("website"), "fees": row.get("cost"),
        "eligibility_description": row.get("who can go"), "minimum_age": row.get("age from"),
        "maximum_age": row.get("age to"), "assured_date": row.get("checked on"),
        "application_process": _coming(row),
        "phones": [{"number": _number(row["phone"])}] if row.get("phone") else [],
        "schedules": day_schedules((number, row.get(day, "")) for number, day in enumerate(DAYS)),
        "languages": [{"name": word} for word in _list(row.get("languages", ""))],
        "attributes": [{"taxonomy_term": {"name": word, "taxonomy": OWN_TOPICS}}
                       for word in _list(row.get("topics", ""), ";|\n" if ":" in row.get("topics", "") else
                                         ",;|\n")],
        "service_at_locations": [{"location": place}] if (place := _place(row)) else [],
    }  # fmt: skip
    if row.get("organisation"):
        own = stable_id("organisation", row["organisation"].casefold())
        service["organization"] = {"id": own, "name": row["organisation"]}
    return {key: value for key, value in service.items() if value not in (None, "", [])}


def _list(cell: str, separators: str = ",;|\n") -> list[str]:
    parts = re.split(f"[{re.escape(separators)}]", cell)
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _number(cell: str) -> str:
    # Spreadsheets take a telephone number for a number and lose its first zero.
    return f"0{cell}" if re.fullmatch(r"[12378]\d{9}", cell) else cell


def _said(cell: str, yes: str, no: str) -> str:
    word = cell.strip().lower().rstrip(".")
    return {"yes": yes, "y": yes, "true": yes, "no": no, "n": no, "false": no}.get(word, cell.strip())


def _coming(row: Row) -> str:
    lines = [
        _said(row.get("referral", ""), "A referral is needed.", "You can refer yourself."),
        _said(row.get("drop in", ""), "You can drop in.", "Appointment only."),
    ]
    return "\n".join(line for line in lines if line)


def _place(row: Row) -> Json:
    address = {"address_1": row.get("address"), "city": row.get("town"), "postal_code": row.get("postcode")}
    address = {key: value for key, value in address.items() if value}
    access = _said(row.get("step free", ""), "Step-free access.", "No step-free access.")
    place: Json = {key: row[key] for key in ("latitude", "longitude") if row.get(key)}
    if address:
        place["addresses"] = [{**address, "country": "GB", "address_type": "physical"}]
    if place:
        place["location_type"] = "physical"
        if access:
            place["accessibility"] = [{"description": access}]
    return place


def own_topics(document: Json, topics: Sequence[Topic]) -> tuple[str, ...]:
    """Return the keys of the topics that an own list names by title or key."""
    terms = [attribute.get("taxonomy_term", {}) for attribute in document.get("attributes", [])]
    words = {heading(str(term.get("name", ""))) for term in terms if term.get("taxonomy") == OWN_TOPICS}
    if not words:
        return ()
    return tuple(topic.key for topic in topics if {heading(topic.title), heading(topic.key)} & words)
