"""A source that waits for an admin, with records that are wrong, and one that the worker cannot reach."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from companion.content import use_cases as content
from companion.core.orm import Sessions, make_engine, make_session_factory
from companion.core.sealing import Keyring
from companion.directory import models
from companion.directory.rules.care import next_refresh
from companion.directory.use_cases import Licence, import_feed, list_sources
from tests.directory.builders import a_place, a_service, an_id
from tests.rig.server import Program

WAITING = "Northside services"
UNREACHABLE = "Westside services"


def in_database(demo: Program, work: Callable[[Session], Any]) -> Any:
    """Do something in a transaction on the demo's database."""
    return _with_factory(demo, lambda factory: _once(factory, work))


def _once(factory: Sessions, work: Callable[[Session], Any]) -> Any:
    with factory.begin() as session:
        return work(session)


def _with_factory(demo: Program, work: Callable[[Sessions], Any]) -> Any:
    engine = make_engine(f"sqlite:///{demo.data_dir / 'companion.db'}")
    try:
        return work(make_session_factory(engine, Keyring(bytes(32))))
    finally:
        engine.dispose()


def untidy_sources(demo: Program, folder: Path) -> dict[str, str]:
    """Import both; return the ids of the sources by name."""
    waiting = [a_service(f"Northside club {number}", description="A club.") for number in range(12)]
    waiting += [
        a_service("Northside lunch", minimum_age="old", description="Lunch with others."),
        {"id": an_id("nameless"), "description": "It has no name."},
    ]
    west = [
        a_service(
            f"Westside drop-in {number}", organization={"id": an_id("west"), "name": "Westside"},
            service_at_locations=[a_place(53.8, -1.6)],
        )
        for number in range(3)
    ]  # fmt: skip

    def run(factory: Sessions) -> dict[str, str]:
        for name, services, awaits in ((WAITING, waiting, True), (UNREACHABLE, west, False)):
            file = folder / f"{an_id(name)}.json"
            file.write_text(json.dumps(services), encoding="utf-8")
            import_feed(
                factory.begin, file, topics=content.topics(),
                licence=Licence("Open Government Licence v3.0", name, "", name),
                now=datetime.now(UTC) - timedelta(days=2), label=f"/srv/{name}.json", await_approval=awaits,
            )  # fmt: skip
        with factory.begin() as session:
            found = {one["name"]: str(one["id"]) for one in list_sources(session)}
            # Nobody is asked at an address inside the house, so trying to read it ends in a sentence.
            session.execute(
                update(models.Feed)
                .where(models.Feed.name == UNREACHABLE)
                .values(
                    address="https://127.0.0.1/services", rules_version="1",
                    refresh_at=next_refresh(UUID(found[UNREACHABLE]), datetime.now(UTC)),
                )
            )  # fmt: skip
        return found

    found: dict[str, str] = _with_factory(demo, run)
    return found
