"""The clock jumps a day ahead or back: no burst of stale reminders, none twice, and life goes on."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4, uuid5

import pytest

from companion.reminders.rules import TOO_LATE
from tests.push.fixtures import desk, push_settings, sender, service
from tests.reminders.conftest import Hand, hand

__all__ = ["desk", "hand", "push_settings", "sender", "service"]

DAY, STEP = timedelta(days=1), timedelta(minutes=10)
TIMES = ["08:00", "09:30", "10:00", "12:00", "20:00"]
FRIDAY = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
# The days the tests move in, with some to spare on both sides.
FIRST, LAST = FRIDAY - 4 * DAY, FRIDAY + 10 * DAY


def due_times(plan_id: UUID) -> dict[str, datetime]:
    """Return when each reminder of a plan is due, by its tag; worked out here and not read from a row."""
    found = {}
    for number in range((LAST - FIRST).days):
        on = (FIRST + number * DAY).date()
        for slot, wall in enumerate(TIMES):
            at = datetime.fromisoformat(f"{on}T{wall}:00+00:00")
            found[str(uuid5(plan_id, f"{on}|{slot}"))] = at
    return found


@dataclass
class Life:
    """A person with a phone, and a worker that ticks as the clock says."""

    hand: Hand
    plan_id: UUID = field(default_factory=uuid4)
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.due = due_times(self.plan_id)
        self.hand.desk.clock.set(FRIDAY)
        self.hand.desk.subscribe(self.hand.desk.sam)
        self.hand.save(self.hand.desk.sam, TIMES, self.plan_id)

    def tick(self) -> list[str]:
        """Tick once; check that what came is due now, and return the tags that came."""
        before = len(self.hand.desk.service.received)
        self.hand.tick()
        self.hand.worker().keep_house()
        came = [one.shown_as[0] for one in self.hand.desk.service.received[before:]]
        for tag in came:
            late = self.hand.now - self.due[tag]
            assert timedelta() <= late <= TOO_LATE, f"{self.due[tag]} came at {self.hand.now}"
        self.seen.update(came)
        assert not [tag for tag, count in self.seen.items() if count > 1], "one came twice"
        return came

    def walk(self, until: datetime) -> list[datetime]:
        """Let time go by with a tick before and after each reminder; return what came, by due time."""
        came = self.tick()
        stops = {at + by for at in self.due.values() for by in (-STEP, STEP)} | {until}
        for at in sorted(at for at in stops if self.hand.now < at <= until):
            self.hand.desk.clock.set(at)
            came += self.tick()
        return sorted(self.due[tag] for tag in came)

    def due_after(self, first: datetime, last: datetime) -> list[datetime]:
        """Return what is due after `first` and up to `last`."""
        return sorted(at for at in self.due.values() if first < at <= last)

    def jump(self, by: timedelta) -> None:
        """Put the clock ahead or back, as a wrong time server does."""
        self.hand.desk.clock.advance(by)


@pytest.fixture
def life(hand: Hand) -> Life:
    """Sam's life from Friday at seven."""
    return Life(hand)


def test_a_day_without_a_fault_holds_every_reminder_once(life: Life) -> None:
    assert life.walk(FRIDAY + DAY) == life.due_after(FRIDAY, FRIDAY + DAY)


def test_a_day_ahead_brings_what_is_fresh_and_nothing_stale(life: Life) -> None:
    saturday = FRIDAY + DAY + timedelta(hours=3, minutes=15)
    life.walk(saturday)
    life.jump(DAY)
    assert [life.due[tag] for tag in life.tick()] == [life.hand.now.replace(hour=10, minute=0)]
    assert life.walk(saturday + 2 * DAY) == life.due_after(saturday + DAY, saturday + 2 * DAY)


def test_a_day_back_brings_nothing_a_second_time(life: Life) -> None:
    sunday = FRIDAY + 2 * DAY + timedelta(hours=3, minutes=15)
    life.walk(sunday)
    life.jump(-DAY)
    # The day that is lived twice is silent; then every reminder comes as if nothing had happened.
    assert life.walk(sunday + DAY) == life.due_after(sunday, sunday + DAY)


def test_a_clock_put_right_again_loses_nothing_and_repeats_nothing(life: Life) -> None:
    saturday = FRIDAY + DAY + timedelta(hours=3, minutes=15)
    life.walk(saturday)
    life.jump(DAY)
    early = [life.due[tag] for tag in life.tick()]
    life.jump(-DAY)
    came = life.walk(saturday + 2 * DAY)
    assert sorted(early + came) == life.due_after(saturday, saturday + 2 * DAY)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_however_the_clock_jumps_nothing_stale_comes_and_nothing_twice(life: Life, seed: int) -> None:
    chance = random.Random(seed)
    latest = FRIDAY
    for _ in range(60):
        by = chance.choice([DAY, -DAY, timedelta(hours=1), -timedelta(hours=1), STEP, 2 * STEP, 3 * STEP])
        if FIRST + 2 * DAY < life.hand.now + by < LAST - 4 * DAY:
            life.jump(by)
        latest = max(latest, life.hand.now)
        life.tick()
    life.walk(latest)
    calm = life.walk(latest + DAY)
    assert calm == life.due_after(latest, latest + DAY)
