"""Asking to be referred to a service: only with consent, sealed, answered, taken back, not too often."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.audit.models import AuditEvent
from companion.content import use_cases as content
from companion.core.clock import FrozenClock
from companion.core.ids import new_id
from companion.core.orm import Sessions
from companion.directory import use_cases as directory
from companion.directory.use_cases import Licence, import_feed
from companion.review.models import Referral
from tests.access.world import FEED
from tests.conftest import NOW, Client
from tests.people import Cast
from tests.review.story import Story

NOTE = "Quetzal: I owe money and do not know how much."
HELPLINE = {**FEED, "name": "Debt help", "phones": [{"id": str(uuid4()), "number": "0113 496 0000"}]}


@pytest.fixture
def service_id(factory: Sessions, tmp_path: Any) -> UUID:
    """A service with a phone number, in the directory."""
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps([HELPLINE]))
    import_feed(factory.begin, feed, topics=content.topics(), licence=Licence("OGL"), now=NOW)
    with factory() as session:
        found = directory.search_services(session, directory.Search(text="Debt help"), NOW)
    (card,) = found["items"] + found["national"]
    return UUID(str(card["id"]))


class Asking:
    """Sam's requests over HTTP."""

    def __init__(self, story: Story, service_id: UUID) -> None:
        self.story, self.service_id = story, service_id

    def ask(self, referral_id: UUID | None = None, client: Client | None = None, **changes: Any) -> Any:
        """Send a request; return the answer."""
        body = {
            "keyworker_id": str(self.story.cast["priya"].account_id),
            "service_id": str(self.service_id),
            "note": NOTE,
            "recorded_at": NOW.isoformat(),
            **changes,
        }
        path = f"/api/review/referrals/{referral_id or new_id()}"
        return (client or self.story.sam).put(path, json=body)

    def mine(self) -> list[dict[str, Any]]:
        """Return Sam's own list."""
        found: list[dict[str, Any]] = self.story.sam.get("/api/review/referrals").json["items"]
        return found

    def seen(self, client: Client | None = None) -> Any:
        """Return what a keyworker, Priya if nobody is named, gets."""
        return (client or self.story.priya).get(f"{self.story.person}/referrals")

    def answer(self, referral_id: str, state: str, words: str = "", client: Client | None = None) -> Any:
        """Have a keyworker answer."""
        path = f"{self.story.person}/referrals/{referral_id}/answer"
        return (client or self.story.priya).put(path, json={"state": state, "answer": words})


@pytest.fixture
def asking(story: Story, service_id: UUID) -> Asking:
    """Sam, who may ask for the service; nothing is shared yet."""
    return Asking(story, service_id)


def acts(session: Session) -> list[tuple[str, str]]:
    """Return what was written down about referrals, in order."""
    found = session.scalars(select(AuditEvent).where(AuditEvent.item_kind.like("referral%")))
    return [(one.action, one.item_kind) for one in sorted(found, key=lambda one: (one.at, one.id))]


def test_the_keyworker_sees_exactly_what_was_sent_and_answers(asking: Asking, session: Session) -> None:
    asking.story.share("plan")
    assert asking.ask().status_code == 201
    (item,) = asking.seen().json["items"]
    shown = {name: item[name] for name in ("service_name", "phone", "note", "state", "answer")}
    assert shown == {
        "service_name": "Debt help",
        "phone": "0113 496 0000",
        "note": NOTE,
        "state": "requested",
        "answer": "",
    }
    assert set(item) == {*shown, "id", "asked_at", "answered_at"}
    assert asking.answer(item["id"], "completed", "They will ring you on Monday.").status_code == 200
    (mine,) = asking.mine()
    assert (mine["state"], mine["answer"]) == ("completed", "They will ring you on Monday.")
    assert (mine["who"], mine["service_id"]) == ("Priya", str(asking.service_id))
    assert mine["answered_at"]
    assert acts(session) == [("new", "referral"), ("viewed", "referrals"), ("answered", "referral")]
    looks = [one["what"] for one in asking.story.sam.get("/api/sharing/looks").json["items"]]
    assert {"Looked at what you asked for", "Answered what you asked for"} <= set(looks)


def test_a_no_needs_a_sentence_and_can_become_a_yes(asking: Asking) -> None:
    asking.story.share("goals")
    referral = asking.ask().json["id"]
    refused = asking.answer(referral, "rejected")
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["answer"])
    assert asking.answer(referral, "rejected", "They are full until May.").status_code == 200
    assert asking.answer(referral, "completed").status_code == 200
    assert [(one["state"], one["answer"]) for one in asking.mine()] == [("completed", "")]
    assert asking.answer(referral, "cancelled").status_code == 422


