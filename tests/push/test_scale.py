"""What makes the morning fast and honest: bodies made ahead, lines of their own, receipts, figures."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import flask
import pytest

from companion.app import create_app
from companion.core.orm import Sessions
from companion.push import use_cases
from companion.push.rules import Kind, Outcome, State, Verdict
from companion.push.use_cases.claiming import claim
from companion.push.use_cases.ledger import Done, record
from companion.push.use_cases.lines import MOST_WAITING, Lines, Waiting
from tests.conftest import Client
from tests.push.desk import Desk
from tests.rig.push_service import Told

ClientFor = Callable[[str | None], Client]
SOON = timedelta(seconds=50)


def queue_ahead(desk: Desk, words: tuple[str, str] = ("", "")) -> UUID:
    """Queue a message of Sam's that is due in fifty seconds."""
    due, reference = desk.clock.at + SOON, uuid4()
    message = use_cases.NewMessage(
        desk.sam.account_id, Kind.REMINDER, reference, 1, due, due + timedelta(minutes=30), *words
    )
    with desk.factory.begin() as session:
        use_cases.queue_messages(session, [message], desk.clock.at)
    return reference


def send_from(desk: Desk, larder: use_cases.Larder, **more: Any) -> use_cases.Tally:
    """Dispatch with what was made ahead."""
    return use_cases.dispatch(desk.factory, desk.sender, lambda: desk.clock.at, larder=larder, **more)


def made_ahead(desk: Desk) -> use_cases.Larder:
    """Return a larder with everything that is queued."""
    larder = use_cases.Larder()
    use_cases.prepare(desk.factory, desk.sender, larder, desk.clock.at)
    return larder


def never(_parcel: object) -> bytes:
    """Stand where encrypting would be."""
    raise AssertionError("It was encrypted at the due second.")


def test_what_was_made_ahead_goes_out_when_it_is_due_and_not_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.subscribe(desk.sam)
    reference = queue_ahead(desk, ("Time for you", "Tap to see"))
    larder = made_ahead(desk)
    assert len(larder) == 1
    monkeypatch.setattr(desk.sender, "encrypt", never)
    assert send_from(desk, larder).claimed == 0
    desk.clock.advance(SOON)
    assert send_from(desk, larder).outcomes == {Outcome.SENT: 1}
    (got,) = desk.service.received
    assert got.shown_as == (str(reference), 1)
    assert got.payload["notification"]["title"] == "Time for you"
    assert desk.message().state == State.DONE
    assert desk.outcomes() == ["sent"]


def test_words_of_their_own_are_stored_sealed(desk: Desk) -> None:
    queue_ahead(desk, ("Blue kettle", "Green cup"))
    sealed = desk.message().sealed
    assert sealed is not None
    assert b"kettle" not in sealed
    assert b"cup" not in sealed


