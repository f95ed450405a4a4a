"""Content over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Client

Clients = Callable[[str | None], Client]
SIGNED_IN = ("goal-levels", "goal-templates", "check-in", "measures")


def test_crisis_lines_need_no_sign_in(client_for: Clients) -> None:
    answer = client_for(None).get("/api/content/crisis")
    assert answer.status_code == 200
    assert answer.json["checked_on"] == "2026-11-21"
    first = answer.json["items"][0]
    assert (first["call"], first["call_link"], first["text_to"]) == ("999", "tel:999", None)
    assert {"key", "name", "nation", "what", "hours", "source", "checked_on"} <= set(first)


def test_topics_need_no_sign_in_and_hide_their_keywords(client_for: Clients) -> None:
    answer = client_for(None).get("/api/content/topics")
    assert answer.status_code == 200
    debt = next(item for item in answer.json["items"] if item["key"] == "debt")
    assert (debt["title"], debt["goal_words"][:2]) == ("Debt advice", ["debt", "debts"])
    assert all(set(item) == {"key", "title", "goal_words"} for item in answer.json["items"])


@pytest.mark.parametrize("path", SIGNED_IN)
@pytest.mark.parametrize(("who", "status"), [(None, 401), ("sam", 200), ("owen", 200), ("ada", 200)])
def test_the_rest_is_for_anyone_signed_in(
    client_for: Clients, path: str, who: str | None, status: int
) -> None:
    assert client_for(who).get(f"/api/content/{path}").status_code == status


def test_levels_carry_plain_words_and_the_clinical_label(client_for: Clients) -> None:
    items = client_for("priya").get("/api/content/goal-levels").json["items"]
    assert len(items) == 6
    assert set(items[0]) == {"key", "title", "explain", "clinical_label"}


def test_templates_come_with_their_areas(client_for: Clients) -> None:
    body = client_for("sam").get("/api/content/goal-templates").json
    assert len(body["areas"]) == 8
    assert len(body["items"]) >= 30
    assert set(body["items"][0]) == {"key", "level", "area", "title", "why_hint", "steps"}


def test_the_check_in_says_words_with_their_place(client_for: Clients) -> None:
    body = client_for("sam").get("/api/content/check-in").json
    assert body["questions"][0]["options"][0] == {"value": 1, "word": "Very low"}
    assert body["helped_tags"][0].keys() == {"key", "title"}


def test_only_measures_that_are_switched_on_are_listed(client_for: Clients) -> None:
    items = client_for("sam").get("/api/content/measures").json["items"]
    assert [item["key"] for item in items] == ["ons4"]
    assert items[0]["questions"][3]["max_word"] == "completely anxious"
    assert items[0]["source_url"].startswith("https://")


def test_every_operation_is_documented_with_its_access_rule(client_for: Clients) -> None:
    paths = client_for(None).get("/openapi.json").json["paths"]
    mine = {path: operations["get"] for path, operations in paths.items() if path.startswith("/api/content/")}
    assert len(mine) == 6
    assert {path.rsplit("/", 1)[1] for path, op in mine.items() if op["x-access"] == "anyone"} == {
        "crisis",
        "topics",
    }
    assert all(operation["summary"] for operation in mine.values())
