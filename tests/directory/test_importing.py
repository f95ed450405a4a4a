"""Feeds brought in: what is kept, what a second run does, what is retired and what never is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from companion.core.errors import RuleBroken
from companion.core.orm import Base
from companion.directory.rules.parts import Kind
from companion.directory.use_cases import (
    FeedUnreadable,
    ImportReport,
    Licence,
    Search,
    get_published,
    list_sources,
    search_services,
)
from tests.directory.builders import TOPICS, ATopic, a_page, a_place, a_service, an_id

Import = Callable[..., ImportReport]
Ask = Callable[..., Any]
TABLES = [name for name in Base.metadata.tables if name.startswith("directory_")]


@pytest.fixture
def snapshot(ask: Ask) -> Callable[[], dict[str, list[Any]]]:
    """Return every row of the directory, but for when a feed was last read."""

    def every(name: str) -> str:
        table = Base.metadata.tables[name]
        left_out = ("fetched_at", "tried_at", "counts") if name == "directory_feed" else ()
        columns = ", ".join(column.name for column in table.c if column.name not in left_out)
        return f"SELECT {columns} FROM {name} ORDER BY {', '.join(c.name for c in table.primary_key)}"

    def take() -> dict[str, list[Any]]:
        found = {name: ask(every(name)) for name in TABLES}
        return {**found, "text": ask("SELECT rowid, words FROM directory_text ORDER BY rowid")}

    return take


@pytest.fixture
def names(ask: Ask, now: Any) -> Callable[[], set[str]]:
    """Return the names of all services a search finds."""

    def take() -> set[str]:
        found = ask(lambda session: search_services(session, Search(per_page=100), now))
        return {card["name"] for card in [*found["items"], *found["national"]]}

    return take


def several(count: int) -> list[dict[str, Any]]:
    """Return as many different services."""
    return [a_service(f"Service {number}") for number in range(count)]


def test_a_second_import_changes_nothing(imports: Import, snapshot: Any) -> None:
    feed = [*several(3), a_service("Odd", email="not an address", minimum_age="old"), {"id": "1"}]
    first = imports(*feed)
    before = snapshot()
    second = imports(*feed)
    assert (first.new, first.rejected) == (4, 1)
    assert (second.new, second.updated, second.unchanged, second.rejected) == (0, 0, 4, 1)
    assert snapshot() == before


def test_a_changed_record_is_written_again_and_found_by_its_new_words(
    imports: Import, names: Any, ask: Ask, now: Any
) -> None:
    imports(a_service("One", description="Debt"), a_service("Two"))
    report = imports(a_service("One", description="Allotment"), a_service("Two"))
    assert (report.updated, report.unchanged) == (1, 1)
    found = ask(lambda session: search_services(session, Search(text="allotment"), now))
    assert [card["name"] for card in found["items"]] == ["One"]
    found = ask(lambda session: search_services(session, Search(text="debt"), now))
    assert [card["name"] for card in found["items"]] == ["Two"]


def test_good_rows_load_and_bad_ones_are_kept_with_reasons(imports: Import, ask: Ask) -> None:
    report = imports(a_service("Good"), {"name": "No id"}, "text", a_service(""))
    assert (report.new, report.rejected) == (1, 3)
    rows = ask("SELECT pointer, field, code, message FROM directory_reject WHERE level = 'reject'")
    assert {row[:3] for row in rows} == {
        ("/contents/1", "id", "id_missing"),
        ("/contents/2", "", "not_an_object"),
        ("/contents/3", "name", "name_missing"),
    }
    assert all(row[3] for row in rows)


def test_a_mended_record_takes_its_reject_away(imports: Import, ask: Ask) -> None:
    bad = {"id": an_id("x"), "name": ""}
    imports(a_service("Good"), bad)
    imports(a_service("Good"), {**bad, "name": "Better"})
    assert ask("SELECT count(*) FROM directory_reject")[0][0] == 0


def test_many_copies_of_one_id_are_one_record_and_a_warning(imports: Import, names: Any, ask: Ask) -> None:
    report = imports(*[a_service("Same", fees=str(number)) for number in range(128)])
    assert (report.new, report.duplicates, report.problems["duplicate_id"]) == (1, 127, 1)
    assert names() == {"Same"}
    assert ask("SELECT count(*) FROM directory_reject WHERE code = 'duplicate_id'")[0][0] == 1


def test_a_service_gone_from_a_whole_feed_is_retired_and_comes_back(
    imports: Import, names: Any, ask: Ask
) -> None:
    feed = several(10)
    imports(*feed)
    report = imports(*feed[:9])
    assert report.retired == 1
    assert "Service 9" not in names()
    assert ask("SELECT count(*) FROM directory_service")[0][0] == 10
    again = imports(*feed)
    assert (again.returned, again.new, again.unchanged) == (1, 0, 9)
    assert "Service 9" in names()


@pytest.mark.parametrize("left", [0, 7])
def test_an_empty_feed_or_a_great_drop_retires_nothing(imports: Import, names: Any, left: int) -> None:
    feed = several(10)
    imports(*feed)
    report = imports(*feed[:left])
    assert report.retired == 0
    assert len(names()) == 10
    assert bool(report.held_back) == (left > 0)


def test_a_partial_feed_retires_nothing(imports: Import, names: Any) -> None:
    feed = several(10)
    imports(*feed)
    assert imports(*feed[:9], page={"total_items": 10, "last_page": False, "total_pages": 2}).retired == 0
    assert len(names()) == 10


def test_other_feeds_are_never_touched(imports: Import, names: Any) -> None:
    imports(*several(10), label="theirs")
    imports(a_service("Ours"), label="ours")
    imports(a_service("Ours too"), label="ours", max_retire=1.0)
    assert names() == {f"Service {n}" for n in range(10)} | {"Ours too"}


def test_one_id_in_two_feeds_is_two_services(imports: Import, ask: Ask) -> None:
    imports(a_service("Same", fees="one"), label="first")
    imports(a_service("Same", fees="two"), label="second")
    ids = ask("SELECT id FROM directory_service ORDER BY number")
    assert len(set(ids)) == 2


@pytest.mark.parametrize("content", ["<html>Sign in</html>", json.dumps(a_page(a_service()))[:-30], "", "[1"])
def test_what_is_no_feed_is_one_clear_error_and_changes_nothing(
    imports: Import, snapshot: Any, tmp_path: Path, content: str
) -> None:
    imports(*several(3))
    before = snapshot()
    path = tmp_path / "bad.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FeedUnreadable) as caught:
        imports(source=path)
    assert caught.value.detail.endswith(".")
    assert snapshot() == before


def test_a_feed_without_a_licence_is_refused(imports: Import, snapshot: Any) -> None:
    with pytest.raises(RuleBroken) as caught:
        imports(a_service(), licence=Licence(" "))
    assert "licence" in caught.value.fields
    assert snapshot()["directory_feed"] == []


def test_a_dry_run_counts_and_writes_nothing(imports: Import, snapshot: Any) -> None:
    imports(a_service("One"))
    before = snapshot()
    report = imports(a_service("One"), a_service("Two"), {"id": "1"}, dry_run=True)
    assert (report.new, report.unchanged, report.rejected) == (1, 1, 1)
    assert imports(a_service("New"), label="another", dry_run=True).new == 1
    assert snapshot() == before


def test_new_topics_sort_every_service_again(imports: Import, ask: Ask, now: Any) -> None:
    imports(a_service("Bike club", description="Cycling"))
    topics = (*TOPICS, ATopic("sport", "Sport", ("cycling",)))
    assert imports(a_service("Bike club", description="Cycling"), topics=topics).updated == 1
    assert ask(lambda session: search_services(session, Search(topic="sport"), now))["total"] == 1


def test_states_that_are_over_are_kept_and_not_shown(imports: Import, names: Any) -> None:
    imports(a_service("Here"), a_service("Gone", status="defunct"), a_service("Off", status="inactive"))
    assert names() == {"Here"}


def test_an_update_to_an_ended_state_hides_the_service_and_its_words(
    imports: Import, names: Any, ask: Ask
) -> None:
    imports(a_service("Here"))
    imports(a_service("Here", status="defunct"))
    assert names() == set()
    assert ask("SELECT count(*) FROM directory_text")[0][0] == 0


def test_ids_that_are_no_uuids_get_the_same_public_id_again(imports: Import, ask: Ask) -> None:
    raw = {**a_service("One"), "id": "svc-1"}
    imports(raw)
    first = ask("SELECT id FROM directory_service")[0][0]
    imports({**raw, "fees": "Free"})
    assert ask("SELECT id FROM directory_service")[0][0] == first


def test_hostile_text_is_kept_as_words(imports: Import, ask: Ask, now: datetime) -> None:
    hostile = "Bobby'); DROP TABLE directory_service;-- \x00\ud800 <script>x</script>"
    imports(a_service("One", description=hostile, service_at_locations=[a_place(location={"name": hostile})]))
    found = ask(lambda session: get_published(session, Kind.SERVICE, UUID(an_id("One")), now))
    assert "<script" not in json.dumps(found)
    assert "DROP TABLE" in found["description"]


def test_progress_is_told_and_feeds_are_listed(imports: Import, ask: Ask) -> None:
    told: list[tuple[int, int | None]] = []
    imports(*several(3), progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 3)]
    (feed,) = ask(list_sources)
    assert (feed["name"], feed["licence"], feed["services"]) == (
        "Northside services",
        "Open Government Licence v3.0",
        3,
    )


def test_a_feed_of_many_pages_is_committed_page_by_page(imports: Import) -> None:
    told: list[int] = []
    report = imports(*several(1100), progress=lambda done, _total: told.append(done))
    assert report.new == 1100
    assert told == [500, 1000, 1100]
