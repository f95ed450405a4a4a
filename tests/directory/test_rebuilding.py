"""What searches look at is made anew from the records that are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from companion.core.orm import Sessions
from companion.directory.use_cases import ImportReport, hide_service, rebuild_missing, show_service
from tests.directory.builders import TOPICS, a_place, a_schedule, a_service, an_address

Ask = Callable[..., Any]
TABLES = ("directory_place", "directory_topic", "directory_card", "directory_opening", "directory_part")
SERVICES = (
    a_service("Debt Centre", description="Debt advice. Drop-in.", schedules=[a_schedule()]),
    a_service("Two places", service_at_locations=[a_place(53.79, -1.54), a_place(53.79, -1.75)]),
    a_service(
        "By postcode", service_at_locations=[a_place(None, None, location={"addresses": [an_address()]})]
    ),
    a_service("Line", service_at_locations=[], service_areas=[{"name": "Wales"}]),
    a_service("Gone", status="defunct"),
)  # fmt: skip


def _everything(ask: Ask) -> dict[str, list[tuple[Any, ...]]]:
    found = {name: sorted(ask(f"SELECT * FROM {name}"), key=repr) for name in TABLES}
    return {**found, "words": ask("SELECT rowid FROM directory_text ORDER BY rowid")}


def test_what_lost_its_index_gets_the_same_one_back(
    imports: Callable[..., ImportReport], ask: Ask, factory: Sessions, now: datetime
) -> None:
    imports(*SERVICES)
    before = _everything(ask)
    assert len(before["directory_place"]) == 5
    with factory.begin() as session:
        for name in (*TABLES, "directory_text"):
            session.execute(text(f"DELETE FROM {name}"))
    assert rebuild_missing(factory, TOPICS, now) == 4
    assert _everything(ask) == before
    assert rebuild_missing(factory, TOPICS, now) == 0
    assert rebuild_missing(factory, TOPICS, now, lambda: True) == 0


def test_a_service_that_is_shown_again_is_where_it_was(
    imports: Callable[..., ImportReport], ask: Ask, factory: Sessions, now: datetime
) -> None:
    imports(*SERVICES)
    before = _everything(ask)
    (found,) = ask("SELECT id FROM directory_service WHERE name = 'By postcode'")
    service_id = UUID(str(found[0]))
    with factory.begin() as session:
        hide_service(session, service_id, now)
    assert len(ask("SELECT * FROM directory_place")) == 4
    with factory.begin() as session:
        show_service(session, service_id, TOPICS, now)
    assert _everything(ask) == before
