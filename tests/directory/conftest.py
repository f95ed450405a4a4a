"""Fixtures of the directory: importing a feed made of raw services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from companion.core.orm import Sessions
from companion.directory.use_cases import ImportReport, Licence, import_feed
from tests.directory.builders import TOPICS, Raw, write_feed

OPEN = Licence(
    "Open Government Licence v3.0", "Northside Council", "© Northside Council", "Northside services"
)
Import = Callable[..., ImportReport]


@pytest.fixture
def imports(factory: Sessions, now: datetime, tmp_path: Path) -> Import:
    """Import raw services as one feed, or a file; the feed is known by its label."""

    def run(
        *services: Raw, source: str | Path | None = None, label: str = "a feed", **more: Any
    ) -> ImportReport:
        found = source if source is not None else write_feed(tmp_path, *services, **more.pop("page", {}))
        more = {"topics": TOPICS, "licence": OPEN, "now": now, "label": label, **more}
        return import_feed(factory.begin, found, **more)

    return run


@pytest.fixture
def ask(factory: Sessions) -> Callable[..., Any]:
    """Ask the database something, in SQL or through a use case, and let go of it again."""

    def run(question: str | Callable[[Session], Any]) -> Any:
        with factory() as session:
            if callable(question):
                return question(session)
            return [tuple(row) for row in session.execute(text(question))]

    return run
