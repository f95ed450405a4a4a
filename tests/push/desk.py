"""A desk to dispatch from: database, push service, sender and a clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from companion.core import clock as core_clock
from companion.core.identity import Viewer
from companion.core.orm import Sessions
from companion.push import use_cases
from companion.push.models import Delivery, Message, Subscription
from companion.push.rules import Kind
from companion.settings import Settings
from tests.people import Cast
from tests.rig.push_service import Browser, PushService


@dataclass
class Desk:
    """Everything a dispatch needs, on a clock that stands still."""

    cast: Cast
    factory: Sessions
    service: PushService
    settings: Settings
    sender: use_cases.Sender
    clock: core_clock.FrozenClock

    @property
    def sam(self) -> Viewer:
        """A person."""
        return self.cast["sam"]

    @property
    def jo(self) -> Viewer:
        """Another person."""
        return self.cast["jo"]

    def subscribe(self, viewer: Viewer) -> Browser:
        """Subscribe a browser of the local push service."""
        browser = self.service.subscribe()
        with self.factory.begin() as session:
            use_cases.save_subscription(
                session,
                viewer,
                use_cases.setup_of(self.settings),
                endpoint=browser.endpoint,
                now=self.clock.at,
                **browser.to_json()["keys"],
            )
        return browser

    def queue(self, viewer: Viewer, reference: UUID | None = None, serial: int = 1) -> UUID:
        """Queue a message that may be sent for half an hour; return its reference."""
        reference = reference or uuid4()
        with self.factory.begin() as session:
            now, last = self.clock.at, self.clock.at + timedelta(minutes=30)
            message = use_cases.NewMessage(viewer.account_id, Kind.REMINDER, reference, serial, now, last)
            use_cases.queue_messages(session, [message], now)
        return reference

    def send(self, checks: dict[Kind, use_cases.Check] | None = None) -> use_cases.Tally:
        """Dispatch what may be sent at the clock's time."""
        return use_cases.dispatch(
            self.factory, self.sender, lambda: self.clock.at, checks=checks, poll_s=0.05
        )

    def message(self) -> Message:
        """Return the only message."""
        with self.factory() as session:
            return session.scalars(select(Message)).one()

    def outcomes(self) -> list[str]:
        """Return the outcome on each device."""
        with self.factory() as session:
            return sorted(session.scalars(select(Delivery.outcome)))

    def count(self, model: type[Subscription] | type[Message]) -> int:
        """Return how many rows there are."""
        with self.factory() as session:
            return len(session.scalars(select(model)).all())