def test_a_device_that_changed_meanwhile_gets_a_body_of_its_own(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    queue_ahead(desk)
    larder = made_ahead(desk)
    newer = desk.subscribe(desk.sam)
    desk.clock.advance(SOON)
    assert send_from(desk, larder).outcomes == {Outcome.SENT: 1}
    assert [one.token for one in desk.service.received] == [newer.token]


def test_what_was_made_ahead_and_is_not_wanted_any_more_is_dropped(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    queue_ahead(desk)
    larder = made_ahead(desk)
    desk.clock.advance(SOON)
    checks: dict[Kind, use_cases.Check] = {Kind.REMINDER: lambda _session, _wishes: set()}
    send_from(desk, larder, checks=checks)
    assert desk.service.received == []
    assert desk.message().state == State.DROPPED


def test_two_workers_that_made_the_same_send_it_once(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    reference = queue_ahead(desk)
    one, other = made_ahead(desk), made_ahead(desk)
    desk.clock.advance(SOON)
    assert send_from(desk, one).claimed + send_from(desk, other).claimed == 1
    assert desk.service.seen() == {(str(reference), 1): 1}


def test_workers_side_by_side_share_the_work_of_preparing(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    for _ in range(20):
        queue_ahead(desk)
    larders = [use_cases.Larder(part, 2) for part in (0, 1)]
    for larder in larders:
        use_cases.prepare(desk.factory, desk.sender, larder, desk.clock.at)
    assert sum(len(larder) for larder in larders) == 20


def test_what_was_made_ahead_and_fails_is_tried_again(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    queue_ahead(desk)
    larder = made_ahead(desk)
    desk.clock.advance(SOON)
    desk.service.told = lambda _: Told(503)
    assert send_from(desk, larder).outcomes == {Outcome.RETRY: 1}
    desk.service.told = lambda _: Told()
    desk.clock.advance(timedelta(minutes=1))
    assert send_from(desk, larder).outcomes == {Outcome.SENT: 1}


def test_a_frozen_worker_changes_nothing_after_its_lease(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    lease = timedelta(seconds=60)
    _, (stale,) = claim(desk.factory, desk.clock.at, limit=10, lease=lease, checks={})
    desk.clock.advance(timedelta(seconds=61))
    claim(desk.factory, desk.clock.at, limit=10, lease=lease, checks={})
    sent = Done(stale, stale.parcels[0], Verdict(Outcome.SENT, 201), desk.clock.at)
    with desk.factory.begin() as session:
        assert record(session, [sent], desk.clock.at, random.Random(1)) == []
    assert desk.outcomes() == []
    assert desk.message().state == State.CLAIMED


def test_a_line_that_hardly_moves_is_handed_back_and_the_others_are_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    _, (taken,) = claim(desk.factory, desk.clock.at, limit=1, lease=timedelta(seconds=60), checks={})
    (parcel,) = taken.parcels
    lines = Lines()
    lines.add(Waiting(taken, parcel._replace(origin="https://quick.example")))
    for _ in range(MOST_WAITING):
        lines.add(Waiting(taken, parcel._replace(origin="https://slow.example")))
    assert not lines.has_room()
    for line in lines._lines.values():
        line.since -= 5
    put_off = list(lines.put_off(desk.clock.at, random.Random(1)))
    assert {one.parcel.origin for one, _ in put_off} == {"https://slow.example"}
    assert all(wait_s >= 1 for _, wait_s in put_off)
    assert lines.has_room()
    ready = [one.parcel.origin for one in lines.ready(set())]
    assert ready.count("https://quick.example") == 1


def test_a_test_push_shows_its_round_trip(
    desk: Desk, client_for: ClientFor, factory: Sessions, app: flask.Flask
) -> None:
    desk.subscribe(desk.sam)
    sam = client_for("sam")
    test_id = sam.post("/api/push/test").json["id"]
    trip = sam.get(f"/api/push/test/{test_id}").json
    assert (trip["sent_at"], trip["arrived_at"]) == (None, None)
    shown = f"/api/push/messages/{test_id}/shown"
    assert sam.post(shown, json={}).status_code == 404
    desk.send()
    assert sam.get(f"/api/push/test/{test_id}").json["sent_at"] is not None
    assert client_for("jo").get(f"/api/push/test/{test_id}").status_code == 404
    assert client_for("jo").post(shown, json={}).status_code == 404
    desk.clock.advance(timedelta(seconds=2))
    assert sam.post(shown, json={"n": 1}).status_code == 204
    assert sam.get(f"/api/push/test/{test_id}").json["arrived_at"] is not None
    (phone,) = sam.get("/api/push/subscriptions").json["items"]
    assert phone["last_arrived_at"] is not None
    assert (phone["state"], phone["last_refused"]) == ("ok", None)


def test_a_phone_whose_push_service_refuses_says_so(desk: Desk, client_for: ClientFor) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    desk.service.told = lambda _: Told(400)
    desk.send()
    (phone,) = client_for("sam").get("/api/push/subscriptions").json["items"]
    assert phone["state"] == "refused"
    assert phone["last_refused"] is not None


def test_a_phone_that_shows_nothing_for_a_week_has_gone_quiet(desk: Desk, client_for: ClientFor) -> None:
    desk.subscribe(desk.sam)
    desk.clock.advance(timedelta(days=7))
    desk.queue(desk.sam)
    desk.send()
    (phone,) = client_for("sam").get("/api/push/subscriptions").json["items"]
    assert phone["state"] == "quiet"


def test_figures_are_for_who_has_the_token(desk: Desk, clean: Any) -> None:
    token = "a-token-of-the-operator"
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    desk.send()
    client = create_app(replace(desk.settings, metrics_token=token), clean).test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert "companion_push_on_time_ratio 1\n" in answer.text
    assert "companion_push_subscriptions 1\n" in answer.text
    for line in answer.text.splitlines():
        if not line.startswith("#"):
            float(line.split()[1])
    assert create_app(desk.settings, clean).test_client().get("/metrics").status_code in (401, 404)
