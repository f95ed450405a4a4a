"""Marker words in every field a person can write reach neither the database's bytes, its log nor ours."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

import companion.goals.use_cases as goals
from companion.accounts import use_cases as accounts
from companion.core.identity import Role
from companion.core.orm import Sessions
from companion.core.sealing import new_master_key
from tests.access.operations import Operation, document, operations
from tests.access.world import MARK, World, body_of, make_world, prepare, query_of
from tests.conftest import NOW, Client
from tests.people import Cast
from tests.rig.caller import Caller
from tests.rig.server import running

# String fields that hold a word of a closed list, a code, a time or a key, not a person's own words.
CLOSED = {"code", "pin", "times", "measure", "version", "time_zone", "template", "area", "helped", "hard"}
CLOSED |= {"product", "time", "from", "to"}
CLOSED |= {"MO", "TU", "WE", "TH", "FR", "SA", "SU", "p256dh", "auth"}
SEARCH = {"text": MARK, "near": MARK}


def open_fields(operation: Operation) -> set[str]:
    """Return the names of an operation's body fields that take free text, from the document."""
    body = document()["paths"][operation.path][operation.method.lower()].get("requestBody")
    found: set[str] = set()

    def walk(schema: dict[str, Any], name: str) -> None:
        if "$ref" in schema:
            schema = document()["components"]["schemas"][schema["$ref"].split("/")[-1]]
        for inner in schema.get("anyOf", []) + schema.get("allOf", []):
            walk(inner, name)
        for key, inner in schema.get("properties", {}).items():
            walk(inner, key)
        if "items" in schema:
            walk(schema["items"], name)
        kinds = schema.get("type", [])
        is_text = "string" in (kinds if isinstance(kinds, list) else [kinds])
        if is_text and not {"enum", "format", "pattern"} & set(schema) and name not in CLOSED:
            found.add(name)

    if body:
        walk(body["content"]["application/json"]["schema"], "")
    return found


def marked(body: Any, name: str = "") -> Any:
    """Return a body with the marker put into every piece of text that may hold it."""
    if isinstance(body, dict):
        return {key: marked(value, key) for key, value in body.items()}
    if isinstance(body, list):
        return [marked(value, name) for value in body]
    if name == "endpoint":
        return f"{body}/{MARK}"
    return body


def names_with_marker(body: Any, name: str = "") -> set[str]:
    """Return the names of the fields of a body that hold the marker."""
    if isinstance(body, dict):
        return set().union(*(names_with_marker(value, key) for key, value in body.items()))
    if isinstance(body, list):
        return set().union(*(names_with_marker(value, name) for value in body))
    return {name} if isinstance(body, str) and MARK in body else set()


def body_with_marks(operation: Operation, world: World) -> Any:
    """Return the operation's body with a marker in every open field."""
    body = marked(body_of(operation, world))
    for name in open_fields(operation) - names_with_marker(body):
        if name in body:
            body[name] = MARK
    return body


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """Everything that any logger says at any level."""
    path = tmp_path / "all.log"
    handler = logging.FileHandler(path)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield path
    root.setLevel(before)
    root.removeHandler(handler)
    handler.close()


def raw_bytes(engine: Engine) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes of every file the database keeps."""
    if engine.dialect.name == "sqlite":
        assert engine.url.database is not None
        for suffix in ("", "-wal", "-shm"):
            path = Path(engine.url.database + suffix)
            if path.exists():
                yield path.name, path.read_bytes()
        return
    with engine.connect() as connection:
        folder = Path(str(connection.execute(text("SHOW data_directory")).scalar()))
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CHECKPOINT"))
    for path in [*folder.glob("base/*/*"), *folder.glob("pg_wal/*"), *folder.parent.glob("*.log")]:
        if path.is_file():
            yield path.name, path.read_bytes()


def test_no_word_a_person_writes_is_stored_or_logged_in_clear(
    clean: Engine,
    factory: Sessions,
    cast: Cast,
    client_for: Callable[[str | None], Client],
    tmp_path: Path,
    log_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = make_world(clean, factory, cast, client_for, tmp_path)
    # 1. Every operation with a body, with a marker in every open field, as its owner.
    missed = {}
    for operation in operations():
        if not operation.takes_body or operation.method == "DELETE" or "sign-out" in operation.path:
            continue
        prepare(world, factory, operation)
        body = body_with_marks(operation, world)
        left = open_fields(operation) - names_with_marker(body)
        if left:
            missed[str(operation)] = left
        owner = "priya" if operation.path.startswith("/api/review") else "sam"
        path, query = world.path_of(operation), query_of(operation)
        answer = world.clients[owner].open(path, method=operation.method, json=body, query_string=query)
        assert answer.status_code < 500, (str(operation), answer.json)
        # The same with nonsense added: refusals must not repeat what was sent either.
        wrong = {**body, MARK + "field": MARK} if isinstance(body, dict) else MARK
        world.clients[owner].open(path, method=operation.method, json=wrong, query_string={MARK: MARK})
    assert missed == {}, "fields that no test fills with a marker"
    world.clients["nobody"].get("/api/directory/services", query_string=SEARCH)
    # 2. Staff, and errors nobody expected.
    with factory() as session, session.begin():
        accounts.make_staff(
            session,
            organisation_id=cast.organisation_id,
            role=Role.KEYWORKER,
            name=MARK,
            username=f"{MARK.lower()}.staff",
            password=f"{MARK}-horse-battery",
            now=NOW,
        )

    def fall_over(*_args: object, **_kwargs: object) -> None:
        raise ValueError(MARK)

    with monkeypatch.context() as patch:
        patch.setattr(goals, "list_goals", fall_over)
        answer = world.clients["sam"].get("/api/goals")
        assert answer.status_code == 500
        assert MARK not in answer.text
    # 3. Nothing in the bytes, nothing in the log.
    assert MARK not in log_file.read_text()
    scanned = 0
    for name, data in raw_bytes(clean):
        scanned += len(data)
        for form in (MARK, MARK.lower()):
            assert form.encode() not in data, name
            assert form.encode("utf-16-le") not in data, name
    assert scanned > 50_000
    # The scan can find things: the organisation's name is public and stands in clear.
    assert any(b"Northside" in data for _name, data in raw_bytes(clean))
    # 4. The words are there for their owner.
    assert MARK in world.clients["sam"].get("/api/goals").text


def test_a_running_server_writes_nothing_of_what_it_is_sent(tmp_path: Path) -> None:
    with running(
        "serve",
        tmp_path / "data",
        env={"COMPANION_MASTER_KEY": new_master_key()},
        arguments=["--with-worker"],
    ) as server:
        nobody = Caller(server.url)
        for path in ("/api/accounts/sign-in", "/api/accounts/invites/look", f"/{MARK}", "/api/goals"):
            nobody.call("POST", path, {"pin": MARK, MARK: MARK}, query={MARK: MARK})
            nobody.call("GET", path, query=SEARCH)
            nobody.call("POST", path, MARK.encode())
        nobody.call("GET", "/api/directory/services", query=SEARCH)
        Caller(server.url, cookie=f"__Host-sid={MARK}").call("GET", "/api/accounts/me")
        assert nobody.call("GET", "/healthz").status == 200
        assert MARK not in server.text()
        assert all(json.loads(line)["message"] for line in server.text().splitlines())
