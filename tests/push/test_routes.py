"""`/api/push` as browsers use it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from companion.accounts import use_cases as accounts
from companion.accounts.rules import OWN_PHONE
from companion.core import clock as core_clock
from companion.core.orm import Sessions
from companion.push import rules, use_cases
from companion.push.models import Subscription
from tests.conftest import Client
from tests.people import Cast
from tests.push.test_rules import REFUSED_ENDPOINTS
from tests.rig.push_service import Browser, PushService

ClientFor = Callable[[str | None], Client]
URL = "/api/push/subscriptions"


def a_subscription(**overrides: Any) -> dict[str, Any]:
    """Return PushSubscription.toJSON() of a browser at a real push service."""
    endpoint = f"https://fcm.googleapis.com/fcm/send/{uuid4()}"
    browser = Browser("x", ec.generate_private_key(ec.SECP256R1()), os.urandom(16), endpoint)
    return browser.to_json() | overrides


def test_it_shows_the_key_a_browser_subscribes_with(client_for: ClientFor) -> None:
    key = client_for(None).get("/api/push/key").json["application_server_key"]
    point = rules.decode_base64url(key)
    assert len(point) == 65
    assert point[0] == 4


def test_a_browser_subscribes_once_however_often_it_says_so(client_for: ClientFor) -> None:
    sam, body = client_for("sam"), a_subscription()
    first = sam.post(URL, json=body)
    assert first.status_code == 201
    assert first.json["origin"] == "https://fcm.googleapis.com"
    assert first.json["last_sent_at"] is None
    again = sam.post(URL, json=body)
    assert again.status_code == 200
    assert again.json == first.json
    assert sam.get(URL).json["items"] == [first.json]
    assert client_for("jo").get(URL).json["items"] == []


def test_a_browser_that_subscribes_anew_replaces_its_old_subscription(client_for: ClientFor) -> None:
    sam = client_for("sam")
    sam.post(URL, json=a_subscription())
    second = sam.post(URL, json=a_subscription(expirationTime=1_800_000_000_000.5)).json
    assert [one["id"] for one in sam.get(URL).json["items"]] == [second["id"]]


def test_a_browser_belongs_to_whoever_signed_in_on_it_last(client_for: ClientFor) -> None:
    sam, jo, body = client_for("sam"), client_for("jo"), a_subscription()
    sam.post(URL, json=body)
    assert jo.post(URL, json=body).status_code == 200
    assert sam.get(URL).json["items"] == []
    assert len(jo.get(URL).json["items"]) == 1


def test_signing_out_ends_the_subscription(client_for: ClientFor, factory: Sessions) -> None:
    sam = client_for("sam")
    sam.post(URL, json=a_subscription())
    assert sam.post("/api/accounts/sign-out", json={}).status_code == 204
    with factory() as session:
        assert session.scalars(select(Subscription)).all() == []


def test_it_is_removed_by_its_owner_only(client_for: ClientFor) -> None:
    sam = client_for("sam")
    made = sam.post(URL, json=a_subscription()).json
    for stranger in ("jo", "owen", "priya", "ada"):
        assert client_for(stranger).delete(f"{URL}/{made['id']}").status_code == 404
    assert client_for(None).delete(f"{URL}/{made['id']}").status_code == 401
    assert sam.delete(f"{URL}/{made['id']}").status_code == 204
    assert sam.delete(f"{URL}/{made['id']}").status_code == 404


@pytest.mark.parametrize("endpoint", REFUSED_ENDPOINTS)
def test_it_refuses_an_endpoint_that_is_no_push_service(client_for: ClientFor, endpoint: str) -> None:
    answer = client_for("sam").post(URL, json=a_subscription(endpoint=endpoint))
    assert answer.status_code == 422
    assert "endpoint" in answer.json["fields"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"keys": None}, "keys"),
        ({"keys": {}}, "keys.p256dh"),
        ({"keys": {"p256dh": "AAAA", "auth": "A" * 22}}, "keys.p256dh"),
        ({"keys": {"p256dh": 0, "auth": "A" * 22}}, "keys.p256dh"),
        ({"keys": {"p256dh": "A", "auth": "A", "x": 1}}, "keys.x"),
        ({"endpoint": 7}, "endpoint"),
        ({"endpoint": "https://fcm.googleapis.com/" + "x" * 3000}, "endpoint"),
        ({"more": 1}, "more"),
        ({"expirationTime": "never"}, "expirationTime"),
    ],
)
def test_it_names_what_is_wrong(client_for: ClientFor, change: dict[str, Any], field: str) -> None:
    answer = client_for("sam").post(URL, json=a_subscription() | change)
    assert answer.status_code == 422
    assert field in answer.json["fields"]


def test_ten_browsers_are_the_most(
    client_for: ClientFor, cast: Cast, factory: Sessions, now: datetime
) -> None:
    for _ in range(rules.MOST_SUBSCRIPTIONS):
        with factory.begin() as session:
            token = accounts.start_sign_in(session, cast["sam"].account_id, OWN_PHONE, now).token
        client = client_for("sam")
        client.token = token
        assert client.post(URL, json=a_subscription()).status_code == 201
    answer = client_for("sam").post(URL, json=a_subscription())
    assert answer.status_code == 422
    assert "10" in answer.json["detail"]
    assert len(client_for("sam").get(URL).json["items"]) == rules.MOST_SUBSCRIPTIONS


def test_what_is_stored_holds_no_endpoint_in_clear(client_for: ClientFor, factory: Sessions) -> None:
    body = a_subscription()
    client_for("sam").post(URL, json=body)
    with factory() as session:
        row = session.scalars(select(Subscription)).one()
    stored = repr([row.endpoint_hash, row.origin, row.sealed])
    for secret in (body["endpoint"].rsplit("/", 1)[1], body["keys"]["auth"], body["keys"]["p256dh"]):
        assert secret not in stored


def test_a_test_push_goes_out(
    client_for: ClientFor,
    app: Any,
    service: PushService,
    push_settings: Any,
    sender: use_cases.Sender,
    factory: Sessions,
    clock: core_clock.FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.extensions, "companion_settings", push_settings)
    sam = client_for("sam")
    assert sam.post("/api/push/test").status_code == 422
    sam.post(URL, json=service.subscribe().to_json())
    answer = sam.post("/api/push/test")
    assert answer.status_code == 202
    use_cases.dispatch(factory, sender, lambda: clock.at)
    assert list(service.seen()) == [(answer.json["id"], 1)]
    assert sam.get(URL).json["items"][0]["last_sent_at"] is not None
    for _ in range(rules.MOST_TESTS - 1):
        assert sam.post("/api/push/test").status_code == 202
    assert sam.post("/api/push/test").status_code == 429
    clock.advance(timedelta(minutes=11))
    assert sam.post("/api/push/test").status_code == 202
