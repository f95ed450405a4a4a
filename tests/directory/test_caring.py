"""What an admin does: hide, correct, read reports; and what no import undoes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.core.errors import NotFound, RuleBroken
from companion.core.orm import Sessions
from companion.directory import use_cases
from companion.directory.rules.care import CORRECTABLE, REFRESH_FROM, corrected, next_refresh
from companion.directory.rules.parts import Kind
from companion.directory.rules.values import LONDON
from companion.directory.use_cases import ImportReport, Reason, Search, search_services
from tests.directory.builders import TOPICS, a_place, a_service, an_id

Import = Callable[..., ImportReport]
DEBT = UUID(an_id("Leeds Debt Advice"))


@pytest.fixture
def care(factory: Sessions) -> Callable[..., Any]:
    """Do something in a transaction of its own."""

    def run(work: Callable[..., Any], *given: Any) -> Any:
        with factory.begin() as session:
            return work(session, *given)

    return run


@pytest.fixture
def names(factory: Sessions, now: datetime) -> Callable[..., set[str]]:
    """Return the names a search finds."""

    def take(**asked: Any) -> set[str]:
        with factory() as session:
            found = search_services(session, Search(per_page=100, **asked), now)
        return {card["name"] for card in [*found["items"], *found["national"]]}

    return take


def card(factory: Sessions, now: datetime) -> dict[str, Any]:
    """Return the debt service as a person sees it."""
    with factory() as session:
        return use_cases.get_service(session, DEBT, now)


def test_a_hidden_service_is_gone_everywhere_and_no_import_brings_it_back(
    imports: Import, care: Any, names: Any, factory: Sessions, now: datetime
) -> None:
    feed = [a_service(), a_service("Other")]
    imports(*feed)
    assert care(use_cases.hide_service, DEBT, now) == "Leeds Debt Advice"
    for again in (feed, [a_service(description="New words"), a_service("Other")]):
        imports(*again)
        assert names() == names(topic=None, text="") == {"Other"}
        assert names(text="new words") == set()
        with factory() as session, pytest.raises(NotFound):
            use_cases.get_service(session, DEBT, now)
        with factory() as session, pytest.raises(NotFound):
            use_cases.get_published(session, Kind.SERVICE, DEBT, now)
    care(use_cases.show_service, DEBT, TOPICS, now)
    assert names(text="new words") == {"Leeds Debt Advice"}
    assert names(topic="debt") == {"Leeds Debt Advice", "Other"}


def test_a_service_its_source_no_longer_has_stays_away_when_it_is_shown_again(
    imports: Import, care: Any, names: Any, now: datetime
) -> None:
    imports(a_service(), *[a_service(f"Service {number}") for number in range(9)])
    care(use_cases.hide_service, DEBT, now)
    imports(*[a_service(f"Service {number}") for number in range(9)])
    care(use_cases.show_service, DEBT, TOPICS, now)
    assert "Leeds Debt Advice" not in names()


def test_a_correction_shows_at_once_and_outlives_imports(
    imports: Import, care: Any, names: Any, factory: Sessions, now: datetime
) -> None:
    number = [{"number": "0113 496 0001"}]
    wrong = a_service(
        phones=number,
        contacts=[{"id": an_id("c"), "name": "Desk", "phones": number}],
        service_at_locations=[a_place(phones=number)],
    )
    imports(wrong)
    fixes = {"phone": "0113 496 0002", "description": "Now with an allotment", "url": "northside.org.uk"}
    care(use_cases.correct_service, DEBT, fixes, TOPICS, now)
    for _ in range(3):
        found = card(factory, now)
        assert [one["number"] for one in found["phones"]] == ["0113 496 0002"]
        assert found["url"] == "https://northside.org.uk"
        assert names(text="allotment") == {"Leeds Debt Advice"}
        assert found["place"]["postcode"] == "LS1 4AP"
        imports(wrong)
    assert imports(wrong).unchanged == 1
    # The source changes elsewhere: its news come through, the correction stays on top.
    imports({**wrong, "name": "Leeds Money Advice"})
    assert card(factory, now)["name"] == "Leeds Money Advice"
    assert names(text="allotment") == {"Leeds Money Advice"}
    care(use_cases.uncorrect_service, DEBT, now)
    imports(wrong)
    assert [one["number"] for one in card(factory, now)["phones"]] == ["0113 496 0001"]


def test_a_second_correction_adds_to_the_first(
    imports: Import, care: Any, factory: Sessions, now: datetime
) -> None:
    imports(a_service())
    care(use_cases.correct_service, DEBT, {"name": "Debt desk"}, TOPICS, now)
    care(use_cases.correct_service, DEBT, {"fees": "Free"}, TOPICS, now)
    imports(a_service())
    found = card(factory, now)
    assert (found["name"], found["free"]) == ("Debt desk", "yes")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"feed_id": "1"}, "feed_id"),
        ({"url": "not an address"}, "url"),
        ({"url": "www.example.com"}, "url"),
        ({"email": "nobody"}, "email"),
        ({"phone": "ring us"}, "phone"),
        ({"name": ""}, "name"),
        ({"minimum_age": "old"}, "minimum_age"),
        ({"fees": "x" * 5000}, "fees"),
    ],
    ids=["unknown", "url", "placeholder", "email", "phone", "name", "age", "long"],
)
def test_a_correction_that_cannot_be_read_changes_nothing(
    imports: Import, care: Any, factory: Sessions, now: datetime, fields: dict[str, str], field: str
) -> None:
    imports(a_service())
    before = card(factory, now)
    with pytest.raises(RuleBroken) as refused:
        care(use_cases.correct_service, DEBT, fields, TOPICS, now)
    assert list(refused.value.fields) == [field]
    assert card(factory, now) == before


def test_what_nobody_knows_cannot_be_cared_for(imports: Import, care: Any, now: datetime) -> None:
    imports(a_service())
    for work, *rest in (
        (use_cases.hide_service, now),
        (use_cases.show_service, TOPICS, now),
        (use_cases.correct_service, {"name": "X"}, TOPICS, now),
        (use_cases.report_service, Reason.CLOSED, now),
        (use_cases.uncorrect_service, now),
        (use_cases.settle_reports, now),
    ):
        with pytest.raises(NotFound):
            care(work, uuid4(), *rest)
    with pytest.raises(RuleBroken):
        care(use_cases.uncorrect_service, DEBT, now)


def test_reports_are_counted_by_day_and_reason_up_to_a_limit_and_can_be_settled(
    imports: Import, care: Any, now: datetime
) -> None:
    imports(a_service(), a_service("Other"))
    for _ in range(60):
        care(use_cases.report_service, DEBT, Reason.CLOSED, now)
    care(use_cases.report_service, DEBT, Reason.CLOSED, now + timedelta(days=1))
    care(use_cases.report_service, DEBT, Reason.PHONE, now)
    found = care(use_cases.list_reports)
    assert [(one["reason"], one["times"]) for one in found] == [("closed", 51), ("phone", 1)]
    assert found[0]["last_on"] == (now + timedelta(days=1)).date()
    (source,) = care(use_cases.list_sources)
    assert source["reports"] == 52
    care(use_cases.settle_reports, DEBT, now)
    assert care(use_cases.list_reports) == []


def test_nobody_can_report_what_is_hidden(imports: Import, care: Any, now: datetime) -> None:
    imports(a_service())
    care(use_cases.hide_service, DEBT, now)
    with pytest.raises(NotFound):
        care(use_cases.report_service, DEBT, Reason.OTHER, now)


@given(st.uuids(), st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))
def test_a_feed_is_fetched_once_in_the_night_that_comes(feed_id: UUID, at: datetime) -> None:
    at = at.replace(tzinfo=UTC)
    found = next_refresh(feed_id, at)
    assert timedelta(0) < found - at <= timedelta(hours=25)
    wall = found.astimezone(LONDON)
    # On the night the clocks go forward nothing is called half past two or three; it is an hour later then.
    assert REFRESH_FROM <= wall.time() <= time(4, 0)
    assert next_refresh(feed_id, found) > found


@given(st.dictionaries(st.sampled_from(sorted(CORRECTABLE)), st.text(max_size=30)))
def test_a_record_is_left_as_it_is_below_its_corrections(fields: dict[str, str]) -> None:
    raw = a_service(contacts=[{"name": "Desk", "email": "a@northside.example", "phones": [{"number": "1"}]}])
    before = repr(raw)
    corrected(raw, fields)
    assert repr(raw) == before
    assert corrected("no record", fields) == "no record"
    assert corrected(raw, {}) is raw


def test_phones_are_told_what_was_taken_away_and_what_came_back_is_not_among_it(
    imports: Import, care: Any, now: datetime
) -> None:
    several = [a_service(f"Service {number}") for number in range(10)]
    imports(a_service(), a_service("Shut", status="inactive"), *several)
    care(use_cases.hide_service, DEBT, now)
    imports(a_service(), a_service("Shut", status="inactive"), *several[1:])
    gone = {DEBT, UUID(an_id("Shut")), UUID(an_id("Service 0"))}
    assert set(care(use_cases.list_withdrawn, now)) == gone
    care(use_cases.show_service, DEBT, TOPICS, now)
    assert set(care(use_cases.list_withdrawn, now)) == gone - {DEBT}
    assert care(use_cases.list_withdrawn, now + timedelta(days=181)) == []
