"""What the read API shows besides services, whose records it holds back, and how answers travel."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from companion.directory.use_cases import ImportReport, oruk
from tests.directory.builders import a_place, a_schedule, a_service, an_id
from tests.directory.conftest import OPEN

LISTS = ("services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms")
Import = Callable[..., ImportReport]
TERMS = [
    {"id": an_id("debt"), "name": "Debt", "taxonomy_id": an_id("needs"), "taxonomy": "Needs"},
    {"id": an_id("rent"), "name": "Rent debt", "taxonomy_id": an_id("needs"), "parent_id": an_id("debt")},
    {"id": an_id("food"), "name": "Food", "taxonomy": "Circumstances"},
]
MONTHLY = {"freq": "MONTHLY", "byday": "2SA", "opens_at": "10:00", "closes_at": "12:00"}


def held_under(*terms: int) -> list[dict[str, Any]]:
    """Return the attributes of a service sorted under some of the terms."""
    return [{"taxonomy_term": TERMS[number]} for number in terms]


@pytest.fixture
def api(client_for: Callable[[str | None], Any], imports: Import) -> Any:
    """A client, with services of two organisations at four places, one of them over."""
    charity = {"identifier_type": "charity", "identifier": "123456"}
    other = {"id": an_id("other"), "name": "Southside Food", "organization_identifiers": [charity]}
    here, there = a_place(), a_place(53.8, -1.6, schedules=[a_schedule("SU", "20:00", "21:00")])
    imports(
        a_service("Debt", attributes=held_under(0, 1), service_at_locations=[here, there],
                  schedules=[a_schedule("MO", "09:00", "17:00")]),
        a_service("Rent", attributes=held_under(1), service_at_locations=[here], schedules=[MONTHLY]),
        a_service("Meals", attributes=held_under(2), organization=other, service_at_locations=[],
                  schedules=[a_schedule("TU", "09:00", "17:00", valid_to="2020-01-01")]),
        a_service("Over", status="defunct", organization={"id": an_id("gone"), "name": "Gone"},
                  service_at_locations=[a_place(53.9, -1.6)]),
    )  # fmt: skip
    return client_for(None)


def listed(api: Any, path: str) -> list[dict[str, Any]]:
    """Return the records of the first page of a list."""
    found: list[dict[str, Any]] = api.get(f"/oruk/{path}").json["contents"]
    return found


def lines(api: Any, path: str) -> list[dict[str, Any]]:
    """Return the records of a stream."""
    answer = api.get(f"/oruk/{path}{'&' if '?' in path else '?'}format=ndjson")
    assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.text.split("\n") if line]


def is_part(small: Any, large: Any) -> bool:
    """Tell whether everything a record says stands in the other one as well."""
    if isinstance(small, dict):
        return isinstance(large, dict) and all(
            name in large and is_part(value, large[name]) for name, value in small.items()
        )
    return bool(small == large)


@pytest.mark.parametrize("name", LISTS)
def test_pages_add_up_and_every_id_resolves(api: Any, name: str) -> None:
    total = {"services": 3, "service_at_locations": 3, "taxonomy_terms": 3}.get(name, 2)
    seen: list[str] = []
    for page in range(1, total + 1):
        body = api.get(f"/oruk/{name}?per_page=1&page={page}").json
        assert (body["total_items"], body["total_pages"], body["size"]) == (total, total, 1)
        assert (body["first_page"], body["last_page"]) == (page == 1, page == total)
        (record,) = body["contents"]
        whole = api.get(f"/oruk/{name}/{record['id']}")
        assert whole.status_code == 200
        assert is_part(record, whole.json)
        seen.append(record["id"])
    assert seen == sorted(set(seen))
    assert api.get(f"/oruk/{name}?per_page=1&page={total + 1}").json["empty"] is True
    assert lines(api, f"{name}?per_page=1&page=9") == listed(api, name)
    for own in (an_id("nothing"), "odd-1", "%00"):
        missing = api.get(f"/oruk/{name}/{own}")
        assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")


def test_organisations(api: Any) -> None:
    names = {one["name"]: one for one in listed(api, "organizations")}
    assert set(names) == {"Northside Advice", "Southside Food"}
    assert "organization_identifiers" not in names["Southside Food"]
    whole = api.get(f"/oruk/organizations/{an_id('other')}").json
    assert whole["organization_identifiers"][0]["identifier"] == "123456"
    assert whole in listed(api, "organizations?full=true")
    assert [one["name"] for one in listed(api, "organizations?search=food+south")] == ["Southside Food"]
    assert listed(api, "organizations?search=ood") == []
    assert listed(api, "organizations?search=%22%22") == []
    assert api.get(f"/oruk/organizations/{an_id('gone')}").status_code == 404


def test_an_organisation_has_the_id_its_services_name_it_by(api: Any, imports: Import) -> None:
    imports(a_service("Other id", organization_id=an_id("named")), label="another")
    whole = api.get(f"/oruk/services/{an_id('Other id')}").json
    assert whole["organization_id"] == whole["organization"]["id"] == an_id("named")
    assert api.get(f"/oruk/organizations/{an_id('named')}").json["name"] == "Northside Advice"


def test_an_organisation_nobody_describes_is_not_there(api: Any, imports: Import) -> None:
    imports(a_service("Dangling", organization=None, organization_id=an_id("who")), label="another")
    assert len(listed(api, f"services?organization_id={an_id('who')}")) == 1
    assert api.get(f"/oruk/organizations/{an_id('who')}").status_code == 404


def test_services_at_locations_have_ids_of_their_own(api: Any) -> None:
    found = listed(api, "service_at_locations")
    # The feed used one id for two of them.
    assert len({one["id"] for one in found}) == 3
    for one in found:
        assert one["location_id"] == one["location"]["id"]
        assert one["service"]["organization"]["name"] == "Northside Advice"
        service = api.get(f"/oruk/services/{one['service_id']}").json
        assert one["id"] in [link["id"] for link in service["service_at_locations"]]
    assert any("schedules" in one for one in listed(api, "service_at_locations?full=true"))


def test_ids_stay_when_a_feed_is_read_again(api: Any, imports: Import) -> None:
    before = {one["id"]: one["service_id"] for one in listed(api, "service_at_locations")}
    changed = [
        a_service(name, description="Said anew.", service_at_locations=[a_place()])
        for name in ("Rent", "Debt")
    ]
    imports(*changed, a_service("Meals", service_at_locations=[]), max_retire=1.0)
    after = {one["id"]: one["service_id"] for one in listed(api, "service_at_locations")}
    assert len(after) == 2
    assert set(after.values()) == {an_id("Debt"), an_id("Rent")}
    assert all(api.get(f"/oruk/service_at_locations/{own}").status_code == 200 for own in after)
    assert an_id("link 53.8 -1.6") in before
    assert api.get(f"/oruk/service_at_locations/{an_id('link 53.8 -1.6')}").status_code == 404


def test_hours_are_those_of_the_place_or_else_of_the_service(api: Any) -> None:
    def found(query: str) -> list[tuple[str, float]]:
        rows = listed(api, f"service_at_locations?{query}")
        return sorted((one["service"]["name"], one["location"]["latitude"]) for one in rows)

    assert found("day=MO") == [("Debt", 53.7965)]
    assert found("day=SU") == [("Debt", 53.8)]
    # Hours of every second Saturday: open on a Saturday, whichever.
    assert found("day=SA&start_time=11:00") == [("Rent", 53.7965)]
    assert found("day=SA&end_time=10:00") == []
    # Hours that have run out say nothing.
    assert [one["name"] for one in listed(api, "services?day=TU")] == []
    assert [one["name"] for one in listed(api, "services?day=SU")] == ["Debt"]


def test_taxonomies_and_terms(api: Any) -> None:
    assert {one["name"] for one in listed(api, "taxonomies")} == {"Needs", "Circumstances"}
    assert [one["name"] for one in listed(api, "taxonomies?search=circum")] == ["Circumstances"]
    named = {one["name"]: one for one in listed(api, "taxonomy_terms")}
    assert set(named) == {"Debt", "Rent debt", "Food"}
    below = listed(api, f"taxonomy_terms?parent_id={an_id('debt')}")
    assert below == [named["Rent debt"]]
    assert {one["name"] for one in listed(api, "taxonomy_terms?top_only=true")} == {"Debt", "Food"}
    assert len(listed(api, f"taxonomy_terms?taxonomy_id={an_id('needs')}&search=debt")) == 2
    assert listed(api, f"taxonomy_terms?taxonomy_id={an_id('needs')}&search=food") == []
    # A vocabulary without an id of its own can be asked for by the one it was given.
    own = named["Food"]["taxonomy_id"]
    assert [one["name"] for one in listed(api, f"services?taxonomy_id={own}")] == ["Meals"]


def test_records_that_may_not_go_out_do_not_exist_here(api: Any, imports: Import) -> None:
    before = {name: api.get(f"/oruk/{name}").json for name in LISTS}
    mine = a_service("Hidden", organization={"id": an_id("quiet"), "name": "Quiet"}, attributes=[
        {"taxonomy_term": {"id": an_id("quiet term"), "name": "Quiet", "taxonomy": "Quiet"}}],
        service_at_locations=[a_place(53.7, -1.5)])  # fmt: skip
    imports(mine, label="by permission", licence=replace(OPEN, name="With permission"))
    assert api.get("/api/directory/services?text=hidden").json["total"] == 1
    assert {name: api.get(f"/oruk/{name}").json for name in LISTS} == before
    hidden = {"services": "Hidden", "organizations": "quiet", "service_at_locations": "link 53.7 -1.5",
              "taxonomy_terms": "quiet term"}  # fmt: skip
    for name, own in hidden.items():
        assert api.get(f"/oruk/{name}/{an_id(own)}").status_code == 404
        assert all(one["id"] != an_id(own) for one in lines(api, name))
    assert [one["licence"] for one in api.get("/oruk/").json["sources"]] == [OPEN.name]
    # Reading the same feed again under an open licence is all it takes.
    again = imports(mine, label="by permission")
    assert again.unchanged == 1
    for name, own in hidden.items():
        assert api.get(f"/oruk/{name}/{an_id(own)}").status_code == 200


def test_a_stream_holds_everything_however_long(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oruk, "BATCH", 2)
    for name in LISTS:
        assert lines(api, name) == listed(api, name)
    assert lines(api, "services?full=true") == listed(api, "services?full=true")
    assert lines(api, "services?search=zebra") == []
    assert lines(api, "services?search=debt&minimal=true") == listed(api, "services?search=debt&minimal=true")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/oruk", 308), ("/oruk/", 200), ("/oruk/nothing", 404), ("/oruk/services/odd-1", 404),
     (f"/oruk/taxonomies/{an_id('no')}", 404), ("/oruk/services?page=0", 422),
     ("/oruk/services?format=ndjson", 200)],
)  # fmt: skip
def test_every_site_may_read_every_answer(api: Any, path: str, status: int) -> None:
    answer = api.get(path, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://other.example"})
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_browser_may_ask_first(api: Any) -> None:
    ask = {"Sec-Fetch-Site": "cross-site", "Origin": "https://other.example",
           "Access-Control-Request-Method": "GET",
           "Access-Control-Request-Headers": "if-none-match"}  # fmt: skip
    for path in ("/oruk/", *(f"/oruk/{name}" for name in LISTS), f"/oruk/services/{an_id('Debt')}"):
        answer = api.options(path, headers=ask)
        assert answer.status_code in (200, 204)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "GET" in answer.headers["Access-Control-Allow-Methods"]
        assert answer.headers["Access-Control-Allow-Headers"] == "*"
    elsewhere = api.get("/api/directory/services")
    assert "Access-Control-Allow-Origin" not in elsewhere.headers


def test_an_answer_that_has_not_changed_is_not_sent_again(api: Any, imports: Import) -> None:
    for path in ("services", f"services/{an_id('Debt')}", "organizations", "services?day=MO&full=true"):
        first = api.get(f"/oruk/{path}")
        assert first.headers["Cache-Control"] == "public, max-age=300"
        known = {"If-None-Match": first.headers["ETag"]}
        second = api.get(f"/oruk/{path}", headers=known)
        assert (second.status_code, second.data) == (304, b"")
        assert second.headers["Access-Control-Allow-Origin"] == "*"
        assert api.head(f"/oruk/{path}").headers["ETag"] == first.headers["ETag"]
    tag = {"If-None-Match": api.get("/oruk/services").headers["ETag"]}
    imports(a_service("New"), label="another")
    assert api.get("/oruk/services", headers=tag).status_code == 200
    assert "ETag" not in api.get("/oruk/services?page=0").headers


@pytest.mark.parametrize("query", ["services?search=debt", "service_at_locations?postcode=LS1"])
def test_what_somebody_looked_for_is_kept_nowhere(api: Any, query: str) -> None:
    for form in ("json", "ndjson"):
        answer = api.get(f"/oruk/{query}&format={form}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert api.get("/oruk/services").headers["Cache-Control"] == "public, max-age=300"


def test_a_stream_that_nobody_reads_to_its_end_leaves_nothing_behind(api: Any) -> None:
    asked = api.get("/oruk/services?format=ndjson", buffered=False)
    asked.close()
    assert api.head("/oruk/services?format=ndjson").data == b""
    assert len(lines(api, "services")) == 3
