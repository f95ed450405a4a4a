"""Planning, raising, answering: on both databases, with a real push service on this machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4, uuid5

import pytest

from companion.audit import use_cases as audit
from companion.core.errors import NotFound, RuleBroken
from companion.push.models import Message
from companion.push.rules import State as Sending
from companion.reminders import use_cases
from companion.reminders.rules import State
from tests.push.desk import Desk
from tests.reminders.conftest import Hand
from tests.rig.push_service import Told
from tests.treatment.plans import a_place

MINUTE = timedelta(minutes=1)


def test_a_plan_becomes_rows_for_the_next_days(desk: Desk, hand: Hand) -> None:
    plan_id = hand.save(desk.sam, ["08:00", "20:00"])
    hand.tick()
    rows = hand.rows()
    assert {row.on for row in rows} >= {date(2026, 11, 23) + timedelta(days=n) for n in range(4)}
    assert all(row.id == uuid5(plan_id, f"{row.on}|{row.slot}") for row in rows)
    evening = next(row for row in rows if row.on == date(2026, 11, 23) and row.slot == 1)
    assert (evening.due_at, evening.state) == (datetime(2026, 11, 23, 20, tzinfo=UTC), State.PLANNED)


def test_planning_again_and_by_another_worker_changes_nothing(desk: Desk, hand: Hand) -> None:
    hand.save(desk.sam, ["10:00"])
    hand.tick()
    before = [(row.id, row.due_at, row.state, row.sealed) for row in hand.rows()]
    for _ in range(3):
        with desk.factory.begin() as session:
            use_cases.plan_ahead(session, hand.now)
    assert [(row.id, row.due_at, row.state, row.sealed) for row in hand.rows()] == before


def test_days_are_added_as_time_goes_by(desk: Desk, hand: Hand) -> None:
    hand.save(desk.sam, ["10:00"])
    for _ in range(10):
        hand.tick()
        desk.clock.advance(timedelta(hours=12))
        ahead = [row for row in hand.rows() if row.due_at is not None and row.due_at > hand.now]
        assert max(row.on for row in ahead) >= (hand.now + timedelta(hours=48)).date()


def test_a_due_reminder_is_pushed_once_and_only_when_due(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["10:00"])
    hand.tick()
    assert hand.seen() == []
    desk.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    for _ in range(3):
        hand.tick()
    assert desk.service.seen() == {(str(uuid5(plan_id, "2026-11-23|0")), 1): 1}
    assert hand.states() == [State.RAISED]


def test_it_comes_as_long_before_as_the_person_chose(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    hand.save(desk.sam, ["10:00"], remind_minutes_before=45)
    desk.clock.set(datetime(2026, 11, 23, 9, 14, tzinfo=UTC))
    hand.tick()
    assert hand.seen() == []
    desk.clock.advance(MINUTE)
    hand.tick()
    assert len(hand.seen()) == 1


def test_a_reminder_the_night_before_belongs_to_the_next_day(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["10:00"], remind_minutes_before=1440)
    desk.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    hand.tick()
    assert hand.seen() == [(str(uuid5(plan_id, "2026-11-24|0")), 1)]


def test_without_a_time_or_a_wish_to_be_reminded_it_is_listed_and_not_pushed(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    hand.save(desk.sam, [])
    hand.save(desk.sam, ["10:00"], remind_minutes_before=None)
    desk.clock.set(datetime(2026, 11, 23, 10, 1, tzinfo=UTC))
    hand.tick()
    assert hand.states() == [State.PLANNED, State.PLANNED]
    assert hand.seen() == []


def test_after_an_outage_nothing_stale_is_sent(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    hand.save(desk.sam, ["10:00", "10:50"])
    hand.tick()
    desk.clock.set(datetime(2026, 11, 23, 11, tzinfo=UTC))
    hand.tick()
    assert hand.states() == [State.EXPIRED, State.RAISED]
    assert len(hand.seen()) == 1


def test_a_clock_that_jumps_a_day_brings_no_burst(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    hand.save(desk.sam, ["09:30", "12:00", "18:00"])
    hand.tick()
    desk.clock.advance(timedelta(days=1))
    hand.tick()
    desk.clock.advance(timedelta(days=-1))
    hand.tick()
    assert hand.seen() == []


def test_later_brings_it_back_at_its_time(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["10:00"])
    reminder_id = uuid5(plan_id, "2026-11-23|0")
    desk.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    hand.tick()
    for serial in (2, 3):
        saved = hand.answer(desk.sam, reminder_id, "later", 20)
        assert (saved["state"], saved["answer"]) == (State.PLANNED, "later")
        assert saved["due_at"] == hand.now + 20 * MINUTE
        desk.clock.advance(19 * MINUTE)
        hand.tick()
        assert len(hand.seen()) == serial - 1
        desk.clock.advance(MINUTE)
        hand.tick()
        assert hand.seen()[-1] == (str(reminder_id), serial)
    assert set(desk.service.seen().values()) == {1}


def test_later_just_before_midnight_still_comes_back(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["23:30"])
    desk.clock.set(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    hand.tick()
    hand.answer(desk.sam, uuid5(plan_id, "2026-11-23|0"), "later", 60)
    desk.clock.advance(60 * MINUTE)
    worker = hand.worker()
    worker.keep_house()
    hand.tick()
    assert len(hand.seen()) == 2


@pytest.mark.parametrize("answer", ["done", "skipped", "not_done", "not_said"])
def test_each_answer_closes_it_and_stays_apart(desk: Desk, hand: Hand, answer: str) -> None:
    desk.subscribe(desk.sam)
    reminder_id = uuid5(hand.save(desk.sam, ["10:00"]), "2026-11-23|0")
    hand.tick()
    first = hand.answer(desk.sam, reminder_id, answer)
    again = hand.answer(desk.sam, reminder_id, answer)
    assert first == again
    assert (first["state"], first["answer"], first["answered_at"]) == (State.ANSWERED, answer, hand.now)
    desk.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    hand.tick()
    assert hand.seen() == []
    with desk.factory() as session:
        events = audit.list_events(session, desk.sam.account_id, actions=["answered"])
    assert [event.item_id for event in events] == [reminder_id]


def test_no_answer_is_not_the_same_as_skipped(desk: Desk, hand: Hand) -> None:
    hand.save(desk.sam, ["10:00"])
    hand.tick()
    desk.clock.advance(timedelta(days=1))
    hand.worker().keep_house()
    with desk.factory() as session:
        (shown,) = use_cases.list_reminders(session, desk.sam, date(2026, 11, 23), hand.now)
    assert (shown["state"], shown["answer"]) == (State.EXPIRED, None)


def test_of_two_phones_the_later_answer_stands(desk: Desk, hand: Hand) -> None:
    reminder_id = uuid5(hand.save(desk.sam, ["10:00"]), "2026-11-23|0")
    hand.tick()

    def said(answer: str, minutes_ago: int) -> str:
        draft = {"answer": answer, "recorded_at": hand.now - minutes_ago * MINUTE}
        with desk.factory.begin() as session:
            return str(use_cases.answer_reminder(session, desk.sam, reminder_id, draft, hand.now)["answer"])

    assert said("done", 10) == "done"
    assert said("skipped", 20) == "done"
    assert said("skipped", 5) == "skipped"
    assert said("done", 10) == "skipped"


def test_an_answer_to_a_day_the_server_has_not_made_yet_is_kept(desk: Desk, hand: Hand) -> None:
    plan_id = hand.save(desk.sam, ["10:00"])
    assert hand.answer(desk.sam, uuid5(plan_id, "2026-11-23|0"), "done")["answer"] == "done"


def test_minutes_go_with_later_only(desk: Desk, hand: Hand) -> None:
    plan_id = hand.save(desk.sam, ["10:00"])
    with pytest.raises(RuleBroken):
        hand.answer(desk.sam, uuid5(plan_id, "2026-11-23|0"), "done", 30)


def test_an_answer_in_the_app_stops_the_push_that_waits(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    reminder_id = uuid5(hand.save(desk.sam, ["10:00"]), "2026-11-23|0")
    desk.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    desk.service.told = lambda _: Told(503)
    hand.tick()
    hand.answer(desk.sam, reminder_id, "done")
    desk.service.told = lambda _: Told()
    desk.clock.advance(5 * MINUTE)
    hand.tick()
    assert hand.seen() == []
    assert desk.message().state == Sending.DROPPED


def test_a_changed_plan_is_never_reminded_of_as_it_was(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["10:00"])
    hand.tick()
    desk.clock.advance(MINUTE)
    hand.save(desk.sam, ["14:00"], plan_id)
    desk.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    with desk.factory.begin() as session:
        assert use_cases.raise_due(session, hand.now) == 0
    hand.tick()
    assert hand.seen() == []
    desk.clock.set(datetime(2026, 11, 23, 14, tzinfo=UTC))
    hand.tick()
    assert len(hand.seen()) == 1


def test_a_plan_changed_between_raising_and_sending_sends_nothing(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["10:00"])
    desk.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    worker = hand.worker()
    worker.plan_and_raise()
    desk.clock.advance(timedelta(seconds=1))
    hand.save(desk.sam, ["18:00"], plan_id)
    worker.dispatch()
    assert hand.seen() == []
    desk.clock.set(datetime(2026, 11, 23, 18, tzinfo=UTC))
    hand.tick()
    assert hand.seen() == [(str(uuid5(plan_id, "2026-11-23|0")), 2)]


def test_a_change_of_words_only_keeps_what_was_raised_put_off_and_answered(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["09:00", "09:10", "09:20", "12:00"])
    desk.clock.set(datetime(2026, 11, 23, 9, 20, tzinfo=UTC))
    hand.tick()
    hand.answer(desk.sam, uuid5(plan_id, "2026-11-23|1"), "later", 30)
    hand.answer(desk.sam, uuid5(plan_id, "2026-11-23|2"), "skipped")
    desk.clock.advance(MINUTE)
    hand.save(desk.sam, ["09:00", "09:10", "09:20", "12:00"], plan_id, title="New words")
    hand.tick()
    assert hand.states() == [State.RAISED, State.PLANNED, State.ANSWERED, State.PLANNED]
    assert len(hand.seen()) == 3
    with desk.factory() as session:
        shown = use_cases.list_reminders(session, desk.sam, hand.now.date(), hand.now)
    assert [one["title"] for one in shown] == ["New words", "New words", "At home", "New words"]
    desk.clock.set(datetime(2026, 11, 23, 9, 50, tzinfo=UTC))
    hand.tick()
    assert hand.seen()[-1] == (str(uuid5(plan_id, "2026-11-23|1")), 2)


def test_what_a_plan_no_longer_holds_goes(desk: Desk, hand: Hand) -> None:
    plan_id = hand.save(desk.sam, ["10:00", "18:00"])
    hand.tick()
    desk.clock.advance(MINUTE)
    hand.save(desk.sam, ["10:00"], plan_id)
    hand.tick()
    assert {row.slot for row in hand.rows()} == {0}


def test_a_deleted_plan_takes_its_reminders_and_words_along(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(
        desk.sam, ["09:00", "10:00"], title="Marker words", place=a_place(), kind="supervised"
    )
    hand.tick()
    hand.answer(desk.sam, uuid5(plan_id, "2026-11-23|0"), "done")
    hand.delete(desk.sam, plan_id)
    hand.tick()
    (row,) = hand.rows()
    with desk.factory() as session:
        shown = use_cases.get_reminder(session, desk.sam, row.id, hand.now)
    assert (shown["answer"], shown["title"], shown["place"]) == ("done", "Visit the pharmacy", None)
    desk.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    hand.tick()
    assert len(hand.seen()) == 1


def test_a_plan_that_cannot_be_read_does_not_stop_the_others(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.jo)
    damaged = hand.save(desk.sam, ["10:00"])
    with desk.factory.begin() as session:
        from companion.treatment.models import TreatmentPlan

        session.get_one(TreatmentPlan, damaged).sealed = b"\x01" + bytes(40)
    hand.save(desk.jo, ["10:00"])
    desk.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    hand.tick()
    assert len(hand.seen()) == 1


def test_nobody_else_reaches_a_reminder(desk: Desk, hand: Hand) -> None:
    reminder_id = uuid5(hand.save(desk.sam, ["10:00"]), "2026-11-23|0")
    hand.tick()
    for key in ("jo", "owen", "priya", "ada"):
        stranger = desk.cast[key]
        with desk.factory.begin() as session, pytest.raises(NotFound):
            use_cases.get_reminder(session, stranger, reminder_id, hand.now)
        with pytest.raises(NotFound):
            hand.answer(stranger, reminder_id, "done")
        with desk.factory.begin() as session, pytest.raises(NotFound):
            use_cases.note_shown(session, stranger, reminder_id, 1, hand.now)
        with desk.factory.begin() as session:
            assert use_cases.list_reminders(session, stranger, hand.now.date(), hand.now) == []


def test_a_receipt_keeps_a_second_copy_from_that_phone_only(desk: Desk, hand: Hand) -> None:
    from companion.accounts import use_cases as accounts
    from companion.accounts.rules import OWN_PHONE
    from companion.push.use_cases.claiming import claim

    desk.subscribe(desk.sam)
    with desk.factory.begin() as session:
        other = accounts.start_sign_in(session, desk.sam.account_id, OWN_PHONE, hand.now)
    second = desk.subscribe(replace(desk.sam, sign_in_id=other.id))
    plan_id = hand.save(desk.sam, ["10:00"])
    desk.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    hand.worker().plan_and_raise()
    # A worker that dies after sending to the first phone.
    claim(desk.factory, hand.now, limit=10, lease=MINUTE, checks={})
    with desk.factory.begin() as session:
        use_cases.note_shown(session, desk.sam, uuid5(plan_id, "2026-11-23|0"), None, hand.now)
    desk.clock.advance(2 * MINUTE)
    hand.tick()
    assert [one.token for one in desk.service.received] == [second.token]


def test_the_autumn_hour_reminds_once_and_the_spring_gap_not_never(desk: Desk, hand: Hand) -> None:
    for day, expected in (
        (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ):
        desk.clock.set(datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=6))
        plan_id = hand.save(desk.sam, ["01:30"])
        hand.tick()
        (row,) = [row for row in hand.rows() if row.plan_id == plan_id and row.on == day]
        assert row.due_at == expected
        hand.delete(desk.sam, plan_id)


def test_nothing_lies_in_clear(desk: Desk, hand: Hand) -> None:
    hand.save(desk.sam, ["10:00"], title="Markerword", place=a_place(name="Markerplace"), kind="supervised")
    hand.tick()
    hand.answer(desk.sam, hand.rows()[0].id, "skipped")
    stored = repr([{c.name: getattr(row, c.key) for c in row.__table__.columns} for row in hand.rows()])
    for word in ("Markerword", "Markerplace", "skipped", "supervised"):
        assert word not in stored


def test_a_reminder_of_someone_without_a_phone_stays_in_the_app(desk: Desk, hand: Hand) -> None:
    hand.save(desk.jo, ["10:00"])
    desk.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    hand.tick()
    assert hand.states() == [State.RAISED]
    assert desk.count(Message) == 1
    assert desk.message().state == Sending.DROPPED


def test_an_unknown_reminder_is_not_found(desk: Desk, hand: Hand) -> None:
    with pytest.raises(NotFound):
        hand.answer(desk.sam, uuid4(), "done")
    with desk.factory() as session, pytest.raises(NotFound):
        use_cases.get_reminder(session, desk.sam, UUID(int=0), hand.now)
