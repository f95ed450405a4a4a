"""`companion demo`: everything on this machine, on loopback, with demo people, in one process."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
import flask
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from companion import seeding
from companion.accounts import rules as account_rules
from companion.accounts import use_cases as accounts
from companion.cli import keys, running
from companion.core import clock
from companion.core.identity import Role
from companion.core.orm import Sessions, make_session_factory
from companion.core.sealing import Keyring, new_master_key
from companion.core.web import SESSION_COOKIE, put_cookies
from companion.seeding import DemoPerson, Size
from companion.settings import PREFIX, Settings, SettingsWrong

MARK = "demo.json"
DEMO_LIFE = account_rules.Life(account_rules.STAFF.most, account_rules.STAFF.most)


def demo_settings(data_dir: Path, port: int) -> Settings:
    """Return the demo's settings: its own keys and folder, and whatever else the environment says."""
    if data_dir.exists() and any(data_dir.iterdir()) and not (data_dir / MARK).exists():
        raise click.ClickException(
            f"{data_dir} holds something that is not a demo. Choose an empty folder with --data-dir."
        )
    folder = data_dir / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (data_dir / MARK).exists():
        (data_dir / MARK).write_text("{}\n")
    for name, make in (("master.key", new_master_key), ("vapid.key", keys.new_vapid_key)):
        if not (folder / name).exists():
            keys.write_secret(folder / name, make())
    env = dict(os.environ)
    env |= {PREFIX + "DATA_DIR": str(data_dir), PREFIX + "BASE_URL": f"http://127.0.0.1:{port}"}
    for name, file in (("MASTER_KEY", "master.key"), ("VAPID_PRIVATE_KEY", "vapid.key")):
        if PREFIX + name not in env:
            env.setdefault(PREFIX + name + "_FILE", str(folder / file))
    env.setdefault(PREFIX + "VAPID_SUBJECT", "mailto:demo@example.org")
    env.setdefault(PREFIX + "TICK_SECONDS", "1")
    try:
        return Settings.from_env(env)
    except SettingsWrong as wrong:
        raise click.ClickException(str(wrong)) from None


def make_people(factory: Sessions, size: Size) -> tuple[dict[str, DemoPerson], dict[str, str]]:
    """Return the demo cast, made now if this database is empty, and the staff passwords made with it."""
    with factory() as session:
        cast = seeding.find_cast(session)
        if cast is None and accounts.list_organisations(session):
            raise click.ClickException("This database holds real organisations. The demo leaves it alone.")
    if cast is not None:
        return cast, {}
    with running.progress("Making people") as show:
        passwords = seeding.seed_demo(factory, size, clock.now(), show)
    with factory() as session:
        cast = seeding.find_cast(session)
    assert cast is not None
    return cast, passwords


def sign_in(session: Session, person: DemoPerson) -> str:
    """Sign one of the cast in and return the token."""
    life = account_rules.OWN_PHONE if person.role is Role.PERSON else DEMO_LIFE
    return accounts.start_sign_in(session, person.account_id, life, clock.now()).token


def write_signed_in(factory: Sessions, cast: dict[str, DemoPerson], found: Settings) -> None:
    """Write DATA_DIR/demo.json: who there is, with a signed-in cookie and the headers a script needs."""
    with factory() as session, session.begin():
        tokens = {key: sign_in(session, person) for key, person in cast.items()}
    people = [
        {
            "key": key,
            "name": person.name,
            "role": str(person.role),
            "cookie": f"{SESSION_COOKIE}={tokens[key]}",
            "headers": {"Origin": found.base_url, "X-App": "1"},
        }
        for key, person in cast.items()
    ]
    path = found.data_dir / MARK
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    keys.write_secret(fresh, json.dumps({"url": found.base_url, "people": people}, indent=2))
    fresh.replace(path)


def add_doors(app: flask.Flask, factory: Sessions, cast: dict[str, DemoPerson]) -> None:
    """Add `/demo/<key>`, which signs this browser in as one of the cast. Only the demo has it."""

    @app.get("/demo/<key>")
    def demo_door(key: str) -> Response:
        """Sign in as one of the demo people and open the app."""
        person = cast.get(key)
        if person is None:
            flask.abort(404)
        with factory() as session, session.begin():
            if person.role is Role.PERSON:
                signed_in, device = accounts.enrol_device(
                    session, person.account_id, seeding.PIN, account_rules.Phone.OWN, clock.now()
                )
            else:
                signed_in = accounts.start_sign_in(session, person.account_id, DEMO_LIFE, clock.now())
                device = None
        response = flask.redirect("/" if person.role is Role.PERSON else "/kw")
        put_cookies(response, signed_in.token, signed_in.expires_at, clock.now(), device)
        return response


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--data-dir", default="demo-data", show_default=True, type=click.Path(path_type=Path))
@click.option("--size", type=click.Choice([str(size) for size in Size]), default="small", show_default=True)
def demo(port: int, data_dir: Path, size: str) -> None:
    """Run server, app, reminders and demo people on 127.0.0.1."""
    from companion import worker
    from companion.app import create_app

    running.log_to_stderr()
    found = demo_settings(data_dir.absolute(), port)
    engine = running.prepare(found)
    factory = make_session_factory(engine, Keyring(found.master_key))
    with running.plain_errors():
        cast, passwords = make_people(factory, Size(size))
        write_signed_in(factory, cast, found)
    app = create_app(found, engine)
    add_doors(app, factory, cast)
    stop = worker.start_in_background(found)
    tell(found, cast, passwords)
    try:
        running.serve_app(app, "127.0.0.1", port)
    finally:
        stop()
        engine.dispose()


def tell(found: Settings, cast: dict[str, DemoPerson], passwords: dict[str, str]) -> None:
    """Print the address and who to sign in as."""
    click.echo(f"\nCompanion is on {found.base_url}\n\nOpen one of these to be that person in your browser:")
    for key, person in cast.items():
        click.echo(f"  {found.base_url}/demo/{key:<16} {person.name} ({person.role})")
    click.echo(f"\nThe PIN of Sam and Jo is {seeding.PIN}.")
    for username, password in passwords.items():
        click.echo(f"Staff password, shown this once: {username} {password}")
    click.echo(f"Signed-in cookies for scripts: {found.data_dir / MARK}\nStop with Ctrl-C.\n")
