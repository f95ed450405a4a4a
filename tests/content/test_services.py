"""The bundled national services: real, sourced, dated, and right by the official schema."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from companion.content import use_cases

SERVICES: list[Any] = [dict(service) for service in use_cases.national_services()]
NAMES = [service["name"] for service in SERVICES]


def test_there_are_enough_services_for_every_need() -> None:
    assert len(SERVICES) >= 30
    topics = Counter(a["taxonomy_term"]["code"] for service in SERVICES for a in service["attributes"])
    for topic in ("housing", "debt", "benefits", "work", "parenting", "naloxone", "mutual_aid", "crisis"):
        assert topics[topic] >= 2, topic
    nations = Counter(area["name"] for service in SERVICES for area in service["service_areas"])
    for nation in ("England", "Scotland", "Wales", "Northern Ireland"):
        assert nations[nation] >= 3, nation


def test_at_least_twenty_five_have_an_https_source_and_a_date_they_were_checked() -> None:
    sourced = [s for s in SERVICES if s["source"]["url"].startswith("https://") and "assured_date" in s]
    assert len(sourced) >= 25
    assert {service["assured_date"] for service in sourced} == {"2026-11-21"}
    for service in SERVICES:
        assert date.fromisoformat(service["source"]["checked_on"]) >= date(2026, 11, 21)


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_what_was_not_checked_is_said_to_people(service: Any) -> None:
    how = service["source"]["how"]
    if how in ("own_page", "checked_list"):
        assert "assured_date" in service
        assert "alert" not in service
    else:
        assert "assured_date" not in service
        assert "schedules" not in service or "alert" in service
    if how == "to_be_checked":
        assert "phones" not in service
        assert "alert" in service
    if how == "public_lists" and "phones" in service:
        assert "alert" in service


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_numbers_and_times_have_a_form_people_can_use(service: Any) -> None:
    numbers = [phone["number"] for phone in service.get("phones", ())]
    in_contacts = [phone["number"] for contact in service.get("contacts", ()) for phone in contact["phones"]]
    assert numbers == in_contacts
    for number in numbers:
        digits = number.replace(" ", "")
        assert re.fullmatch(r"111|116123|[0-9]{5}|0[1238][0-9]{8,9}", digits), number
    for schedule in service.get("schedules", ()):
        assert re.fullmatch(r"(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*", schedule["byday"])
        for name in ("opens_at", "closes_at"):
            assert re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", schedule[name])


def test_ids_are_stable_uuids_and_stand_once() -> None:
    ids = [service["id"] for service in SERVICES]
    assert len(set(ids)) == len(ids)
    assert all(UUID(value).version == 5 for value in ids)
    inner = [
        part["id"]
        for s in SERVICES
        for name in ("phones", "schedules", "attributes")
        for part in s.get(name, ())
    ]
    assert len(set(inner)) == len(inner)


def test_an_organisation_is_told_the_same_way_everywhere() -> None:
    known: dict[str, str] = {}
    for service in SERVICES:
        organization = service["organization"]
        assert service["organization_id"] == organization["id"]
        assert known.setdefault(organization["id"], organization["name"]) == organization["name"]


def test_the_page_counts_itself_right() -> None:
    page = json.loads(use_cases.services_file().read_text("utf-8"))
    assert page["total_items"] == page["size"] == len(page["contents"]) == len(SERVICES)
    assert (page["total_pages"], page["page_number"], page["first_page"], page["last_page"]) == (
        1,
        1,
        True,
        True,
    )
    assert page["empty"] is False


def test_crisis_numbers_agree_with_the_crisis_page() -> None:
    numbers = {phone["number"] for service in SERVICES for phone in service.get("phones", ())}
    for line in use_cases.crisis_lines().items:
        for number in (line.call, line.text_to):
            assert number in (None, "999") or number in numbers, line.key


@pytest.mark.realdata
def test_the_page_is_right_by_the_official_schema(real_data: Path) -> None:
    folder = real_data / "schemas" / "hsds-uk-3.0" / "schema"
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    base = "https://openreferraluk.org/specifications/3.0/schema/"
    files = {path.name: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    resources = [(base + name, Resource(raw, DRAFT202012)) for name, raw in files.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    page = json.loads(use_cases.services_file().read_text("utf-8"))

    def problems(schema: str, value: Any) -> list[str]:
        check = Draft202012Validator(
            {"$ref": base + schema}, registry=registry, format_checker=FormatChecker()
        )
        return [f"{error.json_path}: {error.message}" for error in check.iter_errors(value)]

    assert problems("service_list.json", page) == []
    for service in page["contents"]:
        assert problems("service.json", service) == []
    broken = {**page["contents"][0], "id": "not-a-uuid", "status": "open"}
    assert len(problems("service.json", broken)) == 2
