"""The directory over HTTP: without signing in, strict about questions, never a 500."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from companion.core.orm import Sessions
from companion.directory import models
from companion.directory.use_cases import ImportReport
from tests.directory.builders import a_schedule, a_service, an_id

CARD = {
    "id", "name", "organisation", "summary", "topics", "place", "distance_km", "open", "opens_text", "phones",
    "url", "email", "free", "self_referral", "facts", "who_text", "source", "checked_on",
}  # fmt: skip


@pytest.fixture
def nobody(client_for: Callable[[str | None], Any], imports: Callable[..., ImportReport]) -> Any:
    """A client of nobody, with three services to find."""
    imports(
        a_service("Leeds Debt Advice", schedules=[a_schedule()]),
        a_service("Debtline", service_at_locations=[], service_areas=[{"name": "England"}]),
        a_service("Choir", description="<p>Singing</p><script>alert(1)</script>"),
    )
    return client_for(None)


def test_anybody_may_search(nobody: Any) -> None:
    answer = nobody.get("/api/directory/services?text=debt+advice&near=Leeds&within_km=5&open_now=true")
    assert answer.status_code == 200
    (card,) = answer.json["items"]
    assert card.keys() == CARD
    assert (card["name"], card["topics"], card["open"]) == ("Leeds Debt Advice", ["debt"], "open")
    assert answer.json["near"] == {"name": "Leeds", "lat": 53.7965, "lon": -1.5478, "approximate": False}
    assert (answer.json["total"], answer.json["page"], answer.json["per_page"]) == (1, 1, 20)


@pytest.mark.parametrize("who", ["sam", "jo", "priya", "owen", "ada", None])
def test_everybody_sees_the_same(
    nobody: Any, client_for: Callable[[str | None], Any], who: str | None
) -> None:
    path = "/api/directory/services?near=Leeds"
    assert client_for(who).get(path).json == nobody.get(path).json


def test_one_service_and_a_missing_one(nobody: Any) -> None:
    answer = nobody.get(f"/api/directory/services/{an_id('Choir')}")
    assert answer.status_code == 200
    assert answer.json["description"] == "Singing"
    assert nobody.get(f"/api/directory/services/{an_id('nothing')}").status_code == 404
    assert nobody.get("/api/directory/services/not-an-id").status_code == 404


def test_places(nobody: Any) -> None:
    assert nobody.get("/api/directory/places?text=lee").json["items"][0] == {"name": "Leeds"}
    assert nobody.get("/api/directory/places").status_code == 422


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("near=Atlantis", "near"), ("lat=91&lon=0", "lat"), ("lat=nan&lon=0", "lat"), ("lat=53", "lon"),
        ("within_km=0&near=Leeds", "within_km"), ("within_km=inf&near=Leeds", "within_km"),
        ("page=0", "page"),
        ("page=99999999999999999999", "page"), ("per_page=1000", "per_page"), ("open_now=1", "open_now"),
        ("at=yesterday", "at"), ("text=%00", "text"), ("near=%00", "near"), ("frob=1", "frob"),
        ("text=" + "x" * 300, "text"), ("topic=" + "x" * 100, "topic"),
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_names_its_field(nobody: Any, query: str, field: str) -> None:
    answer = nobody.get(f"/api/directory/services?{query}")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert field in answer.json["fields"]


@pytest.mark.parametrize(
    "text", ["%22", "%27", "*", "a%20OR%20b", "NEAR(", "%26%7C!", "%E2%98%83", "%20", "debt:*"]
)
def test_signs_in_a_question_are_only_signs(nobody: Any, text: str) -> None:
    assert nobody.get(f"/api/directory/services?text={text}").status_code == 200
    assert nobody.get(f"/oruk/services?search={text}").status_code == 200


def test_anyone_may_say_that_something_is_wrong_and_who_is_not_kept(nobody: Any, factory: Sessions) -> None:
    (first, *_) = nobody.get("/api/directory/services").json["items"]
    path = f"/api/directory/services/{first['id']}/reports"
    assert nobody.post(path, json={"reason": "closed"}).status_code == 204
    assert nobody.post(path, json={"reason": "I do not like it"}).status_code == 422
    assert nobody.post(path, json={"reason": "closed", "name": "Sam"}).status_code == 422
    unknown = f"/api/directory/services/{uuid4()}/reports"
    assert nobody.post(unknown, json={"reason": "closed"}).status_code == 404
    with factory() as session:
        (row,) = session.scalars(select(models.Report))
    assert (row.reason, row.times) == ("closed", 1)
