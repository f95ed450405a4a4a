"""The access matrix, made from the OpenAPI document. Cells must succeed as well as be refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
import pytest
from sqlalchemy import Engine, select

import companion.goals.use_cases as goals
from companion.core.orm import Sessions
from companion.core.web import Access
from companion.goals.models import Goal
from tests.access.operations import PUBLIC, REFUSES_ANYONE, Operation, document, operations
from tests.access.world import MARK, World, make_world, prepare, send
from tests.conftest import Client
from tests.people import Cast

IDENTITIES = ("nobody", "jo", "owen", "wyn", "ada", "priya", "sam")
PEOPLE, KEYWORKERS = {"sam", "jo"}, {"priya", "owen", "wyn"}
OK = "2xx"
# Rules that are served outside of the document: the app's own files.
UNDOCUMENTED = {"/openapi.json"}


@pytest.fixture
def world(
    clean: Engine,
    factory: Sessions,
    cast: Cast,
    client_for: Callable[[str | None], Client],
    tmp_path: Path,
) -> World:
    """A world of Sam's records."""
    return make_world(clean, factory, cast, client_for, tmp_path)


def owner_of(operation: Operation) -> str:
    """Return who owns the record that the path names."""
    return "priya" if "invite_id" in operation.parameters else "sam"


def expected(operation: Operation, identity: str) -> int | str:
    """Return the status a cell of the matrix must have, from the access rule alone."""
    access = Access(operation.access)
    if access is Access.ANYONE:
        return REFUSES_ANYONE.get((operation.method, operation.path), OK)
    if identity == "nobody":
        return 401
    allowed = {
        Access.SIGNED_IN: set(IDENTITIES),
        Access.PERSON: PEOPLE,
        Access.KEYWORKER: KEYWORKERS,
        Access.KEYWORKER_WITH_CONSENT: KEYWORKERS,
        Access.ADMIN: {"ada"},
    }[access]
    if identity not in allowed:
        return 403
    if access is Access.KEYWORKER_WITH_CONSENT:
        return OK if identity == "priya" else 404
    if operation.is_owned:
        return OK if identity == owner_of(operation) else 404
    return OK


def check(world: World, operation: Operation) -> None:
    """Send one operation as everybody and compare: the denied first, the owner last."""
    cells = {identity: expected(operation, identity) for identity in IDENTITIES}
    before: dict[str, list[Any]] | None = world.snapshot()
    for identity in sorted(IDENTITIES, key=lambda one: cells[one] == OK):
        if cells[identity] == OK:
            # The denied came first: together they changed nothing.
            assert before is None or world.snapshot() == before, (
                f"{operation}: a denied call changed something"
            )
            before = None
        answer = send(world, operation, identity)
        cell = f"{operation} as {identity}: {answer.status_code}"
        if cells[identity] == OK:
            assert 200 <= answer.status_code < 300, cell
            may_know = {"sam"} | ({"priya"} if operation.path.startswith("/api/review") else set())
            if identity not in may_know:
                assert MARK not in answer.text, cell
                assert world.ids["person_id"] not in answer.text, cell
            continue
        assert answer.status_code == cells[identity], cell
        assert MARK not in answer.text, cell
    assert before is None or world.snapshot() == before, f"{operation}: a denied call changed something"


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_everyone_gets_what_the_document_says(world: World, factory: Sessions, operation: Operation) -> None:
    prepare(world, factory, operation)
    check(world, operation)


def test_every_operation_names_its_rule_and_who_may_call_it() -> None:
    for operation in operations():
        assert operation.access in set(Access), operation
        parameters = set(operation.parameters)
        if operation.access == Access.KEYWORKER_WITH_CONSENT:
            assert "person_id" in parameters, operation
        elif operation.access == Access.ADMIN:
            # An admin looks after what is nobody's; no address of theirs may name a person's record.
            assert parameters <= {"service_id", "source_id"}, operation
        elif operation.access != Access.ANYONE:
            assert not parameters or operation.is_owned, operation
        else:
            assert parameters <= PUBLIC, operation
        cells = [expected(operation, identity) for identity in IDENTITIES]
        assert OK in cells or (operation.method, operation.path) in REFUSES_ANYONE, operation


def test_every_route_is_in_the_document(app: flask.Flask) -> None:
    documented = {path.replace("{", "<").replace("}", ">") for path in document()["paths"]}
    for rule in app.url_map.iter_rules():
        path = str(rule).replace("<uuid:", "<").replace("<path:", "<")
        if path.startswith(("/api", "/oruk", "/calendar", "/healthz", "/readyz")):
            assert path in documented, rule


def test_ids_in_addresses_are_uuids(app: flask.Flask) -> None:
    for rule in app.url_map.iter_rules():
        for name in rule.arguments:
            if name.endswith("_id"):
                assert f"<uuid:{name}>" in str(rule), rule


def test_a_missing_record_and_somebody_elses_look_the_same(world: World) -> None:
    other = world.clients["jo"].get(f"/api/goals/{world.ids['goal_id']}")
    missing = world.clients["jo"].get("/api/goals/6c1c4b3e-9b55-4c56-8f0a-0d6b3f0f8a09")
    assert (other.status_code, other.data) == (missing.status_code, missing.data)


def test_without_one_ownership_filter_the_matrix_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def anybodys(_person_id: Any, goal_id: Any = None) -> Any:
        query = select(Goal)
        return query if goal_id is None else query.where(Goal.id == goal_id)

    monkeypatch.setattr(goals, "held_by", anybodys)
    monkeypatch.setattr(goals, "owned_by", anybodys)
    hole = next(one for one in operations() if str(one) == "GET /api/goals/{goal_id}")
    with pytest.raises(AssertionError, match="as jo"):
        check(world, hole)


def test_withdrawing_counts_from_the_next_request(world: World) -> None:
    look = f"/api/review/people/{world.ids['person_id']}/goals"
    assert world.clients["priya"].get(look).status_code == 200
    assert world.clients["sam"].delete(f"/api/sharing/grants/{world.ids['grant_id']}").status_code == 204
    after = world.clients["priya"].get(look)
    never = world.clients["owen"].get(look)
    assert (after.status_code, after.data) == (404, never.data)
