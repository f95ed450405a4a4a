"""The filters of the read API against a slow look at every service: they really filter, and they add up."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.directory.rules.places import distance_km
from companion.directory.use_cases import ImportReport
from tests.directory.builders import Raw, a_place, a_schedule, a_service, an_id

SLOW = settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORDS = ("apple", "banana", "cherry")
# Middles of the postcode districts LS1 and BD1, and steps away from the first.
LS1, BD1 = (53.7967, -1.5475), (53.7955, -1.7525)
START = datetime(2026, 1, 1, tzinfo=UTC)
NARROWERS = {
    "taxonomy_term_id": [an_id("term 0"), an_id("term 1"), an_id("no term")],
    "taxonomy_id": [an_id("taxonomy 0"), an_id("taxonomy 1")],
    "organization_id": [an_id("org 0"), an_id("org 1")],
    "modified_after": ["2026-01-05T00:00:00Z", "2026-01-05T01:00:00+01:00", "2026-01-09T12:00:00Z"],
    "minimum_age": ["0", "17", "18", "64.5"],
    "maximum_age": ["15", "17.5", "18", "99"],
    "day": ["MO", "Sunday", "tue,sa"],
    "start_time": ["08:00", "12:00", "23:00"],
    "end_time": ["09:00", "13:00", "02:00", "00:00"],
    "search": ["apple", "banana cherry", "advice", "zebra"],
    "frobnicate": ["1"],
}
NEAR = {"postcode": ["LS1", "ls1", "bd1"], "proximity": ["300", "5000", "20000"]}


@dataclass(frozen=True)
class Facts:
    """What a made-up service is, as a test knows it without asking the house."""

    id: str
    words: tuple[str, ...]
    ages: tuple[int | None, int | None]
    terms: frozenset[int]
    organisation: int
    modified: datetime
    # (weekday, opens, closes) in minutes; closing past 1,440 is open overnight
    hours: tuple[tuple[int, int, int], ...]
    places: tuple[tuple[float, float], ...]

    def raw(self) -> Raw:
        """Return the service as a feed would send it."""
        lines = [
            a_schedule(DAYS[day], f"{opens // 60:02d}:{opens % 60:02d}",
                       f"{closes % 1440 // 60:02d}:{closes % 60:02d}")
            for day, opens, closes in self.hours
        ]  # fmt: skip
        terms = [{"id": an_id(f"term {n}"), "name": f"Term {n}", "taxonomy_id": an_id(f"taxonomy {n // 2}"),
                  "taxonomy": f"Taxonomy {n // 2}"} for n in sorted(self.terms)]  # fmt: skip
        youngest, oldest = self.ages
        return {
            **a_service(" ".join(("Advice", *self.words)), description="Help.", schedules=lines),
            "id": self.id, "minimum_age": youngest, "maximum_age": oldest,
            "attributes": [{"taxonomy_term": term} for term in terms],
            "organization": {"id": an_id(f"org {self.organisation}"), "name": f"Org {self.organisation}"},
            "last_modified": self.modified.isoformat(),
            "service_at_locations": [a_place(lat, lon) for lat, lon in self.places],
        }  # fmt: skip


def some_facts() -> list[Facts]:
    """Return forty services that differ in everything filters look at."""
    chance = random.Random(7)
    found = []
    for number in range(40):
        hours = []
        for _ in range(chance.randrange(3)):
            opens = chance.choice((0, 480, 540, 720, 1320))
            closes = chance.choice([end for end in (540, 720, 780, 1440, 1560) if end > opens])
            hours.append((chance.randrange(7), opens, min(closes, opens + 1439)))
        low, high = chance.choice((None, 0, 16, 18)), chance.choice((None, 17, 25, 99))
        steps = [chance.choice((0, 0.002, 0.02, 0.1)) for _ in range(chance.randrange(3))]
        found.append(Facts(
            an_id(f"service {number}"), tuple(w for w in WORDS if chance.random() < 0.5), (low, high),
            frozenset(n for n in range(4) if chance.random() < 0.3), chance.randrange(3),
            START + timedelta(days=chance.randrange(12)), tuple(hours),
            tuple((LS1[0] + step, LS1[1]) for step in dict.fromkeys(steps)),
        ))  # fmt: skip
    return found


FACTS = {facts.id: facts for facts in some_facts()}


def minutes(hours: tuple[tuple[int, int, int], ...]) -> set[int]:
    """Return every minute of the week that is open."""
    return {(day * 1440 + minute) % 10_080 for day, opens, closes in hours for minute in range(opens, closes)}


def asked_minutes(query: dict[str, str]) -> set[int]:
    """Return every minute of the week that a query asks about."""
    named = {"MO": [0], "Sunday": [6], "tue,sa": [1, 5]}.get(query.get("day", ""), list(range(7)))
    first, last = (
        int(text[:2]) * 60 + int(text[3:])
        for text in (query.get("start_time", "00:00"), query.get("end_time", "00:00"))
    )
    length = (last - first) % 1440 or (1 if first else 1440)
    return {(day * 1440 + first + step) % 10_080 for day in named for step in range(length)}


def passes(facts: Facts, query: dict[str, str]) -> bool:
    """Tell whether a service passes every filter of a query, one after the other."""
    low, high = facts.ages
    terms = {an_id(f"term {n}") for n in facts.terms}
    taxonomies = {an_id(f"taxonomy {n // 2}") for n in facts.terms}
    held = {"advice", *facts.words}
    answers = {
        "taxonomy_term_id": lambda value: value in terms,
        "taxonomy_id": lambda value: value in taxonomies,
        "organization_id": lambda value: value == an_id(f"org {facts.organisation}"),
        "modified_after": lambda value: facts.modified >= datetime.fromisoformat(value),
        "minimum_age": lambda value: high is None or high >= float(value),
        "maximum_age": lambda value: low is None or low <= float(value),
        "search": lambda value: set(value.split()) <= held,
    }
    if not all(answers[name](value) for name, value in query.items() if name in answers):
        return False
    if {"day", "start_time", "end_time"} & set(query):
        return bool(minutes(facts.hours) & asked_minutes(query))
    return True


@pytest.fixture
def api(client_for: Callable[[str | None], Any], imports: Callable[..., ImportReport]) -> Any:
    """A client of an API with the forty services."""
    report = imports(*[facts.raw() for facts in FACTS.values()])
    assert (report.new, report.rejected) == (40, 0)
    return client_for(None)


def read_all(api: Any, path: str, query: dict[str, str], per_page: int) -> list[dict[str, Any]]:
    """Return every record of a list, page by page, with the envelope checked on the way."""
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        body = api.get(path, query_string={**query, "page": page, "per_page": per_page}).json
        found += body["contents"]
        assert body["size"] == len(body["contents"]) <= per_page
        assert body["total_pages"] == -(-body["total_items"] // per_page)
        assert (body["first_page"], body["page_number"]) == (page == 1, page)
        assert body["empty"] is (body["size"] == 0)
        if body["last_page"]:
            break
        page += 1
    ids = [one["id"] for one in found]
    assert ids == sorted(set(ids))
    assert len(ids) == body["total_items"]
    return found


def queries(*names: dict[str, list[str]]) -> st.SearchStrategy[dict[str, str]]:
    """Return queries of up to four filters."""
    every = {name: values for known in names for name, values in known.items()}
    pairs = st.sampled_from(sorted(every)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(every[name]))
    )
    return st.lists(pairs, max_size=4, unique_by=lambda pair: pair[0]).map(dict)


def test_the_services_differ_enough_for_the_filters_to_be_seen() -> None:
    for name, values in NARROWERS.items():
        counts = {sum(passes(facts, {name: value}) for facts in FACTS.values()) for value in values}
        assert name == "frobnicate" or counts - {0, 40}, name


def test_services_are_those_that_pass_every_filter(api: Any) -> None:
    @SLOW
    @given(queries(NARROWERS), st.integers(1, 50))
    def check(query: dict[str, str], per_page: int) -> None:
        listed = read_all(api, "/oruk/services", query, per_page)
        assert {one["id"] for one in listed} == {own for own, one in FACTS.items() if passes(one, query)}

    check()


def test_services_at_locations_are_those_that_pass_and_lie_near(api: Any) -> None:
    places, distances = (st.sampled_from(["", *values]) for values in NEAR.values())

    @SLOW
    @given(queries(NARROWERS), places, distances)
    def check(query: dict[str, str], postcode: str, proximity: str) -> None:
        middle = BD1 if postcode == "bd1" else LS1
        far = int(proximity or 8047) / 1000 if postcode else 1e9
        near = {name: value for name, value in (("postcode", postcode), ("proximity", proximity)) if value}
        near = near if postcode else {}
        listed = read_all(api, "/oruk/service_at_locations", {**query, **near}, 40)
        found = [(one["service_id"], one["location"]["latitude"]) for one in listed]
        expected = [
            (own, round(lat, 6))
            for own, facts in FACTS.items()
            for lat, lon in facts.places
            if passes(facts, query) and distance_km(*middle, lat, lon) <= far
        ]
        assert sorted(found) == sorted(expected)

    check()
