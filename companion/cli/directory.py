"""`companion directory`: look after the sources and services of the directory."""

from __future__ import annotations

import json
import sys
from typing import Any
from uuid import UUID

import click

from companion.cli import running
from companion.content import use_cases as content
from companion.core import clock
from companion.core.orm import make_session_factory
from companion.core.sealing import Keyring
from companion.directory import use_cases
from companion.directory.rules.care import Approval

SERVICE = click.argument("service", type=click.UUID)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print as JSON, one object a line.")


@click.group()
def directory() -> None:
    """Look after the directory: its sources, what people report, hiding and correcting.

    SERVICE is the id at the end of a service's address in the app.
    """


@directory.command()
@AS_JSON
def sources(as_json: bool) -> None:
    """List the sources: last reading, age, figures, and what waits for you."""
    with running.database(running.settings()) as session:
        found = use_cases.list_sources(session)
    for one in found:
        if as_json:
            click.echo(json.dumps(one, default=str))
        else:
            _tell(one)
    if not found and not as_json:
        click.echo("There are none yet. Add one: companion seed directory SOURCE --licence 'OGL v3.0'")


def _tell(one: dict[str, Any]) -> None:
    age = (clock.now() - one["fetched_at"]).days
    click.echo(f"{one['name']}  [{one['id']}]")
    click.echo(f"  {one['source']}, {one['licence']}")
    click.echo(f"  read {one['fetched_at']:%Y-%m-%d %H:%M} UTC ({age} days ago), {one['services']} shown")
    parts = [f"{one[name]} {name}" for name in ("retired", "hidden", "corrected", "reports") if one[name]] + [
        f"{one['counts'][name]} {name}" for name in ("rejected", "duplicates") if one["counts"].get(name)
    ]
    if parts:
        click.echo(f"  {', '.join(parts)}")
    if one["approval"] == Approval.WAITING:
        click.echo(f"  {one['waiting']} wait for you: companion directory approve {one['id']}")
    if one["older_rules"]:
        click.echo(f"  read by older rules; read it again: {one['read_again']}")
    if one["refresh_at"]:
        click.echo(f"  fetched anew after {one['refresh_at']:%Y-%m-%d %H:%M} UTC")
    if one["failure"]:
        click.echo(f"  The last try went wrong: {one['failure']} The last good records are shown.", err=True)


@directory.command()
@click.argument("source", type=click.UUID)
@click.option("--quiet", is_flag=True, help="Say only what went wrong.")
def refresh(source: UUID, quiet: bool) -> None:
    """Fetch one source (its id stands in `companion directory sources`) from the web now."""
    found = running.settings()
    engine = running.prepare(found)
    factory = make_session_factory(engine, Keyring(found.master_key))
    try:
        with running.plain_errors(), running.progress("Fetching", quiet) as show:
            report = use_cases.refresh_feed(factory, source, content.topics(), clock.now(), progress=show)
    finally:
        engine.dispose()
    if not quiet:
        click.echo(f"{report.new} new, {report.updated} changed, {report.retired} retired.")
    for sentence in filter(None, (report.failure, report.held_back)):
        click.echo(sentence, err=True)
    if report.failure or report.rejected:
        sys.exit(1)


@directory.command()
@click.argument("source", type=click.UUID)
def approve(source: UUID) -> None:
    """Show people the services of a source that was imported with --await-approval."""
    found = running.settings()
    engine = running.prepare(found)
    factory = make_session_factory(engine, Keyring(found.master_key))
    try:
        with running.plain_errors():
            with factory.begin() as session:
                name = use_cases.approve_source(session, source, clock.now())
            shown = use_cases.show_approved(factory, content.topics(), clock.now())
    finally:
        engine.dispose()
    click.echo(f"{name}: {shown} services are shown now.")


@directory.command()
@SERVICE
def hide(service: UUID) -> None:
    """Take a service away from people at once; no import brings it back."""
    with running.database(running.settings()) as session:
        name = use_cases.hide_service(session, service, clock.now())
    click.echo(f"Hidden: {name}. Phones stop showing it the next time they reach the server.")


@directory.command()
@SERVICE
def show(service: UUID) -> None:
    """Show a hidden service again."""
    with running.database(running.settings()) as session:
        name = use_cases.show_service(session, service, content.topics(), clock.now())
    click.echo(f"Shown again: {name}.")


@directory.command(help="Put something right: FIELD=VALUE, kept over every import. An empty value "
                   f"takes the field away. Fields: {', '.join(use_cases.CORRECTABLE)}.")  # fmt: skip
@SERVICE
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
def correct(service: UUID, fields: tuple[str, ...]) -> None:
    """Lay corrections over a service."""
    pairs = [field.partition("=") for field in fields]
    if any(not sign for _, sign, _ in pairs):
        raise click.UsageError("Write each correction as FIELD=VALUE.")
    values = {name.strip(): value.strip() for name, _, value in pairs}
    with running.database(running.settings()) as session:
        name = use_cases.correct_service(session, service, values, content.topics(), clock.now())
    click.echo(f"Corrected: {name}.")


@directory.command()
@SERVICE
def uncorrect(service: UUID) -> None:
    """Let a service follow its source again from the next import on."""
    with running.database(running.settings()) as session:
        name = use_cases.uncorrect_service(session, service, clock.now())
    click.echo(f"{name} follows its source again when that is read the next time.")


@directory.command()
@AS_JSON
def reports(as_json: bool) -> None:
    """List what people say is wrong, most often first."""
    with running.database(running.settings()) as session:
        found = use_cases.list_reports(session)
    for one in found:
        if as_json:
            click.echo(json.dumps(one, default=str))
        else:
            click.echo(f"{one['times']} x {one['reason']}: {one['name']}  [{one['id']}]  ({one['source']}, "
                       f"last {one['last_on']})")  # fmt: skip
    if not found and not as_json:
        click.echo("Nothing waits.")


@directory.command()
@SERVICE
def settle(service: UUID) -> None:
    """Put away what was reported about a service."""
    with running.database(running.settings()) as session:
        name = use_cases.settle_reports(session, service, clock.now())
    click.echo(f"Nothing waits about {name} any more.")
