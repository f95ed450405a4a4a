"""The read API of Open Referral UK 3.0: the envelope, the filters, and what others may rely on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.directory.use_cases import ImportReport
from tests.directory.builders import a_place, a_schedule, a_service, an_id

DEBT_TERM = {"id": an_id("term"), "name": "Debt", "taxonomy_id": an_id("taxonomy")}


@pytest.fixture
def api(client_for: Callable[[str | None], Any], imports: Callable[..., ImportReport]) -> Any:
    """A client, with seven services, one of them over."""
    imports(
        *[a_service(f"Service {number}", schedules=[a_schedule()]) for number in range(4)],
        a_service("Debtline", attributes=[{"taxonomy_term": DEBT_TERM}], minimum_age=18, organization=None),
        a_service("Youth club", maximum_age=17, last_modified="2026-11-01T00:00:00Z"),
        a_service("Over", status="defunct"),
        {**a_service("Odd id", service_at_locations=[a_place(100, 101)]), "id": "odd-1"},
    )
    return client_for(None)


def ids(api: Any, query: str) -> list[str]:
    """Return the ids of a list."""
    return [service["id"] for service in api.get(f"/oruk/services?{query}").json["contents"]]


def holds_nothing_empty(value: Any) -> bool:
    """Tell whether no field is null or empty."""
    if isinstance(value, dict):
        return all(inner not in (None, "", [], {}) and holds_nothing_empty(inner) for inner in value.values())
    return all(map(holds_nothing_empty, value)) if isinstance(value, list) else True


def test_the_root_names_the_standard_and_every_site_may_read(api: Any) -> None:
    answer = api.get("/oruk/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert answer.json["version"] == "HSDS-UK-3.0"
    assert answer.json["profile"].startswith("https://")
    assert answer.json["openapi_url"].endswith("/openapi.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_pages_add_up_without_repeats_and_every_service_resolves(api: Any) -> None:
    seen: list[str] = []
    for page in (1, 2, 3, 4):
        body = api.get(f"/oruk/services?per_page=2&page={page}").json
        assert (body["total_items"], body["total_pages"], body["page_number"]) == (7, 4, page)
        assert (body["first_page"], body["last_page"], body["empty"]) == (page == 1, page == 4, False)
        assert body["size"] == len(body["contents"])
        seen += [service["id"] for service in body["contents"]]
    assert len(seen) == len(set(seen)) == 7
    for own in seen:
        assert api.get(f"/oruk/services/{own}").json["id"] == own
    beyond = api.get("/oruk/services?per_page=2&page=9").json
    assert (beyond["empty"], beyond["size"], beyond["last_page"]) == (True, 0, True)


def test_a_listed_record_is_part_of_the_whole_one_and_nothing_is_empty(api: Any) -> None:
    for listed in api.get("/oruk/services").json["contents"]:
        whole = api.get(f"/oruk/services/{listed['id']}").json
        assert all(whole[name] == value for name, value in listed.items())
        assert holds_nothing_empty(whole)
    assert "schedules" not in api.get("/oruk/services").json["contents"][0]
    full = api.get("/oruk/services?full=true").json["contents"]
    assert any("schedules" in service for service in full)


def test_filters_narrow_and_add_up(api: Any) -> None:
    assert ids(api, "search=debtline") == [an_id("Debtline")]
    assert ids(api, f"taxonomy_term_id={an_id('term')}") == [an_id("Debtline")]
    assert ids(api, f"taxonomy_id={an_id('taxonomy')}&search=debtline") == [an_id("Debtline")]
    assert ids(api, f"taxonomy_term_id={an_id('term')}&search=youth") == []
    assert ids(api, f"taxonomy_term_id={an_id('no such term')}") == []
    assert an_id("Youth club") not in ids(api, "minimum_age=18")
    assert an_id("Debtline") not in ids(api, "maximum_age=17")
    assert ids(api, "modified_after=2026-10-15T00:00:00Z") == [an_id("Youth club")]
    assert len(ids(api, f"organization_id={an_id('org')}")) == 6
    assert ids(api, "search=%22%22") == []


WRONG = {
    "services": [
        "page=0", "page=x", "per_page=-1", "per_page=100000", "taxonomy_term_id=esdServiceType:242",
        "minimum_age=old", "maximum_age=-1", "modified_after=2026", "page=999999999999999999999",
        "minimum_age=nan", "full=maybe", "minimal=1", "format=xml", "day=someday", "day=%00",
        "start_time=9", "end_time=25:00", "search=%01", "organization_id=1",
    ],
    "service_at_locations": [
        "postcode=nowhere", "postcode=LS1%204A", "postcode=", "proximity=5km&postcode=LS1",
        "proximity=0&postcode=LS1", "proximity=-5&postcode=LS1", "day=8", "per_page=501",
    ],
    "organizations": ["per_page=501", "full=yes", "format=csv"],
    "taxonomies": ["page=0"],
    "taxonomy_terms": ["taxonomy_id=x", "parent_id=x", "top_only=2"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("listed", "query"),
    [pytest.param(name, query, id=f"{name} {query}") for name, queries in WRONG.items() for query in queries],
)
def test_a_wrong_parameter_is_refused_by_name(api: Any, listed: str, query: str) -> None:
    answer = api.get(f"/oruk/{listed}?{query}")
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"
    assert query.partition("=")[0] in answer.json["fields"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("query", "field"), [("postcode=AB99", "postcode"), ("proximity=500", "postcode")], ids=str
)
def test_a_distance_needs_a_postcode_that_is_known(api: Any, query: str, field: str) -> None:
    for form in ("json", "ndjson"):
        answer = api.get(f"/oruk/service_at_locations?format={form}&{query}")
        assert (answer.status_code, list(answer.json["fields"])) == (422, [field])


def test_any_words_in_any_parameter_are_answered(api: Any) -> None:
    names = [
        "search", "page", "per_page", "format", "full", "minimal", "day", "start_time", "end_time",
        "postcode", "proximity", "taxonomy_id", "modified_after", "minimum_age", "top_only", "x y",
    ]  # fmt: skip

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sampled_from(sorted(WRONG)), st.dictionaries(st.sampled_from(names), st.text(max_size=12)))
    def check(listed: str, query: dict[str, str]) -> None:
        # A lone surrogate cannot stand in an address.
        sent = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
        assert api.get(f"/oruk/{listed}", query_string=sent).status_code in (200, 422)

    check()


def test_an_unknown_parameter_is_left_aside(api: Any) -> None:
    assert len(ids(api, "frobnicate=1&postcode=LS1")) == 7


def test_services_that_are_over_or_unknown_are_not_found(api: Any) -> None:
    for own in (an_id("Over"), an_id("nothing"), "odd-1", "%00"):
        assert api.get(f"/oruk/services/{own}").status_code == 404


def test_minimal_lists_say_id_and_date_only(api: Any) -> None:
    listed = api.get("/oruk/services?minimal=true&full=true").json["contents"]
    assert len(listed) == 7
    assert all(set(service) == {"id", "last_modified"} for service in listed)
    for service in listed:
        assert service.items() <= api.get(f"/oruk/services/{service['id']}").json.items()


def test_modified_after_holds_its_own_moment(api: Any) -> None:
    assert an_id("Youth club") in ids(api, "modified_after=2026-11-01T00:00:00Z")
    assert an_id("Youth club") not in ids(api, "modified_after=2026-11-01T00:00:00.000001Z")
