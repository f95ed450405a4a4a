"""`companion organisation`, `keyworker` and `invite`. They show ids, never what people wrote."""

from __future__ import annotations

import io
from uuid import UUID

import click
import segno
from sqlalchemy.orm import Session

from companion.accounts import use_cases
from companion.cli import running
from companion.core import clock
from companion.core.identity import Role


def _organisation(session: Session, name: str) -> UUID:
    found = use_cases.find_organisation(session, name)
    if found is None:
        raise click.ClickException(f"There is no organisation “{name}”. See `companion organisation list`.")
    return found


@click.group()
def organisation() -> None:
    """Add or list organisations."""


@organisation.command("add")
@click.argument("name")
def add_organisation(name: str) -> None:
    """Add a treatment service."""
    with running.database(running.settings()) as session:
        made = use_cases.make_organisation(session, name, clock.now())
    click.echo(f"Added {name} ({made}).")


@organisation.command("list")
def list_organisations() -> None:
    """List the treatment services."""
    with running.database(running.settings()) as session:
        found = use_cases.list_organisations(session)
    for made, name in found:
        click.echo(f"{made}  {name}")
    if not found:
        click.echo("There are none yet. Add one: companion organisation add NAME")


@click.group()
def keyworker() -> None:
    """Add, list or disable keyworkers and admins."""


@keyworker.command("add")
@click.option("--organisation", "organisation_name", required=True, help="Name of the organisation.")
@click.option("--name", required=True, help="Name that people see.")
@click.option("--username", required=True, help="User name to sign in with.")
@click.option("--admin", is_flag=True, help="Make an admin instead of a keyworker.")
@click.password_option(help="Long password (12 characters or more); asked for when not given.")
def add_keyworker(organisation_name: str, name: str, username: str, admin: bool, password: str) -> None:
    """Add a keyworker or admin, who signs in with a user name and password."""
    with running.database(running.settings()) as session:
        made = use_cases.make_staff(
            session,
            organisation_id=_organisation(session, organisation_name),
            role=Role.ADMIN if admin else Role.KEYWORKER,
            name=name,
            username=username,
            password=password,
            now=clock.now(),
        )
    click.echo(f"Added {'admin' if admin else 'keyworker'} {made}.")


@keyworker.command("list")
@click.option("--organisation", "organisation_name", required=True)
def list_keyworkers(organisation_name: str) -> None:
    """List an organisation's accounts by id and role."""
    with running.database(running.settings()) as session:
        found = use_cases.list_accounts(session, _organisation(session, organisation_name))
    for account_id, role, disabled in found:
        click.echo(f"{account_id}  {role}{'  disabled' if disabled else ''}")


@keyworker.command("disable")
@click.argument("account_id", type=click.UUID)
def disable(account_id: UUID) -> None:
    """Disable an account: it is signed out everywhere and can no longer look at anything."""
    with running.database(running.settings()) as session:
        use_cases.disable_account(session, account_id, clock.now())
    click.echo("Disabled.")


@click.command()
@click.option("--organisation", "organisation_name", required=True, help="Name of the organisation.")
@click.option("--keyworker", "keyworker_id", type=click.UUID, help="Id of the keyworker who invites.")
def invite(organisation_name: str, keyworker_id: UUID | None) -> None:
    """Issue an invite code that works once, for 72 hours."""
    found = running.settings()
    with running.database(found) as session:
        organisation_id = _organisation(session, organisation_name)
        if keyworker_id is not None and keyworker_id not in use_cases.list_keyworkers(
            session, organisation_id
        ):
            raise click.ClickException("This organisation has no active keyworker with this id.")
        made = use_cases.issue_invite(
            session, organisation_id=organisation_id, issued_by=keyworker_id, now=clock.now()
        )
    link = f"{found.base_url}/#i={made.link_code}"
    picture = io.StringIO()
    segno.make(link, micro=False).terminal(picture, compact=True)
    click.echo(picture.getvalue())
    click.echo(f"Code to type: {made.typed_code}")
    click.echo(f"Link:         {link}")
    click.echo(f"Works once, until {made.expires_at:%d %B %Y %H:%M} UTC.")
