"""`companion seed`: service directories, bank holidays and demo people."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from companion import seeding
from companion.cli import running
from companion.content import use_cases as content
from companion.core import clock
from companion.core.errors import RuleBroken
from companion.core.orm import make_session_factory
from companion.core.sealing import Keyring
from companion.directory.use_cases import ImportReport, Licence, import_feed
from companion.seeding import Size
from companion.treatment.use_cases import import_holidays


@click.group()
def seed() -> None:
    """Load service directories, bank holidays or demo people."""


@seed.command()
@click.argument("sources", nargs=-1)
@click.option("--licence", help="Licence of the feed, in words. Needed for every SOURCE.")
@click.option("--publisher", default="", help="Who publishes the feed.")
@click.option("--attribution", default="", help="The words the publisher asks for.")
@click.option("--dry-run", is_flag=True, help="Read and count, write nothing.")
@click.option("--max-retire", default=0.2, show_default=True, type=click.FloatRange(0, 1))
@click.option("--quiet", is_flag=True, help="Say only what went wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def directory(
    sources: tuple[str, ...],
    licence: str | None,
    publisher: str,
    attribution: str,
    dry_run: bool,
    max_retire: float,
    quiet: bool,
    as_json: bool,
) -> None:
    """Import service directories: files, folders, zips or https addresses of Open Referral UK feeds.

    Without a SOURCE the national services that come with Companion are imported. Ends with status 1 when
    a record was rejected.
    """
    if sources and not licence:
        raise click.UsageError("Say under which licence the feed may be used: --licence 'OGL v3.0'.")
    found = running.settings()
    engine = running.prepare(found)
    factory = make_session_factory(engine, Keyring(found.master_key))
    reports: list[ImportReport] = []
    with running.plain_errors(), running.progress("Importing", quiet or as_json) as show:
        if not sources:
            reports.append(seeding.import_bundled_services(factory, clock.now()))
        for source in sources:
            terms = Licence(licence or "", publisher, attribution)
            reports.append(
                import_feed(
                    factory.begin,
                    source,
                    topics=content.topics(),
                    licence=terms,
                    now=clock.now(),
                    dry_run=dry_run,
                    max_retire=max_retire,
                    progress=show,
                )
            )
    engine.dispose()
    for report in reports:
        _tell(report, quiet, as_json)
    if any(report.rejected or report.failure for report in reports):
        sys.exit(1)


def _tell(report: ImportReport, quiet: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"source": report.source, **report.counts()}))
        return
    if not quiet:
        click.echo(
            f"{report.source}: {report.total} read, {report.new} new, {report.updated} changed, "
            f"{report.unchanged} unchanged, {report.duplicates} seen twice, {report.retired} retired, "
            f"{report.rejected} rejected."
        )
        for code, times in sorted(report.problems.items()):
            click.echo(f"  mended or left out: {code} {times} times")
    for problem in report.rejects[:20]:
        click.echo(
            f"  rejected {problem.pointer} {problem.field}: {problem.message} [{problem.code}]", err=True
        )
    for sentence in filter(None, (report.failure, report.held_back)):
        click.echo(f"  {sentence}", err=True)


@seed.command()
@click.option("--size", type=click.Choice([str(size) for size in Size]), default="small", show_default=True)
def demo(size: str) -> None:
    """Make the demo people in an empty database."""
    found = running.settings()
    engine = running.prepare(found)
    factory = make_session_factory(engine, Keyring(found.master_key))
    with running.plain_errors(), running.progress("Making people") as show:
        passwords = seeding.seed_demo(factory, Size(size), clock.now(), show)
    engine.dispose()
    for username, password in passwords.items():
        click.echo(f"{username}: {password}")


@seed.command()
@click.argument("source", metavar="FILE_OR_URL")
@click.option("--label", help="What to call this source on the screen. Default: its host or file name.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def holidays(source: str, label: str | None, as_json: bool) -> None:
    """Read bank holidays in the format of https://www.gov.uk/bank-holidays.json.

    Each year in the data takes the place of that year in the calendar that comes with Companion. A file
    that is wrong in one place changes nothing. Weeks and reminders follow by themselves.
    """
    found = running.settings()
    engine = running.prepare(found)
    factory = make_session_factory(engine, Keyring(found.master_key))
    try:
        reports = import_holidays(factory, source, clock.now(), label)
    except RuleBroken as wrong:
        where = next(iter(wrong.fields), "")
        raise click.ClickException(f"{where}: {wrong.detail}" if where else wrong.detail) from None
    finally:
        engine.dispose()
    for one in reports:
        if as_json:
            days = [on.isoformat() for on in one.changed]
            click.echo(json.dumps({**asdict(one), "changed": days}))
            continue
        click.echo(
            f"{one.division}: {one.total} days, {one.first_year} to {one.last_year}. "
            f"{len(one.changed)} days changed, {one.plans} plans will be looked at again."
        )
