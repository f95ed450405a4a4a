"""What a keyworker sees over HTTP: what is shared with them now, and not a byte more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.audit.models import AuditEvent
from companion.core.clock import FrozenClock
from companion.core.ids import new_id
from tests.conftest import Client
from tests.people import Cast
from tests.review.story import Story
from tests.shared.drafts import a_check_in, a_goal, a_plan

Clients = Callable[[str | None], Client]
NOTHING = dict.fromkeys(("person", "goals", "goal", "wellbeing", "plan"), 404)


def comment(**changes: Any) -> dict[str, Any]:
    return {"id": str(new_id()), "text": "That is a good first step.", **changes}


def test_owen_sees_nothing(story: Story) -> None:
    story.share()
    assert story.statuses(story.owen) == NOTHING
    assert story.owen.get("/api/review/people").json == {"items": []}
    assert story.owen.post(f"{story.paths['goal']}/comments", json=comment()).status_code == 404
    assert story.owen.put(f"{story.person}/next-review", json={"on": "2026-12-01"}).status_code == 404
    answers = {story.owen.get(path).data for path in story.paths.values()}
    answers.add(story.owen.get(f"/api/review/people/{new_id()}").data)
    assert len(answers) == 1
    assert story.sam.get("/api/sharing/looks").json == {"items": []}


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ("goals", {"person": 200, "goals": 200, "goal": 200}),
        ("wellbeing", {"person": 200, "wellbeing": 200}),
        ("plan", {"person": 200, "plan": 200}),
    ],
)
def test_each_scope_opens_its_own_door(story: Story, scope: str, seen: dict[str, int]) -> None:
    story.share(scope)
    assert story.statuses(story.priya) == {**NOTHING, **seen}


def test_a_withdrawal_counts_from_the_next_request(story: Story) -> None:
    story.share()
    assert set(story.statuses(story.priya).values()) == {200}
    before = story.owen.get(story.person)
    story.sam.delete(story.grant)
    assert story.statuses(story.priya) == NOTHING
    after = story.priya.get(story.person)
    assert (after.data, after.status_code) == (before.data, before.status_code)
    assert story.priya.get("/api/review/people").json == {"items": []}
    assert story.priya.post(f"{story.paths['goal']}/comments", json=comment()).status_code == 404


def test_a_grant_that_has_run_out_shows_nothing(story: Story, clock: FrozenClock) -> None:
    story.share()
    clock.advance(timedelta(days=29))
    assert story.priya.get(story.person).status_code == 200
    story.sam.put(
        story.grant,
        json={
            "keyworker_id": str(story.cast["priya"].account_id),
            "scopes": ["goals"],
            "until": (clock.at + timedelta(hours=1)).isoformat(),
        },
    )
    clock.advance(timedelta(hours=2))
    assert story.statuses(story.priya) == NOTHING


def test_the_keyworker_sees_only_the_goal_that_is_shared(story: Story) -> None:
    story.share()
    (goal,) = story.priya.get(story.paths["goals"]).json["items"]
    assert goal["title"] == "Shared goal"
    assert set(goal) == {
        "id",
        "title",
        "why",
        "level",
        "area",
        "steps",
        "target_on",
        "confidence",
        "lifecycle",
        "updated_at",
    }
    assert story.priya.get(f"{story.person}/goals/{story.private}").status_code == 404
    one = story.priya.get(story.paths["goal"]).json
    assert one == goal | {"comments": []}


def test_a_goal_no_longer_shared_is_gone_for_the_keyworker(story: Story) -> None:
    story.share()
    story.save_goal(story.shared, title="Shared goal", shared=False, base_version=1)
    assert story.priya.get(story.paths["goals"]).json == {"items": []}
    missing = story.priya.get(f"{story.person}/goals/{new_id()}")
    assert story.priya.get(story.paths["goal"]).data == missing.data
    assert story.priya.post(f"{story.paths['goal']}/comments", json=comment()).status_code == 404


def test_what_is_not_shared_changes_no_byte(story: Story, clock: FrozenClock) -> None:
    story.share("goals")

    def everything() -> list[Any]:
        paths = [*story.paths.values(), "/api/review/people"]
        answers = [story.priya.get(path) for path in paths]
        return [(a.status_code, a.data, sorted(a.headers)) for a in answers]

    everything()
    before = everything()
    story.save_goal(new_id(), title="Another private goal")
    story.save_goal(story.private, title="A changed private goal", base_version=1)
    story.sam.put(f"/api/wellbeing/check-ins/{new_id()}", json=a_check_in(mood=1))
    story.sam.put(f"/api/treatment/plans/{new_id()}", json=a_plan(title="Second"))
    story.client_for("jo").put(f"/api/goals/{new_id()}", json=a_goal(shared=True))
    assert everything() == before


def test_the_trend_has_numbers_and_no_notes(story: Story) -> None:
    story.share("wellbeing")
    answer = story.priya.get(f"{story.paths['wellbeing']}?of=mood&days=30")
    assert answer.json["points"][-1] == {"on": "2026-11-23", "value": 3}
    assert answer.json["sentence"] == "1 check-in in 30 days. It was OK."
    assert b"Private" not in answer.data
    assert story.priya.get(f"{story.paths['wellbeing']}?days=7").status_code == 422


def test_the_plan_says_whose_words_it_is(story: Story) -> None:
    story.share("plan")
    answer = story.priya.get(story.paths["plan"])
    assert answer.json["about"] == "Entered by Sam. This is not a prescription record."
    assert [plan["title"] for plan in answer.json["items"]] == ["Morning walk"]
    assert b"Private" not in answer.data


def test_every_look_is_written_down_once(story: Story, session: Session, clock: FrozenClock) -> None:
    story.share()
    for kind, path in story.paths.items():
        clock.advance(timedelta(minutes=1))
        assert story.priya.get(path).status_code == 200
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.at == clock.at))
        assert (event.action, event.item_kind) == ("viewed", kind)
        assert event.subject_id == story.cast["sam"].account_id
        assert event.actor_id == story.cast["priya"].account_id
        session.rollback()  # lets go of the write lock
    assert story.owen.get(story.person).status_code == 404
    assert (
        session.scalars(select(AuditEvent).where(AuditEvent.actor_id == story.cast["owen"].account_id)).all()
        == []
    )


def test_a_caseload_is_written_down_once_an_hour(story: Story, clock: FrozenClock) -> None:
    story.share()
    for _ in range(3):
        story.priya.get("/api/review/people")
    looks = story.sam.get("/api/sharing/looks").json["items"]
    assert [look["what"] for look in looks] == ["Saw you on their list"]
    clock.advance(timedelta(hours=1))
    story.priya.get("/api/review/people")
    assert len(story.sam.get("/api/sharing/looks").json["items"]) == 2


def test_a_caseload_shows_agreements_and_looks_never_a_score(
    story: Story, clients_shared: None, clock: FrozenClock
) -> None:
    jo_id, sam_id = (str(story.cast[key].account_id) for key in ("jo", "sam"))
    story.priya.put(f"{story.person}/next-review", json={"on": "2026-12-01"})
    clock.advance(timedelta(minutes=5))
    story.priya.get(story.person)
    clock.advance(timedelta(minutes=5))
    items = story.priya.get("/api/review/people").json["items"]
    assert [item["person_id"] for item in items] == [sam_id, jo_id]
    assert items[0] == {
        "person_id": sam_id,
        "name": "Sam",
        "scopes": ["goals", "wellbeing", "plan"],
        "trend14": [None] * 13 + [3],
        "next_review_on": "2026-12-01",
        "last_looked_at": "2026-11-23T09:05:00Z",
        "asks": 0,
    }
    assert (items[1]["trend14"], items[1]["last_looked_at"]) == (None, None)


@pytest.fixture
def clients_shared(story: Story) -> None:
    """Sam shares everything and Jo her goals with Priya."""
    story.share()
    story.client_for("jo").put(
        f"/api/sharing/grants/{new_id()}",
        json={"keyworker_id": str(story.cast["priya"].account_id), "scopes": ["goals"]},
    )


def test_a_comment_reaches_the_person(story: Story) -> None:
    story.share()
    body = comment()
    url = f"{story.paths['goal']}/comments"
    first = story.priya.post(url, json=body)
    again = story.priya.post(url, json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json == {**body, "who": "Priya", "at": "2026-11-23T09:00:00Z"}
    assert story.priya.get(story.paths["goal"]).json["comments"] == [first.json]
    assert story.sam.get("/api/review/comments").json == {
        "items": [{**first.json, "goal_id": str(story.shared), "goal_title": "Shared goal"}]
    }
    looks = story.sam.get("/api/sharing/looks").json["items"]
    assert "Wrote a comment on a goal" in [look["what"] for look in looks]
    other_words = story.priya.post(url, json=comment(id=body["id"], text="Other words"))
    assert other_words.status_code == 409


def test_a_comment_outlives_its_goal_and_the_sharing(story: Story) -> None:
    story.share()
    story.priya.post(f"{story.paths['goal']}/comments", json=comment())
    story.sam.delete(story.grant)
    story.sam.delete(f"/api/goals/{story.shared}")
    (kept,) = story.sam.get("/api/review/comments").json["items"]
    assert (kept["goal_title"], kept["text"]) == (None, "That is a good first step.")


def test_a_comment_cannot_be_put_under_another_persons_goal(story: Story, clients_shared: None) -> None:
    jo = f"/api/review/people/{story.cast['jo'].account_id}"
    answer = story.priya.post(f"{jo}/goals/{story.shared}/comments", json=comment())
    assert answer.status_code == 404
    used = comment()
    story.priya.post(f"{story.paths['goal']}/comments", json=used)
    jos_goal = new_id()
    story.client_for("jo").put(f"/api/goals/{jos_goal}", json=a_goal(shared=True))
    assert story.priya.post(f"{jo}/goals/{jos_goal}/comments", json=used).status_code == 404
    assert story.client_for("jo").get("/api/review/comments").json == {"items": []}


def test_a_keyworker_sees_only_their_own_comments(story: Story) -> None:
    story.share()
    story.priya.post(f"{story.paths['goal']}/comments", json=comment())
    owen = {"keyworker_id": str(story.cast["owen"].account_id), "scopes": ["goals"]}
    story.sam.put(f"/api/sharing/grants/{new_id()}", json=owen)
    assert story.owen.get(story.paths["goal"]).json["comments"] == []


BAD_COMMENTS: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, "text"),
    ({"text": "x" * 1001}, "text"),
    ({"text": "zero\x00"}, "text"),
    ({"text": "\ud800"}, "text"),
    ({"text": 0}, "text"),
    ({"id": "1"}, "id"),
    ({"id": None}, "id"),
    ({"person_id": "x"}, "person_id"),
]


def test_a_bad_comment_names_the_field(story: Story) -> None:
    story.share()
    for change, field in BAD_COMMENTS:
        answer = story.priya.post(f"{story.paths['goal']}/comments", json=comment() | change)
        assert answer.status_code == 422, change
        assert list(answer.json["fields"]) == [field]


def test_a_review_day_is_agreed_changed_and_taken_back(story: Story) -> None:
    story.share("goals")
    url = f"{story.person}/next-review"
    assert story.sam.get("/api/review/next-review").json == {"on": None, "who": None}
    for on in ("2026-12-01", "2026-12-08"):
        assert story.priya.put(url, json={"on": on}).json == {"on": on}
    assert story.sam.get("/api/review/next-review").json == {"on": "2026-12-08", "who": "Priya"}
    assert story.priya.get(story.person).json["next_review_on"] == "2026-12-08"
    assert story.priya.put(url, json={"on": None}).json == {"on": None}
    assert story.sam.get("/api/review/next-review").json == {"on": None, "who": None}


BAD_DAYS: list[Any] = ["2026-11-22", "2026-02-30", "2999-01-01", "", 0, [], "2030-01-01"]


def test_a_day_that_cannot_be_is_refused(story: Story) -> None:
    story.share("goals")
    for on in BAD_DAYS:
        answer = story.priya.put(f"{story.person}/next-review", json={"on": on})
        assert answer.status_code == 422, on
        assert list(answer.json["fields"]) == ["on"]


def test_people_and_admins_are_no_keyworkers(story: Story, cast: Cast) -> None:
    story.share()
    for key in ("sam", "jo", "ada"):
        assert set(story.statuses(story.client_for(key)).values()) == {403}
        assert story.client_for(key).get("/api/review/people").status_code == 403
    for path in ("comments", "next-review"):
        assert story.priya.get(f"/api/review/{path}").status_code == 403
        assert story.client_for("jo").get(f"/api/review/{path}").status_code == 200
