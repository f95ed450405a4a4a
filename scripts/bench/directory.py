"""How fast a directory of 100,000 services is read in and searched, beside a plain loop over all of them.

    python scripts/bench/directory.py [--count 100000] [--spread city] [--database URL]...
                                      [--postcodes 2700000] [--json]

Made-up services (see made_up.py), all over Great Britain and then all in one city, are written to one page
each and imported with the command's own use case in a process of its own: CPU seconds of that process and the
most memory it held, the first time and unchanged. With PostgreSQL the server's own work comes on top. Then
searches are run, 5 miles around a place and open now, by topic and by words: CPU milliseconds of one call,
the 99th of 100. `naive_ratio` is how many times longer a plain loop takes, that loads every service with the
ORM and looks at it; it runs in the same process. At last the app is served and asked 50 times a second.

One database after the other is measured: a new SQLite file, and each `--database`, which must be empty.
With `--json` one object for each. The figures are the worse ones of the two spreads, which follow after
their names. Ends with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import multiprocessing
import random
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from made_up import CITY, KINDS, write_page
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from visitor import serve

from companion import migrations
from companion.content import use_cases as content
from companion.core.orm import make_engine, make_session_factory
from companion.core.sealing import Keyring
from companion.directory import models
from companion.directory.rules.hours import OpenState, open_state, parse_schedule
from companion.directory.rules.places import KM_PER_MILE, distance_km
from companion.directory.use_cases import Licence, Search, import_feed, search_services
from companion.settings import Settings

KEY = bytes(range(32))
SPREADS = ("uk", "city")
# A Monday morning: most of what has hours is open.
NOW = datetime(2026, 11, 23, 10, 7, tzinfo=UTC)
REACH_KM = 5 * KM_PER_MILE
ROUNDS, A_SECOND, SECONDS = 100, 50, 10
GOALS = {
    "sqlite": {"topic_p99_ms": 6.0, "text_p99_ms": 12.0},
    "postgresql": {"topic_p99_ms": 15.0, "text_p99_ms": 60.0},
}
GOALS_OF_ALL = {
    "import_cpu_s": 90.0, "import_peak_mb": 200.0, "unchanged_cpu_s": 3.0, "http_p99_ms": 100.0,
    "postcodes_cpu_s": 60.0,
}  # fmt: skip
LEAST_RATIO = 50.0
PER_SERVICES = 100_000


def import_page(url: str, page: Path) -> dict[str, float]:
    """Import a page in this process; return what it took and what came of it."""
    engine = make_engine(url)
    factory = make_session_factory(engine, Keyring(KEY))
    began = process_time()
    report = import_feed(
        factory.begin, page, topics=content.topics(), licence=Licence("Open Government Licence v3.0"), now=NOW
    )
    cpu = process_time() - began
    engine.dispose()
    return {"cpu_s": cpu, "peak_mb": peak_mb(), "new": report.new, "unchanged": report.unchanged}


def peak_mb() -> float:
    """Return the most memory this process held. Unlike `ru_maxrss` it knows nothing of who started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def apart(word: str, *more: str) -> dict[str, float]:
    """Run a part of this file in a process of its own, so that its time and memory are counted alone."""
    done = subprocess.run(
        [sys.executable, __file__, word, *more], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def questions(spread: str) -> tuple[list[Search], list[Search]]:
    """Return searches by topic and by words, each around a place and for what is open now."""
    chance = random.Random(11)  # noqa: S311  (made-up searches, no secret)
    topics = ["learning", "mutual_aid", "housing", "debt", "food", "needle_exchange", "work", "parenting"]
    found: tuple[list[Search], list[Search]] = ([], [])
    for number in range(ROUNDS):
        lat, lon = CITY
        if spread == "uk":
            lat, lon = chance.uniform(51, 55), chance.uniform(-3, 0)
        where = Search(lat=round(lat, 3), lon=round(lon, 3), within_km=REACH_KM, open_now=True)
        words = chance.choice(
            [kind.lower() for kind in KINDS] + ["debt", "needle", "counselling", "toddlers"]
        )
        found[0].append(replace(where, topic=topics[number % len(topics)]))
        found[1].append(replace(where, text=words))
    return found


def p99(values: Sequence[float]) -> float:
    """Return the 99th percentile in thousandths."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))] * 1000


def search_times(url: str, spread: str) -> dict[str, float]:
    """Return what searches cost in this process, and how many times more a plain loop costs."""
    engine = make_engine(url)
    factory = make_session_factory(engine, Keyring(KEY))
    found: dict[str, float] = {}
    for name, asked in zip(("topic", "text"), questions(spread), strict=True):
        for wanted in asked[:20]:
            with factory() as session:
                search_services(session, wanted, NOW)
        took, wall = [], []
        for wanted in asked:
            with factory() as session:
                cpu, began = process_time(), perf_counter()
                search_services(session, wanted, NOW)
                took.append(process_time() - cpu)
                wall.append(perf_counter() - began)
        found[f"{name}_p99_ms"], found[f"{name}_wall_p99_ms"] = p99(took), p99(wall)
        found[f"{name}_p50_ms"] = statistics.median(took) * 1000
        with factory() as session:
            cpu = process_time()
            plain = plain_loop(session, asked[0])
            found[f"naive_{name}_s"] = process_time() - cpu
            if plain != search_services(session, asked[0], NOW)["total"] and name == "topic":
                raise SystemExit(f"The plain loop finds {plain} services, the search does not.")
    found["naive_ratio"] = min(
        found[f"naive_{name}_s"] * 1000 / found[f"{name}_p50_ms"] for name in ("topic", "text")
    )
    engine.dispose()
    return found


def plain_loop(session: Session, wanted: Search) -> int:
    """Count what a search finds as a first version would: every service loaded, every one looked at."""
    topic = text("SELECT service_number FROM directory_topic WHERE topic = :topic")
    of_topic = set(session.scalars(topic, {"topic": wanted.topic or ""}))
    words, count = wanted.text.lower().split(), 0
    assert wanted.lat is not None
    assert wanted.lon is not None
    for service in session.scalars(select(models.Service).where(models.Service.shown)):
        record = json.loads(service.record)
        said = f"{service.name} {record.get('description', '')}".lower()
        if service.number not in of_topic or not all(word in said for word in words):
            continue
        rules = [rule for rule in (parse_schedule(one)[0] for one in record.get("schedules", [])) if rule]
        near = any(
            distance_km(wanted.lat, wanted.lon, place["latitude"], place["longitude"]) <= REACH_KM
            for place in (link["location"] for link in record.get("service_at_locations", []))
        )
        count += near and open_state(rules, NOW) is OpenState.OPEN
    return count


def http_times(url: str, spread: str) -> dict[str, float]:
    """Serve the app and ask it 50 times a second; return the 99th percentile of its answers."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_env({
            "COMPANION_DATA_DIR": folder, "COMPANION_DATABASE_URL": url,
            "COMPANION_MASTER_KEY": base64.b64encode(KEY).decode(),
        })  # fmt: skip
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=serve, args=(settings, there), daemon=True)
        process.start()
        try:
            port = int(here.recv())
            by_topic, by_words = questions(spread)
            paths = [_path(wanted) for pair in zip(by_topic, by_words, strict=True) for wanted in pair]
            _ask(port, paths, 2)
            return {"http_p99_ms": p99(_ask(port, paths, SECONDS))}
        finally:
            process.kill()
            process.join()


