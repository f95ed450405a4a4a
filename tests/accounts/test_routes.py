"""Signing in, inviting and redeeming over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from companion.core.clock import FrozenClock
from tests.access.operations import subscription_body
from tests.conftest import Client

Clients = Callable[[str | None], Client]


def cookie_of(answer: Any, name: str) -> str:
    """Return the value a response sets for a cookie."""
    for line in answer.headers.getlist("Set-Cookie"):
        found = re.match(rf"{name}=([^;]+)", line)
        if found:
            return found.group(1)
    raise AssertionError(f"no cookie {name}")


def redeem(client_for: Clients, **changes: Any) -> Any:
    """Invite and redeem; return the answer."""
    made = client_for("priya").post("/api/accounts/invites").json
    body = {"code": made["typed_code"], "name": "Lee", "pin": "246810", "phone": "own", **changes}
    return client_for(None).post("/api/accounts/invites/redeem", json=body)


def test_it_tells_who_is_signed_in(client_for: Clients) -> None:
    answer = client_for("sam").get("/api/accounts/me")
    assert answer.status_code == 200
    assert answer.json["name"] == "Sam"
    assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_is_asked_to_sign_in(client_for: Clients) -> None:
    answer = client_for(None).get("/api/accounts/me")
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def test_an_invite_makes_an_account_once(client_for: Clients) -> None:
    made = client_for("priya").post("/api/accounts/invites").json
    code = made["link"].split("#i=")[1]
    seen = client_for(None).post("/api/accounts/invites/look", json={"code": code})
    assert seen.json["organisation"] == {"name": "Northside"}
    body = {"code": code, "name": "Lee", "pin": "246810", "phone": "own"}
    first = client_for(None).post("/api/accounts/invites/redeem", json=body)
    assert first.status_code == 201
    for line in first.headers.getlist("Set-Cookie"):
        assert line.startswith("__Host-")
        assert all(word in line for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Strict"))
    again = client_for(None).post("/api/accounts/invites/redeem", json=body)
    assert again.status_code == 404
    wrong = client_for(None).post("/api/accounts/invites/look", json={"code": "0" * 26})
    assert (wrong.status_code, wrong.json) == (404, again.json)


def test_a_typed_code_is_refused_after_five_tries_even_when_right(client_for: Clients) -> None:
    made = client_for("priya").post("/api/accounts/invites").json
    right = made["typed_code"]
    wrong = right[:5] + ("00000-00000" if not right.endswith("00000") else "11111-11111")
    for _ in range(5):
        assert client_for(None).post("/api/accounts/invites/look", json={"code": wrong}).status_code == 404
    assert client_for(None).post("/api/accounts/invites/look", json={"code": right}).status_code == 404


def test_an_expired_or_revoked_invite_does_not_work(client_for: Clients, clock: FrozenClock) -> None:
    priya = client_for("priya")
    first = priya.post("/api/accounts/invites").json
    second = priya.post("/api/accounts/invites").json
    assert client_for("owen").delete(f"/api/accounts/invites/{second['id']}").status_code == 404
    assert priya.delete(f"/api/accounts/invites/{first['id']}").status_code == 204
    look = client_for(None).post("/api/accounts/invites/look", json={"code": first["typed_code"]})
    assert look.status_code == 404
    clock.advance(timedelta(hours=73))
    late = client_for(None).post("/api/accounts/invites/look", json={"code": second["typed_code"]})
    assert late.status_code == 404


def test_a_weak_pin_is_refused_and_the_invite_is_kept(client_for: Clients) -> None:
    for pin in ("123456", "000000", "987654", "12345a"):
        answer = redeem(client_for, pin=pin)
        assert answer.status_code == 422
        assert "pin" in answer.json["fields"]


def test_ten_wrong_pins_and_then_the_right_one_is_refused_too(client_for: Clients) -> None:
    device = cookie_of(redeem(client_for), "__Host-device")
    headers = {"Cookie": f"__Host-device={device}"}
    nobody = client_for(None)
    right = nobody.post("/api/accounts/sign-in", json={"pin": "246810"}, headers=headers)
    assert right.status_code == 200
    for _ in range(10):
        wrong = nobody.post("/api/accounts/sign-in", json={"pin": "111222"}, headers=headers)
        assert wrong.status_code == 401
    refused = nobody.post("/api/accounts/sign-in", json={"pin": "246810"}, headers=headers)
    assert refused.status_code == 401
    assert "new code" in refused.json["detail"]


def test_signing_in_again_replaces_the_token(client_for: Clients) -> None:
    first = redeem(client_for)
    device = cookie_of(first, "__Host-device")
    second = client_for(None).post(
        "/api/accounts/sign-in", json={"pin": "246810"}, headers={"Cookie": f"__Host-device={device}"}
    )
    old, new = cookie_of(first, "__Host-sid"), cookie_of(second, "__Host-sid")
    nobody = client_for(None)
    assert nobody.get("/api/accounts/me", headers={"Cookie": f"__Host-sid={old}"}).status_code == 401
    assert nobody.get("/api/accounts/me", headers={"Cookie": f"__Host-sid={new}"}).status_code == 200


def test_a_locked_phone_needs_the_pin_and_keeps_its_reminders(client_for: Clients) -> None:
    first = redeem(client_for)
    device, token = cookie_of(first, "__Host-device"), cookie_of(first, "__Host-sid")
    nobody, headers = client_for(None), {"Cookie": f"__Host-sid={token}"}
    made = nobody.post("/api/push/subscriptions", json=subscription_body(), headers=headers)
    assert made.status_code == 201
    assert nobody.post("/api/accounts/lock", headers=headers).status_code == 204
    assert nobody.get("/api/accounts/me", headers=headers).status_code == 401
    answer = nobody.post(
        "/api/accounts/sign-in", json={"pin": "246810"}, headers={"Cookie": f"__Host-device={device}"}
    )
    again = {"Cookie": f"__Host-sid={cookie_of(answer, '__Host-sid')}"}
    kept = nobody.get("/api/push/subscriptions", headers=again).json["items"]
    assert [one["id"] for one in kept] == [made.json["id"]]


def test_signing_out_ends_it(client_for: Clients) -> None:
    sam = client_for("sam")
    answer = sam.post("/api/accounts/sign-out", json={})
    assert answer.status_code == 204
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert sam.get("/api/accounts/me").status_code == 401


def test_a_sign_in_ends_when_it_is_not_used(client_for: Clients, clock: FrozenClock) -> None:
    sam = client_for("sam")
    clock.advance(timedelta(days=20))
    assert sam.get("/api/accounts/me").status_code == 200
    clock.advance(timedelta(days=20))
    assert sam.get("/api/accounts/me").status_code == 200
    clock.advance(timedelta(days=31))
    assert sam.get("/api/accounts/me").status_code == 401


def test_only_our_own_page_may_change_anything(client_for: Clients) -> None:
    sam = client_for("sam")
    foreign: list[dict[str, str]] = [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"X-App": ""},
        {"Sec-Fetch-Site": "none"},
    ]
    for headers in foreign:
        answer = sam.post("/api/accounts/sign-out", json={}, headers=headers)
        assert answer.status_code == 403, headers
    assert sam.post("/api/accounts/sign-out", data="x", content_type="text/plain").status_code == 415
    assert sam.get("/api/accounts/me").status_code == 200


def test_bad_bodies_get_a_sentence(client_for: Clients) -> None:
    nobody = client_for(None)
    cases = [
        (b"{", 400),
        (b"[]", 422),
        (b'{"code": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"code": ' + b"9" * 5000 + b"}", 400),
        (b'{"code": "\\ud800"}', 422),
        (b'{"code": "a\\u0000b"}', 422),
        (b'{"code": "x", "other": 1}', 422),
        (b'{"code": 0}', 422),
        (b'{"code": "' + b"a" * 300_000 + b'"}', 413),
    ]
    for body, status in cases:
        answer = nobody.post("/api/accounts/invites/look", data=body, content_type="application/json")
        assert answer.status_code == status, body[:40]
        assert answer.json["detail"]


def test_a_wrong_method_names_the_right_ones(client_for: Clients) -> None:
    answer = client_for("sam").put("/api/accounts/me", json={})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
