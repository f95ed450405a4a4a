"""What one person has due in one minute is one push, however it is taken up and by however many workers."""

from __future__ import annotations

import random
import threading
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from companion.core.identity import Viewer
from companion.core.orm import hold
from companion.push.models import Message
from companion.push.rules import Kind
from companion.push.use_cases import NewMessage, queue_messages
from companion.reminders import use_cases
from companion.reminders.models import Reminder
from companion.reminders.rules import State
from tests.conftest import NOW
from tests.push.desk import Desk
from tests.reminders.conftest import Hand

MINUTE = timedelta(minutes=1)
WORKERS = 3


def plan_some(hand: Hand, people: list[Viewer], plans: int) -> list[Reminder]:
    """Save plans with five times a day each and return all their reminders, none of them due."""
    for who in people:
        for _ in range(plans):
            hand.save(who, ["06:00", "10:00", "14:00", "18:00", "22:00"])
    hand.worker().plan_and_raise()
    with hand.desk.factory.begin() as session:
        session.execute(update(Reminder).values(due_at=None))
    return [row for row in hand.rows() if row.state == State.PLANNED]


def make_due(hand: Hand, due: dict[UUID, datetime]) -> None:
    with hand.desk.factory.begin() as session:
        for reminder_id, at in due.items():
            session.execute(update(Reminder).where(Reminder.id == reminder_id).values(due_at=at))


def raise_all(hand: Hand, limit: int, ahead: timedelta = MINUTE) -> None:
    """Raise until nothing is due any more, so many at a time."""
    while True:
        with hand.desk.factory.begin() as session:
            if use_cases.raise_due(session, hand.now, limit, ahead=ahead) == 0:
                return


def minute_of(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def check_one_push_a_minute(hand: Hand, due: dict[UUID, datetime]) -> None:
    """Check that each person's minute has one message, and that every reminder is spoken for by it."""
    rows = {row.id: row for row in hand.rows() if row.id in due}
    assert {row.state for row in rows.values()} == {State.RAISED}
    assert {row.serial for row in rows.values()} == {1}
    with hand.desk.factory() as session:
        messages = session.scalars(select(Message)).all()
    speaking = {message.reference_id for message in messages}
    assert len(speaking) == len(messages)
    minutes: dict[tuple[UUID, datetime], set[UUID]] = {}
    for reminder_id, at in due.items():
        row = rows[reminder_id]
        minutes.setdefault((row.person_id, minute_of(at)), set()).add(row.carried_by or row.id)
    assert all(len(speakers) == 1 for speakers in minutes.values()), "one minute of a person has two pushes"
    assert {speaker for speakers in minutes.values() for speaker in speakers} == speaking
    assert len(messages) == len(minutes)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("late", [False, True], ids=["ahead", "late"])
def test_however_workers_share_what_is_due_a_persons_minute_is_one_push(
    desk: Desk, hand: Hand, seed: int, late: bool
) -> None:
    chance = random.Random(seed)
    rows = plan_some(hand, [desk.sam, desk.jo], 6)
    # Three minutes, mostly on the minute and some at any second, before now or in the minute to come.
    begins = hand.now - 5 * MINUTE if late else hand.now
    minutes = 3 if late else 1
    due = {
        row.id: begins
        + chance.randrange(minutes) * MINUTE
        + timedelta(seconds=chance.choice([0, 0, chance.randrange(60)]))
        for row in chance.sample(rows, min(40, len(rows)))
    }
    make_due(hand, due)
    start, faults = threading.Barrier(WORKERS), []

    def work(limit: int) -> None:
        start.wait()
        try:
            raise_all(hand, limit)
        except BaseException as error:
            faults.append(error)
            raise

    threads = [threading.Thread(target=work, args=(chance.randint(1, 7),)) for _ in range(WORKERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not faults
    raise_all(hand, 5)
    check_one_push_a_minute(hand, due)


def test_two_transactions_open_at_once_do_not_share_a_person(
    desk: Desk, hand: Hand, engine_name: str
) -> None:
    rows = plan_some(hand, [desk.sam, desk.jo], 2)
    due = {row.id: hand.now for row in rows}
    make_due(hand, due)
    if engine_name == "postgresql":  # SQLite does not let the second begin before the first has ended.
        with desk.factory.begin() as one, desk.factory.begin() as other:
            assert use_cases.raise_due(one, hand.now, 1) == len(rows) / 2
            assert use_cases.raise_due(other, hand.now, 1) == len(rows) / 2
            assert use_cases.raise_due(other, hand.now, 1) == 0
    raise_all(hand, 1)
    check_one_push_a_minute(hand, due)


def test_a_held_person_is_let_go_with_the_transaction(desk: Desk, engine_name: str) -> None:
    people = {desk.sam.account_id, desk.jo.account_id}
    with desk.factory.begin() as one:
        assert hold(one, people) == people
        if engine_name == "postgresql":
            with desk.factory.begin() as other:
                assert hold(other, people) == set()
    with desk.factory.begin() as again:
        assert hold(again, people) == people


def test_one_that_comes_later_joins_the_push_that_still_waits(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    first, second, *_ = plan_some(hand, [desk.sam], 1)
    at = hand.now + timedelta(seconds=50)
    make_due(hand, {first.id: at})
    raise_all(hand, 10)
    with desk.factory.begin() as session:
        give_own_words(session, first, at)
    worker = hand.worker()
    assert worker.prepare() == 1  # With the words chosen for the first alone.
    make_due(hand, {second.id: at + timedelta(seconds=5)})
    raise_all(hand, 10)
    check_one_push_a_minute(hand, {first.id: at, second.id: at + timedelta(seconds=5)})
    assert worker.prepare() == 1
    desk.clock.set(at)
    worker.dispatch()
    (came,) = desk.service.received
    assert came.shown_as == (str(first.id), 1)
    assert came.payload["notification"]["title"] == "Reminder"


def give_own_words(session: Session, row: Reminder, at: datetime) -> None:
    """Queue the push of this reminder anew as one with words of the person's own."""
    session.delete(session.scalars(select(Message)).one())
    session.flush()
    new = NewMessage(
        row.person_id, Kind.REMINDER, row.id, 1, at, at + 30 * MINUTE, "Blue kettle", "Green cup"
    )
    queue_messages(session, [new], NOW)


def test_one_that_comes_after_the_push_went_out_has_a_push_of_its_own(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    first, second, *_ = plan_some(hand, [desk.sam], 1)
    make_due(hand, {first.id: hand.now})
    hand.tick()
    make_due(hand, {second.id: hand.now + timedelta(seconds=20)})
    desk.clock.advance(timedelta(seconds=30))
    hand.tick()
    assert set(hand.seen()) == {(str(first.id), 1), (str(second.id), 1)}


def test_those_whose_plan_waits_to_be_planned_do_not_hold_up_others(desk: Desk, hand: Hand) -> None:
    rows = plan_some(hand, [desk.sam, desk.jo], 1)
    early = {row.id: hand.now - MINUTE for row in rows if row.person_id == desk.sam.account_id}
    late = {row.id: hand.now for row in rows if row.person_id == desk.jo.account_id}
    make_due(hand, early | late)
    with desk.factory.begin() as session:
        session.execute(update(Reminder).where(Reminder.id.in_(early)).values(plan_version=99))
    raise_all(hand, 2)
    check_one_push_a_minute(hand, late)
    assert {row.state for row in hand.rows() if row.id in early} == {State.PLANNED}
