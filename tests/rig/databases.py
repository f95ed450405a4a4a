"""Databases for tests, whichever the engine: one per worker to share, or a new one for one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.rig.postgres import Postgres
from tests.rig.run import Run
from tests.rig.sqlite import Migrate, sqlite_copy, sqlite_template, sqlite_url

SQLITE = "sqlite"
POSTGRES = "postgresql"


class Databases:
    """Makes migrated databases; `migrate(url)` must leave no connection open."""

    def __init__(self, run: Run, folder: Path) -> None:
        self._run = run
        self._folder = folder
        self._shared: dict[str, str] = {}
        self._count = 0
        self.postgres = Postgres(run)

    def shared(self, engine: str, migrate: Migrate) -> str:
        """Return the URL of this worker's own migrated database, made at the first call."""
        if engine not in self._shared:
            self._shared[engine] = self._new(engine, migrate)
        return self._shared[engine]

    @contextmanager
    def fresh(self, engine: str, migrate: Migrate) -> Iterator[str]:
        """Give one test a migrated database of its own, removed afterwards."""
        url = self._new(engine, migrate)
        yield url
        if engine == POSTGRES:
            self.postgres.drop_database(url)

    @contextmanager
    def empty(self, engine: str) -> Iterator[str]:
        """Give one test a database without tables, for tests of migrations."""
        if engine == POSTGRES:
            url = self.postgres.empty_database()
            yield url
            self.postgres.drop_database(url)
        else:
            self._count += 1
            yield sqlite_url(self._folder / f"empty-{self._count}.db")

    def _new(self, engine: str, migrate: Migrate) -> str:
        if engine == POSTGRES:
            return self.postgres.new_database(migrate)
        template = self._run.once("sqlite", lambda: str(sqlite_template(self._run.folder, migrate)))
        self._count += 1
        return sqlite_copy(Path(template), self._folder / f"copy-{self._count}.db")
