"""Searches against a slow judge: every service looked at one by one, by the rules and without a database."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from companion.directory.rules.facts import FACTS, facts_of
from companion.directory.rules.hours import OpenState
from companion.directory.rules.parse import parse_service
from companion.directory.rules.places import distance_km
from companion.directory.rules.record import SHOWN, Record, Said, Status
from companion.directory.rules.search import document_words, query_words
from companion.directory.rules.topics import TopicFinder
from companion.directory.rules.values import LONDON
from companion.directory.rules.windows import Window, evenings, open_in, rest_of_today, this_minute
from companion.directory.use_cases import ImportReport, Search, search_services
from tests.directory.builders import TOPICS, Raw, a_place, a_schedule, a_service

IMPORTED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LEEDS = (53.7965, -1.5478)
SENTENCES = (
    "Drop-in.", "By appointment only.", "No ID needed.", "Bring ID.", "No dogs.", "Free of charge.",
    "Women only.", "Food bank.", "Debt advice.", "Take-home naloxone.", "Singing.", "Step-free access.",
)  # fmt: skip
TIMES = ("open_now", "open_today", "open_evening")


def _schedule(chance: random.Random) -> Raw:
    opens = chance.choice(("09:00", "09:15", "17:30", "22:00", "00:00"))
    closes = chance.choice(("12:10", "17:00", "20:00", "02:00", "23:59"))
    more: Raw = {}
    if chance.random() < 0.2:
        more = {"valid_from": chance.choice(("2026-01-01", "2027-01-01"))}
    if chance.random() < 0.2:
        more["valid_to"] = chance.choice(("2025-01-01", "2026-11-24", "2027-06-01"))
    if chance.random() < 0.15:
        day = chance.choice(("1MO", "4MO", "-1TU", "2WE"))
        return {"freq": "MONTHLY", "byday": day, "opens_at": opens, "closes_at": closes, **more}
    if chance.random() < 0.1:
        more |= {"interval": 2, "dtstart": "2026-11-02"}
    days = ",".join(chance.sample(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), chance.randint(1, 4)))
    return a_schedule(days, opens, closes, **more)


def _otherwise(chance: random.Random) -> Raw:
    day = f"2026-11-{chance.randint(23, 30)}"
    if chance.random() < 0.5:
        return {"start_date": day, "end_date": day, "closed": "true"}
    return {"start_date": day, "end_date": day, "closed": "false", "opens_at": "11:00", "closes_at": "15:00"}


def _service(chance: random.Random, number: int) -> Raw:
    def schedules(most: int) -> list[Raw]:
        return [_schedule(chance) for _ in range(chance.randint(0, most))]

    places = [
        a_place(LEEDS[0] + chance.gauss(0, 0.3), LEEDS[1] + chance.gauss(0, 0.5), schedules=schedules(1))
        for _ in range(chance.choice((0, 1, 1, 1, 2, 3)))
    ]
    return a_service(
        f"{chance.choice(('Debt', 'Food', 'Choir', 'Centre'))} {number}",
        description=" ".join(chance.sample(SENTENCES, chance.randint(0, 4))) or "Help.",
        service_at_locations=places, schedules=schedules(2),
        holiday_schedules=[_otherwise(chance)] if chance.random() < 0.15 else [],
        minimum_age=chance.choice((None, 0, 16, 50)), maximum_age=chance.choice((None, 25, 100)),
        status=chance.choice(("active", "active", "active", "temporarily closed", "inactive")),
    )  # fmt: skip


def _wanted(chance: random.Random) -> Search:
    facts = tuple(chance.sample(FACTS, chance.choice((0, 0, 1, 2))))
    near = chance.random() < 0.7
    at = IMPORTED + timedelta(minutes=chance.randint(0, 14 * 1440))
    return Search(
        text=chance.choice(("", "", "", "debt", "foo", "debt centre", "choir singing")),
        topic=chance.choice((None, None, "debt", "food")),
        lat=LEEDS[0] if near else None, lon=LEEDS[1] if near else None,
        within_km=chance.choice((None, 5.0, 30.0, 500.0)) if near else None,
        facts=facts, age=chance.choice((None, None, 15, 16, 25, 26, 60)), at=at,
        page=chance.choice((1, 1, 2)), per_page=chance.choice((3, 20, 100)),
        **{name: chance.random() < 0.25 for name in TIMES},
    )  # fmt: skip


@dataclass(frozen=True)
class Judge:
    """Looks at every service one by one."""

    wanted: Search
    at: datetime

    def groups(self) -> list[tuple[Window, ...]]:
        """Return the windows of each wish for a time."""
        made = (this_minute, rest_of_today, evenings)
        return [
            windows(self.at) for name, windows in zip(TIMES, made, strict=True) if getattr(self.wanted, name)
        ]

    def says(self, record: Record, position: int) -> str:
        """Return yes, not_said or no for one place of a service."""
        facts = facts_of(record.document)
        answers = [facts.get(fact, Said.NOT_SAID) for fact in self.wanted.facts]
        age, low, high = self.wanted.age, record.minimum_age or 0, record.maximum_age or 100
        if age is not None:
            fits = low <= age and (high >= 100 or high >= age)
            said = low > 0 or high < 100
            answers.append(Said.NO if not fits else Said.YES if said else Said.NOT_SAID)
        own = record.places[position - 1].openings if position else ()
        on = self.at.astimezone(LONDON).date()
        for windows in self.groups():
            state = open_in(own or record.openings, windows, on)
            if record.status is Status.TEMPORARILY_CLOSED:
                state = OpenState.CLOSED
            answers.append({OpenState.OPEN: Said.YES, OpenState.CLOSED: Said.NO}.get(state, Said.NOT_SAID))
        if Said.NO in answers:
            return "no"
        return "not_said" if Said.NOT_SAID in answers else "yes"

    def about(self, record: Record, *, every: bool) -> bool:
        """Tell whether a service has the topic and the words."""
        keys = TopicFinder(TOPICS).topics_of(record)
        if self.wanted.topic and self.wanted.topic not in keys:
            return False
        words = query_words(self.wanted.text)
        titles = [topic.title for topic in TOPICS if topic.key in keys]
        held = document_words(record, titles)
        hits = [word in held for word in words[:-1]]
        hits += [any(one.startswith(words[-1]) for one in held)] if words else []
        return (all if every else any)(hits) if hits else True

    def within(
        self, records: list[Record], km: float | None, *, every: bool
    ) -> tuple[dict[str, float], set[str]]:
        """Return the sure services with their distance, and the ones that have not said."""
        sure: dict[str, float] = {}
        maybe: set[str] = set()
        for record in records:
            if not self.about(record, every=every):
                continue
            for position, place in enumerate(record.places, 1):
                if place.lat is None or place.lon is None:
                    continue
                far = 0.0
                if self.wanted.lat is not None and self.wanted.lon is not None:
                    far = distance_km(self.wanted.lat, self.wanted.lon, place.lat, place.lon)
                if km is not None and far > km:
                    continue
                said = self.says(record, position)
                if said == "yes":
                    sure[record.name] = min(far, sure.get(record.name, far))
                elif said == "not_said":
                    maybe.add(record.name)
        return sure, maybe - set(sure)

    def lines(self, records: list[Record], said: str, *, every: bool) -> set[str]:
        """Return the services without a place that say so."""
        return {
            r.name for r in records
            if not any(place.lat is not None for place in r.places)
            and self.about(r, every=every) and self.says(r, 0) == said
        }  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_a_search_finds_what_a_slow_judge_finds(
    imports: Callable[..., ImportReport], session: Session, seed: int
) -> None:
    chance = random.Random(seed)
    raws = [_service(chance, number) for number in range(90)]
    imports(*raws, now=IMPORTED)
    parsed = [parse_service(raw)[0] for raw in raws]
    records = [record for record in parsed if record is not None and record.status in SHOWN]
    hits = 0
    for _ in range(40):
        wanted = _wanted(chance)
        found = search_services(session, wanted, IMPORTED)
        session.rollback()
        _compare(wanted, found, records)
        hits += bool(found["items"]) + bool(found["not_said"])
    assert hits > 20


def _compare(wanted: Search, found: dict[str, Any], records: list[Record]) -> None:
    judge = Judge(wanted, wanted.at or IMPORTED)
    asked = bool(wanted.facts or wanted.age is not None or judge.groups())
    for every in (True, False):
        sure, maybe = judge.within(records, found["within_km"], every=every)
        _, maybe = judge.within(records, found["not_said_within_km"] if asked else None, every=every)
        maybe = maybe - set(sure)
        lines, silent = (judge.lines(records, said, every=every) for said in ("yes", "not_said"))
        if sure or lines or (asked and (maybe or silent)) or len(query_words(wanted.text)) < 2:
            break
    assert (found["total"], found["national_total"]) == (len(sure), len(lines)), wanted
    assert found["not_said_total"] == (len(maybe) + len(silent) if asked else 0), wanted
    page = slice((wanted.page - 1) * wanted.per_page, wanted.page * wanted.per_page)
    names = [card["name"] for card in found["items"]]
    assert len(names) == len(set(names)) == len(range(found["total"])[page])
    assert set(names) <= set(sure)
    if wanted.lat is not None:
        assert [round(sure[name], 2) for name in names] == [card["distance_km"] for card in found["items"]]
        assert [card["distance_km"] for card in found["items"]] == [
            round(far, 2) for far in sorted(sure.values())[page]
        ]
    unsaid = [card["name"] for card in found["not_said"]]
    assert len(unsaid) == len(set(unsaid)) == len(range(found["not_said_total"])[page])
    assert set(unsaid) <= maybe | silent
