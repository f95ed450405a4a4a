"""The demo: ready soon, with signed-in cookies that work, on loopback, and again after a restart."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from tests.rig.caller import Caller
from tests.rig.server import running

ROLES = {
    "person": "person",
    "other_person": "person",
    "keyworker": "keyworker",
    "other_keyworker": "keyworker",
    "admin": "admin",
}


def test_it_writes_cookies_that_work_and_starts_again(tmp_path: Path) -> None:
    with running("demo", tmp_path / "data", timeout_s=60) as demo:
        path = tmp_path / "data" / "demo.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        found = json.loads(path.read_text())
        assert found["url"] == demo.url
        callers = {
            person["key"]: Caller(demo.url, person["cookie"], person["headers"]) for person in found["people"]
        }
        for key, role in ROLES.items():
            me = callers[key].call("GET", "/api/accounts/me")
            assert (me.status, me.json["role"]) == (200, role)
        people = callers["keyworker"].call("GET", "/api/review/people").json["items"]
        assert [person["name"] for person in people] == ["Sam"]
        assert callers["other_keyworker"].call("GET", "/api/review/people").json["items"] == []
        near = {"text": "debt advice", "near": "Leeds"}
        assert callers["person"].call("GET", "/api/directory/services", query=near).json["items"]
        comments = callers["person"].call("GET", "/api/review/comments").json["items"]
        assert [comment["who"] for comment in comments] == ["Priya"]
        demo.stop()
        demo.start()
        again = json.loads(path.read_text())["people"][0]
        me = Caller(demo.url, again["cookie"]).call("GET", "/api/accounts/me")
        assert (me.status, me.json["name"]) == (200, "Sam")
