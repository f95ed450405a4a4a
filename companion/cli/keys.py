"""`companion keys`: make the secret keys."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import click

from companion.core.sealing import new_master_key


def new_vapid_key() -> str:
    """Return a new Web Push private key (P-256) as base64url of its 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric import ec

    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def write_secret(path: Path, secret: str) -> None:
    """Write a secret to a new file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret + "\n")


@click.group()
def keys() -> None:
    """Make the secret keys."""


@keys.command("new")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Write master.key and vapid.key here.")
def new_keys(folder: Path | None) -> None:
    """Make a master key and a Web Push key.

    Keep the master key apart from the database and its backups: whoever has both can read everything,
    and without it nothing can be read again.
    """
    master, vapid = new_master_key(), new_vapid_key()
    if folder is None:
        click.echo(f"COMPANION_MASTER_KEY={master}\nCOMPANION_VAPID_PRIVATE_KEY={vapid}")
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        write_secret(folder / "master.key", master)
        write_secret(folder / "vapid.key", vapid)
    except FileExistsError as error:
        raise click.ClickException(f"{error.filename} is there already; it was left alone.") from None
    click.echo(
        f"COMPANION_MASTER_KEY_FILE={folder / 'master.key'}\n"
        f"COMPANION_VAPID_PRIVATE_KEY_FILE={folder / 'vapid.key'}"
    )
