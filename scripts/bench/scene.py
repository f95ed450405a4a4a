"""What the measurement of pushes stands on: a push service, a database with people, a clock that is moved."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from crowd import Person, add_people, plan_reminders
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import delete

from companion import migrations
from companion.accounts import use_cases as accounts
from companion.core.ids import new_id
from companion.core.orm import Sessions, make_engine, make_session_factory
from companion.core.sealing import Keyring
from companion.push import use_cases as push
from companion.push.models import Delivery, Message
from companion.push.rules import encode_base64url
from companion.reminders import use_cases as reminders
from companion.reminders.models import Reminder
from companion.settings import Settings

MASTER_KEY = bytes(range(32))
VAPID_KEY = base64.urlsafe_b64encode(bytes(range(1, 33))).decode().rstrip("=")


class SinkProcess:
    """The push service, in a process of its own."""

    def __init__(self, certificate: Path, *more: str) -> None:
        script = Path(__file__).with_name("sink.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script), str(certificate), *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._line().split()[1])

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self.port}"

    def count(self) -> int:
        """Return how many came."""
        self._say("count")
        return int(self._line())

    def stop_counting(self) -> dict[str, Any]:
        """Return what came, and begin anew."""
        self._say("reset")
        found: dict[str, Any] = json.loads(self._line())
        return found

    def _say(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def __enter__(self) -> SinkProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()


@dataclass
class Scene:
    """A database with people, each with a phone; all phones share one key so that samples can be opened."""

    settings: Settings
    factory: Sessions
    sender: push.Sender
    origin: str
    ca_file: str
    private: ec.EllipticCurvePrivateKey
    auth: bytes
    name: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    people: list[Person] = field(default_factory=list)
    turn: int = 0

    def clock(self) -> datetime:
        """Return the time of the scene."""
        return self.now

    def pass_time(self, seconds: float) -> None:
        """Move the clock."""
        self.now += timedelta(seconds=seconds)

    def keys(self) -> dict[str, str]:
        """Return what a browser gives."""
        public = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": encode_base64url(public), "auth": encode_base64url(self.auth)}

    def subscription_info(self, number: int) -> dict[str, Any]:
        """Return a subscription as pywebpush takes it."""
        return {"endpoint": f"{self.origin}/push/{number}", "keys": self.keys()}

    def plan(self, count: int, due: datetime) -> None:
        """Plan a reminder for each of so many people, all due at one time."""
        if count > len(self.people):
            raise SystemExit(
                "One push speaks for all a person has due in a minute: there are too few people."
            )
        plan_reminders(self.factory, self.people[:count], due, self.turn)
        self.turn += 1

    def queue(self, count: int, ahead_s: float = 0) -> None:
        """Plan as many reminders and raise them, so that their pushes wait until they are due."""
        due = self.now + timedelta(seconds=ahead_s)
        self.plan(count, due)
        raised = 0
        while raised < count:
            with self.factory.begin() as session:
                changed = reminders.raise_due(session, self.now, ahead=due - self.now)
            if not changed:
                raise SystemExit(f"Only {raised} of {count} were raised.")
            raised += changed

    def empty(self) -> None:
        """Forget all messages and reminders."""
        with self.factory.begin() as session:
            for table in (Delivery, Message, Reminder):
                session.execute(delete(table))


@contextmanager
def a_scene(folder: Path, database: str | None, sink: SinkProcess, certificate: Path) -> Iterator[Scene]:
    """Lay out a migrated database and a sender."""
    url = database or f"sqlite:///{folder / 'bench.db'}"
    settings = Settings.from_env(
        {
            "COMPANION_DATA_DIR": str(folder),
            "COMPANION_DATABASE_URL": url,
            "COMPANION_MASTER_KEY": base64.b64encode(MASTER_KEY).decode(),
            "COMPANION_VAPID_PRIVATE_KEY": VAPID_KEY,
            "COMPANION_VAPID_SUBJECT": "mailto:ops@example.org",
            "COMPANION_PUSH_ORIGINS": sink.origin,
            "COMPANION_TICK_SECONDS": "0.5",
        }
    )
    migrations.upgrade(url)
    engine = make_engine(url)
    sender = push.make_sender(settings, ca_file=str(certificate))
    assert sender is not None
    yield Scene(
        settings,
        make_session_factory(engine, Keyring(MASTER_KEY)),
        sender,
        sink.origin,
        str(certificate),
        ec.generate_private_key(ec.SECP256R1()),
        os.urandom(16),
        engine.dialect.name,
    )
    sender.close()
    engine.dispose()


def crowd(scene: Scene, count: int) -> None:
    """Make people with a phone and a plan each, until there are so many."""
    with scene.factory.begin() as session:
        organisation = accounts.make_organisation(session, f"Bench {new_id()}", scene.now)
    for start in range(len(scene.people), count, 2000):
        many = min(2000, count - start)
        scene.people += add_people(
            scene.factory, organisation, many, start, scene.origin, scene.keys(), scene.now
        )
