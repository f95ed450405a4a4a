"""The Consolidated Pharmaceutical List: rows become pharmacies with their hours."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from companion.content import use_cases as content
from companion.directory.rules.pharmacies import is_pharmacy_list, pharmacy_service
from companion.directory.use_cases import ImportReport, Search, search_services
from tests.directory.test_feeds import a_file

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
HEAD = [
    "PHARMACY_ODS_CODE_F_CODE", "HEALTH_AND_WELLBEING_BOARD", "PHARMACY_TRADING_NAME", "ORGANISATION_NAME",
    *(f"ADDRESS_FIELD_{number}" for number in range(1, 5)), "POST_CODE",
    *(part for day in DAYS for part in (f"PHARMACY_OPENING_HOURS_{day}", f"{day[:3]}_TOTAL")),
    "WEEKLY_TOTAL", "CONTRACT_TYPE",
]  # fmt: skip


def a_row(code: str = "FA001", name: str = "PARK ROW PHARMACY", kind: str = "Community", **more: str) -> str:
    """Return one row of the list."""
    hours = [part for _ in DAYS[:5] for part in ('"09:00-13:00,14:00-17:30"', "7.5")]
    cells = {"address": "UNIT 1,1 PARK ROW,LEEDS,WEST YORKSHIRE", "postcode": "LS1 4AP", **more}
    weekend = ["09:00-13:00", "4", more.get("sunday", "CLOSED"), "0"]
    start = [code, "LEEDS", name, "PARK ROW CHEMISTS UK LIMITED", cells["address"], cells["postcode"]]
    return ",".join([*start, *hours, *weekend, "41.5", kind])


def a_list(*rows: str, head: list[str] = HEAD) -> str:
    """Return a whole file."""
    return "\n".join([",".join(head), *rows]) + "\n"


def test_every_row_is_a_pharmacy_with_its_hours(
    imports: Callable[..., ImportReport], tmp_path: Path, ask: Callable[..., Any]
) -> None:
    path = a_file(tmp_path, a_list(a_row(), a_row("FA002", "THE OTHER ONE"), a_row("", "NO CODE")))
    report = imports(source=path, topics=content.topics())
    assert (report.total, report.new, report.rejected, report.complete) == (3, 2, 1, True)
    assert [(one.pointer, one.code) for one in report.rejects] == [("row 4", "id_missing")]
    again = imports(source=path, topics=content.topics())
    assert (again.new, again.updated, again.unchanged) == (0, 0, 2)
    # Wednesday 12:30 is open, 13:30 is lunch, and a Saturday ends at one.
    for at, found in (
        ("2026-11-18T12:30", 2),
        ("2026-11-18T13:30", 0),
        ("2026-11-21T12:59", 2),
        ("2026-11-21T13:00", 0),
    ):
        moment = datetime.fromisoformat(f"{at}:00+00:00")
        search = Search(topic="pharmacy", open_now=True, at=moment, per_page=10)
        page = ask(lambda session, search=search, moment=moment: search_services(session, search, moment))
        assert len(page["items"]) + len(page["national"]) == found, at


def test_names_in_capitals_are_put_in_plain_letters(
    imports: Callable[..., ImportReport], tmp_path: Path, ask: Callable[..., Any]
) -> None:
    imports(source=a_file(tmp_path, a_list(a_row(name="ST MARY'S PHARMACY"))))
    ((kept,),) = ask("SELECT record FROM directory_service")
    record = json.loads(kept)
    assert record["name"] == "St Mary's Pharmacy"
    assert record["organization"]["name"] == "Park Row Chemists UK Limited"
    location = record["service_at_locations"][0]["location"]
    assert (location["external_identifier"], location["external_identifier_type"]) == ("FA001", "ODS code")
    address = {name: location["addresses"][0][name] for name in ("address_1", "address_2", "city", "region")}
    assert list(address.values()) == ["Unit 1", "1 Park Row", "Leeds", "West Yorkshire"]


@pytest.mark.parametrize("code", ["PHARMACY_ODS_CODE__F_CODE_", "PHARMACY_ODS_CODE_(F-CODE)", "ODS_CODE"])
def test_the_headings_of_every_year_are_known(code: str) -> None:
    assert is_pharmacy_list([code, *(name.replace("FIELD_", "FIELD") for name in HEAD[1:])])
    assert not is_pharmacy_list(HEAD[1:])


@pytest.mark.parametrize(
    ("kind", "places", "topic"),
    [("Community", 1, "Pharmacy"), ("Distance Selling", 0, "Pharmacy"),
     ("Dispensing Appliance Contractor", 1, "Appliances")],
)  # fmt: skip
def test_a_contract_that_is_no_counter_is_told_apart(kind: str, places: int, topic: str) -> None:
    service = pharmacy_service({"odscode": "FX1", "pharmacytradingname": "X", "contracttype": kind})
    assert len(service["service_at_locations"]) == places
    assert service["attributes"][0]["taxonomy_term"]["name"] == topic


def test_short_addresses_still_have_a_town() -> None:
    row = {
        "odscode": "FX1",
        "pharmacytradingname": "X",
        "addressfield1": "2 Mill Lane",
        "addressfield2": "Otley",
    }
    (address,) = pharmacy_service(row)["service_at_locations"][0]["location"]["addresses"]
    assert (address["address_1"], address["city"]) == ("2 Mill Lane", "Otley")
