"""`/api/reminders` as the phone uses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from companion.core import clock as core_clock
from companion.treatment.rules import SAFETY_TEXT
from tests.conftest import Client
from tests.treatment.plans import a_phase, a_place, a_plan_body

ClientFor = Callable[[str | None], Client]
URL = "/api/reminders"


def put_plan(client: Client, plan_id: str | None = None, **overrides: Any) -> str:
    """Save a plan of today at ten and return its id."""
    plan_id = plan_id or str(uuid4())
    phase = a_phase(every={"unit": "day", "count": 1}, weekdays=[], take_home=False, times=["10:00"])
    body = a_plan_body(**{"kind": "supervised", "phases": [phase], "place": a_place(), **overrides})
    answer = client.put(
        f"/api/treatment/plans/{plan_id}", json={**body, "recorded_at": core_clock.now().isoformat()}
    )
    assert answer.status_code in (200, 201), answer.json
    return plan_id


def test_today_is_complete_without_a_worker(client_for: ClientFor, clock: core_clock.FrozenClock) -> None:
    sam = client_for("sam")
    plan_id = put_plan(sam)
    (item,) = sam.get(f"{URL}?on=2026-11-23").json["items"]
    assert item["plan_id"] == plan_id
    assert item["safety_text"] == SAFETY_TEXT
    assert item["place"] == {
        "name": "Marker Pharmacy",
        "phone": "0113 496 0000",
        "address": "1 High Street\nLeeds",
    }
    assert (item["time"], item["due_at"], item["state"]) == ("10:00", "2026-11-23T10:00:00Z", "planned")
    assert sam.get(URL).json["items"] == [item]
    assert sam.get(f"{URL}/{item['id']}").json == item
    clock.advance(timedelta(hours=2))
    assert sam.get(URL).json["items"][0]["state"] == "expired"


def test_its_ids_are_those_of_the_days(client_for: ClientFor, clock: core_clock.FrozenClock) -> None:
    sam = client_for("sam")
    put_plan(sam)
    days = sam.get("/api/treatment/days?from=2026-11-23&to=2026-11-29").json["items"]
    for day in days:
        items = sam.get(f"{URL}?on={day['on']}").json["items"]
        assert [one["id"] for one in items] == [one["reminder_id"] for one in day["items"]]
        assert [one["title"] for one in items] == [one["title"] for one in day["items"]]


def test_a_day_at_home_in_doubt_is_raised_by_nothing_and_says_whom_to_ask(
    client_for: ClientFor, clock: core_clock.FrozenClock
) -> None:
    sam = client_for("sam")
    place = a_place(hours={}, closed_on=["2026-11-23"])
    put_plan(sam, phases=[a_phase(weekdays=["MO"])], place=place, wordings={"closed_day": "unknown"})
    (item,) = sam.get(f"{URL}?on=2026-11-24").json["items"]
    assert (item["title"], item["time"], item["due_at"]) == ("Ask about this day", None, None)
    assert item["place"]["phone"] == "0113 496 0000"


def test_a_changed_and_a_deleted_plan_show_at_once(
    client_for: ClientFor, clock: core_clock.FrozenClock
) -> None:
    sam = client_for("sam")
    plan_id = put_plan(sam)
    assert len(sam.get(URL).json["items"]) == 1
    clock.advance(timedelta(seconds=1))
    put_plan(sam, plan_id, title="Other words")
    assert [one["title"] for one in sam.get(URL).json["items"]] == ["Other words"]
    sam.delete(f"/api/treatment/plans/{plan_id}")
    assert sam.get(URL).json["items"] == []


@pytest.mark.parametrize("answer", ["done", "skipped", "not_done", "not_said"])
def test_it_is_answered_once_however_often_it_is_said(
    client_for: ClientFor, clock: core_clock.FrozenClock, answer: str
) -> None:
    sam = client_for("sam")
    put_plan(sam)
    reminder_id = sam.get(URL).json["items"][0]["id"]
    body = {"answer": answer, "recorded_at": "2026-11-23T09:00:00+00:00"}
    first = sam.put(f"{URL}/{reminder_id}/answer", json=body)
    assert first.status_code == 200
    assert (first.json["state"], first.json["answer"]) == ("answered", answer)
    assert sam.put(f"{URL}/{reminder_id}/answer", json=body).json == first.json


def test_later_is_an_hour_unless_the_person_says_otherwise(
    client_for: ClientFor, clock: core_clock.FrozenClock
) -> None:
    sam = client_for("sam")
    put_plan(sam)
    url = f"{URL}/{sam.get(URL).json['items'][0]['id']}/answer"
    now = core_clock.now().isoformat()
    assert sam.put(url, json={"answer": "later", "recorded_at": now}).json["due_at"] == "2026-11-23T10:00:00Z"
    clock.advance(timedelta(minutes=1))
    body = {"answer": "later", "later_minutes": 5, "recorded_at": core_clock.now().isoformat()}
    assert sam.put(url, json=body).json["due_at"] == "2026-11-23T09:06:00Z"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answer": "maybe"}, "answer"),
        ({"answer": None}, "answer"),
        ({"later_minutes": 4}, "later_minutes"),
        ({"later_minutes": 721}, "later_minutes"),
        ({"later_minutes": True}, "later_minutes"),
        ({"answer": "done", "later_minutes": 60}, "later_minutes"),
        ({"recorded_at": "yesterday"}, "recorded_at"),
        ({"recorded_at": "2026-11-23T09:00:00"}, "recorded_at"),
        ({"more": 1}, "more"),
    ],
)
def test_it_names_what_is_wrong(client_for: ClientFor, change: dict[str, Any], field: str) -> None:
    sam = client_for("sam")
    put_plan(sam)
    url = f"{URL}/{sam.get(URL).json['items'][0]['id']}/answer"
    body = {"answer": "later", "recorded_at": "2026-11-23T09:00:00Z", **change}
    answer = sam.put(url, json=body)
    assert answer.status_code == 422
    assert field in answer.json["fields"]


def test_nobody_else_sees_or_answers_it(client_for: ClientFor) -> None:
    sam = client_for("sam")
    put_plan(sam)
    reminder_id = sam.get(URL).json["items"][0]["id"]
    body = {"answer": "done", "recorded_at": "2026-11-23T09:00:00Z"}
    jo = client_for("jo")
    assert jo.get(URL).json["items"] == []
    assert jo.get(f"{URL}/{reminder_id}").status_code == 404
    assert jo.put(f"{URL}/{reminder_id}/answer", json=body).status_code == 404
    assert jo.post(f"{URL}/{reminder_id}/shown", json={}).status_code == 404
    for key, status in (("owen", 403), ("priya", 403), ("ada", 403), (None, 401)):
        assert client_for(key).get(URL).status_code == status
        assert client_for(key).get(f"{URL}/{reminder_id}").status_code == status
        assert client_for(key).put(f"{URL}/{reminder_id}/answer", json=body).status_code == status


def test_it_takes_a_receipt(client_for: ClientFor) -> None:
    sam = client_for("sam")
    put_plan(sam)
    url = f"{URL}/{sam.get(URL).json['items'][0]['id']}/shown"
    assert sam.post(url, json={}).status_code == 204
    assert sam.post(url, json={"n": 1}).status_code == 204
    assert sam.post(url, json={"n": 0}).status_code == 422
    assert sam.post(f"{URL}/{uuid4()}/shown", json={}).status_code == 404


def test_a_far_day_is_answered_without_filling_the_database(client_for: ClientFor) -> None:
    sam = client_for("sam")
    put_plan(sam)
    assert len(sam.get(f"{URL}?on=2027-01-20").json["items"]) == 1
    assert sam.get(f"{URL}?on=2099-01-01").json["items"] == []
    assert sam.get(f"{URL}?on=1999-01-01").json["items"] == []


def test_choices_and_settings_as_the_phone_sees_them(client_for: ClientFor) -> None:
    sam = client_for("sam")
    url = f"{URL}/choices/{put_plan(sam)}"
    body = {
        "before": [{"kind": "minutes", "minutes": 30}, {"kind": "evening_before", "time": "20:00"}],
        "follow_up": {"every_minutes": 15, "times": 3},
        "words": {"kind": "own", "text": "Feed the cat"},
        "recorded_at": "2026-11-23T09:00:00Z",
    }
    assert sam.get(url).json["recorded_at"] is None
    saved = sam.put(url, json=body)
    assert saved.status_code == 200
    assert {name: saved.json[name] for name in body} == body
    assert sam.get(url).json == saved.json
    assert sam.put(url, json={**body, "follow_up": {"every_minutes": 4, "times": 3}}).status_code == 422
    settings = sam.get(f"{URL}/settings").json
    assert (settings["snooze"], settings["quiet"], settings["recorded_at"]) == ([30, 60, 120], None, None)
    settings |= {"quiet": {"from": "22:00", "to": "07:00"}, "recorded_at": "2026-11-23T09:00:00Z"}
    settings |= {"away": [{"from": "2026-12-01", "to": "2026-12-03"}], "check_in_nudge": {"time": "19:00"}}
    assert sam.put(f"{URL}/settings", json=settings).json == settings
    assert sam.get(f"{URL}/settings").json == settings
    assert [one["what"] for one in sam.get(URL).json["items"]] == ["supervised", "check_in"]
    bad = {**settings, "time_zone": "Moon/Crater"}
    assert "time_zone" in sam.put(f"{URL}/settings", json=bad).json["fields"]


def test_a_time_zone_and_missed_visits(client_for: ClientFor) -> None:
    sam = client_for("sam")
    plan_id = put_plan(sam, kind="at_home", place=None)
    answer = sam.put(f"{URL}/time-zone", json={"zone": "Europe/Paris"}).json
    plans = [{"plan_id": plan_id, "time_zone": "Europe/London"}]
    assert answer == {"zone": "Europe/Paris", "ask": True, "plans": plans}
    assert sam.get(f"{URL}/missed").json == {"on": False, "texts": [], "safety_text": SAFETY_TEXT}
