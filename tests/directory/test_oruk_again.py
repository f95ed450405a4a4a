"""What the read API gives out, brought into an empty Companion, comes out again byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from companion.core.orm import Base, Sessions
from companion.directory.use_cases import ImportReport
from tests.directory.builders import Raw, a_place, a_schedule, a_service, an_address, an_id

LISTS = ("services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms")


def canonical(value: Any) -> str:
    """Return JSON with its names in order, one way to write one thing."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def export(api: Any) -> dict[str, list[str]]:
    """Return every record of every list, whole, as canonical JSON."""
    answers = {name: api.get(f"/oruk/{name}?format=ndjson&full=true").text for name in LISTS}
    return {
        name: [canonical(json.loads(line)) for line in text.splitlines()] for name, text in answers.items()
    }


def empty(factory: Sessions) -> None:
    """Take everything out of the directory's tables."""
    with factory.begin() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name.startswith("directory_"):
                session.execute(table.delete())
        session.execute(text("DELETE FROM directory_text"))


def odd_services() -> list[Raw]:
    """Return services with everything a feed may hold, odd things first."""
    at_home = an_address("LS2 7EW", address_1="", state_province="")
    night = a_schedule("FR,SA", "22:00", "02:00", valid_to="2027-01-01")
    monthly = {"freq": "MONTHLY", "byday": "2TU,-1FR", "opens_at": "9.30am", "closes_at": "24:00"}
    term = {"id": "esdServiceType:242", "name": "Debt", "vocabulary": "Needs", "parent_id": an_id("top")}
    return [
        {**a_service("Odd id"), "id": "odd-1", "organization_id": "org-7"},
        a_service("No address line", service_at_locations=[a_place(location={"addresses": [at_home]})]),
        a_service("Two places", service_at_locations=[a_place(), a_place(53.8, -1.6), a_place(53.8, -1.6)]),
        a_service("Online", service_at_locations=[
            {"location": {"location_type": "virtual", "name": "Chat"}, "description": "In your browser."}]),
        a_service("Hours", schedules=[night, monthly, a_schedule("MO", "00:00", "23:59")],
                  service_at_locations=[a_place(schedules=[a_schedule("SU", "10:00", "12:00")])]),
        a_service("Words & <b>marks</b> \u2013 \u201cquoted\u201d", url="northside.org.uk",
                  phones=[{"number": "Helpline: 0113 496 0000, office hours"}], minimum_age=-1,
                  maximum_age=17.5, email="a@northside.org.uk",
                  eligibility_description="Anyone.", cost_options=[{"option": "Free", "amount": "£0"}],
                  languages=[{"name": "Polish", "code": "pl"}], last_modified="2026-10-01 09:00:00"),
        a_service("Sorted", attributes=[{"taxonomy_term": term}, {"value": "Drop-in"}], organization=None,
                  organization_id=an_id("elsewhere"), contacts=[{"name": "Front desk", "phones": [
                      {"number": "0113 496 0001"}]}], required_documents=[{"document": "None"}]),
        a_service("Closed now", status="temporarily closed", alert="Back in May."),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["ndjson", "pages", "list"])
def test_export_import_export_is_identical(
    client_for: Callable[[str | None], Any], imports: Callable[..., ImportReport], factory: Sessions,
    tmp_path: Path, form: str,
) -> None:  # fmt: skip
    imports(*odd_services())
    api = client_for(None)
    first = export(api)
    assert {name: len(lines) for name, lines in first.items()} == {
        "services": 8, "organizations": 2, "service_at_locations": 9, "taxonomies": 1, "taxonomy_terms": 1,
    }  # fmt: skip
    file = tmp_path / f"again.{'ndjson' if form == 'ndjson' else 'json'}"
    if form == "ndjson":
        file.write_bytes(api.get("/oruk/services?format=ndjson&full=true").data)
    elif form == "list":
        file.write_bytes(api.get("/oruk/services?full=true&per_page=500").data)
    else:
        pages = [api.get(f"/oruk/services?full=true&per_page=3&page={page}").json for page in (1, 2, 3)]
        file = tmp_path / "pages"
        file.mkdir()
        for page in pages:
            (file / f"{page['page_number']}.json").write_text(json.dumps(page))
    empty(factory)
    assert export(api) == {name: [] for name in LISTS}
    report = imports(source=file)
    assert (report.new, report.rejected, report.failure) == (8, 0, "")
    assert export(api) == first


def test_whole_records_one_by_one_make_the_same_directory(
    client_for: Callable[[str | None], Any], imports: Callable[..., ImportReport], factory: Sessions
) -> None:
    imports(*odd_services())
    api = client_for(None)
    first = export(api)
    wholes = [api.get(f"/oruk/services/{json.loads(line)['id']}").json for line in first["services"]]
    empty(factory)
    imports(*wholes)
    assert export(api) == first
    second = imports(*wholes)
    assert (second.new, second.updated, second.unchanged) == (0, 0, 8)
