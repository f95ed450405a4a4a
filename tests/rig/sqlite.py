"""SQLite for tests: migrated once a run, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

Migrate = Callable[[str], None]


def sqlite_template(folder: Path, migrate: Migrate) -> Path:
    """Make a migrated database file in the folder and return it, in one piece without a log beside it."""
    template = folder / "template.db"
    migrate(sqlite_url(template))
    log = template.with_name("template.db-wal")
    if log.exists() and log.stat().st_size:
        raise RuntimeError("migrate() left a connection open: the template still has rows in its log")
    return template


def sqlite_copy(template: Path, target: Path) -> str:
    """Copy the template to a new file and return its URL."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, target)
    return sqlite_url(target)


def sqlite_url(path: Path) -> str:
    """Return the URL of a database file."""
    return f"sqlite:///{path}"
