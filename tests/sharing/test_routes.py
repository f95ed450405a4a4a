"""Sharing over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from companion.core.ids import new_id
from tests.conftest import Client
from tests.people import Cast
from tests.shared.drafts import a_grant

Clients = Callable[[str | None], Client]
pytestmark = pytest.mark.usefixtures("clock")
URL = f"/api/sharing/grants/{new_id()}"


def test_a_grant_goes_in_and_comes_out(client_for: Clients, cast: Cast) -> None:
    sam, priya = client_for("sam"), cast["priya"].account_id
    assert [item["name"] for item in sam.get("/api/sharing/keyworkers").json["items"]] == ["Owen", "Priya"]
    answer = sam.put(URL, json=a_grant(priya, "plan", "goals"))
    assert answer.status_code == 201
    assert answer.json == {
        "id": URL.rsplit("/", 1)[1],
        "keyworker": {"id": str(priya), "name": "Priya"},
        "scopes": ["goals", "plan"],
        "from": "2026-11-23T09:00:00Z",
        "until": "2027-05-25T09:00:00Z",
    }
    again = sam.put(URL, json=a_grant(priya, "plan", "goals"))
    assert (again.status_code, again.json) == (200, answer.json)
    assert sam.get("/api/sharing/grants").json == {"items": [answer.json]}
    assert [sam.delete(URL).status_code for _ in range(2)] == [204, 204]
    assert sam.get("/api/sharing/grants").json == {"items": []}
    assert sam.put(URL, json=a_grant(priya)).status_code == 409


def test_the_person_sees_who_looked_and_when(client_for: Clients, cast: Cast) -> None:
    sam, priya = client_for("sam"), client_for("priya")
    sam.put(URL, json=a_grant(cast["priya"].account_id))
    for _ in range(3):
        priya.get(f"/api/review/people/{cast['sam'].account_id}/goals")
    assert sam.get("/api/sharing/looks").json == {
        "items": [{"who": "Priya", "what": "Looked at your shared goals", "at": "2026-11-23T09:00:00Z"}]
    }
    assert client_for("jo").get("/api/sharing/looks").json == {"items": []}


BAD: list[tuple[dict[str, Any], str]] = [
    ({"scopes": []}, "scopes"),
    ({"scopes": ["everything"]}, "scopes.0"),
    ({"scopes": "goals"}, "scopes"),
    ({"scopes": None}, "scopes"),
    ({"scopes": ["goals", 0]}, "scopes.1"),
    ({"scopes": ["goals"] * 4}, "scopes"),
    ({"keyworker_id": "priya"}, "keyworker_id"),
    ({"keyworker_id": str(new_id())}, "keyworker_id"),
    ({"keyworker_id": 10**400}, "keyworker_id"),
    ({"until": "2026-11-23T08:00:00Z"}, "until"),
    ({"until": "2100-12-31T23:59:59Z"}, "until"),
    ({"until": "2027-02-30T00:00:00Z"}, "until"),
    ({"until": 0}, "until"),
    ({"person_id": str(new_id())}, "person_id"),
]


def test_bad_input_names_the_field(client_for: Clients, cast: Cast) -> None:
    sam = client_for("sam")
    for change, field in BAD:
        answer = sam.put(URL, json=a_grant(cast["priya"].account_id) | change)
        assert answer.status_code == 422, change
        assert list(answer.json["fields"]) == [field]
    assert sam.get("/api/sharing/grants").json == {"items": []}


@pytest.mark.parametrize("who", ["priya", "owen", "ada", None])
def test_owen_sees_nothing(client_for: Clients, cast: Cast, who: str | None) -> None:
    client_for("sam").put(URL, json=a_grant(cast["priya"].account_id))
    other = client_for(who)
    paths = ("keyworkers", "grants", "looks")
    statuses = {other.get(f"/api/sharing/{path}").status_code for path in paths}
    statuses |= {other.put(URL, json=a_grant(cast["owen"].account_id)).status_code}
    statuses |= {other.delete(URL).status_code}
    assert statuses == {403 if who else 401}
    jo = client_for("jo")
    assert jo.delete(URL).data == jo.delete(f"/api/sharing/grants/{new_id()}").data
