"""The clock jumps a day ahead or back under a worker process: it goes on, loses nothing, repeats nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from companion import migrations
from companion.push.models import Message
from companion.reminders import use_cases as reminders
from companion.reminders.models import Reminder
from companion.reminders.rules import TOO_LATE
from tests.faults.shifted import DAY, FRIDAY, ShiftedLife, a_shifted_life
from tests.rig.databases import Databases
from tests.rig.push_service import Told

pytestmark = pytest.mark.slow

EIGHT, HALF_PAST_NINE, TEN, NOON = (FRIDAY + timedelta(minutes=m) for m in (480, 570, 600, 720))
HALF_A_MINUTE = timedelta(seconds=30)
BOTH = {"sam": 1, "jo": 1}


@pytest.fixture
def life(engine_name: str, databases: Databases, tmp_path: Path) -> Iterator[ShiftedLife]:
    """Sam and Jo on Friday at seven."""
    with (
        databases.fresh(engine_name, migrations.upgrade) as url,
        a_shifted_life(url, tmp_path, EIGHT - timedelta(hours=1)) as made,
    ):
        yield made


def message_states(life: ShiftedLife, at: datetime) -> list[str]:
    """Return where the messages about the reminders due at `at` stand."""
    with life.reading() as session:
        return sorted(session.scalars(select(Message.state).where(Message.due_at == at)))


def reminder_state(life: ShiftedLife, at: datetime) -> str:
    """Return where Sam's reminder due at `at` stands."""
    with life.reading() as session:
        query = select(Reminder.state).where(Reminder.plan_id == life.plans["sam"])
        tag = life.tag("sam", at)
        return {str(row.id): row.state for row in session.execute(query.add_columns(Reminder.id))}[tag]


def live_through(life: ShiftedLife, at: datetime) -> None:
    """Let time go by until a reminder is due, and wait until both phones have it."""
    life.put(at - HALF_A_MINUTE)
    life.wait_for(lambda: len(message_states(life, at)) == 2, f"raising what is due at {at}")
    life.put(at)
    life.wait_for(lambda: life.came(at) == BOTH, f"the reminder of {at}")


def test_a_day_ahead_and_right_again_loses_nothing_and_repeats_nothing(life: ShiftedLife) -> None:
    life.start_worker()
    life.put(EIGHT - HALF_A_MINUTE)
    life.wait_for(lambda: message_states(life, EIGHT) == ["queued", "queued"], "raising")
    life.jump(DAY)
    # Saturday by the wrong clock. What Friday holds is closed, and Saturday's first reminder comes.
    life.wait_for(lambda: message_states(life, EIGHT) == ["expired", "expired"], "expiring")
    with life.factory.begin() as session:
        reminders.expire_past(session, life.now)  # As the worker does every ten minutes.
    assert reminder_state(life, EIGHT) == "expired"
    life.put(EIGHT + DAY)
    life.wait_for(lambda: life.came(EIGHT + DAY) == BOTH, "Saturday's first reminder")
    assert life.all_came() == 2
    life.jump(-DAY)
    life.wait_for(lambda: life.came(EIGHT) == BOTH, "Friday's first reminder")
    for at in (HALF_PAST_NINE, TEN, NOON):
        live_through(life, at)
    life.put(EIGHT + DAY)
    life.wait_for_beat()
    for at in (HALF_PAST_NINE, TEN):
        live_through(life, at + DAY)
    assert life.came(EIGHT + DAY) == BOTH
    assert life.all_came() == 2 * 7


def test_a_day_ahead_brings_no_burst_of_old_ones(life: ShiftedLife) -> None:
    life.start_worker()
    live_through(life, EIGHT)
    before = life.all_came()
    saturday = TEN + DAY + timedelta(minutes=10)
    life.put(saturday)
    # 10:00 is fresh. 8:00 and 9:30 of Saturday, and all that was left of Friday, are not.
    life.wait_for(lambda: life.came(TEN + DAY) == BOTH, "what is fresh")
    life.wait_for_beat()
    assert life.all_came() == before + 2
    assert saturday - (TEN + DAY) < TOO_LATE < saturday - (HALF_PAST_NINE + DAY)
    live_through(life, NOON + DAY)


def test_a_day_back_does_not_stop_the_worker_and_what_waited_arrives_when_it_is_right_again(
    life: ShiftedLife,
) -> None:
    life.start_worker()
    live_through(life, EIGHT)
    saturday, jo = EIGHT + DAY, life.tokens["jo"]
    life.service.told = lambda token: Told(503) if token == jo else Told()
    life.put(saturday)
    life.wait_for(lambda: life.came(saturday)["sam"] == 1, "Sam's reminder")
    life.wait_for(lambda: message_states(life, saturday) == ["done", "queued"], "the first refusal")
    life.jump(-DAY)
    # Friday once more: it brings nothing a second time. A worker that waits for Saturday would not look.
    life.wait_for_beat()
    assert life.came(EIGHT) == BOTH
    assert life.all_came() == 3
    life.service.told = lambda _: Told()
    life.jump(DAY)
    life.wait_for(lambda: life.came(saturday) == BOTH, "Jo's reminder")
    live_through(life, HALF_PAST_NINE + DAY)
    assert life.all_came() == 6


def test_what_push_services_refuse_because_of_a_wrong_clock_arrives_once_it_is_right(
    life: ShiftedLife,
) -> None:
    wrong = False
    # As real ones do with a signature that is expired or lasts too long.
    life.service.told = lambda _: Told(403) if wrong else Told()
    life.start_worker()
    life.put(EIGHT - HALF_A_MINUTE)
    life.wait_for(lambda: message_states(life, EIGHT) == ["queued", "queued"], "raising")
    wrong = True
    life.put(EIGHT + DAY + HALF_A_MINUTE)
    life.wait_for(lambda: len(message_states(life, EIGHT + DAY)) == 2, "raising Saturday's first")
    life.wait_for_beat()
    assert life.all_came() == 0
    life.put(EIGHT + HALF_A_MINUTE)
    life.wait_for_beat()
    wrong = False
    life.wait_for(lambda: life.came(EIGHT) == BOTH, "Friday's first reminder")
    live_through(life, HALF_PAST_NINE)
    live_through(life, EIGHT + DAY)
    assert life.all_came() == 6


def test_what_a_killed_worker_held_with_a_lease_a_day_ahead_is_neither_lost_nor_early(
    life: ShiftedLife,
) -> None:
    life.service.told = lambda _: Told(201, after_s=60)
    # It never sees Friday: what that holds is planned once the clock is right.
    first = life.start_worker()
    life.put(EIGHT + DAY - HALF_A_MINUTE)
    life.wait_for(lambda: len(message_states(life, EIGHT + DAY)) == 2, "raising")
    life.put(EIGHT + DAY)
    life.wait_for(lambda: message_states(life, EIGHT + DAY) == ["claimed", "claimed"], "claiming")
    first.kill()
    first.join()
    life.service.received.clear()
    life.service.told = lambda _: Told()
    life.jump(-DAY)
    life.start_worker()
    life.wait_for(lambda: life.came(EIGHT) == BOTH, "Friday's first reminder")
    live_through(life, NOON)
    assert life.all_came() == 4
    life.put(EIGHT + DAY + HALF_A_MINUTE)
    life.wait_for(lambda: life.came(EIGHT + DAY) == BOTH, "Saturday's first reminder")
    assert life.all_came() == 6
