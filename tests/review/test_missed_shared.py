"""Missed collections: a keyworker sees the days the person marked, if the person chose that, and no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.audit.models import AuditEvent
from companion.core.clock import FrozenClock
from companion.core.ids import new_id
from tests.conftest import NOW, Client
from tests.people import Cast
from tests.shared.drafts import a_grant, a_plan

Clients = Callable[[str | None], Client]
TODAY = NOW.date()
DAY = timedelta(days=1)
WHY = "Quetzal was too far"


class Collector:
    """Sam, who collects every day at ten, marks days and chooses; and Priya, who looks."""

    def __init__(self, client_for: Clients, cast: Cast, clock: FrozenClock) -> None:
        self.cast, self.clock = cast, clock
        self.sam, self.priya, self.owen = client_for("sam"), client_for("priya"), client_for("owen")
        self.plan_id, self.grant_id = new_id(), new_id()
        self.look = f"/api/review/people/{cast['sam'].account_id}/plan"
        self.save_plan()

    def save_plan(self, plan_id: UUID | None = None, **changes: Any) -> None:
        """Save a plan of Sam's, a second after what came before."""
        self.clock.advance(timedelta(seconds=1))
        daily = {
            "starts_on": "2026-11-01",
            "every": {"unit": "day", "count": 1},
            "times": ["10:00"],
            "take_home": False,
        }
        body = a_plan(
            **{"starts_on": "2026-11-01", "phases": [daily], "recorded_at": self.clock.at.isoformat()}
            | changes
        )
        answer = self.sam.put(f"/api/treatment/plans/{plan_id or self.plan_id}", json=body)
        assert answer.status_code in (200, 201), answer.json

    def choose(self, shared: bool) -> None:
        """Turn the plan's switch on or off."""
        self.save_plan(missed_shared=shared)

    def share(self, *scopes: str) -> None:
        """Let Priya see these scopes, with the same grant as long as it stands."""
        body = a_grant(self.cast["priya"].account_id, *scopes)
        answer = self.sam.put(f"/api/sharing/grants/{self.grant_id}", json=body)
        assert answer.status_code in (200, 201), answer.json

    def stop(self) -> None:
        """Withdraw the grant."""
        assert self.sam.delete(f"/api/sharing/grants/{self.grant_id}").status_code == 204
        self.grant_id = new_id()

    def mark(self, answer: str, on: date | None = None, **more: Any) -> None:
        """Answer the reminder of a day, today's unless another is named, a second after what came before."""
        self.clock.advance(timedelta(seconds=1))
        reminder = uuid5(self.plan_id, f"{on or self.clock.at.date()}|0")
        body = {"answer": answer, "recorded_at": self.clock.at.isoformat(), **more}
        reply = self.sam.put(f"/api/reminders/{reminder}/answer", json=body)
        assert reply.status_code == 200, reply.json

    def next_day(self) -> None:
        """Let a day pass."""
        self.clock.advance(DAY)

    def plans(self, client: Client | None = None) -> list[dict[str, Any]]:
        """Return the plans that Priya, or somebody else, sees."""
        items: list[dict[str, Any]] = (client or self.priya).get(self.look).json["items"]
        return items

    def seen(self) -> dict[str, Any] | None:
        """Return what Priya sees of missed collections of the one plan."""
        (plan,) = self.plans()
        missed: dict[str, Any] | None = plan["missed"]
        return missed


@pytest.fixture
def collector(client_for: Clients, cast: Cast, clock: FrozenClock) -> Collector:
    """Sam with a daily collection, nothing chosen or granted yet."""
    return Collector(client_for, cast, clock)


def test_done_missed_and_not_marked_are_three_things(collector: Collector) -> None:
    collector.share("plan")
    collector.choose(True)
    for answer in ("done", "skipped", "not_said", None, "not_done", "later", "skipped"):
        if answer:
            collector.mark(answer)
        collector.next_day()
    days = [TODAY + DAY * at for at in (1, 4, 6)]
    assert collector.seen() == {"from": str(TODAY), "days": [str(on) for on in days]}
    collector.clock.advance(-DAY)
    collector.mark("done")
    assert collector.seen() == {"from": str(TODAY), "days": [str(on) for on in days[:2]]}


@pytest.mark.parametrize("scopes", [(), ("plan",), ("goals", "wellbeing")], ids=["none", "plan", "others"])
@pytest.mark.parametrize("shared", [False, True], ids=["off", "on"])
def test_both_the_switch_and_a_grant_of_the_plan_are_needed(
    collector: Collector, scopes: tuple[str, ...], shared: bool
) -> None:
    if scopes:
        collector.share(*scopes)
    collector.choose(shared)
    collector.mark("skipped")
    if "plan" not in scopes:
        assert collector.priya.get(collector.look).status_code == 404
    else:
        assert collector.seen() == ({"from": str(TODAY), "days": [str(TODAY)]} if shared else None)
    assert collector.owen.get(collector.look).status_code == 404


def test_nothing_from_before_the_choice_is_ever_shown(collector: Collector) -> None:
    collector.mark("skipped")
    collector.next_day()
    collector.share("plan")
    collector.mark("skipped")
    collector.next_day()
    collector.choose(True)
    assert collector.seen() == {"from": str(TODAY + 2 * DAY), "days": []}
    # Said after the choice, but of a day before it.
    collector.mark("not_done", on=TODAY + DAY)
    collector.mark("skipped")
    assert collector.seen() == {"from": str(TODAY + 2 * DAY), "days": [str(TODAY + 2 * DAY)]}
    collector.next_day()
    collector.choose(False)
    collector.choose(True)
    assert collector.seen() == {"from": str(TODAY + 3 * DAY), "days": []}


