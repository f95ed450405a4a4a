"""The command line. Commands are imported when they are called, so that `--help` is quick."""

from __future__ import annotations

import importlib
from typing import Any

import click

import companion

COMMANDS = {
    "demo": ("demo", "Run everything on this machine with demo people."),
    "serve": ("serving", "Serve the app and the API."),
    "worker": ("serving", "Run the reminder worker."),
    "db": ("database", "Bring the database up to date."),
    "seed": ("seed", "Load service directories or demo people."),
    "directory": ("directory", "Look after the directory: sources, reports, hiding, correcting."),
    "invite": ("people", "Issue an invite code."),
    "organisation": ("people", "Add or list organisations."),
    "keyworker": ("people", "Add, list or disable keyworkers and admins."),
    "keys": ("keys", "Make the secret keys."),
    "doctor": ("doctor", "Say in plain words what is missing and how to mend it."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"companion.cli.{COMMANDS[cmd_name][0]}")
        found: click.Command = getattr(module, cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_module, text) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(companion.__version__)
def main(**_options: Any) -> None:
    """Companion: a personal planner and diary for people in drug treatment."""
