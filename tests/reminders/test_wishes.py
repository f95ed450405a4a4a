"""What a person chose, as reminders keep to it: several times, quiet, away, nudges, zones, one push."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from sqlalchemy import select

from companion.core.errors import NotFound, RuleBroken
from companion.core.identity import Viewer
from companion.push.models import Message
from companion.reminders import rules, use_cases
from companion.reminders.models import PlanChoice, Reminder
from companion.reminders.rules import State
from companion.treatment import use_cases as treatment
from companion.wellbeing import use_cases as wellbeing
from tests.push.desk import Desk
from tests.reminders.conftest import Hand
from tests.rig.push_service import Told
from tests.treatment.plans import a_place

MINUTE = timedelta(minutes=1)
DAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """Return an instant in November 2026, when London keeps UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def choose(hand: Hand, viewer: Viewer, plan_id: UUID, *before: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Choose times before for a plan."""
    draft = {**rules.choices_of(0), "before": list(before), "recorded_at": hand.now, **more}
    with hand.desk.factory.begin() as session:
        return use_cases.save_choices(session, viewer, plan_id, draft, hand.now)


def settle(hand: Hand, viewer: Viewer, **more: Any) -> dict[str, Any]:
    """Save settings."""
    draft = {**rules.usual_settings(), "recorded_at": hand.now, **more}
    with hand.desk.factory.begin() as session:
        return use_cases.save_settings(session, viewer, draft, hand.now)


def minutes(count: int) -> dict[str, Any]:
    """Return a time so many minutes before."""
    return {"kind": "minutes", "minutes": count}


def raises(hand: Hand, until: datetime) -> list[datetime]:
    """Tick whenever something is to happen until then; return when something new was shown on a phone."""
    found: list[datetime] = []
    while hand.now <= until:
        before = len(hand.seen())
        hand.tick()
        found += [hand.now] * (len(hand.seen()) - before)
        with hand.desk.factory() as session:
            soon = [*session.scalars(select(Reminder.due_at)), *session.scalars(select(Message.next_try_at))]
        later = [one for one in soon if one is not None and one > hand.now]
        hand.desk.clock.set(min([*later, until + MINUTE, hand.now + timedelta(hours=6)]))
    return found


def test_several_times_before_a_last_call_and_follow_ups(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["10:00"], kind="supervised", place=a_place())
    choose(
        hand,
        desk.sam,
        plan_id,
        minutes(30),
        minutes(0),
        {"kind": "evening_before", "time": "20:00"},
        {"kind": "last_call", "minutes": 30},
        follow_up={"every_minutes": 20, "times": 2},
    )
    expected = [at(9, 30), at(10), at(10, 20), at(10, 40), at(17, 30), at(20)]
    assert raises(hand, at(23, 55)) == expected
    today, tomorrow = (str(uuid5(plan_id, f"2026-11-{day}|0")) for day in (23, 24))
    assert hand.seen() == [*((today, n) for n in range(1, 6)), (tomorrow, 1)]


def test_an_answer_ends_all_that_was_to_come(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["10:00"])
    choose(hand, desk.sam, plan_id, minutes(30), follow_up={"every_minutes": 5, "times": 5})
    raises(hand, at(10, 5))
    assert len(hand.seen()) == 2
    hand.answer(desk.sam, uuid5(plan_id, "2026-11-23|0"), "done")
    assert raises(hand, at(12)) == []


def test_follow_ups_start_anew_from_the_time_it_was_put_off_to(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["10:00"])
    choose(hand, desk.sam, plan_id, minutes(0), follow_up={"every_minutes": 15, "times": 2})
    raises(hand, at(10))
    hand.answer(desk.sam, uuid5(plan_id, "2026-11-23|0"), "later", 59)
    assert raises(hand, at(14)) == [at(11), at(11, 15), at(11, 30)]


def test_a_worker_that_was_away_catches_up_with_one(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["10:00"])
    choose(hand, desk.sam, plan_id, minutes(0), follow_up={"every_minutes": 5, "times": 5})
    hand.tick()
    desk.clock.set(at(10, 17))
    hand.tick()
    assert len(hand.seen()) == 1
    assert raises(hand, at(11)) == [at(10, 20), at(10, 25)]


def test_a_first_time_that_was_missed_does_not_cost_the_next(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["14:00"])
    choose(hand, desk.sam, plan_id, minutes(240), minutes(60))
    hand.tick()
    desk.clock.set(at(12))
    hand.tick()
    assert (hand.seen(), hand.states()) == ([], [State.PLANNED])
    with desk.factory() as session:
        (shown,) = use_cases.list_reminders(session, desk.sam, DAY, hand.now)
    assert (shown["due_at"], shown["state"]) == (at(13), State.PLANNED)
    assert raises(hand, at(15)) == [at(13)]


def test_a_clock_put_back_raises_nothing_a_second_time(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["10:00"])
    choose(hand, desk.sam, plan_id, minutes(30), minutes(0))
    assert raises(hand, at(10)) == [at(9, 30), at(10)]
    desk.clock.set(at(8))
    assert raises(hand, at(11)) == []


def test_choices_made_after_it_was_raised_add_what_is_still_to_come(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plan_id = hand.save(desk.sam, ["10:00"])
    raises(hand, at(10))
    choose(hand, desk.sam, plan_id, minutes(0), follow_up={"every_minutes": 30, "times": 1})
    assert hand.states() == [State.RAISED]
    assert raises(hand, at(11)) == [at(10, 30)]
    choose(hand, desk.sam, plan_id)
    assert raises(hand, at(23)) == []
    assert raises(hand, at(23, day=24)) == []


def test_choices_belong_to_the_owner_of_the_plan_and_go_with_it(desk: Desk, hand: Hand) -> None:
    plan_id = hand.save(desk.sam, ["10:00"], remind_minutes_before=45)
    with desk.factory() as session:
        usual = use_cases.get_choices(session, desk.sam, plan_id)
    assert (usual["before"], usual["recorded_at"]) == ([minutes(45)], None)
    for viewer, found in ((desk.jo, plan_id), (desk.sam, uuid4())):
        with pytest.raises(NotFound):
            choose(hand, viewer, found, minutes(5))
    first = choose(hand, desk.sam, plan_id, minutes(5))
    assert choose(hand, desk.sam, plan_id, minutes(5)) == first
    older = choose(hand, desk.sam, plan_id, minutes(9), recorded_at=hand.now - MINUTE)
    assert older["before"] == [minutes(5)]
    hand.delete(desk.sam, plan_id)
    hand.tick()
    with desk.factory() as session:
        assert session.get(PlanChoice, plan_id) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"kind": "plain_1", "text": ""}, ("Reminder", "You have a reminder")),
        ({"kind": "plain_2", "text": ""}, ("Planner", "It is time to open your planner")),
        ({"kind": "plain_3", "text": ""}, ("Hello", "Have a look when you can")),
        ({"kind": "own", "text": "Feed the cat"}, ("Reminder", "Feed the cat")),
    ],
)
def test_the_words_are_those_the_person_chose(
    desk: Desk, hand: Hand, words: dict[str, str], expected: tuple[str, str]
) -> None:
    desk.subscribe(desk.sam)
    choose(hand, desk.sam, hand.save(desk.sam, ["10:00"]), minutes(0), words=words)
    raises(hand, at(10))
    (one,) = desk.service.received
    notification = one.payload["notification"]
    assert (notification["title"], notification["body"]) == expected
    stored = repr([row.sealed for row in hand.rows()])
    assert "Feed" not in stored


def test_quiet_hours_move_what_is_not_medicine_to_their_end(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    hand.save(desk.sam, ["09:30"], kind="appointment", place=a_place())
    pill = hand.save(desk.sam, ["09:35"])
    settle(hand, desk.sam, quiet={"from": "22:00", "to": "11:00"})
    assert raises(hand, at(12)) == [at(9, 35), at(11)]
    settle(hand, desk.sam, quiet={"from": "22:00", "to": "11:00"}, quiet_except_medicine=False)
    raised = raises(hand, at(12, day=24))
    assert raised == [at(11, day=24)]  # Both fall due at the end of the quiet, so they are one push.
    assert str(uuid5(pill, "2026-11-24|0")) in {str(row.id) for row in hand.rows()}


def test_days_away_are_silent_and_the_list_stays(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    hand.save(desk.sam, ["10:00"])
    settle(hand, desk.sam, away=[{"from": date(2026, 11, 23), "to": date(2026, 11, 24)}])
    assert raises(hand, at(20, day=25)) == [at(10, day=25)]
    with desk.factory() as session:
        assert len(use_cases.list_reminders(session, desk.sam, DAY, hand.now)) == 1


def test_those_of_one_minute_are_one_push_that_outlives_its_speaker(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    desk.subscribe(desk.jo)
    for _ in range(3):
        hand.save(desk.sam, ["10:00"])
    hand.save(desk.jo, ["10:00"])
    desk.clock.set(at(10))
    worker = hand.worker()
    worker.plan_and_raise()
    mine = [row for row in hand.rows() if row.person_id == desk.sam.account_id and row.on == DAY]
    assert [row.state for row in mine] == [State.RAISED] * 3
    (speaker,) = [row for row in mine if row.carried_by is None]
    assert {row.carried_by for row in mine} == {None, speaker.id}
    hand.answer(desk.sam, speaker.id, "done")
    worker.dispatch()
    assert len(hand.seen()) == 2
    assert str(speaker.id) not in {tag for tag, _ in hand.seen()}
    hand.tick()
    assert len(hand.seen()) == 2


def test_nothing_is_sent_once_all_of_one_push_are_answered(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    for _ in range(3):
        hand.save(desk.sam, ["10:00"])
    desk.clock.set(at(10))
    desk.service.told = lambda _: Told(503)
    hand.tick()
    for row in [row for row in hand.rows() if row.on == DAY]:
        hand.answer(desk.sam, row.id, "done")
    desk.service.told = lambda _: Told()
    desk.clock.advance(5 * MINUTE)
    hand.tick()
    assert hand.seen() == []


def test_a_deleted_speaker_leaves_the_push_to_the_others(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    plans = [hand.save(desk.sam, ["10:00"]) for _ in range(2)]
    desk.clock.set(at(10))
    worker = hand.worker()
    worker.plan_and_raise()
    (speaker,) = [row for row in hand.rows() if row.on == DAY and row.carried_by is None]
    hand.delete(desk.sam, speaker.plan_id)
    (other,) = [plan_id for plan_id in plans if plan_id != speaker.plan_id]
    hand.tick()
    assert hand.seen() == [(str(uuid5(other, "2026-11-23|0")), 1)]


def test_a_check_in_nudge_comes_daily_unless_one_is_there(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    settle(hand, desk.sam, check_in_nudge={"time": "19:00"})
    assert raises(hand, at(20)) == [at(19)]
    with desk.factory() as session:
        (shown,) = use_cases.list_reminders(session, desk.sam, DAY, hand.now)
    assert (shown["what"], shown["title"], shown["plan_id"]) == ("check_in", "Check in", None)
    desk.clock.set(at(12, day=24))
    names = ("sleep", "cravings", "energy", "connection")
    draft = {"recorded_at": hand.now, "mood": 3, **dict.fromkeys(names), "helped": [], "hard": [], "note": ""}
    with desk.factory.begin() as session:
        wellbeing.save_check_in(session, desk.sam, uuid4(), draft, hand.now)
    assert raises(hand, at(20, day=24)) == []
    assert raises(hand, at(20, day=25)) == [at(19, day=25)]
    settle(hand, desk.sam)
    assert raises(hand, at(20, day=26)) == []
    assert not [row for row in hand.rows() if row.on > date(2026, 11, 25)]


def test_a_look_at_the_goals_is_due_on_the_first_of_the_month(desk: Desk, hand: Hand) -> None:
    desk.subscribe(desk.sam)
    desk.clock.set(datetime(2026, 11, 30, 12, tzinfo=UTC))
    settle(hand, desk.sam, review_nudge=True)
    assert raises(hand, datetime(2026, 12, 2, 20, tzinfo=UTC)) == [datetime(2026, 12, 1, 18, tzinfo=UTC)]


def test_another_time_zone_asks_and_moves_nothing_by_itself(desk: Desk, hand: Hand) -> None:
    pill = hand.save(desk.sam, ["10:00"])
    visit = hand.save(desk.sam, ["12:00"], kind="supervised", place=a_place())

    def report(zone: str, decision: str | None = None) -> bool:
        with desk.factory.begin() as session:
            draft = {"zone": zone, "decision": decision}
            return bool(use_cases.report_time_zone(session, desk.sam, draft, hand.now)["ask"])

    def zones() -> dict[UUID, str]:
        with desk.factory() as session:
            return {
                plan["id"]: plan["time_zone"] for plan in treatment.list_plans(session, desk.sam.account_id)
            }

    assert not report("Europe/Jersey")
    assert report("Europe/Paris")
    assert report("Europe/Paris")
    assert not report("Europe/Paris", "keep")
    assert not report("Europe/Paris")
    assert report("America/New_York")
    assert set(zones().values()) == {"Europe/London"}
    desk.clock.advance(MINUTE)
    assert not report("America/New_York", "move")
    assert zones() == {pill: "America/New_York", visit: "Europe/London"}
    assert report("Europe/London")
    with pytest.raises(RuleBroken):
        report("Moon/Crater")


def test_what_is_three_months_old_goes(desk: Desk, hand: Hand) -> None:
    plan_id = hand.save(desk.sam, ["10:00"])
    hand.tick()
    hand.answer(desk.sam, uuid5(plan_id, "2026-11-23|0"), "done")
    desk.clock.advance(timedelta(days=89))
    hand.worker().keep_house()
    assert any(row.on == DAY for row in hand.rows())
    desk.clock.advance(timedelta(days=3))
    hand.worker().keep_house()
    assert not any(row.on == DAY for row in hand.rows())
