"""Alembic migrations, shipped inside the package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from companion.core.orm import make_engine


def config(url: str) -> Config:
    """Return Alembic's configuration for one database."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent))
    found.attributes["url"] = url
    return found


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to `revision`, in one transaction."""
    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision`."""
    command.downgrade(config(url), revision)


def head() -> str | None:
    """Return the newest revision in the package."""
    return ScriptDirectory(str(Path(__file__).parent)).get_current_head()


def current(url: str) -> str | None:
    """Return the revision of the database at `url`, or None when it has none."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
