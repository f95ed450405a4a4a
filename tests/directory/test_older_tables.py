"""Tables of older or other makers: HSDS 1.0 packages and Outpost's import table."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest

from companion.directory.rules.outpost import is_outpost, outpost_services
from companion.directory.rules.parse import parse_service
from companion.directory.rules.tables import assemble, is_services

HEAD = [
    "import_id", "import_id_reference", "name", "visible", "visible_from", "visible_to",
    "approved", "temporarily_closed", "needs_referral",
    "contact_name", "contact_visible", "contact_phone", "location_name", "location_latitude",
    "location_longitude", "location_address_1", "location_city", "location_postcode", "location_visible",
    "mask_exact_address", "free", "scheduled_weekday", "schedules_opens_at", "schedules_closes_at", "notes",
]  # fmt: skip
PLACE = {
    "location_name": "The House", "location_latitude": "53.7965", "location_longitude": "-1.5478",
    "location_address_1": "1 Park Row", "location_city": "Leeds", "location_postcode": "LS1 4AP",
}  # fmt: skip


def the_services(*rows: dict[str, str]) -> list[tuple[str, Any]]:
    """Return the raw services of an Outpost table."""
    table = [(n, [row.get(name, "") for name in HEAD]) for n, row in enumerate(rows, 2)]
    return outpost_services(HEAD, table, date(2026, 11, 22))


def test_further_rows_add_to_their_service_also_from_above() -> None:
    day = {
        "scheduled_weekday": "tuesday",
        "schedules_opens_at": "09:00:00",
        "schedules_closes_at": "17:00:00",
    }
    ((where, raw),) = the_services(
        {"import_id": "2", "import_id_reference": "1", **day}, {"import_id": "1", "name": "One", **PLACE},
        {"import_id": "3", "import_id_reference": "1", "contact_name": "Sam", "notes": "internal"},
    )  # fmt: skip
    record, problems = parse_service(raw, where)
    assert record is not None
    assert (where, record.external_id, record.name) == ("row 3", "1", "One")
    assert [(rule.days[0].weekday, rule.opens, rule.closes) for rule in record.openings] == [(1, 540, 1020)]
    assert record.document["contacts"][0]["name"] == "Sam"
    assert "internal" not in repr(raw)
    assert {problem.code for problem in problems} == {"id_not_uuid"}


def test_rows_that_belong_to_nothing_are_refused_and_nothing_else() -> None:
    found = the_services(
        {"import_id": "1", "name": "One"}, {"import_id": "2", "import_id_reference": "9"}, {"name": "No id"}
    )
    assert [(where, parse_service(raw)[0] is None) for where, raw in found] == [
        ("row 2", False), ("row 3", True), ("row 4", True),
    ]  # fmt: skip


def test_a_masked_address_keeps_the_town_and_half_a_postcode() -> None:
    ((_, raw),) = the_services({"import_id": "1", "name": "Refuge", "mask_exact_address": "TRUE", **PLACE})
    record, _ = parse_service(raw)
    assert record is not None
    assert (record.places[0].postcode, record.places[0].lat) == ("LS1", None)
    for word in ("Park Row", "4AP", "53.7", "The House"):
        assert word not in repr(raw)


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ({"visible": "FALSE"}, "status", "inactive"),
        ({"approved": "FALSE"}, "status", "inactive"),
        ({"visible_to": "2026-11-21"}, "status", "inactive"),
        ({"visible_from": "2026-11-23"}, "status", "inactive"),
        ({"visible_from": "2026-11-22", "visible_to": "2026-11-22"}, "status", "active"),
        ({"temporarily_closed": "TRUE"}, "status", "temporarily closed"),
        ({"needs_referral": "FALSE"}, "application_process", "You can refer yourself."),
        ({"free": "TRUE"}, "fees", "Free"),
        ({"contact_name": "Sam", "contact_visible": "FALSE"}, "contacts", None),
        ({**PLACE, "location_visible": "FALSE"}, "service_at_locations", None),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else str(value),
)
def test_what_each_mark_means(row: dict[str, str], field: str, value: str | None) -> None:
    ((_, raw),) = the_services({"import_id": "1", "name": "One", **row})
    assert raw.get(field) == value


@pytest.mark.parametrize(
    ("header", "services"),
    [
        ("id,name,status", True), ("id,organization_id,name,fees", True), ("id,name", False),
        ("id,location_id,organization_id,service_id,name,title,email,department", False),
        ("id,organization_id,name,latitude,longitude,status", False),
        ("id,name,legal_status,tax_id", False), ("id,organization_id,name,alternate_name", False),
    ],
)  # fmt: skip
def test_only_a_table_of_services_is_taken_for_one(header: str, services: bool) -> None:
    assert is_services(header.split(",")) is services
    assert not is_outpost(header.split(","))


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    return list(csv.DictReader(io.StringIO(text)))


def test_ids_of_different_tables_are_never_mixed_up() -> None:
    (service,) = assemble({
        "services": table("id,name,location_id,languages,eligibility,program_id\n"
                          "1,One,2,\"Polish, Urdu\",All,7\n"),
        "locations": table("id,name,accessibility,virtual\n1,Other,,\n2,Hall,\"ramp, disabled_parking\",\n"),
        "organizations": table("id,name\n1,Wrong\n5,Right\n"),
        "programs": table("id,organization_id,name\n7,5,P\n"),
        "schedules": table("id,location_id,service_id,weekday,opens_at,closes_at\n"
                           "1,1,,Monday,9:00,10:00\n"
                           "2,,1,Friday,9:00,10:00\n3,2,,Tuesday,9:00,10:00\n"),
        "contacts": table("id,organization_id,service_id,name\n1,1,,Of an organisation\n"
                          "2,,1,Of the service\n"),
    })  # fmt: skip
    assert [one["weekday"] for one in service["schedules"]] == ["Friday"]
    assert [one["name"] for one in service["contacts"]] == ["Of the service"]
    location = service["service_at_locations"][0]["location"]
    assert [one["weekday"] for one in location["schedules"]] == ["Tuesday"]
    assert [one["description"] for one in location["accessibility"]] == ["Ramp", "Disabled parking"]
    assert [one["name"] for one in service["languages"]] == ["Polish", "Urdu"]
    assert (service["organization"]["name"], service["eligibility_description"]) == ("Right", "All")
