"""One suite for every record a phone can write: repeats, late copies, other people's ids, any order."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import flask
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from companion.audit.models import AuditEvent
from companion.core.ids import new_id
from tests.conftest import Client
from tests.people import Cast
from tests.shared.drafts import KINDS, Kind

Clients = Callable[[str | None], Client]
EARLIER, LATER = "2026-11-23T08:00:00Z", "2026-11-23T08:58:00Z"
pytestmark = pytest.mark.usefixtures("clock")
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
deletable = pytest.mark.parametrize("kind", [k for k in KINDS if k.can_delete], ids=lambda kind: kind.name)


def stored(client: Client, kind: Kind, record_id: UUID) -> Any:
    """Return the record as a list shows it, or None, without what counts writes."""
    found = [item for item in client.get(kind.path).json["items"] if item["id"] == str(record_id)]
    return {k: v for k, v in found[0].items() if k not in ("version", "updated_at")} if found else None


def acts(session: Session, record_id: UUID) -> list[str]:
    """Return what the audit trail says was done to a record."""
    query = select(AuditEvent.action).where(AuditEvent.item_id == record_id).order_by(AuditEvent.id)
    return list(session.scalars(query))


@every_kind
def test_a_new_record_answers_201_and_comes_back(client_for: Clients, session: Session, kind: Kind) -> None:
    sam, record_id = client_for("sam"), new_id()
    answer = sam.put(kind.url(record_id), json=kind.draft())
    assert answer.status_code == 201
    assert answer.json["id"] == str(record_id)
    assert answer.json[kind.words] == kind.draft()[kind.words]
    assert stored(sam, kind, record_id) is not None
    assert acts(session, record_id) == ["new"]


@every_kind
def test_a_repeat_is_harmless(client_for: Clients, session: Session, kind: Kind) -> None:
    sam, record_id = client_for("sam"), new_id()
    first = sam.put(kind.url(record_id), json=kind.draft())
    for _ in range(3):
        again = sam.put(kind.url(record_id), json=kind.draft())
        assert (again.status_code, again.json) == (200, first.json)
    assert acts(session, record_id) == ["new"]


@every_kind
def test_a_later_change_wins(client_for: Clients, session: Session, kind: Kind) -> None:
    sam, record_id = client_for("sam"), new_id()
    sam.put(kind.url(record_id), json=kind.says("one"))
    answer = sam.put(kind.url(record_id), json=kind.says("two", recorded_at=LATER))
    assert answer.status_code == 200
    assert answer.json[kind.words] == kind.says("two")[kind.words]
    assert acts(session, record_id) == ["new", "updated"]


@every_kind
def test_an_older_copy_changes_nothing(client_for: Clients, session: Session, kind: Kind) -> None:
    sam, record_id = client_for("sam"), new_id()
    first = sam.put(kind.url(record_id), json=kind.says("one"))
    answer = sam.put(kind.url(record_id), json=kind.says("two", recorded_at=EARLIER))
    assert (answer.status_code, answer.json) == (200, first.json)
    assert acts(session, record_id) == ["new"]


@deletable
def test_a_deleted_record_stays_deleted(client_for: Clients, session: Session, kind: Kind) -> None:
    sam, record_id = client_for("sam"), new_id()
    sam.put(kind.url(record_id), json=kind.says("one"))
    assert [sam.delete(kind.url(record_id)).status_code for _ in range(2)] == [204, 204]
    late = sam.put(kind.url(record_id), json=kind.says("two", recorded_at=LATER))
    assert late.status_code == 404
    assert late.json["detail"].startswith("You deleted this")
    assert stored(sam, kind, record_id) is None
    assert acts(session, record_id) == ["new", "deleted"]


@every_kind
def test_another_persons_id_is_a_missing_one(client_for: Clients, kind: Kind) -> None:
    sam, jo, record_id = client_for("sam"), client_for("jo"), new_id()
    before = sam.put(kind.url(record_id), json=kind.says("mine")).json
    taken = jo.put(kind.url(record_id), json=kind.says("yours", recorded_at=LATER))
    assert taken.status_code == 404
    assert stored(jo, kind, record_id) is None
    assert sam.put(kind.url(record_id), json=kind.says("mine")).json == before
    if kind.can_delete:
        missing = jo.delete(kind.url(new_id()))
        assert jo.delete(kind.url(record_id)).json == missing.json == taken.json
    assert stored(sam, kind, record_id) is not None


@every_kind
@pytest.mark.parametrize("who", ["priya", "owen", "ada", None])
def test_only_people_have_records(client_for: Clients, kind: Kind, who: str | None) -> None:
    other, record_id = client_for(who), new_id()
    client_for("sam").put(kind.url(record_id), json=kind.draft())
    refused = 403 if who else 401
    assert other.get(kind.path).status_code == refused
    assert other.put(kind.url(record_id), json=kind.draft()).status_code == refused


@every_kind
def test_two_phones_at_once_make_one_record(
    app: flask.Flask, cast: Cast, factory: Any, session: Session, kind: Kind
) -> None:
    record_id, barrier = new_id(), Barrier(4)
    statuses: list[int] = []

    def send(text: str) -> None:
        client = app.test_client(use_cookies=False)
        assert isinstance(client, Client)
        client.token = cast.tokens["sam"]
        barrier.wait(10)
        statuses.append(client.put(kind.url(record_id), json=kind.says(text)).status_code)

    threads = [Thread(target=send, args=(text,)) for text in ("a", "b", "c", "d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(statuses) == [200, 200, 200, 201]
    assert acts(session, record_id)[0] == "new"
    assert session.scalar(select(func.count()).where(AuditEvent.action == "new")) == 1


sends = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 4)), min_size=1, max_size=4, unique=True
)


@every_kind
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(saves=sends, repeats=st.booleans())
@example(saves=[("a", 0), ("b", 1), ("a", 2)], repeats=False)
@example(saves=[("a", 1), ("b", 1), ("c", 1)], repeats=True)
def test_any_order_of_arrival_ends_in_the_same_state(
    client_for: Clients, kind: Kind, saves: list[tuple[str, int]], repeats: bool
) -> None:
    sam = client_for("sam")
    drafts = [kind.says(text, recorded_at=f"2026-11-23T08:5{minute}:00Z") for text, minute in saves]
    ends = []
    for order in itertools.islice(itertools.permutations(drafts), 6):
        record_id = new_id()
        for draft in (*order, *order) if repeats else order:
            assert sam.put(kind.url(record_id), json=draft).status_code in (200, 201)
        ends.append({k: v for k, v in stored(sam, kind, record_id).items() if k != "id"})
    assert all(end == ends[0] for end in ends)


BAD: list[tuple[str, Any]] = [
    ("recorded_at", "2026-11-23T08:55:00"),
    ("recorded_at", "2026-02-30T08:55:00Z"),
    ("recorded_at", "9999-12-31T23:59:59Z"),
    ("recorded_at", "0001-01-01T00:00:00+23:59"),
    ("recorded_at", 10**400),
    ("recorded_at", None),
    ("person_id", str(new_id())),
    ("sealed", "x"),
    ("deleted_at", None),
]


@every_kind
def test_bad_input_names_the_field(client_for: Clients, kind: Kind) -> None:
    sam, record_id = client_for("sam"), new_id()
    for field, value in BAD:
        answer = sam.put(kind.url(record_id), json=kind.draft(**{field: value}))
        assert answer.status_code == 422, (field, value)
        assert list(answer.json["fields"]) == [field]
        assert answer.json["detail"]
    assert stored(sam, kind, record_id) is None


@every_kind
def test_harmful_characters_are_refused(client_for: Clients, kind: Kind) -> None:
    sam = client_for("sam")
    for text in ("bell\x07", "zero\x00", "lone \ud800", "turn \u202e round", "x" * 20_001):
        value = {text: 3} if kind.name == "answers" else text
        answer = sam.put(kind.url(new_id()), json=kind.draft(**{kind.words: value}))
        assert answer.status_code == 422, repr(text[:20])
        assert next(iter(answer.json["fields"])).startswith(kind.words)


@every_kind
def test_a_body_that_is_no_record_is_refused(client_for: Clients, kind: Kind) -> None:
    sam, headers = client_for("sam"), {"Content-Type": "application/json"}
    for body in ("[]", "null", "1", '"x"', "{", "", '{"a":NaN}', "[" * 5000):
        answer = sam.put(kind.url(new_id()), data=body, headers=headers)
        assert answer.status_code in (400, 422), body[:20]
        assert answer.content_type == "application/problem+json"


@every_kind
def test_an_id_that_is_none_is_not_found(client_for: Clients, kind: Kind) -> None:
    sam = client_for("sam")
    for record_id in ("1", "x", "0" * 400, "%00", "..%2f"):
        assert sam.put(f"{kind.path}/{record_id}", json=kind.draft()).status_code == 404, record_id
