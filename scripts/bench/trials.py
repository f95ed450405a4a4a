"""Trials of whole workers: a burst of one second with the web beside it, and the cost of idle ticks."""

from __future__ import annotations

import math
import multiprocessing
import resource
import statistics
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

from scene import Scene, SinkProcess, crowd
from sqlalchemy import text
from visitor import Asked, a_visitor

from companion import worker
from companion.push import use_cases as push
from companion.settings import Settings

PATIENCE_S = 180


def burst(scene: Scene, sink: SinkProcess, count: int, processes: int) -> dict[str, float]:
    """Let `count` messages fall due in one second, with workers running and web requests meanwhile."""
    scene.empty()
    crowd(scene, count)
    with a_visitor(scene) as ask:
        ask(20)
        idle = ask(200)
        context = multiprocessing.get_context("spawn")
        ends: list[Connection] = []
        workers = []
        for part in range(processes):
            here, there = context.Pipe()
            made = context.Process(
                target=_work, args=(scene.settings, scene.ca_file, part, processes, there), daemon=True
            )
            made.start()
            ends.append(here)
            workers.append(made)
        for end in ends:
            end.recv()
        # The rows are there before they are due; workers raise and prepare them in the minute before.
        due = _next_minute(datetime.now(UTC) + worker.RAISE_AHEAD + timedelta(seconds=15))
        scene.plan(count, due)
        if datetime.now(UTC) > due - worker.RAISE_AHEAD:
            raise SystemExit("The machine is too slow to lay out so many reminders in time.")
        time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds() - 1))
        sink.stop_counting()
        busy: list[Asked] = []
        until = time.monotonic() + PATIENCE_S
        while sink.count() < count and time.monotonic() < until:
            busy.extend(ask(10))
        times = sorted(sink.stop_counting()["times"])
    peaks = []
    for end, made in zip(ends, workers, strict=True):
        end.send("stop")
        peaks.append(float(end.recv()))
        made.join(30)
    late = [at - due.timestamp() for at in times]
    if len(late) < count:
        raise SystemExit(f"Only {len(late)} of {count} came in {PATIENCE_S} s.")
    return {
        "burst_100k_p99_s": late[math.ceil(0.99 * len(late)) - 1],
        "web_p99_ratio": _p99([one.took_s for one in busy]) / _p99([one.took_s for one in idle]),
        "web_read_p99_ms": 1000 * _p99([one.took_s for one in busy if not one.writes]),
        "web_write_p99_ms": 1000 * _p99([one.took_s for one in busy if one.writes]),
        "worker_peak_mb": max(peaks),
    }


def _work(settings: Settings, ca_file: str, part: int, parts: int, end: Connection) -> None:
    """Be one worker until told to stop; then say how large it grew."""
    sender = push.make_sender(settings, ca_file=ca_file)
    worker.give_way()
    running = worker.start(settings, sender=sender, part=part, parts=parts)
    end.send("ready")
    end.recv()
    running.stop()
    end.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _next_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _p99(took: list[float]) -> float:
    return sorted(took)[math.ceil(0.99 * len(took)) - 1]


def idle(scene: Scene, many: int, few: int) -> float:
    """Return what a tick costs with `many` reminders not due, over one with `few`."""
    costs = []
    for count in (few, many):
        _fill(scene, count)
        made = worker.Worker(scene.factory, scene.sender, 1.0)
        made.tick()
        took = []
        for _ in range(60):
            began = time.process_time()
            made.tick()
            took.append(time.process_time() - began)
        costs.append(statistics.median(took))
    return costs[1] / costs[0]


def _fill(scene: Scene, count: int) -> None:
    """Put so many reminders and messages that are not due into the database."""
    scene.empty()
    far = datetime.now(UTC) + timedelta(days=30)
    series = {
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
        "INSERT INTO {into} SELECT {what} FROM n",
        "postgresql": "INSERT INTO {into} SELECT {what} FROM generate_series(1, :count) AS n(i)",
    }[scene.name]
    make_id = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}[scene.name]
    person = scene.people[0].id
    who = person.hex if scene.name == "sqlite" else str(person)
    at = far.strftime("%Y-%m-%d %H:%M:%S.000000")
    message = (
        "push_message (id, account_id, kind, reference_id, serial, due_at, expires_at, next_try_at, state, "
        "tries)",
        f"{make_id}, :who, 'reminder', {make_id}, 1, :at, :at, :at, 'queued', 0",
    )
    reminder = (
        'reminders_reminder (id, person_id, plan_id, plan_version, "on", slot, due_at, expires_at, state, '
        "serial, sealed)",
        f"{make_id}, :who, {make_id}, 1, '2030-01-01', 0, :at, :at, 'planned', 0, :sealed",
    )
    casts = (
        {} if scene.name == "sqlite" else {":who": "CAST(:who AS uuid)", ":at": "CAST(:at AS timestamptz)"}
    )
    with scene.factory.begin() as session:
        for into, what in (message, reminder):
            for word, better in casts.items():
                what = what.replace(word, better)
            words = series.format(into=into, what=what)
            values: dict[str, Any] = {"count": count, "who": who, "at": at}
            if ":sealed" in what:
                values["sealed"] = b"x" * 200
            session.execute(text(words), values)
    if scene.name == "postgresql":
        with scene.factory.begin() as session:
            session.execute(text("ANALYZE push_message"))
            session.execute(text("ANALYZE reminders_reminder"))
