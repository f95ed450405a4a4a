"""`companion seed`: service directories, postcodes, bank holidays and demo people."""

from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

import click

from companion import seeding
from companion.cli import running
from companion.cli.seed_postcodes import postcodes
from companion.content import use_cases as content
from companion.core import clock
from companion.core.errors import RuleBroken
from companion.core.orm import make_session_factory
from companion.core.sealing import Keyring
from companion.directory.use_cases import (
    FeedUnreadable,
    ImportReport,
    Licence,
    import_feed,
    open_rejects,
    template_rows,
)
from companion.seeding import Size
from companion.treatment.use_cases import import_holidays


@click.group()
def seed() -> None:
    """Load directories, postcodes, bank holidays or demo people; write a template for a list of your own."""


seed.add_command(postcodes)


@seed.command()
@click.argument("sources", nargs=-1)
@click.option("--licence", help="Licence of the feed, in words. Needed for every SOURCE.")
@click.option("--publisher", default="", help="Who publishes the feed.")
@click.option("--attribution", default="", help="The words the publisher asks for.")
@click.option("--dry-run", is_flag=True, help="Read and count, write nothing.")
@click.option(
    "--await-approval",
    is_flag=True,
    help="Show nothing of a new source before an admin approved it, here or on the admin page.",
)
@click.option("--max-retire", default=0.2, show_default=True, type=click.FloatRange(0, 1))
@click.option(
    "--max-reject-rate",
    default=0.5,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Above this part of rejected records a file changes nothing, a feed from the web retires nothing.",
)
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every rejected record and every fact left out to this CSV file.",
)
@click.option("--quiet", is_flag=True, help="Say only what went wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def directory(
    sources: tuple[str, ...],
    licence: str | None,
    publisher: str,
    attribution: str,
    dry_run: bool,
    await_approval: bool,
    max_retire: float,
    max_reject_rate: float,
    rejects: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Import service directories: files, folders, zips or https addresses.

    They may be Open Referral UK or HSDS feeds, a list of your own (see `companion seed template`), the NHS
    Consolidated Pharmaceutical List or meetings in the Meeting Guide format. What a file is, is known by
    what it holds.

    Without a SOURCE the national services that come with Companion are imported. Ends with status 0 when
    all is well, 1 when a record was rejected or a feed stopped half way, 2 when more was rejected than
    --max-reject-rate or a feed could not be read.
    """
    if sources and not licence:
        raise click.UsageError("Say under which licence the feed may be used: --licence 'OGL v3.0'.")
    found = running.settings()
    engine = running.prepare(found)
    factory = make_session_factory(engine, Keyring(found.master_key))
    reports: list[ImportReport] = []
    unreadable: list[str] = []
    with (
        running.plain_errors(),
        open_rejects(rejects) if rejects else nullcontext() as tell,
        running.progress("Importing", quiet or as_json) as show,
    ):
        if not sources:
            reports.append(seeding.import_bundled_services(factory, clock.now()))
        for source in sources:
            terms = Licence(licence or "", publisher, attribution)
            try:
                reports.append(
                    import_feed(
                        factory.begin,
                        source,
                        topics=content.topics(),
                        licence=terms,
                        now=clock.now(),
                        dry_run=dry_run,
                        await_approval=await_approval,
                        max_retire=max_retire,
                        max_reject_rate=max_reject_rate,
                        progress=show,
                        tell=tell,
                    )
                )
            except FeedUnreadable as wrong:
                # The other feeds are worth having all the same.
                unreadable.append(wrong.detail)
    engine.dispose()
    for report in reports:
        _tell(report, quiet, as_json)
    for sentence in unreadable:
        click.echo(f"Error: {sentence}", err=True)
    sys.exit(_status(reports, bool(unreadable)))


def _status(reports: list[ImportReport], unreadable: bool) -> int:
    if unreadable or any(report.too_many_rejected for report in reports):
        return 2
    return int(any(report.rejected or report.failure for report in reports))


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
    for sentence in filter(None, (report.failure, report.held_back, report.too_many_rejected)):
        click.echo(f"  {sentence}", err=True)


TEMPLATE_HELP = """\
One row is one service. Only Name is needed; leave empty what you do not know, and leave out columns you do
not need. Columns may stand in any order. Rows that begin with "Example:" are skipped.
  Monday ... Sunday  "09:00-12:30, 13:30-17:00", "24 hours" or "closed". Leave all seven empty if not known.
  Referral, Drop in, Step free  yes or no, or your own words.
  Languages, Topics  several with commas between them; topics as they stand in the app.
  Checked on  the day somebody last checked the row: 2026-11-01 or 01/11/2026.
A row is known again by its name and postcode; add a column called ID if these may change.
Then: companion seed directory FILE --licence "Our own list".
"""


@seed.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def template(file: Path | None) -> None:
    """Write an empty table for your own list of services to FILE, or show it.

    It opens in any spreadsheet; `companion seed directory` reads it once it is filled in.
    """
    written = io.StringIO(newline="")
    csv.writer(written).writerows(template_rows())
    if file is None:
        click.echo(written.getvalue().replace("\r\n", "\n"), nl=False)
    else:
        try:
            # Never over a list that somebody has filled in. The mark tells spreadsheets that it is UTF-8.
            with file.open("x", encoding="utf-8-sig", newline="") as opened:
                opened.write(written.getvalue())
        except FileExistsError:
            raise click.ClickException(f"{file.name} is there already. Choose another name.") from None
        except OSError as problem:
            raise click.ClickException(f"{file.name} cannot be written: {problem.strerror}.") from None
    click.echo(TEMPLATE_HELP, err=True, nl=False)


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
