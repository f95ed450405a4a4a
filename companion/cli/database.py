"""`companion db`: migrations."""

from __future__ import annotations

import click

from companion import migrations
from companion.cli import running


@click.group()
def db() -> None:
    """Bring the database up to date."""


@db.command()
def upgrade() -> None:
    """Apply all migrations."""
    found = running.settings()
    running.prepare(found).dispose()
    click.echo(f"The database is at revision {migrations.current(found.database_url)}.")


@db.command()
def current() -> None:
    """Show the revision of the database and of the package."""
    found = running.settings()
    with running.plain_errors():
        there = migrations.current(found.database_url)
    click.echo(f"database: {there or 'no tables yet'}\npackage:  {migrations.head()}")
