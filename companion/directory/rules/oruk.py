"""A kept record as Open Referral UK 3.0 shows it: what the standard demands added, empty fields left out."""

from __future__ import annotations

from uuid import UUID

from companion.directory.rules.record import Json

VERSION = "HSDS-UK-3.0"
PROFILE = "https://docs.openreferraluk.org/en/latest/"
# The fields of a list; the nested ones come with the single record or with full=true.
LISTED = (
    "id", "organization_id", "name", "description", "url", "email", "status", "fees", "accreditations",
    "minimum_age", "maximum_age", "assured_date", "alert", "last_modified", "eligibility_description",
    "application_process", "fees_description", "organization",
)  # fmt: skip


def _tidied(value: object) -> object:
    if isinstance(value, dict):
        done = {name: _tidied(inner) for name, inner in value.items()}
        return {name: inner for name, inner in done.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [inner for inner in (_tidied(item) for item in value) if inner not in (None, "", [], {})]
    return value


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


def _link(link: Json) -> Json:
    location = link.get("location")
    if not location:
        return link
    addresses = [_address(address, location) for address in location.get("addresses", [])]
    return {**link, "location": {**location, "addresses": [one for one in addresses if one is not None]}}


def published(service_id: UUID, document: Json, *, full: bool = True) -> Json:
    """Return a service for the read API; without `full` only the fields of a list."""
    body: Json = {**document, "id": str(service_id)}
    if full:
        body["service_at_locations"] = [_link(link) for link in document.get("service_at_locations", [])]
    else:
        body = {name: body[name] for name in LISTED if name in body}
    done = _tidied(body)
    return done if isinstance(done, dict) else {}


def envelope(contents: list[Json], total: int, page: int, per_page: int) -> Json:
    """Return one page of a list in the standard's envelope."""
    pages = -(-total // per_page)
    return {
        "total_items": total, "total_pages": pages, "page_number": page, "size": len(contents),
        "first_page": page == 1, "last_page": page >= pages, "empty": not contents, "contents": contents,
    }  # fmt: skip
