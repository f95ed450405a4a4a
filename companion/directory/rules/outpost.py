"""The import table of Outpost (wearefuturegov/outpost): a row for each service, and further rows that add
places, contacts, costs or times to it by naming its `import_id` as their `import_id_reference`.

Internal columns (notes, labels) are not read. A contact or a place that is not to be seen is left out, and
of an address that is to be masked only the town and the first half of the postcode stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from companion.directory.rules.places import parse_postcode
from companion.directory.rules.record import Json
from companion.directory.rules.values import parse_date, stable_id

Row = Mapping[str, str]


def is_outpost(cells: Sequence[str]) -> bool:
    """Tell whether headings are those of the table."""
    return {"import_id", "import_id_reference", "name"} <= {cell.strip().lower() for cell in cells}


def outpost_services(
    headings: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], today: date
) -> list[tuple[str, object]]:
    """Return the raw HSDS services of the table; a row without a service stands alone, to be refused."""
    names = [cell.strip().lower() for cell in headings]
    read = [
        (number, {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()})
        for number, cells in rows
    ]
    services: dict[str, tuple[int, Row]] = {}
    for number, row in read:
        if not row.get("import_id_reference") and row.get("import_id"):
            services.setdefault(row["import_id"], (number, row))
    added: dict[str, list[Row]] = {}
    lost: list[tuple[int, object]] = []
    for number, row in read:
        parent = row.get("import_id_reference", "")
        if parent in services:
            added.setdefault(parent, []).append(row)
        elif services.get(row.get("import_id", ""), (0,))[0] != number:
            # Without an id it is refused, and this row alone.
            lost.append((number, {"name": row.get("name"), "import_id_reference": parent}))
    found = [(number, _service(row, added.get(own, []), today)) for own, (number, row) in services.items()]
    together = sorted([*found, *lost], key=lambda one: one[0])
    return [(f"row {number}", raw) for number, raw in together]


def _is(row: Row, name: str) -> bool | None:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
        row.get(name, "").lower()
    )


def _list(row: Row, name: str) -> list[str]:
    return [part.strip() for part in row.get(name, "").split(";") if part.strip()]


def _service(row: Row, further: Sequence[Row], today: date) -> Json:
    rows = [row, *further]
    referral = {True: "A referral is needed.", False: "You can refer yourself.", None: None}
    how = [row.get("how_to_start"), referral[_is(row, "needs_referral")]]
    terms = [
        word for name in ("service_taxonomies", "suitabilities") for one in rows for word in _list(one, name)
    ]
    service: Json = {
        "id": row["import_id"], "name": row.get("name"), "description": row.get("description"),
        "url": row.get("url"), "status": _status(row, today), "minimum_age": row.get("min_age"),
        "maximum_age": row.get("max_age"), "application_process": "\n".join(part for part in how if part),
        "fees": "Free" if _is(row, "free") else None,
        "attributes": [{"taxonomy_term": {"name": word}} for word in dict.fromkeys(terms)],
        "contacts": [contact for one in rows if (contact := _contact(one))],
        "service_at_locations": [{"location": place} for one in rows if (place := _place(one))],
        "cost_options": [cost for one in rows if (cost := _cost(one))],
        "schedules": [schedule for one in rows if (schedule := _schedule(one))],
    }  # fmt: skip
    if row.get("organisation"):
        own = stable_id("organisation", row["organisation"].casefold())
        service["organization"] = {"id": own, "name": row["organisation"]}
    return {key: value for key, value in service.items() if value not in (None, "", [])}


def _status(row: Row, today: date) -> str:
    shown_from, shown_to = parse_date(row.get("visible_from")), parse_date(row.get("visible_to"))
    if (shown_from and shown_from > today) or (shown_to and shown_to < today):
        return "inactive"
    if _is(row, "visible") is False or _is(row, "approved") is False:
        return "inactive"
    return "temporarily closed" if _is(row, "temporarily_closed") else "active"


def _contact(row: Row) -> Json:
    if _is(row, "contact_visible") is False:
        return {}
    found: Json = {
        name: row[f"contact_{name}"] for name in ("name", "title", "email") if f"contact_{name}" in row
    }
    if row.get("contact_phone"):
        found["phones"] = [{"number": row["contact_phone"]}]
    return found


def _place(row: Row) -> Json:
    if _is(row, "location_visible") is False:
        return {}
    masked = bool(_is(row, "mask_exact_address"))
    postcode = row.get("location_postcode", "")
    if masked:
        whole = parse_postcode(postcode)
        postcode = whole.split(" ")[0] if whole else ""
    address = {"address_1": "" if masked else row.get("location_address_1"), "city": row.get("location_city"),
               "postal_code": postcode}  # fmt: skip
    address = {key: value for key, value in address.items() if value}
    place: Json = {}
    if address:
        place["addresses"] = [{**address, "country": "GB", "address_type": "physical"}]
    if not masked:
        place.update({name: row[f"location_{name}"] for name in ("name", "latitude", "longitude")
                      if f"location_{name}" in row})  # fmt: skip
    access = [{"description": word} for word in _list(row, "location_accessibilities")]
    return {**place, "location_type": "physical", "accessibility": access} if place else {}


def _cost(row: Row) -> Json:
    names = {"cost_option": "option", "cost_amount": "amount", "cost_type": "amount_description"}
    return {ours: row[theirs] for theirs, ours in names.items() if theirs in row}


def _schedule(row: Row) -> Json:
    if not row.get("scheduled_weekday"):
        return {}
    day = re.sub(r"[^a-z]", "", row["scheduled_weekday"].lower())
    return {"freq": "WEEKLY", "byday": day[:2].upper(), "opens_at": row.get("schedules_opens_at"),
            "closes_at": row.get("schedules_closes_at")}  # fmt: skip
