"""A life on a clock that can be put ahead and back: people with plans, and real workers that go by it."""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from companion.core.identity import Viewer
from companion.core.orm import Sessions, make_engine, make_reading_factory, make_session_factory
from companion.core.sealing import Keyring
from companion.push import use_cases as push
from companion.settings import Settings
from companion.treatment import use_cases as treatment
from tests.conftest import MASTER_KEY
from tests.faults import nursery
from tests.faults.scene import settings_for
from tests.people import make_cast
from tests.rig.push_service import PushService, push_service
from tests.treatment.plans import a_phase, a_plan_body

DAY = timedelta(days=1)
FRIDAY = datetime(2026, 11, 20, tzinfo=UTC)
TIMES = ["08:00", "09:30", "10:00", "12:00"]
PATIENCE_S = 40.0


def work(settings: Settings, log_file: str, shift: Any) -> None:
    """Be a worker on a machine whose clock is wrong by `shift` seconds, for us and for the scheduler."""
    from apscheduler.executors import base as executing
    from apscheduler.schedulers import base as scheduling

    from companion.core import clock

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + timedelta(seconds=shift.value)

    for module in (clock, executing, scheduling):
        module.datetime = Shifted  # type: ignore[attr-defined]
    logging.basicConfig(filename=log_file, level=logging.INFO, force=True)
    nursery.run_worker(settings, lease=nursery.LEASE, deadline_s=nursery.DEADLINE_S)


@dataclass
class ShiftedLife:
    """Two people with a phone and a plan each, and the clock that everybody goes by."""

    settings: Settings
    factory: Sessions
    reading: Sessions
    service: PushService
    shift: Any
    plans: dict[str, UUID] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    workers: list[BaseProcess] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """What the clock says."""
        return datetime.now(UTC) + timedelta(seconds=self.shift.value)

    def put(self, at: datetime) -> None:
        """Let the clock say `at` and go on from there."""
        self.shift.value = (at - datetime.now(UTC)).total_seconds()

    def jump(self, by: timedelta) -> None:
        """Put the clock ahead or back."""
        self.shift.value += by.total_seconds()

    def start_worker(self) -> BaseProcess:
        """Start a worker in a process of its own."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([nursery.__name__])
        log_file = str(self.settings.data_dir / "worker.log")
        made = context.Process(target=work, args=(self.settings, log_file, self.shift), daemon=True)
        made.start()
        self.workers.append(made)
        return made

    def tag(self, who: str, at: datetime) -> str:
        """Return the tag of the reminder due at `at`; worked out here and not read from a row."""
        return str(uuid5(self.plans[who], f"{at.date()}|{TIMES.index(f'{at:%H:%M}')}"))

    def came(self, at: datetime) -> Counter[str]:
        """Return how often each person was shown the reminder due at `at`, over all raise counts.

        A jump of the clock ends leases: what was just sent may go over the wire again, and is shown once.
        """
        tags = {self.tag(who, at): who for who in self.plans}
        return Counter(tags[tag] for tag, _ in self.service.seen() if tag in tags)

    def all_came(self) -> int:
        """Return how many reminders were shown."""
        return len(self.service.seen())

    def wait_for(self, condition: Callable[[], object], what: str) -> None:
        """Wait until `condition` holds."""
        until = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < until, f"{what} did not happen: {self.told()}"
            time.sleep(0.02)

    def wait_for_beat(self) -> None:
        """Wait until a worker has looked at what the clock says now."""
        before = self.now

        def has_beaten() -> bool:
            with self.reading() as session:
                at = push.last_beat(session)
            return at is not None and before <= at <= self.now

        # A worker that looked just before would not leave another sign for a while.
        self.jump(timedelta(seconds=16))
        before = self.now
        self.wait_for(has_beaten, "a look of the worker")

    def told(self) -> str:
        """Return the end of the workers' log."""
        return (self.settings.data_dir / "worker.log").read_text()[-1500:]


def _settle_in(life: ShiftedLife, who: str, viewer: Viewer) -> None:
    browser, plan_id = life.service.subscribe(), uuid4()
    life.plans[who], life.tokens[who] = plan_id, browser.token
    phase = a_phase(times=TIMES, every={"unit": "day", "count": 1}, weekdays=[], take_home=False)
    body = a_plan_body(kind="at_home", phases=[phase], time_zone="UTC", recorded_at=life.now)
    with life.factory.begin() as session:
        push.save_subscription(
            session,
            viewer,
            push.setup_of(life.settings),
            endpoint=browser.endpoint,
            now=life.now,
            **browser.to_json()["keys"],
        )
        treatment.save_plan(session, viewer, plan_id, body, life.now)


@contextmanager
def a_shifted_life(url: str, folder: Path, at: datetime) -> Iterator[ShiftedLife]:
    """Let Sam and Jo live in the database at `url` on a clock that says `at`; no worker runs yet."""
    engine = make_engine(url)
    factory = make_session_factory(engine, Keyring(MASTER_KEY))
    reading = make_reading_factory(engine, Keyring(MASTER_KEY))
    shift = multiprocessing.get_context("forkserver").Value("d", 0.0)
    with push_service() as service:
        settings = settings_for(url, folder, service)
        life = ShiftedLife(settings, factory, reading, service, shift)
        service.now = lambda: life.now.timestamp()
        life.put(at)
        with factory.begin() as session:
            cast = make_cast(session, life.now)
        for who in ("sam", "jo"):
            _settle_in(life, who, cast[who])
        try:
            yield life
        finally:
            for one in life.workers:
                one.kill()
                one.join()
            engine.dispose()
        assert not service.faults
