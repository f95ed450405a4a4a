"""Made-up services in the shape of an ORUK 3.0 page, as many as wanted, the same ones every time.

    python scripts/bench/made_up.py COUNT FILE [--city]

They lie all over Great Britain, or with `--city` all in one city. One in twenty has no address, one in three
says something of who can come. A record is about 2.6 KB of JSON, so 100,000 are a page of 260 MB. Its
words are made up, and as common and rare as words are.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

SPACE = UUID("5d7b0f7e-6f0c-5f3a-9c1d-0a8f5f1b2c3d")
CITY = (53.80, -1.55)
KINDS = {
    "Debt advice": "money debt bailiffs budget creditors",
    "Housing advice": "housing tenancy landlord eviction council",
    "Food bank": "food parcels tins families vouchers",
    "Needle exchange": "needles injecting harm reduction naloxone",
    "Job club": "job work applications interviews skills",
    "Recovery cafe": "recovery addiction peers cafe sober",
    "Counselling": "counselling anxiety depression listening mental health",
    "Parenting group": "parents toddlers babies play family",
    "Benefits help": "benefits credit claims forms appeals",
    "Training course": "training course skills certificate college",
    "Mutual aid meeting": "meeting fellowship recovery alcohol members",
    "Carers group": "carers respite caring support break",
    "Walking group": "walking outdoors exercise countryside friends",
    "Furniture store": "furniture beds sofas household delivery",
    "School uniform bank": "uniform school shoes children coats",
    "Night shelter": "homeless shelter rough sleeping beds",
    "Legal clinic": "legal solicitor law rights tribunal",
    "Art class": "art painting drawing pottery studio",
    "Community garden": "garden allotment growing plants volunteers",
    "Baby bank": "baby clothes nappies prams equipment",
}
# Words of every trade and none: as rare as words are, so that a search for a common one finds thousands.
_PARTS = (
    "bar",
    "cor",
    "dal",
    "fen",
    "gol",
    "har",
    "lin",
    "mor",
    "nel",
    "pol",
    "ris",
    "sel",
    "tam",
    "ver",
    "wil",
)
WORDS = ["support", "people", "community", "local", "session", "weekly", "group", "help", "centre", "team"]
WORDS += [a + b + c for a in _PARTS for b in _PARTS for c in ("an", "et", "ow", "y")]
_OFTEN = [1 / (rank + 25) for rank in range(len(WORDS))]
FACTS = (
    "Step-free access throughout.", "No need to book, just drop in.", "You can refer yourself.",
    "Women only.", "Free of charge.", "Assistance dogs only.", "Please bring proof of address.",
)  # fmt: skip
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def services(count: int, *, city: bool = False, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield so many raw services."""
    chance = random.Random(seed)  # noqa: S311  (made-up services, no secret)
    for number in range(count):
        yield _service(chance, number, city=city)


def _service(chance: random.Random, number: int, *, city: bool) -> dict[str, Any]:
    def own(kind: str) -> str:
        return str(uuid5(SPACE, f"{kind}{number}"))

    kind, days = chance.choice(list(KINDS)), chance.sample(DAYS, chance.randint(1, 5))
    opens, closes = chance.choice(
        (("09:00", "17:00"), ("10:00", "12:30"), ("13:00", "21:00"), ("18:00", "20:00"))
    )
    fact = chance.choice(FACTS) if chance.random() < 1 / 3 else ""
    found: dict[str, Any] = {
        "id": own("s"),
        "name": f"{kind} {chance.choice(WORDS)} {number}",
        "description": f"<p>{_sentences(chance, kind)} {fact}</p>",
        "status": "active",
        "url": f"https://www.service{number}.org.uk",
        "email": f"info@service{number}.org.uk",
        "fees_description": "",
        "last_modified": "2026-10-01T09:00:00Z",
        "assured_date": "2026-09-01",
        "minimum_age": chance.choice((16, 18, 18, 50)),
        "organization": {
            "id": str(uuid5(SPACE, f"o{number // 5}")),
            "name": f"Organisation {number // 5}",
            "description": "An organisation that helps people.",
        },
        "phones": [{"id": own("p"), "number": f"0113 496 {number % 10_000:04d}"}],
        "schedules": [
            {"id": own(f"h{day}"), "freq": "WEEKLY", "byday": day, "opens_at": opens, "closes_at": closes}
            for day in days
        ],
        "attributes": [
            {
                "id": own("t"),
                "taxonomy_term": {
                    "id": str(uuid5(SPACE, f"term{number % 40}")),
                    "name": chance.choice(WORDS),
                    "description": "A term of a list.",
                },
            }
        ],
    }
    if number % 20:
        found["service_at_locations"] = [_at_location(chance, number, own, city=city)]
    return found


def _at_location(chance: random.Random, number: int, own: Any, *, city: bool) -> dict[str, Any]:
    if city:
        lat, lon = CITY[0] + chance.gauss(0, 0.05), CITY[1] + chance.gauss(0, 0.08)
    else:
        lat, lon = chance.uniform(50.2, 57.5), chance.uniform(-5, 1.5)
    address = {
        "id": own("a"), "address_1": f"{number % 200} High Street", "city": "Leeds", "region": "",
        "state_province": "West Yorkshire", "postal_code": "LS1 4AP", "country": "GB",
        "address_type": "physical",
    }  # fmt: skip
    return {
        "id": own("l"),
        "location": {
            "id": own("L"), "location_type": "physical", "name": f"{chance.choice(WORDS)} house".capitalize(),
            "latitude": round(lat, 5), "longitude": round(lon, 5), "addresses": [address],
        },
    }  # fmt: skip


def _sentences(chance: random.Random, kind: str) -> str:
    """Return a description: words of its kind, now and then one of another, and many that say nothing."""
    lines = []
    for _ in range(chance.randint(8, 17)):
        words = chance.choices(WORDS, _OFTEN, k=chance.randint(7, 14))
        about = kind if chance.random() < 0.95 else chance.choice(list(KINDS))
        words[chance.randrange(len(words))] = chance.choice(KINDS[about].split())
        lines.append(" ".join(words).capitalize() + ".")
    return " ".join(lines)


def write_page(path: Path, count: int, *, city: bool = False) -> None:
    """Write one page that holds them all."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"total_items":{count},"total_pages":1,"page_number":1,"size":{count},')
        file.write('"first_page":true,"last_page":true,"empty":false,"contents":[')
        for number, one in enumerate(services(count, city=city)):
            file.write(("," if number else "") + json.dumps(one))
        file.write("]}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("count", type=int)
    options.add_argument("file", type=Path)
    options.add_argument("--city", action="store_true")
    chosen = options.parse_args()
    write_page(chosen.file, chosen.count, city=chosen.city)
