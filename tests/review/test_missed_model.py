"""Shared missed collections against a model: grant, switch, marks and days in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from companion.accounts import use_cases as accounts
from companion.core.errors import NotFound
from companion.core.identity import Role, Viewer
from companion.core.ids import new_id
from companion.core.orm import Sessions
from companion.core.schema import load
from companion.reminders import use_cases as reminders
from companion.review import use_cases as review
from companion.sharing import use_cases as sharing
from companion.treatment import use_cases as treatment
from companion.treatment.schemas import PlanSchema
from tests.shared.drafts import a_plan

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
PHASE = {"starts_on": "2026-11-01", "every": {"unit": "day", "count": 1}, "times": ["23:00"]}
DAILY = {"starts_on": "2026-11-01", "phases": [PHASE]}
SHARES = {"share plan": {"plan"}, "share goals": {"goals"}, "share both": {"goals", "plan"}}
ANSWERS = ("done", "skipped", "not_done", "not_said", "later")
PASSES = {"a day passes": 1, "weeks pass": 14, "a month passes": 30}
ACTS = (*SHARES, "withdraw", "turn the switch", "turn the switch", "edit the plan", *ANSWERS, *PASSES)
Seen = tuple[date, tuple[date, ...]]


def make_viewer(session: Session, organisation: UUID, role: Role) -> Viewer:
    """Make an account and return its viewer."""
    account = accounts.make_account(session, organisation_id=organisation, role=role, name="One", now=START)
    return Viewer(account, role, organisation, new_id())


@dataclass
class Model:
    """One person, one keyworker, and what the keyworker may see by the rules written down anew."""

    session: Session
    now: datetime = START
    scopes: set[str] = field(default_factory=set)
    granted_on: date = date.max
    chosen_on: date | None = None
    marks: dict[date, str] = field(default_factory=dict)
    edits: int = 0

    def __post_init__(self) -> None:
        organisation = accounts.make_organisation(self.session, f"Service {new_id()}", self.now)
        self.person = make_viewer(self.session, organisation, Role.PERSON)
        self.keyworker = make_viewer(self.session, organisation, Role.KEYWORKER)
        self.plan_id, self.grant_id = new_id(), new_id()
        self.save_plan()

    def save_plan(self) -> None:
        """Save the plan with its switch as it is."""
        said = {"note": f"Edit {self.edits}", "missed_shared": self.chosen_on is not None}
        draft = load(PlanSchema(), a_plan(**DAILY, **said, recorded_at=self.now.isoformat()))
        treatment.save_plan(self.session, self.person, self.plan_id, draft, self.now)

    def do(self, act: str) -> None:
        """Do one thing, to the house and to the model."""
        self.now += timedelta(seconds=1)
        if act in SHARES:
            self.share(SHARES[act])
        elif act == "withdraw" and self.scopes:
            sharing.withdraw_grant(self.session, self.person, self.grant_id, self.now)
            self.grant_id, self.scopes = new_id(), set()
        elif act == "turn the switch":
            self.chosen_on = self.now.date() if self.chosen_on is None else None
            self.save_plan()
        elif act == "edit the plan":
            self.edits += 1
            self.save_plan()
        elif act in ANSWERS:
            reminder = uuid5(self.plan_id, f"{self.now.date()}|0")
            draft = {"answer": act, "recorded_at": self.now}
            reminders.answer_reminder(self.session, self.person, reminder, draft, self.now)
            self.marks[self.now.date()] = act
        elif act in PASSES:
            self.now += timedelta(days=PASSES[act])

    def share(self, scopes: set[str]) -> None:
        """Share this much, with the grant that stands or a new one, for a year."""
        if scopes - self.scopes:
            self.granted_on = self.now.date()
        until = self.now + timedelta(days=365)
        draft = {"keyworker_id": self.keyworker.account_id, "scopes": sorted(scopes), "until": until}
        sharing.save_grant(self.session, self.person, self.grant_id, draft, self.now)
        self.scopes = scopes

    def expected(self) -> Seen | None:
        """Return what may be seen; None when nothing of missed collections is shared."""
        if "plan" not in self.scopes or self.chosen_on is None:
            return None
        today = self.now.date()
        first = max(self.chosen_on, self.granted_on, today - timedelta(days=27))
        missed = (on for on, said in self.marks.items() if said in ("skipped", "not_done"))
        return first, tuple(sorted(on for on in missed if on >= first))

    def seen(self) -> Seen | None:
        """Return what the keyworker sees."""
        try:
            found = review.shared_plan(self.session, self.keyworker, self.person.account_id, self.now)
        except NotFound:
            assert "plan" not in self.scopes
            return None
        (plan,) = found["items"]
        return plan["missed"] and (plan["missed"].since, plan["missed"].days)


@pytest.mark.slow
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=3, max_size=12))
@example(acts=["share plan", "turn the switch", "skipped", "weeks pass", "edit the plan", "not_done"])
@example(acts=["turn the switch", "skipped", "a day passes", "share goals", "skipped", "a day passes",
               "share both", "skipped", "share plan", "turn the switch", "turn the switch"])  # fmt: skip
@example(
    acts=["share both", "skipped", "a day passes", "turn the switch", "skipped", "a month passes", "done"]
)
def test_what_is_seen_is_what_was_marked_since_it_was_chosen_and_shared(
    factory: Sessions, acts: list[str]
) -> None:
    with factory() as session:
        model = Model(session)
        for act in acts:
            model.do(act)
            assert model.seen() == model.expected(), act
        session.rollback()
