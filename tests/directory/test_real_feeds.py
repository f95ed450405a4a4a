"""Official examples and a real feed, brought in twice; our answers held against the official schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from companion.content import use_cases as content
from companion.directory.use_cases import ImportReport

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
    for query in (
        "per_page=500",
        "per_page=500&full=true",
        "search=debt",
        "page=99",
        "search=nothing+at+all",
    ):
        assert problems("service_list.json", client.get(f"/oruk/services?{query}").json) == [], query
    listed = client.get("/oruk/services?per_page=500").json["contents"]
    assert len(listed) >= 25 + len(FEEDS)
    for service in listed:
        whole = client.get(f"/oruk/services/{service['id']}").json
        assert problems("service.json", whole) == [], service["name"]
