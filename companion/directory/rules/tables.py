"""The CSV package of HSDS put together again: rows of many tables become nested services."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from companion.directory.rules.older_tables import older_holidays, older_location, older_service

Row = Mapping[str, str]
Tables = Mapping[str, list[Row]]

# Every name a table goes by, one to each row; the first is ours.
_NAMES = {
    name: names[0]
    for names in (
        ("services", "service"), ("organizations", "organization", "organisations", "organisation"),
        ("locations", "location"),
        ("service_at_locations", "service_at_location", "services_at_location"),
        ("addresses", "address", "physical_addresses", "physical_address"), ("phones", "phone"),
        ("contacts", "contact"),
        ("schedules", "schedule", "regular_schedules", "regular_schedule", "operating_hours"),
        ("service_areas", "service_area"), ("languages", "language"), ("funding", "fundings"),
        ("cost_options", "cost_option"),
        ("accessibility", "accessibilities", "accessibility_for_disabilities"),
        ("attributes", "attribute", "service_attributes", "other_attributes"),
        ("taxonomy_terms", "taxonomy_term"), ("taxonomies", "taxonomy"),
        ("required_documents", "required_document"), ("programs", "program"),
        ("holiday_schedules", "holiday_schedule"),
        ("organization_identifiers", "organization_identifier"),
    )
    for name in names
}  # fmt: skip


# Columns that only services have, and columns that no service has: a table of contacts has names as well.
_OF_SERVICES = {
    "status",
    "fees",
    "fees_description",
    "application_process",
    "wait_time",
    "accreditations",
    "eligibility",
    "eligibility_description",
    "interpretation_services",
    "assured_date",
    "minimum_age",
    "program_id",
}
_OF_OTHERS = {
    "title", "department", "latitude", "longitude", "transportation", "virtual", "tax_id", "tax_status",
    "legal_status", "address_1", "number", "service_id", "location_type", "term", "parent_id",
}  # fmt: skip


def is_services(header: Iterable[str]) -> bool:
    """Tell from its columns whether a table holds services, whatever its name."""
    found = set(header)
    return {"id", "name"} <= found and bool(found & _OF_SERVICES) and not found & _OF_OTHERS


def table_name(file_name: str) -> str | None:
    """Return our name of the table a file holds, or None for tables we do not read."""
    stem = re.sub(r"\.[a-z0-9]+$", "", file_name.rsplit("/", 1)[-1].strip().lower())
    return _NAMES.get(re.sub(r"[\s-]+", "_", stem))


def join_tables(named: Iterable[tuple[str, list[Row]]]) -> dict[str, list[Row]]:
    """Return the tables by our names; two files of one table are merged row by row on the id."""
    joined: dict[str, list[Row]] = {}
    for name, rows in named:
        known = joined.setdefault(name, [])
        by_id = {row["id"]: number for number, row in enumerate(known) if row.get("id")}
        for row in rows:
            number = by_id.get(row.get("id", ""))
            if number is None:
                known.append(row)
            else:
                known[number] = {**row, **{key: value for key, value in known[number].items() if value}}
    return joined


def _by(rows: Iterable[Row], *columns: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        for column in columns:
            if row.get(column):
                found.setdefault(row[column], []).append({key: value for key, value in row.items() if value})
                break
    return found


def _owned(rows: Iterable[Row], *columns: str) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return rows by the first link they have; ids of different tables may be the same small numbers."""
    left = list(rows)
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for column in columns:
        found[column] = _by(left, column)
        left = [row for row in left if not row.get(column)]
    return found


def assemble(tables: Tables) -> list[dict[str, Any]]:
    """Return one nested raw service per row of the services table."""
    rows = {name: tables.get(name, []) for name in set(_NAMES.values())}
    terms = {
        row["id"]: {k: v for k, v in row.items() if v} for row in rows["taxonomy_terms"] if row.get("id")
    }
    phones = {owner: _by(rows["phones"], owner) for owner in
              ("contact_id", "service_at_location_id", "location_id", "service_id")}  # fmt: skip
    schedules = _owned(rows["schedules"], "service_at_location_id", "service_id", "location_id")
    holidays = _owned(
        older_holidays(rows["holiday_schedules"]), "service_at_location_id", "service_id", "location_id"
    )
    attributes = _by(rows["attributes"], "link_id", "service_id")
    for linked in attributes.values():
        for attribute in linked:
            attribute["taxonomy_term"] = terms.get(attribute.get("taxonomy_term_id", ""), {})
    contacts = _owned(rows["contacts"], "service_id", "service_at_location_id")
    for owned in (one for owners in contacts.values() for one in owners.values()):
        for contact in owned:
            contact["phones"] = phones["contact_id"].get(contact.get("id", ""), [])
    addresses, access = _by(rows["addresses"], "location_id"), _by(rows["accessibility"], "location_id")
    locations: dict[str, dict[str, Any]] = {}
    for row in rows["locations"]:
        own = row.get("id", "")
        locations[own] = {
            **older_location(row),
            "addresses": addresses.get(own, []), "phones": phones["location_id"].get(own, []),
            "schedules": schedules["location_id"].get(own, []),
            **({"accessibility": access[own]} if own in access else {}),
            **({"holiday_schedules": days} if (days := holidays["location_id"].get(own)) else {}),
        }  # fmt: skip
    links: dict[str, list[dict[str, Any]]] = {}
    for row in rows["service_at_locations"]:
        own = row.get("id", "")
        location = locations.get(row.get("location_id", ""))
        links.setdefault(row.get("service_id", ""), []).append({
            **{key: value for key, value in row.items() if value},
            **({"location": location} if location else {}),
            "contacts": contacts["service_at_location_id"].get(own, []),
            "schedules": schedules["service_at_location_id"].get(own, []),
            **({"holiday_schedules": days} if (days := holidays["service_at_location_id"].get(own)) else {}),
            "phones": phones["service_at_location_id"].get(own, []),
        })  # fmt: skip
    identifiers = _by(rows["organization_identifiers"], "organization_id")
    organisations = {
        row.get("id", ""): {**{k: v for k, v in row.items() if v},
                            "organization_identifiers": identifiers.get(row.get("id", ""), [])}
        for row in rows["organizations"]
    }  # fmt: skip
    plain = {
        name: _by(rows[name], "service_id")
        for name in ("service_areas", "languages", "funding", "cost_options", "required_documents")
    }
    programs = {row.get("id", ""): row.get("organization_id", "") for row in rows["programs"]}
    services: list[dict[str, Any]] = []
    for row in rows["services"]:
        own = row.get("id", "")
        service = older_service(row)
        # In HSDS 1.0 a service may name its place itself, and its organisation through place or programme.
        own_place = locations.get(row.get("location_id", ""))
        owner = row.get("organization_id") or (own_place or {}).get("organization_id")
        organisation = organisations.get(owner or programs.get(row.get("program_id", ""), ""))
        if organisation is not None:
            service["organization"] = organisation
        service["service_at_locations"] = links.get(own) or ([{"location": own_place}] if own_place else [])
        # A row that names a contact as well belongs to the contact.
        service["phones"] = [p for p in phones["service_id"].get(own, []) if not p.get("contact_id")]
        service["schedules"] = schedules["service_id"].get(own, [])
        if own in holidays["service_id"]:
            service["holiday_schedules"] = holidays["service_id"][own]
        service["contacts"] = contacts["service_id"].get(own, [])
        service["attributes"] = attributes.get(own, [])
        service.update({name: owned[own] for name, owned in plain.items() if own in owned})
        services.append(service)
    return services
