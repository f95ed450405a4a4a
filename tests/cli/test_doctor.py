"""What the doctor says of reminders that reach phones, in health and otherwise; on both databases."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from companion.cli import main
from companion.core.ids import new_id
from companion.push import use_cases as push
from companion.push.models import Delivery
from tests.conftest import MASTER_KEY, VAPID_KEY
from tests.push.desk import Desk
from tests.push.fixtures import desk, push_settings, sender, service

__all__ = ["desk", "push_settings", "sender", "service"]

Ask = Callable[..., dict[str, str]]
KEY, SUBJECT = "COMPANION_VAPID_PRIVATE_KEY", "COMPANION_VAPID_SUBJECT"


@pytest.fixture
def ask(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run the doctor on the desk's database; return its lines, each with how to mend it (empty when well).

    Settings given by name are set; those given as None are taken away.
    """
    usual = {
        "COMPANION_DATA_DIR": str(desk.settings.data_dir),
        "COMPANION_DATABASE_URL": desk.settings.database_url,
        "COMPANION_MASTER_KEY": base64.b64encode(MASTER_KEY).decode(),
        KEY: VAPID_KEY,
        SUBJECT: "mailto:ops@example.org",
    }

    def call(**changed: str | None) -> dict[str, str]:
        with monkeypatch.context() as patch:
            for name, value in {**usual, **changed}.items():
                patch.delenv(name, raising=False)
                if value is not None:
                    patch.setenv(name, value)
            shown = CliRunner().invoke(main, ["doctor"])
        found: dict[str, str] = {}
        for line in shown.output.partition("\n\n")[0].splitlines():
            if line.startswith("      "):
                found[list(found)[-1]] = line.strip()
                continue
            mark, _, what = line.partition("  ")
            assert mark in ("mend", "fine"), line
            found[what] = "" if mark == "fine" else "?"
        assert "?" not in found.values(), "a line to mend does not say how"
        assert shown.exit_code == (1 if any(found.values()) else 0)
        return found

    return call


def line_of(found: dict[str, str], start: str) -> tuple[str, str]:
    """Return the one line that begins so, with how to mend it."""
    (line,) = [(what, mend) for what, mend in found.items() if what.startswith(start)]
    return line


def look(desk: Desk, ago: timedelta) -> None:
    """Let a worker have looked so long ago."""
    with desk.factory.begin() as session:
        push.beat(session, new_id(), desk.clock.at - ago)


def test_in_good_health_every_line_is_fine(desk: Desk, ask: Ask) -> None:
    look(desk, timedelta(seconds=4))
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    desk.send()
    found = ask()
    assert not any(found.values()), found
    assert "Web Push key" in found
    assert "Web Push contact mailto:ops@example.org" in found
    assert "Reminder worker, last tick 4 s ago" in found
    assert "Push queue: 0 due, the oldest for 0 s" in found
    assert "Pushes handed over within 60 s: 100.0%" in found


def test_without_a_key_it_says_how_to_make_one(ask: Ask) -> None:
    found = ask(**{KEY: None, SUBJECT: None})
    assert "companion keys new" in found["Web Push key"]
    assert not [what for what in found if what.startswith("Web Push contact")]


@pytest.mark.parametrize(
    "subject",
    ["mailto:x@localhost", "mailto:ops@box.local", "mailto:ops", "ops@example.org", "http://example.org"],
)
def test_a_contact_that_push_services_refuse_is_told(subject: str, ask: Ask) -> None:
    what, mend = line_of(ask(**{SUBJECT: subject}), "Settings")
    assert what == "Settings"
    assert SUBJECT in mend
    assert "real domain" in mend


def test_a_key_without_a_contact_and_a_key_that_is_none_are_told(ask: Ask) -> None:
    assert SUBJECT in ask(**{SUBJECT: None})["Settings"]
    found = ask(**{KEY: "too-short"})
    assert KEY in found["Settings"]
    assert "too-short" not in "".join(found.values())


def test_a_worker_that_was_never_seen_or_not_lately_is_to_be_started(desk: Desk, ask: Ask) -> None:
    assert "companion worker" in ask()["Reminder worker"]
    look(desk, timedelta(minutes=10))
    assert "companion worker" in ask()["Reminder worker, last tick 600 s ago"]
    look(desk, timedelta(minutes=1, seconds=59))
    assert ask()["Reminder worker, last tick 119 s ago"] == ""


def test_a_sign_of_life_from_a_clock_that_ran_ahead_is_none(desk: Desk, ask: Ask) -> None:
    look(desk, -timedelta(days=1))
    what, mend = line_of(ask(), "Reminder worker")
    assert "companion worker" in mend
    assert "ahead" in what


def test_a_queue_that_waits_too_long_asks_for_more_workers(desk: Desk, ask: Ask) -> None:
    look(desk, timedelta())
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    desk.queue(desk.sam)
    desk.clock.advance(timedelta(seconds=60))
    assert ask()["Push queue: 2 due, the oldest for 60 s"] == ""
    desk.clock.advance(timedelta(seconds=30))
    assert "--processes 2" in ask()["Push queue: 2 due, the oldest for 90 s"]
    desk.send()
    assert ask()["Push queue: 0 due, the oldest for 0 s"] == ""


def test_it_says_how_many_pushes_were_handed_over_in_time(desk: Desk, ask: Ask) -> None:
    assert not [what for what in ask() if what.startswith("Pushes handed over")]
    desk.subscribe(desk.sam)
    desk.queue(desk.sam)
    desk.send()
    desk.queue(desk.sam)
    desk.clock.advance(timedelta(seconds=61))
    desk.send()
    assert "Pushes handed over within 60 s: 50.0%" in ask()
    with desk.factory.begin() as session:
        session.execute(update(Delivery).values(outcome="rejected"))
    assert not [what for what in ask() if what.startswith("Pushes handed over")]


def test_a_database_that_is_away_is_said_plainly(ask: Ask, desk: Desk) -> None:
    nowhere = f"sqlite:///{desk.settings.data_dir}/nowhere/companion.db"
    assert "companion db upgrade" in ask(COMPANION_DATABASE_URL=nowhere)["Database"]
    closed = "postgresql://nobody@127.0.0.1:9/companion?connect_timeout=2"
    assert "COMPANION_DATABASE_URL" in ask(COMPANION_DATABASE_URL=closed)["Database"]
