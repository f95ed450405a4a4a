"""Make the rows that searches look at, of one cleaned record at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from companion.directory.models import places as tables
from companion.directory.rules import cards
from companion.directory.rules.facts import FACTS
from companion.directory.rules.parts import point_of
from companion.directory.rules.record import OpeningRule, Place, Record, Said, Status
from companion.directory.rules.slots import NEVER, bits, week_of

# The values of a row, in the order of its table's columns.
Cells = tuple[str | int | float | None, ...]
_AGE_OF_ALL = 100
_NAME = 100
_BITS = [(fact, bits((fact,), FACTS)) for fact in FACTS]


def search_rows(
    number: int, record: Record, topics: Sequence[str], facts: Mapping[str, Said], on: date
) -> tuple[list[Cells], list[Cells], list[Cells]]:
    """Return the rows of a service by place, by topic, and its cards; `on` is the day it is."""
    placed = [(n, place) for n, place in enumerate(record.places, 1) if place.lat is not None]
    spots: list[tuple[int, Place | None]] = [*placed] or [(0, None)]
    alone, wishes = int(len(spots) == 1), _wishes(record, facts)
    naming = (int(record.national), cards.nations_of(record.document), record.name.casefold()[:_NAME])
    by_place: list[Cells] = []
    by_topic: list[Cells] = []
    bodies: list[Cells] = []
    for position, place in spots:
        rules = place.openings if place is not None and place.openings else record.openings
        narrowing = (alone, *_point(place), *wishes, *_hours(record, rules, on))
        band = tables.NOWHERE if place is None or place.lat is None else tables.band_of(place.lat)
        by_place.append((number, position, *narrowing, *naming))
        by_topic += [(topic, band, number, position, *narrowing) for topic in (tables.ANY, *topics)]
        still = cards.still_card(record.document, position, place, rules, topics, facts)
        bodies.append((number, position, json.dumps(still, ensure_ascii=False, separators=(",", ":"))))
    return by_place, by_topic, bodies


def _wishes(record: Record, facts: Mapping[str, Said]) -> Cells:
    """Return the facts said yes to, those said no to, and the ages."""
    # Forms fill in 0 and 100 where nobody gave an age, so these two say nothing.
    oldest = record.maximum_age
    return (
        sum(bit for fact, bit in _BITS if facts.get(fact) is Said.YES),
        sum(bit for fact, bit in _BITS if facts.get(fact) is Said.NO),
        record.minimum_age or tables.YOUNGEST,
        tables.OLDEST if oldest is None or oldest >= _AGE_OF_ALL else oldest,
    )


def _point(place: Place | None) -> Cells:
    if place is None or place.lat is None or place.lon is None:
        return None, None, None
    return point_of(place.lat, place.lon)


def _hours(record: Record, rules: Sequence[OpeningRule], on: date) -> Cells:
    week = week_of(rules, on) if record.status is Status.ACTIVE else NEVER
    return week.known_until, *week.open, *week.partly