def test_without_sharing_nothing_is_sent(asking: Asking, session: Session) -> None:
    refused = asking.ask()
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["keyworker_id"])
    asking.story.share("goals")
    owen = str(asking.story.cast["owen"].account_id)
    assert asking.ask(keyworker_id=owen).status_code == 422
    assert asking.mine() == []
    assert session.scalars(select(Referral)).all() == []
    assert acts(session) == []


def test_a_withdrawal_of_consent_ends_it_at_the_next_request(asking: Asking) -> None:
    asking.story.share("goals")
    referral = asking.ask().json["id"]
    assert asking.story.sam.delete(asking.story.grant).status_code == 204
    never = asking.seen(asking.story.owen)
    after = asking.seen()
    assert (after.status_code, after.data) == (404, never.data)
    assert asking.answer(referral, "completed").status_code == 404
    assert asking.ask().status_code == 422
    assert [one["state"] for one in asking.mine()] == ["requested"]


def test_nobody_but_the_one_who_was_asked_sees_it(asking: Asking, session: Session) -> None:
    asking.story.share("goals")
    referral = asking.ask().json["id"]
    cast = asking.story.cast
    grant = {"keyworker_id": str(cast["owen"].account_id), "scopes": ["goals"]}
    assert asking.story.sam.put(f"/api/sharing/grants/{new_id()}", json=grant).status_code == 201
    owen = asking.story.owen
    assert asking.seen(owen).json == {"items": []}
    assert asking.answer(referral, "completed", client=owen).status_code == 404
    asks = {
        name: [one["asks"] for one in client.get("/api/review/people").json["items"]]
        for name, client in (("priya", asking.story.priya), ("owen", owen))
    }
    assert asks == {"priya": [1], "owen": [0]}
    assert ("viewed", "referrals") not in acts(session)


def test_taken_back_it_is_gone_for_both_and_stays_so(asking: Asking, session: Session) -> None:
    asking.story.share("goals")
    referral_id = new_id()
    assert asking.ask(referral_id).status_code == 201
    path = f"/api/review/referrals/{referral_id}"
    assert [asking.story.sam.delete(path).status_code for _ in "ab"] == [204, 204]
    assert asking.mine() == asking.seen().json["items"] == []
    assert [one["asks"] for one in asking.story.priya.get("/api/review/people").json["items"]] == [0]
    assert asking.answer(str(referral_id), "completed").status_code == 404
    assert asking.ask(referral_id).status_code == 404
    row = session.scalars(select(Referral)).one()
    assert (row.sealed, row.state) == (None, "cancelled")
    assert acts(session) == [("new", "referral"), ("withdrawn", "referral")]


def test_a_repeat_does_no_harm_and_other_words_are_refused(asking: Asking, session: Session) -> None:
    asking.story.share("goals")
    referral_id = new_id()
    assert [asking.ask(referral_id).status_code for _ in "abc"] == [201, 200, 200]
    assert asking.ask(referral_id, note="Something else.").status_code == 409
    assert len(asking.mine()) == 1
    assert acts(session) == [("new", "referral")]


def test_somebody_elses_id_looks_like_none(
    asking: Asking, client_for: Callable[[str | None], Client], cast: Cast
) -> None:
    asking.story.share("goals")
    referral = UUID(asking.ask().json["id"])
    jo = client_for("jo")
    grant = {"keyworker_id": str(cast["priya"].account_id), "scopes": ["goals"]}
    assert jo.put(f"/api/sharing/grants/{new_id()}", json=grant).status_code == 201
    assert asking.ask(referral, jo).status_code == 404
    assert jo.delete(f"/api/review/referrals/{referral}").status_code == 404
    assert len(asking.mine()) == 1


def test_which_service_it_is_and_what_was_said_is_sealed(asking: Asking, session: Session) -> None:
    asking.story.share("goals")
    referral = asking.ask().json["id"]
    asking.answer(referral, "rejected", "Quetzal: they are full.")
    row = session.scalars(select(Referral)).one()
    assert row.sealed is not None
    for word in ("Quetzal", "Debt", str(asking.service_id), "496"):
        assert word.encode() not in row.sealed
    clear = {column.name for column in Referral.__table__.columns} - {"sealed"}
    assert clear == {"id", "person_id", "keyworker_id", "state", "received_at", "answered_at"}


def test_a_service_that_was_hidden_cannot_be_asked_for(asking: Asking, factory: Sessions) -> None:
    asking.story.share("goals")
    with factory.begin() as session:
        directory.hide_service(session, asking.service_id, NOW)
    refused = asking.ask()
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["service_id"])


def test_twenty_requests_a_day_are_enough(asking: Asking, clock: FrozenClock) -> None:
    asking.story.share("goals")
    assert {asking.ask().status_code for _ in range(20)} == {201}
    refused = asking.ask()
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 86_401
    assert len(asking.mine()) == 20
    clock.advance(timedelta(days=1, seconds=1))
    assert asking.ask().status_code == 201
