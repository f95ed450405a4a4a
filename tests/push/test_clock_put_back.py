"""A clock that ran ahead is put back: leases, tries and ends of messages it left behind are put right."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from companion.push import use_cases
from companion.push.models import Message
from companion.push.rules import Kind, Outcome, State
from companion.push.use_cases.claiming import claim
from tests.push.desk import Desk
from tests.rig.push_service import Told

DAY, LEASE = timedelta(days=1), timedelta(seconds=60)


def put_back(desk: Desk, by: timedelta = DAY) -> int:
    """Put the clock back and do what a worker then does."""
    desk.clock.advance(-by)
    with desk.factory.begin() as session:
        return use_cases.revive(session, desk.clock.at, LEASE)


def queue_for_long(desk: Desk) -> None:
    """Queue a message of Sam's that may be sent for two days."""
    with desk.factory.begin() as session:
        now = desk.clock.at
        message = use_cases.NewMessage(desk.sam.account_id, Kind.REMINDER, uuid4(), 1, now, now + 2 * DAY)
        use_cases.queue_messages(session, [message], now)


def test_a_lease_that_ends_tomorrow_is_over_in_a_minute(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    queue_for_long(desk)
    desk.clock.advance(DAY)
    assert claim(desk.factory, desk.clock.at, limit=10, lease=LEASE, checks={})[0] == 1
    put_back(desk)
    # Whoever claimed it may live still: it has the time that a claim made now would have.
    assert desk.send().claimed == 0
    desk.clock.advance(LEASE)
    assert desk.send().outcomes == {Outcome.SENT: 1}


def test_what_expired_ahead_of_its_time_goes_out_when_it_is_due(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    due = desk.clock.at + timedelta(minutes=1)
    message = use_cases.NewMessage(
        desk.sam.account_id, Kind.REMINDER, uuid4(), 1, due, due + timedelta(minutes=30)
    )
    with desk.factory.begin() as session:
        use_cases.queue_messages(session, [message], desk.clock.at)
    desk.clock.advance(DAY)
    desk.send()
    assert desk.message().state == State.EXPIRED
    assert put_back(desk) == 1
    assert desk.send().claimed == 0
    desk.clock.advance(timedelta(minutes=1))
    assert desk.send().outcomes == {Outcome.SENT: 1}


def test_a_device_that_has_it_is_left_alone_and_the_other_gets_it(desk: Desk) -> None:
    sam, other = desk.subscribe(desk.sam), desk.subscribe(desk.jo)
    desk.service.told = lambda token: Told(503) if token == other.token else Told()
    desk.queue(desk.sam)
    desk.queue(desk.jo)
    desk.send()
    desk.clock.advance(DAY)
    desk.send()
    assert desk.outcomes() == ["expired", "sent"]
    desk.service.told = lambda _: Told()
    assert put_back(desk) == 1
    desk.send()
    assert [one.token for one in desk.service.received] == [sam.token, other.token]
    assert desk.outcomes() == ["sent", "sent"]


def test_what_expired_rightly_stays_expired(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.service.told = lambda _: Told(503)
    desk.queue(desk.sam)
    desk.send()
    desk.clock.advance(timedelta(minutes=31))
    desk.send()
    assert desk.message().state == State.EXPIRED
    desk.clock.advance(DAY)
    assert put_back(desk) == 0
    assert desk.message().state == State.EXPIRED


@pytest.mark.parametrize(("told", "wait_s"), [(Told(500), 4), (Told(429, (("Retry-After", "300"),)), 302)])
def test_a_next_try_counts_from_now(told: Told, wait_s: int, desk: Desk) -> None:
    desk.subscribe(desk.sam)
    queue_for_long(desk)
    desk.service.told = lambda _: told
    desk.clock.advance(DAY)
    assert desk.send().outcomes == {Outcome.RETRY: 1}
    put_back(desk)
    desk.service.told = lambda _: Told()
    next_try_at = desk.message().next_try_at
    assert next_try_at is not None
    assert timedelta(seconds=1) <= next_try_at - desk.clock.at <= timedelta(seconds=wait_s)
    assert desk.send().claimed == 0
    desk.clock.set(next_try_at)
    assert desk.send().outcomes == {Outcome.SENT: 1}


def test_a_wait_that_was_asked_for_is_kept(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    desk.service.told = lambda _: Told(429, (("Retry-After", "900"),))
    desk.send()
    before = desk.message().next_try_at
    desk.clock.advance(timedelta(minutes=5))
    put_back(desk, timedelta(minutes=4))
    assert desk.message().next_try_at == before


def test_what_is_due_tomorrow_waits_until_tomorrow(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    desk.clock.advance(DAY)
    due = desk.clock.at
    desk.queue(desk.sam)
    claim(desk.factory, desk.clock.at, limit=10, lease=LEASE, checks={})
    put_back(desk)
    desk.clock.advance(2 * LEASE)
    assert desk.send().claimed == 0
    desk.clock.set(due + LEASE)
    assert desk.send().outcomes == {Outcome.SENT: 1}


def test_bodies_made_ahead_are_made_anew(desk: Desk) -> None:
    desk.subscribe(desk.sam)
    larder = use_cases.Larder()
    desk.clock.advance(DAY)
    desk.queue(desk.sam)
    use_cases.prepare(desk.factory, desk.sender, larder, desk.clock.at - timedelta(minutes=1))
    assert len(larder) == 1
    desk.clock.advance(-DAY)
    use_cases.prepare(desk.factory, desk.sender, larder, desk.clock.at)
    assert len(larder) == 0
    due = desk.clock.at + timedelta(minutes=1)
    message = use_cases.NewMessage(
        desk.sam.account_id, Kind.REMINDER, uuid4(), 1, due, due + timedelta(minutes=30)
    )
    with desk.factory.begin() as session:
        use_cases.queue_messages(session, [message], desk.clock.at)
    assert use_cases.prepare(desk.factory, desk.sender, larder, desk.clock.at) == 1


def test_signs_of_life_from_ahead_go(desk: Desk) -> None:
    with desk.factory.begin() as session:
        use_cases.beat(session, uuid4(), desk.clock.at - timedelta(seconds=20))
        use_cases.beat(session, uuid4(), desk.clock.at + DAY)
    desk.clock.advance(DAY)
    put_back(desk)
    with desk.factory() as session:
        assert use_cases.last_beat(session) == desk.clock.at - timedelta(seconds=20)
    assert desk.count(Message) == 0
