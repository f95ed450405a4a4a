"""Plans over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid5

import pytest

from tests.conftest import Client
from tests.treatment.plans import PLAN_ID, a_phase, a_place, a_plan_body

Clients = Callable[[str | None], Client]
URL = f"/api/treatment/plans/{PLAN_ID}"


def a_draft(**overrides: Any) -> dict[str, Any]:
    """Return what a phone sends."""
    return a_plan_body(**overrides) | {"recorded_at": "2026-11-23T08:55:00+00:00"}


def test_a_phone_saves_a_plan_and_reads_it_back(client_for: Clients) -> None:
    sam = client_for("sam")
    draft = a_draft(place=a_place(closed_on=["2026-12-24"]), title="Mine", note="one\ntwo")
    made = sam.put(URL, json=draft)
    assert made.status_code == 201
    assert made.json == draft | {"id": str(PLAN_ID), "version": 1, "recorded_at": "2026-11-23T08:55:00Z"}
    assert sam.get(URL).json == made.json
    assert sam.get("/api/treatment/plans").json == {"items": [made.json]}
    again = sam.put(URL, json=made.json)
    assert (again.status_code, again.json) == (200, made.json)


def test_a_quick_plan_needs_little(client_for: Clients) -> None:
    phase = {"starts_on": "2026-11-23", "every": {"unit": "week", "count": 1}, "weekdays": ["MO"]}
    draft = {
        "kind": "collection",
        "starts_on": "2026-11-23",
        "phases": [phase],
        "recorded_at": "2026-11-23T08:55:00Z",
    }
    made = client_for("sam").put(URL, json=draft)
    assert made.status_code == 201
    assert made.json["remind_minutes_before"] == 0
    assert made.json["wordings"]["closed_day"] == "unknown"
    assert made.json["place"] is None


def test_days_hold_the_week(client_for: Clients) -> None:
    sam = client_for("sam")
    sam.put(URL, json=a_draft(place=a_place()))
    found = sam.get("/api/treatment/days?from=2026-11-23&to=2026-11-29").json["items"]
    assert [day["on"] for day in found] == [f"2026-11-{n}" for n in range(23, 30)]
    assert found[0]["items"] == [
        {
            "plan_id": str(PLAN_ID),
            "slot": 0,
            "reminder_id": str(uuid5(PLAN_ID, "2026-11-23|0")),
            "time": "10:00",
            "at": "2026-11-23T10:00:00Z",
            "what": "collect",
            "title": "Collect from the pharmacy",
            "place_name": "Marker Pharmacy",
            "brings_home": ["2026-11-24"],
            "may_be_closed": False,
            "sentence": "Monday: collect today’s from the pharmacy, bring home Tuesday.",
        }
    ]
    assert found[0]["sentence"] == found[0]["items"][0]["sentence"]
    assert (found[0]["closure"], found[0]["notices"]) == (None, [])
    assert found[4]["items"][0]["brings_home"] == ["2026-11-28", "2026-11-29"]
    assert found[6]["items"][0]["at"] is None


def test_notices_come_with_the_day(client_for: Clients) -> None:
    sam = client_for("sam")
    sam.put(URL, json=a_draft(wordings={"closed_day": "unknown"}, place=a_place()))
    (day,) = sam.get("/api/treatment/days?from=2026-12-23&to=2026-12-23").json["items"]
    assert [notice["code"] for notice in day["notices"]] == ["closed_day_ask", "closed_day_ask"]
    assert {notice["call"] for notice in day["notices"]} == {"0113 496 0000"}
    christmas = {"title": "Christmas Day", "source": "The calendar in this app", "from": "calendar"}
    (friday,) = sam.get("/api/treatment/days?from=2026-12-25&to=2026-12-25").json["items"]
    assert friday["closure"] == christmas
    assert day["notices"][0]["text"].startswith(
        "Your pharmacy may be closed on Friday 25 December (Christmas Day)."
    )


def test_a_deleted_plan_is_gone_for_good(client_for: Clients) -> None:
    sam = client_for("sam")
    sam.put(URL, json=a_draft())
    assert sam.delete(URL).status_code == 204
    assert sam.delete(URL).status_code == 204
    assert sam.get(URL).status_code == 404
    assert sam.get("/api/treatment/plans").json == {"items": []}
    back = sam.put(URL, json=a_draft(note="x") | {"recorded_at": "2026-11-23T08:59:00Z"})
    assert back.status_code == 404


@pytest.mark.parametrize("who", ["jo", "priya", "owen", "ada", None])
def test_nobody_else_sees_that_a_plan_exists(client_for: Clients, who: str | None) -> None:
    client_for("sam").put(URL, json=a_draft())
    other = client_for(who)
    taken = {
        other.get(URL).status_code,
        other.put(URL, json=a_draft()).status_code,
        other.delete(URL).status_code,
    }
    assert taken == {{"jo": 404, None: 401}.get(who, 403)}
    if who == "jo":
        missing = other.get(f"/api/treatment/plans/{uuid5(PLAN_ID, 'x')}")
        assert missing.json == other.get(URL).json
        assert other.get("/api/treatment/plans").json == {"items": []}
    assert client_for("sam").get(URL).json["version"] == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"dose": "50"}, "dose"),
        ({"kind": "cure"}, "kind"),
        ({"title": "bell\x07"}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"remind_minutes_before": True}, "remind_minutes_before"),
        ({"starts_on": "2026-02-30"}, "starts_on"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"phases": []}, "phases"),
        ({"phases": [a_phase(take_home=0)]}, "phases.0.take_home"),
        ({"phases": [a_phase(every={"unit": "week", "count": 10**400})]}, "phases.0.every.count"),
        ({"phases": [a_phase(every={"unit": "month", "count": 13}, weekdays=[])]}, "phases.0.every.count"),
        ({"place": a_place(hours={"MO": [["09:00"]]})}, "place.hours.MO.0"),
        ({"place": a_place(closed_on=["2026-13-01"])}, "place.closed_on.0"),
        ({"recorded_at": "2026-11-23T08:55:00"}, "recorded_at"),
        ({"recorded_at": None}, "recorded_at"),
        ({"id": str(uuid5(PLAN_ID, "another"))}, "id"),
        ({"product": "weekly_injection"}, "product"),
        ({"product": 5}, "product"),
        ({"missed_shared": 1}, "missed_shared"),
    ],
)
def test_bad_input_is_refused_with_the_name_of_the_field(
    client_for: Clients, change: dict[str, Any], field: str
) -> None:
    answer = client_for("sam").put(URL, json=a_draft() | change)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]
    assert client_for("sam").get("/api/treatment/plans").json == {"items": []}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-11-23", "to"),
        ("from=2026-11-23&to=2026-11-22", "to"),
        ("from=2026-01-01&to=2026-03-04", "to"),
        ("from=today&to=2026-03-04", "from"),
        ("from=2026-11-23&to=2026-11-23&person=1", "person"),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(client_for: Clients, query: str, field: str) -> None:
    answer = client_for("sam").get(f"/api/treatment/days?{query}")
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]


def test_windows_at_the_edges_of_the_calendar_answer(client_for: Clients) -> None:
    sam = client_for("sam")
    sam.put(URL, json=a_draft())
    for window in ("from=1900-01-01&to=1900-03-01", "from=2200-11-01&to=2200-12-31"):
        assert sam.get(f"/api/treatment/days?{window}").status_code == 200


def test_anyone_may_read_the_holidays(client_for: Clients) -> None:
    found = client_for(None).get("/api/treatment/holidays?division=scotland&year=2026").json["items"]
    source = "The calendar in this app"
    assert {"on": "2026-12-28", "name": "Boxing Day (substitute day)", "source": source} in found
    assert client_for(None).get("/api/treatment/holidays?division=wales&year=2026").status_code == 422
    assert client_for(None).get("/api/treatment/holidays?division=scotland&year=1800").status_code == 422


def test_an_injection_has_a_window_out_of_the_organisations_table(client_for: Clients) -> None:
    sam = client_for("sam")
    listed = sam.get("/api/treatment/products").json["items"]
    assert [one["key"] for one in listed] == ["weekly_injection", "monthly_injection"]
    assert listed[0]["window_before_days"] == 2
    assert {one["how"] for one in listed} == {"to_be_checked"}
    phase = a_phase(weekdays=["WE"], take_home=False)
    draft = a_draft(kind="injection", product="weekly_injection", phases=[phase], missed_shared=True)
    made = sam.put(URL, json=draft)
    assert (made.status_code, made.json["product"], made.json["missed_shared"]) == (
        201,
        "weekly_injection",
        True,
    )
    days = sam.get("/api/treatment/days?from=2026-11-23&to=2026-11-27").json["items"]
    assert [[notice["code"] for notice in day["notices"]] for day in days] == [
        ["injection_opens"],
        [],
        ["injection_today"],
        [],
        ["injection_closes"],
    ]
    refused = sam.put(URL, json=draft | {"product": "moon", "recorded_at": "2026-11-23T08:59:00Z"})
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["product"])
