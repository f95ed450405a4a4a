"""Dispatch against a strict push service: each answer, many devices, leases, hangs."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from uuid import UUID, uuid4

import http_ece
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.accounts import use_cases as accounts
from companion.accounts.rules import OWN_PHONE
from companion.push import rules, use_cases
from companion.push.gateway import push_origins
from companion.push.models import Message, Subscription
from companion.push.rules import Kind, Outcome, State, Verdict
from companion.push.use_cases.claiming import claim
from companion.push.use_cases.ledger import Done, record
from tests.push.desk import Desk
from tests.rig.push_service import Told


def test_a_message_arrives_and_decrypts_with_two_independent_implementations(desk: Desk) -> None:
    browser = desk.subscribe(desk.sam)
    reference = desk.queue(desk.sam)
    tally = desk.send()
    assert tally.outcomes == {Outcome.SENT: 1}
    (got,) = desk.service.received
    assert got.plain == http_ece.decrypt(got.body, private_key=browser.private, auth_secret=browser.auth)
    assert got.shown_as == (str(reference), 1)
    assert got.header("TTL") == "1800"
    assert got.header("Urgency") == "high"
    assert got.header("Topic") == rules.topic_of(Kind.REMINDER)
    assert desk.message().state == State.DONE
    assert desk.send().claimed == 0
    with desk.factory() as session:
        assert session.scalars(select(Subscription)).one().last_sent_at is not None


def test_every_message_has_a_key_pair_of_its_own(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    for _ in range(20):
        desk.queue(desk.sam)
    desk.send()
    # RFC 8188, 2.1: salt (16 bytes), record size (4), length of the key id (1), then the sender's public key.
    heads = [(got.body[:16], got.body[21:86]) for got in desk.service.received]
    assert len(heads) == 20
    assert all(key[0] == 4 for _, key in heads)
    assert len({salt for salt, _ in heads}) == len({key for _, key in heads}) == 20


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_removed_and_others_are_not_touched(status: int, desk: Desk) -> None:
    gone = desk.subscribe(desk.sam)
    with desk.factory.begin() as session:
        other = accounts.start_sign_in(session, desk.sam.account_id, OWN_PHONE, desk.clock.at)
    kept = desk.subscribe(replace(desk.sam, sign_in_id=other.id))
    desk.service.told = lambda token: Told(status) if token == gone.token else Told()
    desk.queue(desk.sam)
    desk.send()
    assert desk.outcomes() == ["gone", "sent"]
    assert [one.token for one in desk.service.received] == [kept.token]
    assert desk.count(Subscription) == 1
    assert desk.message().state == State.DONE


@pytest.mark.parametrize("told", [Told(429, (("Retry-After", "120"),)), Told(503, (("Retry-After", "120"),))])
def test_it_waits_as_long_as_the_push_service_asks(told: Told, desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    desk.service.told = lambda _: told
    desk.send()
    assert desk.message().state == State.QUEUED
    assert desk.outcomes() == ["retry"]
    desk.service.told = lambda _: Told()
    desk.clock.advance(timedelta(seconds=119))
    assert desk.send().claimed == 0
    desk.clock.advance(timedelta(seconds=3))
    desk.send()
    assert desk.outcomes() == ["sent"]
    assert len(desk.service.received) == 1


@pytest.mark.parametrize("status", [408, 500, 502, 401, 403, 307])
def test_it_backs_off_and_gets_through_later(status: int, desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    desk.service.told = lambda _: Told(status, (("Location", f"{desk.service.origin}/internal"),))
    tries = 0
    while tries < 4:
        tries += desk.send().claimed
        desk.clock.advance(timedelta(seconds=5))
    assert desk.count(Subscription) == 1
    desk.service.told = lambda _: Told()
    desk.clock.advance(timedelta(seconds=60))
    desk.send()
    assert desk.outcomes() == ["sent"]
    assert desk.service.elsewhere == 0


@pytest.mark.parametrize("status", [400, 413])
def test_a_refused_message_is_not_tried_again_and_the_device_is_kept(status: int, desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    desk.service.told = lambda _: Told(status)
    desk.send()
    desk.clock.advance(timedelta(minutes=10))
    assert desk.send().claimed == 0
    assert desk.outcomes() == ["rejected"]
    assert desk.count(Subscription) == 1
    assert desk.message().state == State.DONE


def test_it_gives_up_at_the_last_moment_and_not_after(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    desk.service.told = lambda _: Told(500)
    for _ in range(60):
        desk.send()
        desk.clock.advance(timedelta(seconds=40))
    assert desk.message().state == State.EXPIRED
    assert desk.outcomes() == ["expired"]
    desk.service.told = lambda _: Told()
    assert desk.send().claimed == 0
    assert desk.service.received == []


def test_a_redirect_is_never_followed(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    for status in (301, 302, 303, 307, 308):
        desk.service.told = lambda _, s=status: Told(s, (("Location", f"{desk.service.origin}/internal"),))
        desk.send()
    assert desk.service.elsewhere == 0


@pytest.mark.parametrize("told", [Told(201, after_s=30), Told(201, drip=0.3)])
def test_a_service_that_hangs_does_not_hold_up_the_others(told: Told, desk: Desk) -> None:
    hanging, quick = desk.subscribe(desk.sam), desk.subscribe(desk.jo)
    desk.service.told = lambda token: told if token == hanging.token else Told()
    desk.queue(desk.sam)
    desk.queue(desk.jo)
    desk.sender.deadline_s = 1.0
    began = time.monotonic()
    tally = desk.send()
    assert time.monotonic() - began < 3
    assert tally.outcomes == {Outcome.SENT: 1, Outcome.RETRY: 1}
    quick_at = [one for one in desk.service.received if one.token == quick.token]
    assert len(quick_at) == 1


def test_a_service_that_hangs_is_left_alone_and_its_messages_wait(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.service.told = lambda _: Told(201, after_s=30)
    for _ in range(60):
        desk.queue(desk.sam)
    desk.sender.deadline_s = 0.4
    began = time.monotonic()
    tally = desk.send()
    assert time.monotonic() - began < 4
    assert tally.outcomes == {Outcome.RETRY: 60}
    desk.service.told = lambda _: Told()
    desk.sender.deadline_s = 10
    desk.clock.advance(timedelta(seconds=120))
    assert desk.send().outcomes == {Outcome.SENT: 60}


def test_a_second_worker_takes_nothing_that_is_held(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    _, first = claim(desk.factory, desk.clock.at, limit=10, lease=timedelta(seconds=60), checks={})
    assert len(first) == 1
    assert desk.send().claimed == 0
    desk.clock.advance(timedelta(seconds=61))
    assert desk.send().outcomes == {Outcome.SENT: 1}


def test_what_a_stale_worker_wants_to_record_changes_nothing(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    lease = timedelta(seconds=60)
    _, (stale,) = claim(desk.factory, desk.clock.at, limit=10, lease=lease, checks={})
    desk.clock.advance(timedelta(seconds=61))
    _, (fresh,) = claim(desk.factory, desk.clock.at, limit=10, lease=lease, checks={})
    gone = Done(stale, stale.parcels[0], Verdict(Outcome.GONE, 410), desk.clock.at)
    with desk.factory.begin() as session:
        assert record(session, [gone], desk.clock.at, random.Random(1)) == []
    assert desk.count(Subscription) == 1
    assert desk.outcomes() == []
    sent = Done(fresh, fresh.parcels[0], Verdict(Outcome.SENT, 201), desk.clock.at)
    with desk.factory.begin() as session:
        assert record(session, [sent], desk.clock.at, random.Random(1)) == [Outcome.SENT]
    assert desk.message().state == State.DONE


def test_a_receipt_stops_a_second_send_to_that_device(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    reference = desk.queue(desk.sam)
    claim(desk.factory, desk.clock.at, limit=10, lease=timedelta(seconds=60), checks={})
    with desk.factory.begin() as session:
        assert use_cases.note_shown(session, desk.sam, reference, 1, desk.clock.at)
        assert not use_cases.note_shown(session, desk.jo, reference, 1, desk.clock.at)
    desk.clock.advance(timedelta(seconds=61))
    assert desk.send().claimed == 0
    assert desk.service.received == []
    assert desk.message().state == State.DONE


def test_a_message_nobody_wants_any_more_is_dropped(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    checks: dict[Kind, use_cases.Check] = {Kind.REMINDER: lambda _session, _wishes: set()}
    desk.send(checks)
    assert desk.service.received == []
    assert desk.message().state == State.DROPPED


def test_whether_it_is_wanted_is_asked_once_the_lease_is_written_and_keeps_nobody_from_writing(
    desk: Desk,
) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    seen: list[str] = []

    def asked(_session: Session, wishes: Sequence[use_cases.Wish]) -> set[UUID]:
        if not seen:
            seen.append(desk.message().state)
            desk.queue(desk.jo)  # Another may write meanwhile.
        return {wish.message_id for wish in wishes}

    desk.send({Kind.REMINDER: asked})
    assert seen == [State.CLAIMED]
    assert len(desk.service.received) == 1


def test_a_worker_that_asked_for_too_long_drops_nothing_of_another(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    lease = timedelta(seconds=60)

    def slow(_session: Session, _wishes: Sequence[use_cases.Wish]) -> set[UUID]:
        desk.clock.advance(timedelta(seconds=61))
        assert claim(desk.factory, desk.clock.at, limit=10, lease=lease, checks={})[0] == 1
        return set()

    taken = claim(desk.factory, desk.clock.at, limit=10, lease=lease, checks={Kind.REMINDER: slow})
    assert taken == (1, [])
    assert desk.message().state == State.CLAIMED


def test_a_full_batch_of_what_came_too_late_does_not_hold_up_the_rest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("companion.push.use_cases.dispatch"), "BATCH", 2)
    desk.subscribe(desk.sam)
    for _ in range(4):
        desk.queue(desk.sam)
    desk.clock.advance(timedelta(minutes=31))
    desk.queue(desk.sam)
    assert desk.send().outcomes == {Outcome.SENT: 1}
    with desk.factory() as session:
        ended = session.execute(select(Message.state, Message.tries).order_by(Message.id)).all()
    assert [tuple(row) for row in ended] == [("expired", 0)] * 4 + [("done", 1)]


def test_a_message_without_a_device_ends(desk: Desk) -> None:
    desk.queue(desk.jo)
    assert desk.send().claimed == 0
    assert desk.message().state == State.DROPPED


def test_an_endpoint_no_longer_allowed_is_not_called(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    desk.sender.allowed = push_origins(frozenset())
    assert desk.send().outcomes == {Outcome.REJECTED: 1}
    assert desk.service.received == []


def test_queueing_again_changes_nothing_and_a_newer_copy_replaces_an_older(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    reference = desk.queue(desk.sam)
    desk.queue(desk.sam, reference)
    assert desk.count(Message) == 1
    desk.queue(desk.sam, reference, serial=2)
    desk.queue(desk.sam, reference, serial=2)
    desk.send()
    assert list(desk.service.seen()) == [(str(reference), 2)]


def test_a_fault_in_one_message_does_not_stop_the_rest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.subscribe(desk.sam)
    bad = desk.queue(desk.sam)
    desk.queue(desk.sam)
    encrypt = desk.sender.encrypt

    def broken(parcel: rules.Parcel) -> bytes:
        if parcel.reference_id == bad:
            raise ZeroDivisionError
        return encrypt(parcel)

    monkeypatch.setattr(desk.sender, "encrypt", broken)
    tally = desk.send()
    assert tally.outcomes == {Outcome.SENT: 1, Outcome.RETRY: 1}


def test_one_vapid_header_serves_an_origin_until_half_its_life(desk: Desk) -> None:
    def header() -> str:
        return desk.sender._authorization("https://web.push.apple.com", desk.clock.at)

    first = header()
    desk.clock.advance(timedelta(hours=5, minutes=59))
    assert header() == first
    desk.clock.advance(timedelta(minutes=2))
    second = header()
    assert second != first
    desk.clock.advance(timedelta(days=-1))
    assert header() != second
    assert desk.sender._authorization("https://fcm.googleapis.com", desk.clock.at) != header()


def test_old_messages_and_heartbeats_are_pruned(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    desk.send()
    worker = uuid4()
    with desk.factory.begin() as session:
        use_cases.beat(session, worker, desk.clock.at)
        use_cases.beat(session, worker, desk.clock.at + timedelta(seconds=5))
        assert use_cases.last_beat(session) == desk.clock.at + timedelta(seconds=5)
        assert use_cases.prune(session, desk.clock.at + timedelta(days=13)) == 0
        assert use_cases.prune(session, desk.clock.at + timedelta(days=15)) == 1
        assert use_cases.last_beat(session) is None
    assert desk.count(Message) == 0


def test_health_tells_how_long_the_oldest_waits(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    with desk.factory() as session:
        found = use_cases.health(session, desk.clock.at + timedelta(seconds=90))
    assert (found.waiting, found.oldest_wait_s, found.last_tick_at) == (1, 90.0, None)
