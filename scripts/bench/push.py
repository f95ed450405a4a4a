#!/usr/bin/env python3
"""Due rows in the database -> claim -> 201 from a push service over TLS on this machine, per CPU-second.

    python scripts/bench/push.py                    about a minute
    python scripts/bench/push.py --burst 100000 --idle 1000000
    python scripts/bench/push.py --database postgresql://user@host/empty_database --json

In the same run: the plain `pywebpush.webpush()` loop and the raw P-256 limit. Ratios are medians over
rounds in which every way is measured once. A sample of what arrived is decrypted. CPU is that of the
sending process; the push service has a process of its own.
"""

from __future__ import annotations

import argparse
import base64
import functools
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fairness import fairness
from scene import Scene, SinkProcess, a_scene, crowd
from sink import make_certificate
from trials import burst, idle

from companion.push import use_cases as push
from companion.push.rules import Outcome
from companion.worker import CHECKS


def per_cpu_second(work: Callable[[], int]) -> float:
    """Return how many messages a second of this process's CPU time sends."""
    began = time.process_time()
    count = work()
    return count / (time.process_time() - began)


def plain_loop(scene: Scene, count: int) -> int:
    """Send as the README of pywebpush shows: a call, a connection, a signature for each."""
    from pywebpush import webpush

    for number in range(count):
        webpush(
            scene.subscription_info(number),
            data=json.dumps({"title": "Reminder"}).ljust(512),
            vapid_private_key=scene.settings.vapid_private_key,
            vapid_claims={"sub": "mailto:ops@example.org"},
            ttl=1800,
        )
    return count


def raw_p256(count: int) -> int:
    """Do what no encryption of a push can do without: a key and one agreement."""
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    for _ in range(count):
        ec.generate_private_key(ec.SECP256R1()).exchange(ec.ECDH(), other)
    return count


def from_the_database(scene: Scene, count: int, larder: push.Larder | None) -> int:
    """Claim what is due, send it and mark it."""
    tally = push.dispatch(scene.factory, scene.sender, scene.clock, larder=larder, checks=CHECKS)
    sent = tally.outcomes[Outcome.SENT]
    if sent != count:
        raise SystemExit(f"Only {sent} of {count} were sent: {dict(tally.outcomes)}")
    return sent


def check_sample(scene: Scene, samples: list[str]) -> int:
    """Decrypt what the push service kept; return how many bodies that were."""
    for sample in samples:
        body = base64.b64decode(sample)
        plain = http_ece.decrypt(body, private_key=scene.private, auth_secret=scene.auth)
        json.loads(plain)
    return len(samples)


def timed(costs: dict[str, float], name: str, count: int, work: Callable[[], Any]) -> Any:
    """Do `work` and note how many microseconds of CPU it took for each of `count` messages."""
    began = time.process_time()
    found = work()
    costs[name] = 1e6 * (time.process_time() - began) / count
    return found


def rounds(scene: Scene, how_many: int, naive: int, count: int) -> list[dict[str, float]]:
    """Measure every way once a round."""
    found = []
    for _ in range(how_many):
        scene.empty()
        line = {
            "p256": per_cpu_second(lambda: raw_p256(1000)),
            "naive": per_cpu_second(lambda: plain_loop(scene, naive)),
        }
        scene.queue(count)
        line["encrypting"] = per_cpu_second(lambda: from_the_database(scene, count, None))
        scene.empty()
        larder = push.Larder()
        scene.queue(count, ahead_s=60)
        made = push.prepare(scene.factory, scene.sender, larder, scene.now)
        scene.pass_time(61)
        line["prepared"] = per_cpu_second(functools.partial(from_the_database, scene, count, larder))
        if made != count:
            raise SystemExit(f"Only {made} of {count} were prepared.")
        found.append(line)
    return found


def measure(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Run everything and return the figures."""
    certificate = make_certificate(folder)
    os.environ["REQUESTS_CA_BUNDLE"] = str(certificate)
    with SinkProcess(certificate) as sink, a_scene(folder, given.database, sink, certificate) as scene:
        crowd(scene, given.count)
        lines = rounds(scene, given.rounds, given.naive, given.count)
        said = sink.stop_counting()
        decrypted = check_sample(scene, said["samples"])
        found: dict[str, Any] = {
            "encrypting_ratio": statistics.median(line["encrypting"] / line["naive"] for line in lines),
            "prepared_ratio": statistics.median(line["prepared"] / line["naive"] for line in lines),
        }
        found |= burst(scene, sink, given.burst, given.processes)
        found["idle_ratio"] = idle(scene, given.idle, max(1, given.idle // 100))
        if given.fair:
            found |= fairness(scene, sink, certificate, given.fair, given.share, given.rounds)
        names = ("naive", "encrypting", "prepared", "p256")
        found["per_cpu_second"] = {
            name: round(statistics.median(line[name] for line in lines)) for name in names
        }
        found |= {"decrypted": decrypted, "burst": given.burst, "idle_rows": given.idle}
        found["database"] = scene.name
        return found


def tell(found: dict[str, Any]) -> None:
    """Print a table."""
    rates = found["per_cpu_second"]
    print(f"{'way (' + found['database'] + ', TLS)':<44}{'per CPU-second':>15}{'x plain loop':>14}")
    rows = (
        ("plain pywebpush.webpush() loop", "naive"),
        ("claim, encrypt, 201, mark", "encrypting"),
        ("claim, 201, mark (prepared ahead)", "prepared"),
        ("raw P-256: a key and an agreement", "p256"),
    )
    for words, name in rows:
        print(f"{words:<44}{rates[name]:>15,}{rates[name] / rates['naive']:>14.1f}")
    print()
    for name, value in found.items():
        if name not in ("per_cpu_second", "database"):
            print(f"{name:<24}{value if isinstance(value, int) else f'{value:.2f}':>14}")


def main() -> None:
    """Read the options, measure, print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--json", action="store_true", help="print one JSON object")
    options.add_argument("--database", help="an empty PostgreSQL database; default: a new SQLite file")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--naive", type=int, default=100, help="messages of the plain loop, a round")
    options.add_argument("--count", type=int, default=2000, help="messages of the other ways, a round")
    options.add_argument("--burst", type=int, default=10_000, help="messages due in one second")
    options.add_argument("--idle", type=int, default=100_000, help="reminders not due, beside a hundredth")
    options.add_argument(
        "--fair", type=int, default=5000, help="messages beside a slow or hanging service; 0: not"
    )
    options.add_argument("--share", type=float, default=0.1, help="of those as many more go to that service")
    options.add_argument("--processes", type=int, default=2, help="workers of the burst")
    given = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-push-"))
    try:
        found = measure(given, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if given.json:
        print(json.dumps(found))
    else:
        tell(found)


if __name__ == "__main__":
    main()
