"""A feed on the web: going on where a reading broke off, asking for changes only, and politeness."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from companion.core.net import NetFailure, Reply
from companion.core.orm import Sessions
from companion.directory import models
from companion.directory.gateway.polite import MOST_PAUSE_S, Polite
from companion.directory.use_cases import ImportReport
from tests.directory.builders import Raw, a_page, a_service

Import = Callable[..., ImportReport]
BASE = "https://feed.org.uk/services"
SIZE = 3


class Publisher:
    """A publisher of an ORUK list in pages of three; it fails from the page `breaks_at` on."""

    def __init__(self, *services: Raw) -> None:
        self.services, self.breaks_at = list(services), 99
        self.shallow = self.filters = False
        self.asked = list[str]()

    def __call__(self, url: str) -> Reply | NetFailure:
        """Answer one address."""
        self.asked.append(url.removeprefix(BASE))
        parts = urlsplit(url)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if not parts.path.endswith("/services"):
            own = parts.path.rpartition("/")[2]
            return self._say(next(one for one in self.services if one["id"] == own))
        number = int(query.get("page", 1))
        if number >= self.breaks_at:
            return Reply(500, {}, b"")
        since = query.get("modified_after", "") if self.filters else ""
        found = [one for one in self.services if one["last_modified"] >= since]
        pages = -(-len(found) // SIZE)
        some = found[(number - 1) * SIZE : number * SIZE]
        if self.shallow:
            some = [{key: one[key] for key in ("id", "name", "status", "last_modified")} for one in some]
        return self._say(a_page(*some, total_items=len(found), total_pages=pages, page_number=number,
                                last_page=number >= pages))  # fmt: skip

    def _say(self, found: Raw) -> Reply:
        return Reply(200, {}, json.dumps(found).encode())


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """A publisher of eight services."""
    made = Publisher(*[a_service(f"Service {number}", contacts=[]) for number in range(8)])
    monkeypatch.setattr("companion.directory.gateway.from_web", lambda _extra: made)
    return made


def read(imports: Import, publisher: Publisher, **more: Any) -> ImportReport:
    """Read the feed; `asked` then holds what was asked for in this reading."""
    publisher.asked.clear()
    return imports(source=BASE, **more)


def pages_kept(ask: Any) -> int:
    """Return how many pages of a reading that broke off are kept."""
    found: int = ask("SELECT count(*) FROM directory_crawl_page")[0][0]
    return found


def test_a_reading_that_broke_off_goes_on_where_it_was(
    imports: Import, publisher: Publisher, ask: Any, now: datetime
) -> None:
    read(imports, publisher)
    publisher.breaks_at = 3
    report = read(imports, publisher)
    assert "Page 3" in report.failure
    assert pages_kept(ask) == 2
    publisher.breaks_at = 99
    report = read(imports, publisher, now=now + timedelta(hours=20))
    assert publisher.asked == ["", "?page=2", "?page=3"]
    assert (report.total, report.unchanged, report.retired, report.complete) == (2, 2, 0, True)
    assert pages_kept(ask) == 0


def test_what_is_gone_is_noticed_by_a_reading_that_went_on(
    imports: Import, publisher: Publisher, ask: Any
) -> None:
    read(imports, publisher)
    gone = publisher.services.pop()
    publisher.breaks_at = 3
    read(imports, publisher)
    publisher.breaks_at = 99
    assert read(imports, publisher).retired == 1
    ((name,),) = ask("SELECT name FROM directory_service WHERE retired_at IS NOT NULL")
    assert name == gone["name"]


@pytest.mark.parametrize("why", ["late", "moved"])
def test_it_begins_anew_after_a_day_or_when_the_order_has_moved(
    imports: Import, publisher: Publisher, now: datetime, why: str
) -> None:
    publisher.breaks_at = 3
    read(imports, publisher)
    publisher.breaks_at = 99
    if why == "moved":
        del publisher.services[0]
    report = read(imports, publisher, now=now + timedelta(hours=25 if why == "late" else 1))
    assert (report.total, report.complete) == (8 - (why == "moved"), True)


def test_only_changes_are_asked_for_where_that_works_and_once_a_week_all(
    imports: Import, publisher: Publisher, ask: Any, now: datetime
) -> None:
    publisher.filters = True
    read(imports, publisher)
    publisher.services[1] |= {"name": "Changed", "last_modified": "2026-11-23T20:00:00Z"}
    del publisher.services[5]
    report = read(imports, publisher, now=now + timedelta(days=1), thorough=False)
    assert publisher.asked == ["?modified_after=2026-11-22T09%3A00%3A00Z"]
    assert (report.updated, report.retired, report.complete, report.failure) == (1, 0, False, "")
    assert ask("SELECT complete FROM directory_feed")[0][0]
    assert not ask(lambda session: session.query(models.CrawlPage).all())
    report = read(imports, publisher, now=now + timedelta(days=8), thorough=False)
    assert publisher.asked[0] == ""
    assert (report.retired, report.complete) == (1, True)


def test_a_publisher_that_passes_over_the_question_is_read_whole(
    imports: Import, publisher: Publisher, now: datetime
) -> None:
    read(imports, publisher)
    del publisher.services[5]
    report = read(imports, publisher, now=now + timedelta(days=1), thorough=False)
    assert publisher.asked[0].startswith("?modified_after=")
    assert (report.unchanged, report.retired, report.complete) == (7, 1, True)


def test_details_are_fetched_again_only_where_the_list_has_changed(
    imports: Import, publisher: Publisher, now: datetime
) -> None:
    publisher.shallow = True
    assert read(imports, publisher).new == 8
    assert len(publisher.asked) == 8 + 3
    publisher.services[4] |= {"fees": "Free", "last_modified": "2026-11-23T20:00:00Z"}
    report = read(imports, publisher, now=now + timedelta(days=1), thorough=False)
    assert (report.updated, report.unchanged, report.complete) == (1, 7, True)
    assert len(publisher.asked) == 1 + 3 + 1
    # What the list does not tell is noticed once a week.
    publisher.services[2]["fees"] = "Free"
    assert read(imports, publisher, now=now + timedelta(days=2), thorough=False).updated == 0
    assert read(imports, publisher, now=now + timedelta(days=9), thorough=False).updated == 1


def test_a_dry_reading_keeps_no_place(imports: Import, publisher: Publisher, ask: Any) -> None:
    publisher.breaks_at = 2
    read(imports, publisher, dry_run=True)
    assert pages_kept(ask) == 0


def waits_for(*replies: Reply | NetFailure) -> tuple[list[float], Reply | NetFailure]:
    """Return how long a polite fetch waits with these answers, and what it gives back."""
    answers, waits = iter(replies), list[float]()
    polite = Polite(lambda _url: next(answers), pause=waits.append)
    return waits, polite("https://feed.org.uk/services")


def test_who_says_too_many_is_asked_later(factory: Sessions, now: datetime) -> None:
    good = Reply(200, {}, b"{}")
    assert waits_for(Reply(429, {"retry-after": "7"}, b""), good) == ([7.0], good)
    assert waits_for(Reply(429, {}, b""), Reply(429, {}, b""), good) == ([5.0, 10.0], good)
    later = {"retry-after": "Mon, 23 Nov 2026 09:00:30 GMT"}
    assert waits_for(Reply(503, later, b""), good) == ([30.0], good)
    for refused in (Reply(429, {"retry-after": "3600"}, b""), Reply(503, {}, b""), Reply(500, {}, b"")):
        assert waits_for(refused, good) == ([], refused)
    assert len(waits_for(*[Reply(429, {"retry-after": "1"}, b"")] * 9)[0]) == 3


def test_there_is_a_breath_between_answers_but_not_at_home() -> None:
    waits = list[float]()
    for ours, times in (("https://other.org.uk", 2), (BASE, 0)):
        waits.clear()
        polite = Polite(lambda _url: Reply(200, {}, b""), ours.__eq__, waits.append)
        for _ in range(3):
            polite(BASE)
        assert len(waits) == times
        assert all(0 < wait <= MOST_PAUSE_S for wait in waits)
