"""The worker: ticks that plan reminders, raise what is due, dispatch pushes and keep house.

The clock only ticks; what is due, who has it and what came of it are rows. Any number of workers may
run, each may be killed at any moment: another takes over when its leases end.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from types import FrameType
from uuid import UUID, uuid4

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from companion.accounts import use_cases as accounts
from companion.content import use_cases as content
from companion.core import clock
from companion.core.orm import Sessions, make_engine, make_session_factory
from companion.core.sealing import Keyring
from companion.directory import use_cases as directory
from companion.push import use_cases as push
from companion.push.rules import Kind
from companion.reminders import use_cases as reminders
from companion.settings import Settings

log = logging.getLogger("companion.worker")
LEASE = timedelta(seconds=60)
# Raised so much before they are due, so that their pushes can be encrypted ahead; they go out when due.
RAISE_AHEAD = timedelta(seconds=120)
HOUSEKEEPING_S = 600.0
REFRESH_S = 20.0
# The scheduler waits by the clock on the wall; so often is looked whether somebody has put that back.
CLOCK_LOOK_S = 1.0
CLOCK_MARGIN = timedelta(seconds=1)
BEAT_S = 15.0
# How far a worker's process stands back behind others of the machine (nice).
GENTLE = 10
# Before a message is sent, the house it came from says whether it is still wanted.
CHECKS: dict[Kind, push.Check] = {Kind.REMINDER: reminders.still_wanted}


@dataclass
class Worker:
    """One worker: the ticks it runs and what they need."""

    factory: Sessions
    sender: push.Sender | None
    tick_seconds: float
    lease: timedelta = LEASE
    larder: push.Larder = field(default_factory=push.Larder)
    id: UUID = field(default_factory=uuid4)
    stopping: threading.Event = field(default_factory=threading.Event)
    _beat_at: datetime | None = None
    _indexed: bool = False

    def plan_and_raise(self) -> int:
        """Plan ahead what is new or changed, then raise what is due; return how many were raised."""
        now = clock.now()
        self._beat(now)
        self._in_turns(lambda session: reminders.plan_ahead(session, clock.now()))
        return self._in_turns(lambda session: reminders.raise_due(session, clock.now(), ahead=RAISE_AHEAD))

    def _in_turns(self, work: Callable[[Session], int]) -> int:
        """Do `work` in one transaction after the other until it finds nothing; return how much it found.

        Between two it waits as long as the last one took: SQLite has one writer and no queue for the next,
        and whoever saves something on a phone meanwhile has to get in between.
        """
        done = 0
        while not self.stopping.is_set():
            began = time.monotonic()
            with self.factory.begin() as session:
                found = work(session)
            if found == 0:
                break
            done += found
            self.stopping.wait(time.monotonic() - began)
        return done

    def prepare(self) -> int:
        """Encrypt what falls due in the next minutes; return how many messages."""
        if self.sender is None:
            return 0
        return push.prepare(
            self.factory, self.sender, self.larder, clock.now(), is_stopping=self.stopping.is_set
        )

    def tick(self) -> None:
        """Do everything a tick does, one after the other."""
        self.plan_and_raise()
        self.prepare()
        self.dispatch()

    def dispatch(self) -> push.Tally:
        """Send what is queued."""
        if self.sender is None:
            return push.Tally()
        return push.dispatch(
            self.factory,
            self.sender,
            clock.now,
            checks=CHECKS,
            lease=self.lease,
            larder=self.larder,
            poll_s=min(1.0, self.tick_seconds),
            is_stopping=self.stopping.is_set,
        )

    def keep_house(self) -> None:
        """Close what has passed and delete what nobody needs, each in a short transaction."""
        now = clock.now()
        with self.factory.begin() as session:
            reminders.expire_past(session, now)
        with self.factory.begin() as session:
            push.prune(session, now)
        with self.factory.begin() as session:
            accounts.prune(session, now)

    def refresh(self) -> int:
        """Fetch the directories whose night has come, one after the other; return how many were read.

        The first time, what an update left without an index is made findable again.
        """
        if not self._indexed:
            directory.rebuild_missing(self.factory, content.topics(), clock.now(), self.stopping.is_set)
            self._indexed = True
        directory.show_approved(self.factory, content.topics(), clock.now())
        read = 0
        while not self.stopping.is_set() and directory.refresh_due(
            self.factory, content.topics(), clock.now(), is_stopping=self.stopping.is_set
        ):
            read += 1
        return read

    def _beat(self, now: datetime) -> None:
        """Leave a sign of life, not at every tick: a write costs more than a look."""
        if self._beat_at is None or abs((now - self._beat_at).total_seconds()) >= BEAT_S:
            with self.factory() as session:
                last = self._beat_at or push.last_beat(session)
            if last is not None and (last - now).total_seconds() >= BEAT_S:
                self._put_right(now, last)
            with self.factory.begin() as session:
                push.beat(session, self.id, now)
            self._beat_at = now

    def _put_right(self, now: datetime, was: datetime) -> None:
        """Undo what was closed or put far off by a clock that said `was` and has been put back.

        The signs of life from ahead go last: whoever takes over from a worker that dies here sees them.
        """
        log.warning("the clock was put back by %d s", (was - now).total_seconds())
        with self.factory.begin() as session:
            after = reminders.revive(session, now, was)
        while after is not None and not self.stopping.is_set():
            with self.factory.begin() as session:
                after = reminders.revive(session, now, was, after)
        with self.factory.begin() as session:
            push.revive(session, now, self.lease)


@dataclass
class Running:
    """A worker under way: its clock, and a way to end it."""

    worker: Worker
    scheduler: BackgroundScheduler
    engine: Engine
    watch: threading.Thread

    def stop(self) -> None:
        """End cleanly: claim nothing more, finish what is being sent, let go of the database."""
        self.worker.stopping.set()
        self.watch.join()
        if self.scheduler.running:
            self.scheduler.shutdown(wait=True)
        if self.worker.sender is not None:
            self.worker.sender.close()
        self.engine.dispose()


def start(
    settings: Settings,
    *,
    lease: timedelta = LEASE,
    deadline_s: float = 10.0,
    sender: push.Sender | None = None,
    part: int = 0,
    parts: int = 1,
) -> Running:
    """Start a worker in threads of this process; it prepares the `part`-th share of `parts`.

    `lease` is how long a claim holds, `deadline_s` how long one post may take; tests shorten both.
    """
    engine = make_engine(settings.database_url)
    factory = make_session_factory(engine, Keyring(settings.master_key))
    sender = sender or push.make_sender(settings, deadline_s=deadline_s)
    if sender is None:
        log.warning("no push key is set: reminders show in the app and nothing is pushed")
    worker = Worker(factory, sender, settings.tick_seconds, lease, push.Larder(part, parts))
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        # One thread for each job: fetching a directory may take an hour.
        executors={"default": ThreadPoolExecutor(6)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=UTC,
    )
    dispatcher = _surviving("dispatch", worker.dispatch)

    def remind() -> None:
        # What was just raised goes out at once and need not wait for the next tick. Two dispatches may run
        # side by side (a claim has one holder), so one about to end does not swallow this call.
        if worker.plan_and_raise() and not worker.stopping.is_set():
            scheduler.modify_job("dispatch", next_run_time=clock.now())

    _every(scheduler, "remind", _surviving("remind", remind), settings.tick_seconds)
    _every(scheduler, "dispatch", dispatcher, settings.tick_seconds, at_once=2)
    _every(scheduler, "prepare", _surviving("prepare", worker.prepare), settings.tick_seconds)
    _every(scheduler, "keep_house", _surviving("keep_house", worker.keep_house), HOUSEKEEPING_S)
    _every(scheduler, "refresh", _surviving("refresh", worker.refresh), REFRESH_S)
    # A dispatch that lasts longer than a tick is meant; the scheduler would warn at each.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler.start()
    watch = threading.Thread(target=_watch_the_clock, args=(scheduler, worker.stopping), daemon=True)
    watch.start()
    log.info("worker %s started", worker.id)
    return Running(worker, scheduler, engine, watch)


def _watch_the_clock(scheduler: BackgroundScheduler, stopping: threading.Event) -> None:
    """Let ticks come at once that lie further ahead than they ever could: the clock was put back."""
    while not stopping.wait(CLOCK_LOOK_S):
        now = clock.now()
        for job in scheduler.get_jobs():
            if job.next_run_time - now > job.trigger.step + CLOCK_MARGIN:
                job.modify(next_run_time=now)


def start_in_background(settings: Settings) -> Callable[[], None]:
    """Start a worker beside a web server in this process; return what stops it."""
    return start(settings).stop


def run_worker(
    settings: Settings,
    *,
    lease: timedelta = LEASE,
    deadline_s: float = 10.0,
    part: int = 0,
    parts: int = 1,
) -> None:
    """Run a worker until SIGTERM or SIGINT."""
    give_way()
    ended = _ending()
    running = start(settings, lease=lease, deadline_s=deadline_s, part=part, parts=parts)
    try:
        ended.wait()
    finally:
        running.stop()
        log.info("worker %s stopped", running.worker.id)


def give_way() -> None:
    """Let whoever waits for a page go first: a morning of pushes takes all a machine has."""
    os.nice(GENTLE - os.nice(0))


def run_workers(settings: Settings, processes: int, prepare: Callable[[], None]) -> None:
    """Run so many workers, each in a process of its own, until SIGTERM or SIGINT; one that dies is replaced.

    `prepare` is called first in each new process, to set up its log.
    """
    ended = _ending()
    context = multiprocessing.get_context("spawn")

    def begin(part: int) -> BaseProcess:
        made = context.Process(target=_be_one, args=(settings, part, processes, prepare))
        made.start()
        return made

    workers = [begin(part) for part in range(processes)]
    while not ended.wait(1.0):
        for part, one in enumerate(workers):
            if not one.is_alive():
                log.error("worker %d ended with status %s; starting another", part, one.exitcode)
                workers[part] = begin(part)
    for one in workers:
        one.terminate()
    for one in workers:
        one.join()


def _be_one(settings: Settings, part: int, parts: int, prepare: Callable[[], None]) -> None:
    prepare()
    run_worker(settings, part=part, parts=parts)


def _ending() -> threading.Event:
    """Return what SIGTERM and SIGINT set."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return ended


def _every(
    scheduler: BackgroundScheduler, name: str, tick: Callable[[], None], seconds: float, at_once: int = 1
) -> None:
    now, step = clock.now(), timedelta(seconds=seconds)
    scheduler.add_job(tick, _Step(step), id=name, next_run_time=now, max_instances=at_once)


class _Step(BaseTrigger):  # type: ignore[misc]
    """Fires so long after it last did; the scheduler's own counts every tick that a jump ahead left out."""

    def __init__(self, step: timedelta) -> None:
        self.step = step

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """Return when to fire next, as the scheduler asks."""
        return now + self.step


def _surviving(name: str, tick: Callable[[], object]) -> Callable[[], None]:
    """Return `tick` so that no error ends it; only the error's class is logged, its text may hold content."""

    def survive() -> None:
        try:
            tick()
        except SQLAlchemyError as error:
            log.warning("%s: database error %s; trying again", name, type(error).__name__)
        except Exception as error:
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            place = (
                f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "unknown"
            )
            log.error("%s: %s at %s; trying again", name, type(error).__name__, place)

    return survive
