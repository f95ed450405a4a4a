"""The nightly refresh: what is due, what a failure leaves standing, who fetches, and how it ends early."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import update

from companion.core.errors import NotFound, RuleBroken
from companion.core.orm import Sessions
from companion.directory import models, use_cases
from companion.directory.use_cases import FeedUnreadable, ImportReport, import_feed
from tests.directory.builders import TOPICS, a_page, a_service
from tests.directory.conftest import OPEN

Import = Callable[..., ImportReport]


class Publisher:
    """A publisher's web server; `said` is the status and the text it answers with."""

    def __init__(self, address: str) -> None:
        self.origin = address
        self.url = f"{address}/services"
        self.said: tuple[int, str] = (200, json.dumps(a_page(a_service())))
        # Or one text for each page.
        self.pages: list[str] = []


@contextmanager
def publishing() -> Iterator[Publisher]:
    """Serve a feed on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, text = publisher.said
            if publisher.pages:
                wanted = parse_qs(urlsplit(self.path).query).get("page", ["1"])
                text = publisher.pages[int(wanted[0]) - 1]
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    publisher = Publisher(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def publisher(factory: Sessions, now: datetime) -> Iterator[Publisher]:
    """A publisher whose feed has been imported once."""
    with publishing() as made:
        origins = frozenset({made.origin})
        import_feed(factory.begin, made.url, topics=TOPICS, licence=OPEN, now=now, extra_origins=origins)
        yield made


def refresh(factory: Sessions, publisher: Publisher, at: datetime, **more: Any) -> ImportReport | None:
    """Do what a worker does."""
    return use_cases.refresh_due(factory, TOPICS, at, extra_origins=frozenset({publisher.origin}), **more)


def source(factory: Sessions) -> dict[str, Any]:
    """Return the only source."""
    with factory() as session:
        (found,) = use_cases.list_sources(session)
    return found


def test_a_feed_of_the_web_is_fetched_in_the_night_and_only_once(
    factory: Sessions, publisher: Publisher, now: datetime
) -> None:
    due = source(factory)["refresh_at"]
    assert now < due <= now + timedelta(hours=25)
    assert refresh(factory, publisher, due - timedelta(seconds=1)) is None
    publisher.said = (200, json.dumps(a_page(a_service(), a_service("New"))))
    report = refresh(factory, publisher, due)
    assert report is not None
    assert (report.new, report.unchanged) == (1, 1)
    assert refresh(factory, publisher, due) is None
    found = source(factory)
    assert (found["services"], found["failure"], found["tried_at"]) == (2, "", due)
    assert found["refresh_at"] > due + timedelta(hours=20)


@pytest.mark.parametrize(
    "said",
    [(500, "{}"), (200, "<html>Sorry</html>"), (200, '{"contents": [{"id"'), (404, "{}")],
    ids=["error", "html", "cut", "gone"],
)
def test_a_failure_keeps_the_last_good_and_says_so(
    factory: Sessions, publisher: Publisher, said: tuple[int, str]
) -> None:
    due = source(factory)["refresh_at"]
    publisher.said = said
    assert refresh(factory, publisher, due) is None
    found = source(factory)
    assert found["services"] == 1
    assert found["failure"]
    assert found["tried_at"] == due
    assert found["fetched_at"] < due
    assert found["refresh_at"] > due + timedelta(hours=20)
    publisher.said = (200, json.dumps(a_page(a_service())))
    assert refresh(factory, publisher, found["refresh_at"]) is not None
    assert source(factory)["failure"] == ""


def test_while_one_worker_fetches_another_does_not_and_takes_over_when_it_died(
    factory: Sessions, publisher: Publisher
) -> None:
    due = source(factory)["refresh_at"]
    seen: list[object] = []

    def asked() -> bool:
        seen.append(refresh(factory, publisher, due))
        return False

    assert refresh(factory, publisher, due, is_stopping=asked) is not None
    assert seen == [None]
    with factory.begin() as session:  # One that was killed leaves its lease.
        session.execute(update(models.Feed).values(refresh_at=due + timedelta(hours=2)))
    assert refresh(factory, publisher, due + timedelta(hours=2)) is not None


def test_a_worker_that_ends_leaves_the_rest_to_another(factory: Sessions, publisher: Publisher) -> None:
    due = source(factory)["refresh_at"]
    assert refresh(factory, publisher, due, is_stopping=lambda: True) is None
    assert source(factory)["failure"] == ""
    assert refresh(factory, publisher, due) is not None


def test_a_source_that_came_from_a_file_is_not_fetched(
    factory: Sessions, imports: Import, now: datetime
) -> None:
    imports(a_service())
    found = source(factory)
    assert found["refresh_at"] is None
    with pytest.raises(RuleBroken):
        use_cases.refresh_feed(factory, found["id"], TOPICS, now)
    with pytest.raises(NotFound):
        use_cases.refresh_feed(factory, uuid4(), TOPICS, now)


def test_fetching_by_hand_raises_what_went_wrong(
    factory: Sessions, publisher: Publisher, now: datetime
) -> None:
    publisher.said = (200, "<html>Sorry</html>")
    origins = frozenset({publisher.origin})
    with pytest.raises(FeedUnreadable):
        use_cases.refresh_feed(factory, source(factory)["id"], TOPICS, now, extra_origins=origins)
    assert source(factory)["failure"]
