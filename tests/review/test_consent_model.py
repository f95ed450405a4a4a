"""Consent against a model: a set of what is shared. Whatever happens in whatever order, reads equal it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

import flask
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from companion.accounts import rules as account_rules
from companion.accounts import use_cases as accounts
from companion.core.errors import NotFound
from companion.core.identity import Role, Viewer
from companion.core.ids import new_id
from companion.core.orm import Sessions
from companion.core.schema import load
from companion.goals import use_cases as goals
from companion.goals.schemas import GoalDraftSchema
from companion.review import use_cases as review
from companion.sharing import use_cases as sharing
from companion.sharing.rules import Scope
from companion.wellbeing import use_cases as wellbeing
from companion.wellbeing.schemas import CheckInDraftSchema
from tests.conftest import Client
from tests.review.story import Story
from tests.shared.drafts import a_check_in, a_goal

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
people = st.sampled_from(["sam", "jo"])
keyworkers = st.sampled_from(["priya", "owen"])
scopes = st.sets(st.sampled_from(Scope), min_size=1)


class ConsentModel(RuleBasedStateMachine):
    """Two people and two keyworkers in one transaction that is rolled back at the end."""

    factory: Sessions

    @initialize()
    def begin(self) -> None:
        """Make the four; each person has a goal and a check-in."""
        self.session: Session = self.factory()
        self.now = START
        self.live: dict[tuple[str, str], tuple[set[Scope], datetime, UUID]] = {}
        self.shared: dict[str, int] = {"sam": 0, "jo": 0}
        self.disabled: set[str] = set()
        organisation = accounts.make_organisation(self.session, f"Service {new_id()}", self.now)
        self.viewers: dict[str, Viewer] = {}
        for name in ("sam", "jo", "priya", "owen"):
            role = Role.PERSON if name in ("sam", "jo") else Role.KEYWORKER
            account = accounts.make_account(
                self.session, organisation_id=organisation, role=role, name=name, now=self.now
            )
            self.viewers[name] = Viewer(account, role, organisation, new_id())
        self.goals = {name: new_id() for name in ("sam", "jo")}
        for name in self.goals:
            self._save_goal(name)
            draft = load(CheckInDraftSchema(), a_check_in(mood=4))
            wellbeing.save_check_in(self.session, self.viewers[name], new_id(), draft, self.now)

    def _save_goal(self, person: str) -> None:
        at = (self.now + timedelta(microseconds=new_id().int % 1000)).isoformat()
        draft = load(GoalDraftSchema(), a_goal(shared=bool(self.shared[person]), recorded_at=at))
        draft["base_version"] = 10**9
        goals.save_goal(self.session, self.viewers[person], self.goals[person], draft, self.now)

    @rule(person=people, keyworker=keyworkers, chosen=scopes, days=st.sampled_from([1, 30, 300]))
    def grant(self, person: str, keyworker: str, chosen: set[Scope], days: int) -> None:
        """Share anew with a keyworker, which takes the place of what was."""
        if keyworker in self.disabled:
            return
        until, grant_id = self.now + timedelta(days=days), new_id()
        account = self.viewers[keyworker].account_id
        draft = {"keyworker_id": account, "scopes": [str(scope) for scope in chosen], "until": until}
        sharing.save_grant(self.session, self.viewers[person], grant_id, draft, self.now)
        self.live[person, keyworker] = (chosen, until, grant_id)

    @rule(person=people, keyworker=keyworkers)
    def withdraw(self, person: str, keyworker: str) -> None:
        """Stop sharing."""
        known = self.live.pop((person, keyworker), None)
        if known is not None:
            sharing.withdraw_grant(self.session, self.viewers[person], known[2], self.now)

    @rule(hours=st.sampled_from([1, 24, 24 * 30, 24 * 300]))
    def time_passes(self, hours: int) -> None:
        """Let grants run out."""
        self.now += timedelta(hours=hours)

    @rule(person=people)
    def turn_the_mark_of_a_goal(self, person: str) -> None:
        """Mark the goal as shared, or take the mark off."""
        self.shared[person] = 1 - self.shared[person]
        self._save_goal(person)

    @rule(keyworker=keyworkers)
    def disable(self, keyworker: str) -> None:
        """Let a keyworker leave."""
        accounts.disable_account(self.session, self.viewers[keyworker].account_id, self.now)
        self.disabled.add(keyworker)

    @invariant()
    def reads_equal_the_model(self) -> None:
        """Compare every look of both keyworkers at both people with the model."""
        if not hasattr(self, "session"):
            return
        for keyworker in ("priya", "owen"):
            seen, expected = self._seen(keyworker), self._expected(keyworker)
            assert seen == expected, (keyworker, seen, expected)

    def _expected(self, keyworker: str) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for (person, other), (chosen, until, _id) in self.live.items():
            if other != keyworker or keyworker in self.disabled or until <= self.now:
                continue
            found |= {(person, "listed"), (person, "person")} | {(person, str(scope)) for scope in chosen}
            if Scope.GOALS in chosen and self.shared[person]:
                found |= {(person, "a goal")}
        return found

    def _seen(self, keyworker: str) -> set[tuple[str, str]]:
        account = self.viewers[keyworker].account_id
        token = accounts.start_sign_in(self.session, account, account_rules.STAFF, self.now).token
        identified = accounts.identify(self.session, token, self.now)
        if identified is None:
            return set()
        viewer, found = identified[0], set()
        listed = {case["person_id"] for case in review.caseload(self.session, viewer, self.now)}
        for person in ("sam", "jo"):
            found |= {(person, what) for what in self._looks(viewer, person)}
            if self.viewers[person].account_id in listed:
                found.add((person, "listed"))
        return found

    def _looks(self, viewer: Viewer, person: str) -> set[str]:
        person_id, session, now = self.viewers[person].account_id, self.session, self.now
        looks: dict[str, Any] = {
            "person": lambda: review.shared_person(session, viewer, person_id, now),
            "goals": lambda: review.shared_goals(session, viewer, person_id, now),
            "a goal": lambda: review.shared_goal(session, viewer, person_id, self.goals[person], now),
            "wellbeing": lambda: review.shared_trend(session, viewer, person_id, "mood", 14, now),
            "plan": lambda: review.shared_plan(session, viewer, person_id, now),
        }
        found = set()
        for what, look in looks.items():
            try:
                answer = look()
            except NotFound:
                continue
            found.add(what)
            if what == "goals":
                assert len(answer) == self.shared[person]
        return found

    def teardown(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "session"):
            self.session.rollback()
            self.session.close()


@pytest.mark.slow
def test_reads_equal_the_model_whatever_happens(factory: Sessions) -> None:
    machine = type("Machine", (ConsentModel,), {"factory": staticmethod(factory)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_look_that_starts_after_the_withdrawal_succeeds(story: Story, app: flask.Flask) -> None:
    story.share("goals")
    withdrawn, stop = Event(), Event()
    looks: list[tuple[bool, int]] = []

    def look_again_and_again() -> None:
        client = app.test_client(use_cookies=False)
        assert isinstance(client, Client)
        client.token = story.priya.token
        while not stop.is_set():
            late = withdrawn.is_set()
            looks.append((late, client.get(story.paths["goals"]).status_code))

    threads = [Thread(target=look_again_and_again) for _ in range(3)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(looks) >= 6)
    assert story.sam.delete(story.grant).status_code == 204
    withdrawn.set()
    wait_for(lambda: sum(late for late, _status in looks) >= 12)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert {status for late, status in looks if late} == {404}
    assert {status for late, status in looks if not late} <= {200, 404}
    assert (False, 200) in looks


def wait_for(condition: Any) -> None:
    """Wait until other threads have come this far."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        Event().wait(0.01)