def _path(wanted: Search) -> str:
    query: dict[str, Any] = {
        "lat": wanted.lat,
        "lon": wanted.lon,
        "within_km": wanted.within_km,
        "open_now": "true",
    }
    query |= {name: value for name, value in (("topic", wanted.topic), ("text", wanted.text)) if value}
    return f"/api/directory/services?{urlencode(query)}"


def _ask(port: int, paths: list[str], seconds: int) -> list[float]:
    """Ask at fixed times from eight connections, whether or not the last answer has come."""
    took: list[float] = []
    failed: list[str] = []
    began, callers = perf_counter() + 0.2, 8

    def caller(first: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        path = cycle(paths[first:] + paths[:first])
        for number in range(first, A_SECOND * seconds, callers):
            due = began + number / A_SECOND
            sleep(max(0.0, due - perf_counter()))
            line.request("GET", next(path), headers={"Sec-Fetch-Site": "same-origin", "X-App": "1"})
            answer = line.getresponse()
            answer.read()
            if answer.status != 200:
                failed.append(str(answer.status))
            took.append(perf_counter() - due)
        line.close()

    threads = [threading.Thread(target=caller, args=(number,)) for number in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(f"{len(failed)} searches were not answered: {failed[0]}.")
    return took


PARTS: dict[str, Callable[..., dict[str, float]]] = {
    "import": lambda url, page: import_page(url, Path(page)),
    "search": search_times,
    "http": http_times,
}


def measure(url: str, pages: dict[str, Path], count: int, postcodes: int) -> dict[str, Any]:
    """Return the figures of one database."""
    migrations.upgrade(url)
    found: dict[str, Any] = {"database": url.split(":")[0].split("+")[0], "services": count}
    scale = PER_SERVICES / count
    for spread, page in pages.items():
        first, again = apart("import", url, str(page)), apart("import", url, str(page))
        if (first["new"], again["unchanged"]) != (count, count):
            raise SystemExit(
                f"Of {count} services {first['new']} were new and {again['unchanged']} unchanged."
            )
        figures = {
            "import_cpu_s": first["cpu_s"] * scale, "import_peak_mb": first["peak_mb"],
            "unchanged_cpu_s": again["cpu_s"] * scale, "unchanged_peak_mb": again["peak_mb"],
            **apart("search", url, spread), **apart("http", url, spread),
        }  # fmt: skip
        found |= {f"{name}_{spread}": round(value, 2) for name, value in figures.items()}
        _empty(url)
    found |= _worse(found, list(pages))
    if postcodes:
        script = Path(__file__).with_name("postcodes.py")
        words = [sys.executable, str(script), "--rows", str(postcodes), "--json", "--database", url]
        done = subprocess.run(words, check=False, stdout=subprocess.PIPE, text=True)
        took = json.loads(done.stdout)
        found["postcodes_cpu_s"] = max(took["onspd_cpu_s_for_2_7m"], took["code_point_cpu_s_for_2_7m"])
        found["postcodes_peak_mb"] = max(took["onspd_peak_mb"], took["code_point_peak_mb"])
    return found


def _worse(found: dict[str, Any], spreads: Sequence[str]) -> dict[str, float]:
    names = (
        "import_cpu_s", "import_peak_mb", "unchanged_cpu_s", "topic_p99_ms", "text_p99_ms", "http_p99_ms",
    )  # fmt: skip
    worst = {name: max(found[f"{name}_{spread}"] for spread in spreads) for name in names}
    return {**worst, "naive_ratio": min(found[f"naive_ratio_{spread}"] for spread in spreads)}


def _empty(url: str) -> None:
    """Forget the feed that was imported."""
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM directory_text"))
        connection.execute(text("DELETE FROM directory_service"))
        connection.execute(text("DELETE FROM directory_feed"))
    engine.dispose()


def missed(found: dict[str, Any]) -> list[str]:
    """Return the names of the goals that were not reached."""
    goals = GOALS[found["database"]] | GOALS_OF_ALL
    names = [name for name, most in goals.items() if found.get(name, 0.0) > most]
    return names + (["naive_ratio"] if found["naive_ratio"] < LEAST_RATIO else [])


def main() -> None:
    """Measure and print; end with status 1 when a goal is missed."""
    if len(sys.argv) > 1 and sys.argv[1] in PARTS:
        print(json.dumps(PARTS[sys.argv[1]](*sys.argv[2:])))
        return
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--count", type=int, default=PER_SERVICES, help="How many services there are.")
    options.add_argument("--spread", action="append", choices=SPREADS, help="Only one of the two.")
    options.add_argument("--database", action="append", default=[], help="An empty database besides SQLite.")
    options.add_argument(
        "--postcodes", type=int, default=300_000, help="How many lines of postcodes; 0 for none."
    )
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    late: list[str] = []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        pages = {spread: folder / f"{spread}.json" for spread in chosen.spread or SPREADS}
        for spread, page in pages.items():
            write_page(page, chosen.count, city=spread == "city")
        for url in (f"sqlite:///{folder}/directory.db", *chosen.database):
            found = measure(url, pages, chosen.count, chosen.postcodes)
            late += [f"{name} on {found['database']}" for name in missed(found)]
            if chosen.json:
                print(json.dumps(found), flush=True)
                continue
            for name, value in found.items():
                print(f"{name:<32}{value:>14}", flush=True)
    if late:
        sys.exit(f"A goal is missed: {', '.join(late)}.")


if __name__ == "__main__":
    main()
