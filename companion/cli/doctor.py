"""`companion doctor`: say in plain words what is missing and how to mend it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from companion import migrations
from companion.content import use_cases as content
from companion.core import clock
from companion.core.errors import CompanionError
from companion.core.orm import make_engine, make_reading_factory
from companion.core.sealing import Keyring
from companion.directory import use_cases as directory
from companion.directory.rules.care import Approval
from companion.push import use_cases as push
from companion.settings import Settings, SettingsWrong

LEAST_SQLITE = (3, 37, 0)
LEAST_FREE_BYTES = 200 * 1024 * 1024
# A worker that looked within this is at work.
FRESH_S = 120.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend` is empty when all is well."""

    what: str
    mend: str = ""


def _machine(found: Settings) -> Iterator[Finding]:
    yield Finding(f"Python {sys.version.split()[0]}")
    old = sqlite3.sqlite_version_info < LEAST_SQLITE
    yield Finding(
        f"SQLite {sqlite3.sqlite_version}", "Use a Python with SQLite 3.37 or newer." if old else ""
    )
    folder = found.data_dir
    writable = os.access(folder if folder.exists() else folder.parent, os.W_OK)
    yield Finding(f"Data folder {folder}", "" if writable else "Make this folder writable for this user.")
    if folder.exists():
        free = shutil.disk_usage(folder).free
        yield Finding(
            f"{free // 2**20} MB free", "Make room: less than 200 MB left." if free < LEAST_FREE_BYTES else ""
        )
    if not found.base_url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        yield Finding("Address", "Phones need https: set COMPANION_BASE_URL to an https address.")


def _push(found: Settings) -> Iterator[Finding]:
    mend = (
        ""
        if found.vapid_private_key
        else "Reminders will not reach phones. Run `companion keys new`, "
        "then set COMPANION_VAPID_PRIVATE_KEY_FILE and COMPANION_VAPID_SUBJECT."
    )
    yield Finding("Web Push key", mend)
    if found.vapid_private_key:
        yield Finding(f"Web Push contact {found.vapid_subject}")


def _database(found: Settings) -> Iterator[Finding]:
    if (
        found.database_url.startswith("sqlite")
        and not Path(make_url(found.database_url).database or "").exists()
    ):
        yield Finding("Database", "There is none yet. Run `companion db upgrade`.")
        return
    engine = make_engine(found.database_url)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            if engine.dialect.name == "sqlite":
                state = connection.exec_driver_sql("PRAGMA quick_check").scalar()
                yield Finding(
                    "Database file", "" if state == "ok" else "The file is damaged: restore a backup."
                )
        revision, head = migrations.current(found.database_url), migrations.head()
        late = "" if revision == head else "Run `companion db upgrade`."
        yield Finding(f"Tables at revision {revision or 'none'}", late)
        if not late:
            with make_reading_factory(engine, Keyring(found.master_key))() as session:
                health = push.health(session, clock.now())
                sources = directory.list_sources(session)
                known = directory.postcodes_known(session)
            yield from _worker(health, clock.now())
            yield from _directory(sources)
            yield _postcodes(known)
    except SQLAlchemyError as error:
        yield Finding(
            "Database", f"It does not answer ({type(error).__name__}). Check COMPANION_DATABASE_URL."
        )
    finally:
        engine.dispose()


def _worker(health: push.Health, now: datetime) -> Iterator[Finding]:
    """Say when a worker last looked, how long the oldest push waits, how many came on time."""
    age_s = None if health.last_tick_at is None else (now - health.last_tick_at).total_seconds()
    # One that lies ahead was left by a clock that was wrong and says nothing of today.
    fresh = age_s is not None and abs(age_s) < FRESH_S
    seen = "" if age_s is None else f", last tick {abs(age_s):.0f} s {'ago' if age_s >= 0 else 'ahead'}"
    yield Finding(
        f"Reminder worker{seen}",
        "" if fresh else "No worker has been seen lately. Start `companion worker`.",
    )
    slow = health.oldest_wait_s > 60
    yield Finding(
        f"Push queue: {health.waiting} due, the oldest for {health.oldest_wait_s:.0f} s",
        "Pushes wait too long. Run more workers: `companion worker --processes 2`." if slow else "",
    )
    if health.on_time is not None:
        yield Finding(f"Pushes handed over within 60 s: {health.on_time:.1%}")


def _directory(sources: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    """Say how many services can be found, which source failed last, and what people say is wrong."""
    yield Finding(f"Directory: {sum(one['services'] for one in sources)} services, {len(sources)} sources")
    for one in sources:
        if one["failure"]:
            yield Finding(
                f"Source {one['name']}",
                f"{one['failure']} The last good records are shown until it is mended.",
            )
        if one["older_rules"] and one["services"]:
            # The worker reads what comes from the web again by itself, the coming night.
            mend = "" if one["from_web"] else f"Read it again: {one['read_again']}"
            yield Finding(f"Source {one['name']} was read by older rules", mend)
        if one["approval"] == Approval.WAITING:
            yield Finding(f"Source {one['name']} waits: companion directory approve {one['id']}")
    waiting = sum(one["reports"] for one in sources)
    if waiting:
        yield Finding(f"{waiting} reports that something is wrong: see `companion directory reports`")


def _postcodes(known: directory.PostcodesKnown | None) -> Finding:
    """Say which postcodes are known, in the words their publishers ask for. Without any, districts do."""
    if known is None:
        return Finding("Postcodes: by district only. `companion seed postcodes` loads full ones")
    day = known.loaded_at.date().isoformat()
    return Finding(f"Postcodes: {known.count:,} of {known.release}, loaded {day}. {known.attribution}")


def _content() -> Iterator[Finding]:
    try:
        content.content()
        yield Finding("Content files")
    except (CompanionError, OSError) as error:
        yield Finding("Content files", str(error))


def findings() -> Iterator[Finding]:
    """Look at everything, one after the other."""
    yield from _content()
    try:
        found = Settings.from_env()
    except SettingsWrong as wrong:
        for problem in wrong.problems:
            yield Finding("Settings", problem)
        return
    yield from _machine(found)
    yield from _push(found)
    yield from _database(found)


@click.command()
def doctor() -> None:
    """Say in plain words what is missing and how to mend it. Ends with status 1 when something is."""
    ill = 0
    for finding in findings():
        ill += bool(finding.mend)
        click.echo(f"{'mend' if finding.mend else 'fine'}  {finding.what}")
        if finding.mend:
            click.echo(f"      {finding.mend}")
    click.echo(f"\n{ill} to mend." if ill else "\nAll is well.")
    sys.exit(1 if ill else 0)
