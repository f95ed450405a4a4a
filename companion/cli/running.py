"""What several commands need: settings with a plain error, a database session, JSON logs, an HTTP server."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
import flask
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from companion import migrations
from companion.core.errors import CompanionError
from companion.core.orm import make_engine, make_session_factory
from companion.core.sealing import Keyring
from companion.settings import Settings, SettingsWrong


def settings() -> Settings:
    """Read the settings, or end with every gap listed."""
    try:
        return Settings.from_env()
    except SettingsWrong as wrong:
        raise click.ClickException(str(wrong)) from None


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn expected refusals and a database that is away into one sentence and exit status 1."""
    try:
        yield
    except CompanionError as error:
        raise click.ClickException(error.detail) from None
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(
            f"The database does not answer or has no tables ({type(error).__name__}). "
            "Try `companion doctor`, then `companion db upgrade`."
        ) from None


@contextmanager
def database(found: Settings) -> Iterator[Session]:
    """Open one transaction on the configured database; commit at the end."""
    engine = make_engine(found.database_url)
    try:
        with (
            plain_errors(),
            make_session_factory(engine, Keyring(found.master_key))() as session,
            session.begin(),
        ):
            yield session
    finally:
        engine.dispose()


def prepare(found: Settings) -> Engine:
    """Make the data folder, bring the database up to date and return its engine."""
    found.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with plain_errors():
        migrations.upgrade(found.database_url)
    return make_engine(found.database_url)


@contextmanager
def progress(title: str, quiet: bool = False) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar on a terminal, a plain line now and then where there is none, nothing when quiet."""
    if quiet:
        yield lambda _done, _total: None
        return
    if not sys.stderr.isatty():
        yield _line_now_and_then(title)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(title), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, rate="")
        pace = _Pace()

        def show(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total, rate=pace.rate_text(done))

        yield show


class _Pace:
    """How fast something goes. What starts again at a lower number is something new."""

    def __init__(self) -> None:
        self.began, self.first, self.done = time.monotonic(), 0, 0

    def _rate(self, done: int) -> float:
        if done < self.done:
            self.began, self.first = time.monotonic(), done
        self.done = done
        return (done - self.first) / max(time.monotonic() - self.began, 0.001)

    def rate_text(self, done: int) -> str:
        """Return how many a second, once there is anything to say."""
        rate = self._rate(done)
        return f"{rate:.0f} a second" if rate >= 1 and done else ""

    def left_text(self, done: int, total: int | None) -> str:
        """Return rate and time left in words, as far as they are known."""
        rate = self._rate(done)
        left = f", about {max(1, round((total - done) / rate))} s left" if total and done < total else ""
        return f", {rate:.0f} a second{left}" if rate >= 1 else ""


def _line_now_and_then(title: str) -> Callable[[int, int | None], None]:
    last, pace = 0.0, _Pace()

    def show(done: int, total: int | None) -> None:
        nonlocal last
        pace_text = pace.left_text(done, total)
        if time.monotonic() - last > 2 or done == total:
            last = time.monotonic()
            click.echo(f"{title}: {done}{f' of {total}' if total else ''}{pace_text}", err=True)

    return show


class _JsonLines(logging.Formatter):
    """One JSON object a line: when, how bad, where, what. Messages hold ids and classes only."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record; an exception's text may hold content, so only its class is written."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send logs to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Third parties log addresses and payloads at lower levels; ours are the only ones that may be chatty.
    for name in ("apscheduler", "waitress", "alembic", "py_vapid", "werkzeug"):
        logging.getLogger(name).setLevel(logging.WARNING)


def serve_app(app: flask.Flask, host: str, port: int, threads: int = 8) -> None:
    """Serve until stopped."""
    import waitress

    waitress.serve(app, host=host, port=port, threads=threads, ident=None, clear_untrusted_proxy_headers=True)
