"""The Consolidated Pharmaceutical List of the NHS Business Services Authority: one row, one pharmacy.

Columns as in its quarterly files (Open Government Licence); some years write them with other marks between
the words. The list says nothing about needle exchange or supervised doses, so neither is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from companion.directory.rules.hours import NAMES
from companion.directory.rules.hours_text import day_schedules
from companion.directory.rules.record import Json
from companion.directory.rules.values import stable_id

_CODES = ("pharmacyodscodefcode", "pharmacyodscode", "odscode")
_HOURS = tuple(f"pharmacyopeninghours{name.lower()}" for name in NAMES)
_KEPT_CAPITALS = {"UK", "NHS", "GP", "LLP", "PLC", "II", "III"}
_APPLIANCES = re.compile(r"appliance|\bDAC\b", re.I)
_BY_POST = re.compile(r"distance|internet|\bDSP\b", re.I)


def column(cell: str) -> str:
    """Return the letters and digits of a heading, small."""
    return re.sub(r"[^a-z0-9]", "", cell.lower())


def is_pharmacy_list(cells: Sequence[str]) -> bool:
    """Tell whether headings are those of the list."""
    found = {column(cell) for cell in cells}
    return bool(found & set(_CODES)) and {"pharmacytradingname", "postcode"} <= found


def pharmacy_service(row: Mapping[str, str]) -> Json:
    """Return the raw HSDS service of one row (by our column names); its id is the ODS code."""
    code = next((row[name].upper() for name in _CODES if row.get(name)), "")
    organisation = _plain(row.get("organisationname", ""))
    name = _plain(row.get("pharmacytradingname", "")) or organisation
    kind = row.get("contracttype", "")
    service: Json = {
        "name": name, "status": "active",
        "schedules": day_schedules((number, row.get(day, "")) for number, day in enumerate(_HOURS)),
        "service_at_locations": [{"location": _location(row, code)}],
        "attributes": [{"taxonomy_term": {"code": "pharmacy", "name": "Pharmacy"}}],
        "description": "A pharmacy that works for the NHS.",
    }  # fmt: skip
    if code:
        service["id"] = code
    if organisation:
        service["organization"] = {"id": stable_id("organisation", organisation.casefold()),
                                   "name": organisation}  # fmt: skip
    if _APPLIANCES.search(kind):
        service["description"] = "A supplier of appliances like dressings and stoma bags, for the NHS."
        service["attributes"] = [{"taxonomy_term": {"name": "Appliances"}}]
    elif _BY_POST.search(kind):
        service["description"] = "A pharmacy that works for the NHS by post and phone. You cannot go there."
        service["service_at_locations"] = []
    return service


def _location(row: Mapping[str, str], code: str) -> Json:
    lines = [_plain(row.get(f"addressfield{number}", "")) for number in range(1, 5)]
    names = ("address_1", "address_2", "city", "region")
    address: Json = {name: line for name, line in zip(names, lines, strict=True) if line}
    if "city" not in address and "address_2" in address:
        address["city"] = address.pop("region", None) or address.pop("address_2")
    if row.get("postcode"):
        address["postal_code"] = row["postcode"]
    place: Json = {"location_type": "physical", "addresses": [
        {**address, "country": "GB", "address_type": "physical"}]}  # fmt: skip
    return {**place, "external_identifier": code, "external_identifier_type": "ODS code"} if code else place


def _plain(words: str) -> str:
    """Return words in small letters with capitals in front where they are all capitals."""
    if not words.isupper():
        return words

    def one(found: re.Match[str]) -> str:
        word = found[0]
        return word if word in _KEPT_CAPITALS else word[0] + word[1:].lower()

    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", one, words)
