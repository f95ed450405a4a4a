"""`companion seed postcodes`: a national list of postcodes with their positions."""

from __future__ import annotations

import json
import sys

import click

from companion.cli import running
from companion.core import clock
from companion.core.orm import make_session_factory
from companion.core.sealing import Keyring
from companion.directory.use_cases import (
    NORTHERN_IRELAND,
    PostcodeReport,
    PostcodesUnreadable,
    load_postcodes,
)


class _NotTaken(click.ClickException):
    """The list cannot be taken; nothing was changed."""

    exit_code = 2


@click.command()
@click.argument("source")
@click.option("--release", default="", help="What to call this list, for example 'August 2026'.")
@click.option(
    "--max-drop",
    default=0.2,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Keep the list in use when this one has fewer postcodes by more than this part.",
)
@click.option("--quiet", is_flag=True, help="Say only what went wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def postcodes(source: str, release: str, max_drop: float, quiet: bool, as_json: bool) -> None:
    """Load a list of postcodes: the zip, folder or CSV of OS Code-Point Open, ONSPD or NSPL.

    Searches use the list before until this one stands whole. Ends with status 1 when a line could not be
    read, with status 2 when the list could not be taken and the one before stays.
    """
    found = running.settings()
    engine = running.prepare(found)
    factory = make_session_factory(engine, Keyring(found.master_key))
    with running.plain_errors(), running.progress("Loading postcodes", quiet or as_json) as show:
        try:
            report = load_postcodes(
                factory.begin, source, now=clock.now(), release=release, max_drop=max_drop, progress=show
            )
        except PostcodesUnreadable as error:
            raise _NotTaken(error.detail) from None
        finally:
            engine.dispose()
    _tell(report, quiet, as_json)
    if report.bad:
        sys.exit(1)


def _tell(report: PostcodeReport, quiet: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.counts()))
    elif not quiet:
        click.echo(
            f"{report.release}: {report.read:,} lines read, {report.loaded:,} postcodes loaded, "
            f"{report.ended:,} no longer in use, {report.unplaced:,} without a position, "
            f"{report.repeated:,} seen twice, {report.bad:,} not readable."
        )
        click.echo(f"  {report.attribution}")
    if report.northern_ireland and not as_json and not quiet:
        click.echo(f"  {NORTHERN_IRELAND}")
    for bad in report.bad_lines:
        click.echo(f"  {bad.file} line {bad.line}: {bad.fault}.", err=True)
