"""The calendar over HTTP, on both databases."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from sqlalchemy import Engine, select

from companion.accounts import use_cases as accounts
from companion.audit import use_cases as audit
from companion.core.clock import FrozenClock
from companion.core.orm import Base, Sessions
from tests.conftest import BASE_URL, Client
from tests.people import Cast
from tests.records.reading import read
from tests.treatment.plans import a_phase, a_place, a_plan_body

Clients = Callable[[str | None], Client]
MADE = "/api/records/calendar"
FILE = "/api/records/calendar.ics"
DAILY = {"every": {"unit": "day", "count": 1}, "weekdays": [], "take_home": False}


def save_plan(client: Client, *times: str, plan_id: UUID | None = None, **overrides: Any) -> UUID:
    """Save a daily plan with these times; return its id."""
    plan_id = plan_id or uuid4()
    body = a_plan_body(**{"kind": "at_home", "phases": [a_phase(times=list(times), **DAILY)], **overrides})
    at = overrides.get("recorded_at", "2026-11-23T08:55:00Z")
    answer = client.put(f"/api/treatment/plans/{plan_id}", json=body | {"recorded_at": at})
    assert answer.status_code in (200, 201), answer.json
    return plan_id


def address(client: Client) -> str:
    """Make a private address; return its path."""
    answer = client.post(MADE)
    assert answer.status_code == 201, answer.json
    url: str = answer.json["url"]
    assert url.startswith(f"{BASE_URL}/calendar/")
    return url.removeprefix(BASE_URL)


def test_whoever_has_the_address_reads_the_times(client_for: Clients) -> None:
    sam, nobody = client_for("sam"), client_for(None)
    plan_id = save_plan(sam, "10:00", remind_minutes_before=20)
    answer = nobody.get(address(sam), headers={"Sec-Fetch-Site": "cross-site", "X-App": ""})
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="planner.ics"'
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in answer.headers
    found = read(answer.data)
    assert len(found) == 62
    today = next(one for one in found if one.at == datetime(2026, 11, 23, 10, tzinfo=UTC))
    assert today.id == str(uuid5(plan_id, "2026-11-23|0"))
    assert (today.title, today.alarms) == ("Reminder", (timedelta(minutes=20),))


def test_asking_again_costs_nothing_while_nothing_changed(client_for: Clients, clock: FrozenClock) -> None:
    sam, nobody = client_for("sam"), client_for(None)
    plan_id = save_plan(sam, "10:00")
    path = address(sam)
    tag = nobody.get(path).headers["ETag"]
    clock.advance(timedelta(hours=5))
    again = nobody.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert nobody.head(path).status_code == 200
    save_plan(sam, "11:00", plan_id=plan_id, recorded_at="2026-11-23T14:00:00Z")
    changed = nobody.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert {one.at.hour for one in read(changed.data)} == {11}


def test_a_revoked_address_ends_at_once_and_looks_like_one_that_never_was(client_for: Clients) -> None:
    sam, jo, nobody = client_for("sam"), client_for("jo"), client_for(None)
    path, kept = address(sam), address(jo)
    assert sam.get(MADE).json == {"made_at": "2026-11-23T09:00:00Z"}
    tag = nobody.get(path).headers["ETag"]
    for _ in range(2):
        assert sam.delete(MADE).status_code == 204
    assert sam.get(MADE).json == {"made_at": None}
    answers = [
        nobody.get(path),
        nobody.get(path, headers={"If-None-Match": tag}),
        sam.get(path),
        nobody.get(f"/calendar/{'x' * 43}.ics"),
        nobody.get("/calendar/short.ics"),
        nobody.get("/calendar/%00%ff.ics"),
        nobody.get(f"/calendar/{'y' * 4000}.ics"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({(answer.data, str(answer.headers)) for answer in answers}) == 1
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert nobody.get(kept).status_code == 200


def test_a_new_address_ends_the_old_one(client_for: Clients) -> None:
    sam, nobody = client_for("sam"), client_for(None)
    first, second = address(sam), address(sam)
    assert first != second
    assert (nobody.get(first).status_code, nobody.get(second).status_code) == (404, 200)


def test_an_account_that_is_disabled_has_no_calendar(
    client_for: Clients, factory: Sessions, cast: Cast, now: datetime
) -> None:
    path = address(client_for("sam"))
    with factory.begin() as session:
        accounts.disable_account(session, cast["sam"].account_id, now)
    assert client_for(None).get(path).status_code == 404


def test_only_the_owners_plans_are_in_it(client_for: Clients) -> None:
    sam, jo, nobody = client_for("sam"), client_for("jo"), client_for(None)
    save_plan(sam, "10:00")
    save_plan(jo, "15:00")
    assert {one.at.hour for one in read(nobody.get(address(sam)).data)} == {10}
    assert {one.at.hour for one in read(jo.get(FILE).data)} == {15}


def test_what_nothing_reminds_of_is_not_in_it(client_for: Clients) -> None:
    sam = client_for("sam")
    save_plan(sam, "10:00")
    save_plan(sam, "12:00", remind_minutes_before=None)
    save_plan(sam)
    gone = save_plan(sam, "14:00")
    assert sam.delete(f"/api/treatment/plans/{gone}").status_code == 204
    assert {one.at.hour for one in read(sam.get(FILE).data)} == {10}


def test_it_follows_what_the_person_chose(client_for: Clients) -> None:
    sam = client_for("sam")
    plan_id = save_plan(sam, "10:00")
    choices = {
        "before": [{"kind": "minutes", "minutes": 45}, {"kind": "evening_before", "time": "20:00"}],
        "follow_up": {"every_minutes": 15, "times": 2},
        "words": {"kind": "own", "text": "Marker"},
        "recorded_at": "2026-11-23T08:56:00Z",
    }
    assert sam.put(f"/api/reminders/choices/{plan_id}", json=choices).status_code in (200, 201)
    settings = sam.get("/api/reminders/settings").json
    settings |= {"away": [{"from": "2026-11-25", "to": "2026-11-30"}]}
    settings |= {"recorded_at": "2026-11-23T08:57:00Z"}
    assert sam.put("/api/reminders/settings", json=settings).status_code in (200, 201)
    body = sam.get(FILE).data
    found = {one.at.date().isoformat(): one for one in read(body)}
    assert found["2026-11-24"].alarms == (timedelta(hours=14), timedelta(minutes=45))
    assert "2026-11-25" not in found or found["2026-11-25"].alarms == (timedelta(hours=14),)
    assert not {f"2026-11-{day}" for day in range(26, 31)} & set(found)
    assert "2026-12-02" in found
    assert b"marker" not in body.lower()


def test_the_file_to_take_along_is_the_same_with_a_name_that_says_nothing(client_for: Clients) -> None:
    sam = client_for("sam")
    save_plan(sam, "10:00", "20:00", title="Marker", place=a_place(), note="Marker")
    answer = sam.get(FILE)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="planner.ics"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data == client_for(None).get(address(sam)).data
    assert b"marker" not in answer.data.lower()


def test_the_address_is_kept_nowhere_and_written_nowhere(
    client_for: Clients, clean: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sam, nobody = client_for("sam"), client_for(None)
    path = address(sam)
    token = path.rpartition("/")[2].removesuffix(".ics")
    assert len(token) == 43
    assert nobody.get(path).status_code == 200
    with clean.connect() as connection:
        rows = [
            repr(row) for table in Base.metadata.sorted_tables for row in connection.execute(select(table))
        ]
    assert not [row for row in rows if token in row]
    assert sam.delete(MADE).status_code == 204
    assert nobody.get(path).status_code == 404
    assert token not in caplog.text


def test_a_database_that_is_away_does_not_tell_the_address(
    client_for: Clients, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_session: object, token: str, _now: datetime) -> bytes:
        raise ValueError(token)

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("companion.records.use_cases.read_calendar", fails)
    answer = client_for(None).get(f"/calendar/{'SECRET' * 7}.ics")
    assert answer.status_code == 500
    assert "SECRET" not in caplog.text + answer.text


def test_making_and_ending_one_stand_in_the_audit_trail(
    client_for: Clients, factory: Sessions, cast: Cast
) -> None:
    sam = client_for("sam")
    address(sam)
    sam.delete(MADE)
    sam.delete(MADE)
    with factory() as session:
        events = audit.list_events(session, cast["sam"].account_id)
    done = [(event.item_kind, event.action) for event in events]
    assert done == [("calendar", "revoked"), ("calendar", "new")]
