"""Fixtures of this house: a push desk, and a hand that saves plans and ticks the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from companion.core.identity import Viewer
from companion.reminders import use_cases
from companion.reminders.models import Reminder
from companion.treatment import use_cases as treatment
from companion.worker import Worker
from tests.push.desk import Desk
from tests.push.fixtures import desk, push_settings, sender, service
from tests.treatment.plans import a_phase, a_plan_body

__all__ = ["Hand", "desk", "hand", "push_settings", "sender", "service"]

DAILY = {"every": {"unit": "day", "count": 1}, "weekdays": [], "take_home": False}


@dataclass
class Hand:
    """Saves plans as a person and ticks as the worker."""

    desk: Desk

    @property
    def now(self) -> datetime:
        """The instant at which the clock stands."""
        return self.desk.clock.at

    def save(
        self,
        viewer: Viewer,
        times: list[str],
        plan_id: UUID | None = None,
        phase: dict[str, Any] | None = None,
        **overrides: Any,
    ) -> UUID:
        """Save a daily plan with these times; return its id."""
        plan_id = plan_id or uuid4()
        phases = [a_phase(times=times, **{**DAILY, **(phase or {})})]
        body = a_plan_body(**{"kind": "at_home", "phases": phases, **overrides})
        with self.desk.factory.begin() as session:
            treatment.save_plan(session, viewer, plan_id, {**body, "recorded_at": self.now}, self.now)
        return plan_id

    def delete(self, viewer: Viewer, plan_id: UUID) -> None:
        """Delete a plan."""
        with self.desk.factory.begin() as session:
            treatment.delete_plan(session, viewer, plan_id, self.now)

    def worker(self) -> Worker:
        """Return a worker on this desk."""
        return Worker(self.desk.factory, self.desk.sender, 0.05)

    def tick(self) -> None:
        """Tick once: plan, raise, send."""
        worker = self.worker()
        worker.plan_and_raise()
        worker.dispatch()

    def answer(
        self, viewer: Viewer, reminder_id: UUID, answer: str, minutes: int | None = None
    ) -> dict[str, Any]:
        """Answer a reminder now."""
        draft = {"answer": answer, "later_minutes": minutes, "recorded_at": self.now}
        with self.desk.factory.begin() as session:
            return use_cases.answer_reminder(session, viewer, reminder_id, draft, self.now)

    def rows(self) -> list[Reminder]:
        """Return every reminder, in order of day and slot."""
        with self.desk.factory() as session:
            return list(session.scalars(select(Reminder).order_by(Reminder.on, Reminder.slot, Reminder.id)))

    def states(self) -> list[str]:
        """Return the states of today's reminders, in order of slot."""
        return [row.state for row in self.rows() if row.on == self.now.date()]

    def seen(self) -> list[tuple[str, int]]:
        """Return what phones were shown, by tag and raise count."""
        return list(self.desk.service.seen())


@pytest.fixture
def hand(desk: Desk) -> Hand:
    """A hand at this test's desk."""
    return Hand(desk)
