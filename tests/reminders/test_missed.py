"""The organisation's words after missed visits: off by default, calm, and gone once a visit is done."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid5

import pytest

from companion.reminders import use_cases
from companion.treatment import use_cases as treatment
from companion.treatment.rules import MissedPolicy
from tests.push.desk import Desk
from tests.reminders.conftest import Hand
from tests.treatment.plans import a_place

POLICY = MissedPolicy(on=True, limit=2, before="Before.", at_limit="At the limit.", naloxone="Naloxone.")


def test_it_counts_what_was_marked_and_ends_with_a_visit(
    desk: Desk, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(treatment, "missed_policy", lambda: POLICY)
    plan_id = hand.save(desk.sam, ["10:00"], kind="supervised", place=a_place())

    def texts() -> list[str]:
        with desk.factory() as session:
            said = use_cases.list_missed(session, desk.sam, hand.now)
            assert use_cases.list_missed(session, desk.jo, hand.now)["texts"] == []
        return [one["text"] for one in said["texts"]]

    assert texts() == []
    expected = [["Before.", "Naloxone."], ["At the limit.", "Naloxone."], []]
    for day, (answer, words) in enumerate(zip(["skipped", "not_done", "done"], expected, strict=True)):
        hand.answer(desk.sam, uuid5(plan_id, f"2026-11-{23 + day}|0"), answer)
        assert texts() == words
        desk.clock.advance(timedelta(days=1))
