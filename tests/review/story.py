"""What Sam entered and shares, for the tests of review."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from companion.core.ids import new_id
from tests.conftest import Client
from tests.people import Cast
from tests.shared.drafts import a_check_in, a_goal, a_grant, a_plan

Clients = Callable[[str | None], Client]


class Story:
    """Sam's records, and short ways for Priya to look at them."""

    def __init__(self, client_for: Clients, cast: Cast) -> None:
        self.cast, self.client_for = cast, client_for
        self.sam, self.priya, self.owen = client_for("sam"), client_for("priya"), client_for("owen")
        self.person = f"/api/review/people/{cast['sam'].account_id}"
        self.shared, self.private = new_id(), new_id()
        self.grant = f"/api/sharing/grants/{new_id()}"
        self.save_goal(self.shared, title="Shared goal", shared=True)
        self.save_goal(self.private, title="Private goal")
        self.sam.put(f"/api/wellbeing/check-ins/{new_id()}", json=a_check_in(note="Private note"))
        self.sam.put(f"/api/treatment/plans/{new_id()}", json=a_plan(note="Private remark"))

    def save_goal(self, goal_id: UUID, **changes: object) -> None:
        """Save one of Sam's goals."""
        answer = self.sam.put(f"/api/goals/{goal_id}", json=a_goal(**changes))
        assert answer.status_code in (200, 201), answer.json

    def share(self, *scopes: str) -> None:
        """Let Priya see these scopes, or everything."""
        answer = self.sam.put(self.grant, json=a_grant(self.cast["priya"].account_id, *scopes))
        assert answer.status_code in (200, 201), answer.json

    @property
    def paths(self) -> dict[str, str]:
        """The looks at Sam by the scope they need."""
        return {
            "person": self.person,
            "goals": f"{self.person}/goals",
            "goal": f"{self.person}/goals/{self.shared}",
            "wellbeing": f"{self.person}/wellbeing",
            "plan": f"{self.person}/plan",
        }

    def statuses(self, client: Client) -> dict[str, int]:
        """Return what each look answers."""
        return {name: client.get(path).status_code for name, path in self.paths.items()}