def test_what_was_chosen_before_the_plan_was_shared_counts_from_the_sharing(collector: Collector) -> None:
    collector.choose(True)
    collector.share("goals")
    collector.mark("skipped")
    collector.next_day()
    collector.share("goals", "plan")
    collector.mark("skipped")
    tomorrow = str(TODAY + DAY)
    assert collector.seen() == {"from": tomorrow, "days": [tomorrow]}
    collector.next_day()
    collector.stop()
    assert collector.priya.get(collector.look).status_code == 404
    collector.share("plan")
    assert collector.seen() == {"from": str(TODAY + 2 * DAY), "days": []}


def test_a_change_of_something_else_keeps_what_is_shared(collector: Collector) -> None:
    collector.share("plan")
    collector.choose(True)
    collector.mark("skipped")
    collector.next_day()
    collector.save_plan(missed_shared=True, note="Another note")
    assert collector.seen() == {"from": str(TODAY), "days": [str(TODAY)]}


def test_only_the_last_28_days_are_shown(collector: Collector) -> None:
    collector.share("plan")
    collector.choose(True)
    collector.mark("skipped")
    collector.clock.advance(27 * DAY)
    assert collector.seen() == {"from": str(TODAY), "days": [str(TODAY)]}
    collector.next_day()
    assert collector.seen() == {"from": str(TODAY + DAY), "days": []}


def test_turning_the_switch_off_counts_from_the_next_look(collector: Collector) -> None:
    collector.share("plan")
    collector.choose(True)
    collector.mark("skipped")
    before = collector.seen()
    collector.choose(False)
    assert (before, collector.seen()) == ({"from": str(TODAY), "days": [str(TODAY)]}, None)


def test_why_it_was_left_out_and_the_notes_stay_with_the_person(collector: Collector) -> None:
    collector.share("plan")
    collector.save_plan(note="Quetzal", missed_shared=True)
    collector.mark("skipped", reason=WHY)
    collector.next_day()
    collector.mark("not_done", reason=WHY)
    answer = collector.priya.get(collector.look)
    assert len(answer.json["items"][0]["missed"]["days"]) == 2
    assert b"Quetzal" not in answer.data
    assert set(answer.json["items"][0]) & {"note", "remind_minutes_before", "missed_shared"} == set()


def test_each_plan_has_its_own_switch_and_other_kinds_share_nothing(collector: Collector) -> None:
    collector.share("plan")
    collector.choose(True)
    collector.mark("skipped")
    collector.save_plan(new_id(), title="Not chosen")
    at_home = {"kind": "at_home", "place": None, "title": "At home", "missed_shared": True}
    collector.save_plan(new_id(), **at_home)
    seen = {plan["title"]: plan["missed"] for plan in collector.plans()}
    assert seen == {
        "Morning walk": {"from": str(TODAY), "days": [str(TODAY)]},
        "Not chosen": None,
        "At home": None,
    }


def test_a_dose_left_out_at_home_is_not_taken_for_a_missed_visit_when_the_plan_changes(
    collector: Collector,
) -> None:
    collector.share("plan")
    collector.save_plan(kind="at_home", missed_shared=True)
    collector.mark("skipped")
    collector.save_plan(kind="supervised", missed_shared=True)
    assert collector.seen() == {"from": str(TODAY), "days": []}


def test_every_look_at_missed_days_is_written_down_for_the_person(
    collector: Collector, session: Session
) -> None:
    collector.share("plan")
    collector.plans()
    assert looks(collector) == {"Looked at your plan"}
    collector.choose(True)
    collector.clock.advance(timedelta(hours=1))
    collector.plans()
    assert looks(collector) == {"Looked at your plan", "Looked at your collection days"}
    assert collector.owen.get(collector.look).status_code == 404
    found = session.scalars(select(AuditEvent).where(AuditEvent.item_kind == "missed"))
    assert [(event.action, event.actor_id) for event in found] == [
        ("viewed", collector.cast["priya"].account_id)
    ]


def looks(collector: Collector) -> set[str]:
    """Return what the person reads of who looked."""
    return {look["what"] for look in collector.sam.get("/api/sharing/looks").json["items"]}


def test_while_it_is_not_shared_no_mark_changes_a_byte(collector: Collector) -> None:
    collector.share("plan")
    before = collector.priya.get(collector.look).data
    for answer in ("skipped", "not_done", "done"):
        collector.mark(answer)
        assert collector.priya.get(collector.look).data == before


def test_a_mark_reaches_nobody_but_the_keyworker_it_is_shared_with(collector: Collector) -> None:
    collector.share("plan")
    collector.choose(True)
    collector.mark("skipped")
    assert collector.owen.get(collector.look).status_code == 404
    assert collector.owen.get("/api/review/people").json == {"items": []}
    (case,) = collector.priya.get("/api/review/people").json["items"]
    known = {"person_id", "name", "scopes", "trend14", "next_review_on", "last_looked_at", "asks"}
    assert set(case) == known
