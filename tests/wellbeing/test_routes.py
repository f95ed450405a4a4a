"""Wellbeing over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from companion.core.ids import new_id
from tests.conftest import Client
from tests.shared.drafts import a_check_in, some_answers

Clients = Callable[[str | None], Client]
pytestmark = pytest.mark.usefixtures("clock")
HOUSE = "/api/wellbeing"
CHECK_IN = f"{HOUSE}/check-ins/{new_id()}"
ANSWERS = f"{HOUSE}/answers/{new_id()}"


def test_one_tap_is_a_check_in(client_for: Clients) -> None:
    sam = client_for("sam")
    answer = sam.put(CHECK_IN, json={"mood": 4, "recorded_at": "2026-11-23T08:55:00Z"})
    assert answer.status_code == 201
    assert set(answer.json) == {*a_check_in(), "id", "on", "updated_at"}
    assert answer.json["on"] == "2026-11-23"
    assert sam.get(f"{HOUSE}/check-ins?from=2026-11-23&to=2026-11-23").json == {"items": [answer.json]}
    assert sam.get(f"{HOUSE}/check-ins?from=2026-11-24&to=2026-11-25").json == {"items": []}


def test_the_trend_has_points_gaps_and_a_sentence(client_for: Clients) -> None:
    sam = client_for("sam")
    for day, mood in ((21, 2), (23, 4)):
        draft = {"mood": mood, "recorded_at": f"2026-11-{day}T08:00:00Z"}
        sam.put(f"{HOUSE}/check-ins/{new_id()}", json=draft)
    found = sam.get(f"{HOUSE}/trend?days=14&of=mood").json
    assert (found["of"], found["from"], found["to"]) == ("mood", "2026-11-10", "2026-11-23")
    assert [point["value"] for point in found["points"][-3:]] == [2, None, 4]
    assert found["sentence"] == "2 check-ins in 14 days. The lowest was Low, the highest Good."


def test_answers_go_in_and_come_out(client_for: Clients) -> None:
    sam = client_for("sam")
    answer = sam.put(ANSWERS, json=some_answers())
    assert answer.status_code == 201
    assert set(answer.json) == {*some_answers(), "id", "on", "updated_at"}
    assert sam.get(f"{HOUSE}/answers?measure=ons4").json == {"items": [answer.json]}
    assert sam.get(f"{HOUSE}/measures/due").json["items"][0]["due"] is False


BAD_CHECK_INS: list[tuple[dict[str, Any], str]] = [
    ({"mood": 0}, "mood"),
    ({"mood": 6}, "mood"),
    ({"mood": True}, "mood"),
    ({"mood": "3"}, "mood"),
    ({"mood": 10**400}, "mood"),
    ({"mood": 2.5}, "mood"),
    ({"helped": "rested"}, "helped"),
    ({"helped": ["a b"]}, "helped.0"),
    ({"helped": ["\ud800"]}, "helped.0"),
    ({"hard": [f"t{n}" for n in range(21)]}, "hard"),
    ({"note": "x" * 2001}, "note"),
    ({"note": None}, "note"),
    ({"score": 3}, "score"),
]


def test_a_bad_check_in_names_the_field(client_for: Clients) -> None:
    sam = client_for("sam")
    for change, field in BAD_CHECK_INS:
        answer = sam.put(CHECK_IN, json=a_check_in(**change))
        assert answer.status_code == 422, change
        assert list(answer.json["fields"]) == [field]


def test_an_empty_check_in_is_refused_with_a_sentence(client_for: Clients) -> None:
    answer = client_for("sam").put(CHECK_IN, json={"recorded_at": "2026-11-23T08:55:00Z"})
    assert answer.status_code == 422
    assert answer.json["detail"] == "Answer one question, pick a word or write a note."


BAD_ANSWERS: list[dict[str, Any]] = [
    {"answers": {"happy": 11}},
    {"answers": {"happy": -1}},
    {"answers": {"happy": False}},
    {"answers": {"happy": 10**400}},
    {"answers": {"so happy": 1}},
    {"answers": {f"q{n}": 1 for n in range(21)}},
    {"answers": {}},
    {"answers": [1, 2]},
    {"answers": None},
]


def test_bad_answers_are_refused(client_for: Clients) -> None:
    sam = client_for("sam")
    for change in BAD_ANSWERS:
        answer = sam.put(ANSWERS, json=some_answers(**change))
        assert answer.status_code == 422, change
        assert next(iter(answer.json["fields"])).startswith("answers")


BAD_QUERIES = [
    ("trend?days=15", "days"),
    ("trend?days=" + "9" * 400, "days"),
    ("trend?of=relapse", "of"),
    ("trend?person=1", "person"),
    ("check-ins?from=2026-02-30", "from"),
    ("check-ins?from=2026-11-23&to=2026-11-22", "to"),
    ("check-ins?from=1900-01-01&to=2200-12-31", "from"),
    ("answers?measure=a%00b", "measure"),
]


def test_a_bad_query_names_the_field(client_for: Clients) -> None:
    sam = client_for("sam")
    for query, field in BAD_QUERIES:
        answer = sam.get(f"{HOUSE}/{query}")
        assert answer.status_code == 422, query
        assert list(answer.json["fields"]) == [field]


@pytest.mark.parametrize("who", ["priya", "owen", "ada", None])
def test_owen_sees_nothing(client_for: Clients, who: str | None) -> None:
    client_for("sam").put(CHECK_IN, json=a_check_in())
    other = client_for(who)
    paths = ("check-ins", "answers", "measures/due", "trend")
    assert {other.get(f"{HOUSE}/{path}").status_code for path in paths} == {403 if who else 401}
    assert client_for("jo").delete(CHECK_IN).status_code == 404
    assert client_for("jo").get(f"{HOUSE}/check-ins").json == {"items": []}
