"""How fast a national list of postcodes is loaded: 2.7 million lines in the shapes of ONSPD and Code-Point.

    python scripts/bench/postcodes.py [--rows 2700000] [--database URL] [--json]

Made-up lists of both shapes are written to a folder that is taken away again, and loaded with the command's
own use case, each in a process of its own. Printed are CPU seconds of that process (`cpu_s`; with PostgreSQL
the server's own come on top), the wall clock, and the most memory it held. A naive loader, `csv.DictReader`
and one INSERT a row in one transaction on SQLite, is given a sample in the same run; `ratio` is how many
times longer it would take for all rows.

`--database` is emptied of postcodes. Without it a new SQLite file is used.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from companion import migrations
from companion.core.orm import make_engine, make_session_factory
from companion.core.sealing import Keyring
from companion.directory.use_cases import load_postcodes

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SAMPLE = 20_000
GOAL_ROWS, GOAL_CPU_S, GOAL_MB = 2_700_000, 60.0, 150.0
# The columns of ONSPD as the ONS lists them.
HEADER = [
    "pcd",
    "pcd2",
    "pcds",
    "dointr",
    "doterm",
    "oscty",
    "ced",
    "oslaua",
    "osward",
    "parish",
    "usertype",
    "oseast1m",
    "osnrth1m",
    "osgrdind",
    "oshlthau",
    "nhser",
    "ctry",
    "rgn",
    "streg",
    "pcon",
    "eer",
    "teclec",
    "ttwa",
    "pct",
    "nuts",
    "statsward",
    "oa01",
    "casward",
    "park",
    "lsoa01",
    "msoa01",
    "ur01ind",
    "oac01",
    "oa11",
    "lsoa11",
    "msoa11",
    "wz11",
    "ccg",
    "bua22",
    "ru11ind",
    "oac11",
    "lat",
    "long",
    "lep1",
    "lep2",
    "pfa",
    "imd",
    "calncv",
    "icb",
    "oa21",
    "lsoa21",
    "msoa21",
    "ru21ind",
]
CODES = '"S92000003","","S08000020","","S12000033","S13002843"'
AREAS = ("AB", "B", "BS", "BT", "CF", "EH", "G", "HU", "LS", "M", "NE", "SW", "YO")
ENDS = [f"{digit}{a}{b}" for digit in range(10) for a in "ABDEFGHJLN" for b in "PQRSTUWXYZ"]


def made_up(count: int) -> Iterator[str]:
    """Yield as many different postcodes, in order within a district, with their space."""
    made = 0
    for district in range(10, 100):
        for area in AREAS:
            for end in ENDS:
                yield f"{area}{district} {end}"
                made += 1
                if made == count:
                    return
    # More than 1.17 million: districts with a letter at the end.
    for letter in "ABCDEFGHJKMNPRSTUVWXY":
        for digit in range(1, 10):
            for area in ("EC", "SE", "SW", "W", "N", "E", "NW", "WC", "L"):
                for end in ENDS:
                    yield f"{area}{digit}{letter} {end}"
                    made += 1
                    if made == count:
                        return


def write_onspd(path: Path, rows: int) -> None:
    """Write a list in the shape of ONSPD; every third postcode has come to its end."""
    chance = random.Random(7)  # noqa: S311  (made-up positions, no secret)
    middle = ",".join(f"E{number:08d}" for number in range(41 - 5))
    tail = ",".join(f"E{number:08d}" for number in range(len(HEADER) - 43))
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(HEADER) + "\r\n")
        for number, code in enumerate(made_up(rows)):
            short, ended = code.replace(" ", ""), "201506" if number % 3 == 0 else ""
            lat, lon = 50 + chance.random() * 8, -5 + chance.random() * 6
            start = f"{short},{code},{code},198001,{ended}"
            file.write(f"{start},{middle},{lat:.6f},{lon:.6f},{tail}\r\n")


def write_code_point(path: Path, rows: int) -> None:
    """Write a list in the shape of OS Code-Point Open: ten columns, no header, text in quotation marks."""
    chance = random.Random(7)  # noqa: S311  (made-up positions, no secret)
    with path.open("w", encoding="utf-8") as file:
        for code in made_up(rows):
            east, north = 200_000 + int(chance.random() * 400_000), 100_000 + int(chance.random() * 700_000)
            file.write(f'"{code.replace(" ", "")}",10,{east},{north},{CODES}\r\n')


def load(url: str, source: Path) -> dict[str, float]:
    """Load one list in this process and return what it took."""
    engine = make_engine(url)
    factory = make_session_factory(engine, Keyring(bytes(32)))
    cpu, wall = process_time(), perf_counter()
    report = load_postcodes(factory.begin, source, now=NOW, max_drop=1.0)
    took = {"cpu_s": process_time() - cpu, "wall_s": perf_counter() - wall}
    engine.dispose()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**took, "peak_mb": peak_mb, "read": report.read, "loaded": report.loaded, "bad": report.bad}


def apart(url: str, source: Path) -> dict[str, float]:
    """Load one list in a process of its own, so that its memory is counted alone."""
    words = [sys.executable, __file__, "--load", str(source), "--database", url]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def naive_cpu_s(source: Path, folder: Path, rows: int) -> float:
    """Return the CPU seconds a plain loader would take for all rows, measured on the first of them."""
    connection = sqlite3.connect(folder / "naive.db")
    connection.execute("CREATE TABLE postcode (postcode TEXT PRIMARY KEY, lat REAL, lon REAL)")
    started, read = process_time(), 0
    with source.open(encoding="utf-8", newline="") as file, connection:
        for row in csv.DictReader(file):
            read += 1
            if not row["doterm"]:
                connection.execute(
                    "INSERT INTO postcode VALUES (?, ?, ?)",
                    (row["pcds"], float(row["lat"]), float(row["long"])),
                )
            if read == min(SAMPLE, rows):
                break
    connection.close()
    return (process_time() - started) * rows / max(read, 1)


def measure(rows: int, database: str | None) -> dict[str, float]:
    """Return the figures of both shapes and of the naive loader."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        url = database or f"sqlite:///{folder}/postcodes.db"
        migrations.upgrade(url)
        onspd, code_point = folder / "onspd.csv", folder / "code_point.csv"
        write_onspd(onspd, rows)
        naive = naive_cpu_s(onspd, folder, rows)
        figures: dict[str, float] = {"rows": rows, "naive_cpu_s": naive}
        figures |= {f"onspd_{name}": value for name, value in apart(url, onspd).items()}
        onspd.unlink()
        write_code_point(code_point, rows)
        figures |= {f"code_point_{name}": value for name, value in apart(url, code_point).items()}
    figures["ratio"] = naive / figures["onspd_cpu_s"]
    for shape in ("onspd", "code_point"):
        figures[f"{shape}_cpu_s_for_2_7m"] = figures[f"{shape}_cpu_s"] * GOAL_ROWS / rows
    return {name: round(value, 2) for name, value in figures.items()}


def main() -> None:
    """Measure and print; end with status 1 when a goal is missed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--rows", type=int, default=GOAL_ROWS)
    options.add_argument("--database", help="A database of Companion's; its postcodes are replaced.")
    options.add_argument("--json", action="store_true")
    options.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.load:
        print(json.dumps(load(chosen.database, chosen.load)))
        return
    figures = measure(chosen.rows, chosen.database)
    if chosen.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:<30}{value:>14,.2f}")
    cpu = max(figures["onspd_cpu_s_for_2_7m"], figures["code_point_cpu_s_for_2_7m"])
    peak = max(figures["onspd_peak_mb"], figures["code_point_peak_mb"])
    if cpu > GOAL_CPU_S or peak > GOAL_MB or figures["onspd_bad"] or figures["code_point_bad"]:
        sys.exit("A goal is missed.")


if __name__ == "__main__":
    main()
