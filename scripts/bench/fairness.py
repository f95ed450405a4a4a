"""What one push service that is slow, or hangs, costs the messages to another: rates by the clock."""

from __future__ import annotations

import statistics
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from scene import Scene, SinkProcess, crowd

from companion.core.ids import new_id
from companion.push import use_cases as push
from companion.push.rules import Kind

SLOW_S = "0.05"
PEOPLE = 500
LEAD_S = 60
PATIENCE_S = 120


def fairness(
    scene: Scene, quick: SinkProcess, certificate: Path, count: int, share: float, rounds: int
) -> dict[str, float]:
    """Return the rate to a quick push service beside a slow and beside a hanging one, over that alone.

    `count` messages go to the quick one each time and `share` as many to the other, mixed, all due in the
    same second and prepared ahead. A rate is taken from the first claim to the coming of the last message
    of the quick one; the median over the rounds counts.
    """
    with SinkProcess(certificate, "--delay", SLOW_S) as slow, SinkProcess(certificate, "--hang") as hanging:
        origins = frozenset({quick.origin, slow.origin, hanging.origin})
        sender = push.make_sender(replace(scene.settings, push_origins=origins), ca_file=scene.ca_file)
        assert sender is not None
        others: dict[str, list[UUID]] = {"alone": []}
        for name, sink in (("slow", slow), ("hanging", hanging)):
            there = replace(scene, origin=sink.origin, people=[])
            crowd(there, PEOPLE)
            others[name] = [person.id for person in there.people]
        rates: dict[str, list[float]] = {name: [] for name in others}
        for _ in range(rounds):
            for name, people in others.items():
                rates[name].append(_rate(scene, sender, quick, people, count, share))
        sender.close()
    scene.empty()
    alone = statistics.median(rates["alone"])
    return {
        "quick_service_per_s": round(alone),
        "slow_service_ratio": statistics.median(rates["slow"]) / alone,
        "hanging_service_ratio": statistics.median(rates["hanging"]) / alone,
        "fair_share": share,
    }


def _rate(
    scene: Scene, sender: push.Sender, quick: SinkProcess, others: list[UUID], count: int, share: float
) -> float:
    """Send once; return how many messages a second came to the quick push service."""
    scene.empty()
    scene.now = datetime.now(UTC)
    due = scene.now + timedelta(seconds=LEAD_S)
    _queue(scene, others, count, share, due)
    larder = push.Larder()
    push.prepare(scene.factory, sender, larder, scene.now)
    quick.stop_counting()
    # From here on the clock runs from the due second, so that leases and rests last as long as they do.
    ahead, enough = due - datetime.now(UTC), threading.Event()

    def send() -> None:
        # Again and again, as a worker does at each tick: what was put off is not due at once.
        while not enough.is_set():
            push.dispatch(
                scene.factory,
                sender,
                lambda: datetime.now(UTC) + ahead,
                larder=larder,
                is_stopping=enough.is_set,
            )

    sending, began = threading.Thread(target=send), time.time()
    sending.start()
    until = time.monotonic() + PATIENCE_S
    while quick.count() < count and time.monotonic() < until:
        time.sleep(0.05)
    enough.set()
    # One that hangs keeps what was posted to it until the deadline of a post.
    sending.join()
    times = quick.stop_counting()["times"]
    if len(times) < count:
        raise SystemExit(f"Only {len(times)} of {count} came in {PATIENCE_S} s.")
    return float(count / (max(times) - began))


def _queue(scene: Scene, others: list[UUID], count: int, share: float, due: datetime) -> None:
    """Queue the messages of both push services, mixed as evenly as their numbers allow."""
    people: list[UUID] = []
    owed = 0.0
    for number in range(count):
        people.append(scene.people[number % len(scene.people)].id)
        owed += share if others else 0.0
        while owed >= 1:
            owed -= 1
            people.append(others[len(people) % len(others)])
    last = due + timedelta(minutes=30)
    messages = [push.NewMessage(one, Kind.REMINDER, new_id(), 1, due, last) for one in people]
    for start in range(0, len(messages), 5000):
        with scene.factory.begin() as session:
            push.queue_messages(session, messages[start : start + 5000], scene.now)
