"""The towns and outcodes we carry along in content/places; its README names their sources."""

from __future__ import annotations

import csv
import os
from functools import lru_cache
from pathlib import Path

from companion.directory.rules.places import PlaceNames, Spot


def _folder() -> Path:
    """Return the folder of places: COMPANION_CONTENT_DIR, else the wheel's copy, else the source tree's."""
    named = os.environ.get("COMPANION_CONTENT_DIR")
    if named:
        return Path(named) / "places"
    package = Path(__file__).resolve().parents[2]
    packed = package / "_content"
    return (packed if packed.is_dir() else package.parent / "content") / "places"


@lru_cache(maxsize=1)
def gazetteer() -> PlaceNames:
    """Return the towns and outcodes, read once."""
    folder = _folder()
    with (folder / "towns.csv").open(encoding="utf-8", newline="") as rows:
        towns = [
            Spot(row["name"], float(row["lat"]), float(row["lon"]), row["nation"], int(row["population"]))
            for row in csv.DictReader(rows)
        ]
    with (folder / "outcodes.csv").open(encoding="utf-8", newline="") as rows:
        outcodes = {
            row["outcode"]: Spot(
                row["outcode"], float(row["lat"]), float(row["lon"]), row["nation"], approximate=True
            )
            for row in csv.DictReader(rows)
        }
    return PlaceNames(towns, outcodes)


@lru_cache(maxsize=1)
def place_sources() -> tuple[dict[str, str], ...]:
    """Return who made the lists of places, with licence, attribution and url. Own lists may name nobody."""
    path = _folder() / "sources.csv"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as rows:
        return tuple(csv.DictReader(rows))
