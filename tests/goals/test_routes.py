"""Goals over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from companion.core.ids import new_id
from tests.conftest import Client
from tests.shared.drafts import a_goal, a_step

Clients = Callable[[str | None], Client]
pytestmark = pytest.mark.usefixtures("clock")
GOAL_ID = new_id()
URL = f"/api/goals/{GOAL_ID}"


def test_a_goal_goes_in_and_comes_out(client_for: Clients) -> None:
    sam = client_for("sam")
    answer = sam.put(URL, json=a_goal(steps=[a_step(), a_step(done_on="2026-11-20")]))
    assert answer.status_code == 201
    assert set(answer.json) == {*a_goal(), "id", "version", "updated_at"}
    assert answer.json["version"] == 1
    assert answer.json["target_on"] == "2027-03-01"
    assert [step["done_on"] for step in answer.json["steps"]] == [None, "2026-11-20"]
    assert sam.get(URL).json == answer.json
    assert sam.get("/api/goals").json == {"items": [answer.json]}


def test_a_title_and_a_level_are_enough(client_for: Clients) -> None:
    draft = {"title": "Sleep", "level": "wider_problems", "recorded_at": "2026-11-23T08:55:00Z"}
    answer = client_for("sam").put(URL, json=draft)
    assert answer.status_code == 201
    assert (answer.json["lifecycle"], answer.json["shared"], answer.json["steps"]) == ("active", False, [])


@pytest.mark.parametrize(
    "level",
    ["direct_harm", "risky_behaviour", "wider_problems", "controlled_use", "abstain_main", "abstain_all"],
)
def test_goals_of_any_level_stand_beside_each_other(client_for: Clients, level: str) -> None:
    sam = client_for("sam")
    assert [sam.put(f"/api/goals/{new_id()}", json=a_goal(level=level)).status_code for _ in "ab"] == [
        201
    ] * 2


def test_a_conflict_answers_409_with_the_stored_goal(client_for: Clients) -> None:
    sam = client_for("sam")
    sam.put(URL, json=a_goal())
    stored = sam.put(URL, json=a_goal(title="From the tablet", base_version=1)).json
    answer = sam.put(URL, json=a_goal(title="From the phone", base_version=1))
    assert answer.status_code == 409
    assert answer.json["server"] == stored
    assert sam.get(URL).json == stored


def test_history_is_newest_first_with_the_goal_as_it_was(client_for: Clients) -> None:
    sam = client_for("sam")
    sam.put(URL, json=a_goal())
    sam.put(URL, json=a_goal(title="A flat", shared=True, base_version=1, recorded_at="2026-11-23T08:56:00Z"))
    items = sam.get(f"{URL}/history").json["items"]
    assert [(line["what"], line["title"]) for line in items] == [
        ("shared", "A flat"),
        ("changed", "A flat"),
        ("created", "Get a place of my own"),
    ]
    assert items[0]["at"] == "2026-11-23T08:56:00Z"
    assert items[2]["goal"]["steps"][0]["title"] == "Find my ID"


BAD: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "title"),
    ({"title": "  "}, "title"),
    ({"title": "x" * 121}, "title"),
    ({"title": "two\nlines"}, "title"),
    ({"title": None}, "title"),
    ({"title": 5}, "title"),
    ({"why": "x" * 2001}, "why"),
    ({"level": "relapse"}, "level"),
    ({"level": None}, "level"),
    ({"level": ["abstain_all"]}, "level"),
    ({"lifecycle": "failed"}, "lifecycle"),
    ({"shared": 0}, "shared"),
    ({"shared": 1}, "shared"),
    ({"shared": "true"}, "shared"),
    ({"shared": None}, "shared"),
    ({"confidence": 11}, "confidence"),
    ({"confidence": True}, "confidence"),
    ({"confidence": 5.0}, "confidence"),
    ({"confidence": 10**400}, "confidence"),
    ({"target_on": "2027-02-29"}, "target_on"),
    ({"target_on": "0000-00-00"}, "target_on"),
    ({"area": "a b"}, "area"),
    ({"template": "<script>"}, "template"),
    ({"steps": {}}, "steps"),
    ({"steps": [a_step() for _ in range(21)]}, "steps"),
    ({"steps": [{**a_step(), "person_id": "x"}]}, "steps.0.person_id"),
    ({"steps": [a_step(id="1")]}, "steps.0.id"),
    ({"steps": [a_step(title="")]}, "steps.0.title"),
    ({"steps": [a_step(done_on="2026-13-01")]}, "steps.0.done_on"),
    ({"steps": ["x"]}, "steps.0"),
    ({"base_version": 0}, "base_version"),
    ({"base_version": 10**400}, "base_version"),
    ({"id": str(new_id())}, "id"),
    ({"version": 3}, "version"),
]


def test_bad_input_names_the_field(client_for: Clients) -> None:
    sam = client_for("sam")
    for change, field in BAD:
        answer = sam.put(URL, json=a_goal(**change))
        assert answer.status_code == 422, change
        assert [name.removesuffix(".body") for name in answer.json["fields"]] == [field]
    assert sam.get("/api/goals").json == {"items": []}


@pytest.mark.parametrize("who", ["priya", "owen", "ada", None])
def test_owen_sees_nothing(client_for: Clients, who: str | None) -> None:
    client_for("sam").put(URL, json=a_goal(shared=True))
    other = client_for(who)
    statuses = {other.get(path).status_code for path in ("/api/goals", URL, f"{URL}/history")}
    statuses |= {other.put(URL, json=a_goal()).status_code, other.delete(URL).status_code}
    assert statuses == {403 if who else 401}
    missing = client_for("jo").get(f"/api/goals/{new_id()}")
    foreign = client_for("jo").get(URL)
    assert (foreign.status_code, foreign.data) == (404, missing.data)
