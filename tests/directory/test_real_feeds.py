"""Official examples and a real feed, brought in twice; our answers held against the official schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from companion.content import use_cases as content
from companion.core.orm import Sessions
from companion.directory.rules.meeting_words import ACCESS, CLOSED_PLACE, FACTS, FOR_WHOM, LANGUAGES
from companion.directory.use_cases import FeedUnreadable, ImportReport
from tests.directory.test_oruk_again import empty, export

pytestmark = pytest.mark.realdata

# Feed: services read, kept, copies of an id, whether it is whole.
FEEDS = {
    "bristol-live-2026": (4, 3, 1, False),
    "hsds-uk-3.0-examples": (2, 1, 1, False),
    "hsds-uk-3.0-csv": (1, 1, 0, True),
    "oruk-validator-mocks": (259, 1, 258, True),
    "oruk-validator-mocks/Default": (2, 1, 1, True),
    "oruk-validator-mocks/Test": (257, 1, 256, True),
    "hsds-3.1-examples": (3, 1, 2, True),
    "mock-hsds-api": (1, 1, 0, False),
    "ohana-sample-csv": (23, 23, 0, True),
    "outpost-import-sample.csv": (2, 2, 0, True),
}
# Small tables one by one: services read, kept and refused; of every other table one sentence is said.
OHANA = {
    "invalid_service.csv": (1, 0, 1), "invalid_service_location.csv": (1, 1, 0),
    "valid_service.csv": (1, 1, 0),
}  # fmt: skip
# The standard's schema of one object, and the list that holds them.
LISTS = {
    "service": "services",
    "organization": "organizations",
    "service_at_location": "service_at_locations",
    "taxonomy": "taxonomies",
    "taxonomy_term": "taxonomy_terms",
}
BASE = "https://openreferraluk.org/specifications/3.0/schema/"


@pytest.mark.parametrize("feed", sorted(FEEDS))
def test_a_feed_is_read_and_a_second_time_changes_nothing(
    imports: Callable[..., ImportReport], real_data: Path, feed: str
) -> None:
    total, kept, copies, whole = FEEDS[feed]
    first = imports(source=real_data / "feeds" / feed)
    assert (first.total, first.new, first.duplicates, first.rejected) == (total, kept, copies, 0)
    assert first.complete is whole
    second = imports(source=real_data / "feeds" / feed)
    assert (second.new, second.updated, second.retired, second.unchanged) == (0, 0, 0, kept)


def test_every_negative_case_ends_with_a_sentence_or_a_reject(
    imports: Callable[..., ImportReport], real_data: Path
) -> None:
    files = sorted((real_data / "feeds" / "ohana-valid-invalid-csv").iterdir())
    assert len(files) == 51
    for path in files:
        if path.name in OHANA:
            for kept in (OHANA[path.name][1], 0):
                report = imports(source=path, label=path.name)
                assert (report.total, report.new, report.rejected) == (
                    OHANA[path.name][0], kept, OHANA[path.name][2],
                ), path.name  # fmt: skip
            continue
        with pytest.raises(FeedUnreadable) as caught:
            imports(source=path, label=path.name)
        assert caught.value.detail in (
            f"{path.name} is not a list of services we know.",
            f"There are no services in {path.name}.",
        )
    with pytest.raises(FeedUnreadable):
        imports(source=real_data / "feeds" / "ohana-valid-invalid-csv")


def test_facts_of_older_tables_are_kept(
    imports: Callable[..., ImportReport], real_data: Path, ask: Callable[..., Any]
) -> None:
    report = imports(source=real_data / "feeds" / "ohana-sample-csv")
    # 22 of 23 have a place; all are in California, so none has a position of ours or a British postcode.
    assert (report.without_position, report.problems["position_outside_uk"]) == (23, 22)
    assert report.problems["not_a_postcode"] == 22
    records = [json.loads(kept) for (kept,) in ask("SELECT record FROM directory_service")]
    assert sum(bool(record.get("organization")) for record in records) == 23
    assert sum(bool(record.get("service_at_locations")) for record in records) == 23
    assert ask("SELECT count(*) FROM directory_service WHERE shown")[0][0] == 21


def test_rows_that_belong_to_a_service_are_put_together(
    imports: Callable[..., ImportReport], real_data: Path, ask: Callable[..., Any]
) -> None:
    report = imports(source=real_data / "feeds" / "outpost-import-sample.csv")
    assert (report.problems["not_a_time"], report.problems["hours_not_readable"]) == (2, 1)
    records = [json.loads(kept) for (kept,) in ask("SELECT record FROM directory_service ORDER BY number")]
    first, second = records
    assert (first["status"], second["status"]) == ("inactive", "active")
    assert [len(first[name]) for name in ("service_at_locations", "contacts", "cost_options")] == [2, 1, 2]
    assert [one["option"] for one in first["cost_options"]] == ["Who is this fee for?", "OAP"]
    assert (second["fees"], len(second["attributes"])) == ("Free", 10)
    # The second contact is not to be seen, and notes are for the office.
    assert not re.search(r"private? contact|email2@|additional note|existing notes", json.dumps(records))


def test_lists_of_meeting_types_are_no_feeds(imports: Callable[..., ImportReport], real_data: Path) -> None:
    for path in sorted((real_data / "feeds" / "meeting-guide-spec-data").iterdir()):
        with pytest.raises(FeedUnreadable):
            imports(source=path)


def test_every_code_of_ours_is_a_type_of_meeting(real_data: Path) -> None:
    known = json.loads((real_data / "feeds" / "meeting-guide-spec-data" / "types.json").read_text("utf-8"))
    assert (FOR_WHOM | FACTS | ACCESS | LANGUAGES).keys() | {CLOSED_PLACE} <= known.keys()


def test_the_real_feed_comes_out_clean(
    imports: Callable[..., ImportReport], real_data: Path, client_for: Callable[[str | None], Any]
) -> None:
    report = imports(source=real_data / "feeds" / "bristol-live-2026")
    assert (report.problems["markup_removed"], report.problems["age_not_said"]) == (3, 6)
    client = client_for(None)
    found = client.get("/api/directory/services?text=independent").json["national"]
    (card,) = found
    assert card["summary"].startswith("About Us 1625 Independent People works with young people")
    assert [phone["number"] for phone in card["phones"]] == ["0800 0354213", "0117 332 7111"]
    assert card["who_text"] == "For: Homeless, Care leavers"
    assert card["checked_on"] == "2025-09-02"
    pages = [client.get("/api/directory/services").text, client.get("/oruk/services?full=true").text]
    pages += [
        client.get(f"/api/directory/services/{card['id']}").text,
        client.get(f"/oruk/services/{card['id']}").text,
    ]
    for page in pages:
        assert not re.search(r"</?(h1|p|a|script)\b|example\.(com|org)|noemail|assurer", page)


@pytest.fixture
def problems(real_data: Path) -> Callable[[str, Any], list[str]]:
    """Return what the official schemas say about an answer, formats asserted."""
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    folder = real_data / "schemas" / "hsds-uk-3.0" / "schema"
    files = {path.name: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    resources = [(BASE + name, Resource(raw, DRAFT202012)) for name, raw in files.items()]
    registry: Any = Registry().with_resources(resources)

    def check(schema: str, value: Any) -> list[str]:
        validator = Draft202012Validator(
            {"$ref": BASE + schema}, registry=registry, format_checker=FormatChecker()
        )
        return [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(value)]

    return check


def test_the_check_itself_sees_a_wrong_answer(problems: Callable[[str, Any], list[str]]) -> None:
    assert problems("service.json", {"id": "not-a-uuid", "name": "x", "status": "active"})
    assert problems("organization.json", {"id": "2a3483ea-8966-4f50-9dc3-7bafa1e5c623", "name": "x"})
    assert problems("taxonomy_list.json", {"contents": [{"id": "x", "name": "x", "description": "x"}]})
    assert problems(
        "service.json", {"id": "2a3483ea-8966-4f50-9dc3-7bafa1e5c623", "name": "x", "status": "open"}
    )


def test_every_answer_is_right_by_the_official_schemas(
    imports: Callable[..., ImportReport], real_data: Path, client_for: Callable[[str | None], Any],
    problems: Callable[[str, Any], list[str]],
) -> None:  # fmt: skip
    for feed in FEEDS:
        imports(source=real_data / "feeds" / feed, label=feed)
    imports(source=content.services_file(), topics=content.topics(), label="national")
    client = client_for(None)
    assert problems("api_details.json", client.get("/oruk/").json) == []
    for kind, listed in LISTS.items():
        for query in ("per_page=500", "per_page=500&full=true", "search=debt", "page=99", "day=MO"):
            answer = client.get(f"/oruk/{listed}?{query}").json
            assert problems(f"{kind}_list.json", answer) == [], (listed, query)
            assert answer["size"] == len(answer["contents"])
        stream = client.get(f"/oruk/{listed}?format=ndjson&full=true").text.split("\n")
        records = [json.loads(line) for line in stream if line]
        assert records == client.get(f"/oruk/{listed}?per_page=500&full=true").json["contents"]
        assert records, listed
        for record in records:
            whole = client.get(f"/oruk/{listed}/{record['id']}").json
            assert problems(f"{kind}.json", whole) == [], (listed, record)
            assert record == whole
    # What our feeds hold besides the standard's fields is still there: telephone numbers, who may come.
    services = client.get("/oruk/services?full=true&per_page=500").json["contents"]
    assert len(services) >= 25 + len(FEEDS)
    assert any("phones" in service and "eligibility_description" in service for service in services)


def test_what_came_in_goes_out_and_comes_in_again_the_same(
    imports: Callable[..., ImportReport], real_data: Path, client_for: Callable[[str | None], Any],
    factory: Sessions, tmp_path: Path,
) -> None:  # fmt: skip
    for feed in FEEDS:
        imports(source=real_data / "feeds" / feed, label=feed)
    imports(source=content.services_file(), topics=content.topics(), label="national")
    client = client_for(None)
    first = export(client)
    file = tmp_path / "again.ndjson"
    file.write_bytes(client.get("/oruk/services?format=ndjson&full=true").data)
    empty(factory)
    report = imports(source=file)
    assert (report.new, report.rejected) == (len(first["services"]), 0)
    second = export(client)
    # Feeds describe one organisation each in their own words, and the first one brought in speaks for it.
    for name in ("services", "service_at_locations", "taxonomies"):
        assert second[name] == first[name]
    for name in ("organizations", "taxonomy_terms"):
        assert [json.loads(one)["id"] for one in second[name]] == [
            json.loads(one)["id"] for one in first[name]
        ]
