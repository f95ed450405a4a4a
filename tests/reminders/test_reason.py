"""Why something was left out: written if wanted, for the person alone, by the rules of any answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from companion.reminders import rules
from companion.reminders.rules import Answer
from tests.conftest import NOW, Client
from tests.reminders.test_routes import URL, put_plan

ClientFor = Callable[[str | None], Client]
WHY = "The bus did not come"


def at(minute: int) -> str:
    """Return an instant of the day of these tests, as a phone writes it."""
    return f"2026-11-23T08:{minute:02}:00Z"


@pytest.fixture
def sam(client_for: ClientFor) -> Client:
    """Sam, with one thing to do today."""
    sam = client_for("sam")
    put_plan(sam)
    return sam


@pytest.fixture
def url(sam: Client) -> str:
    """The address of that thing."""
    return f"{URL}/{sam.get(URL).json['items'][0]['id']}"


def say(sam: Client, url: str, minute: int, answer: str, **more: Any) -> Any:
    """Answer, and return the reminder as the server has it now."""
    reply = sam.put(f"{url}/answer", json={"answer": answer, "recorded_at": at(minute), **more})
    assert reply.status_code == 200, reply.json
    assert reply.json == sam.get(url).json
    return reply.json


@pytest.mark.parametrize("answer", ["skipped", "not_done"])
def test_a_reason_is_kept_with_its_answer_and_shown_to_the_person(sam: Client, url: str, answer: str) -> None:
    assert say(sam, url, 1, answer)["reason"] == ""
    assert say(sam, url, 2, answer, reason=f"  {WHY}\n")["reason"] == WHY
    assert say(sam, url, 2, answer, reason=WHY)["reason"] == WHY
    assert sam.get(URL).json["items"][0]["reason"] == WHY


def test_of_two_answers_the_one_recorded_later_stands_with_its_reason(sam: Client, url: str) -> None:
    assert say(sam, url, 5, "skipped", reason=WHY)["reason"] == WHY
    late = say(sam, url, 4, "skipped", reason="Sent late, written before")
    assert (late["answer"], late["reason"]) == ("skipped", WHY)
    assert say(sam, url, 6, "skipped", reason="I was at work")["reason"] == "I was at work"


@pytest.mark.parametrize("answer", ["done", "later", "skipped", "not_said"])
def test_an_answer_without_a_reason_takes_the_old_one_away(sam: Client, url: str, answer: str) -> None:
    say(sam, url, 1, "skipped", reason=WHY)
    now = say(sam, url, 2, answer, reason=None)
    assert (now["answer"], now["reason"]) == (answer, "")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        *((answer, WHY) for answer in ("done", "later", "not_said")),
        ("skipped", "x" * (rules.MOST_REASON + 1)),
        ("skipped", 7),
        ("skipped", "\x00"),
    ],
)
def test_what_cannot_be_a_reason_is_refused_by_name(sam: Client, url: str, answer: str, reason: Any) -> None:
    body = {"answer": answer, "recorded_at": at(1), "reason": reason}
    reply = sam.put(f"{url}/answer", json=body)
    assert reply.status_code == 422
    assert list(reply.json["fields"]) == ["reason"]
    assert sam.get(url).json["answer"] is None


def test_done_left_out_and_not_marked_stay_three_things(sam: Client, url: str) -> None:
    nothing = sam.get(url).json
    assert (nothing["answer"], nothing["reason"]) == (None, "")
    skipped = say(sam, url, 1, "skipped", reason=WHY)
    assert (skipped["answer"], skipped["state"]) == ("skipped", "answered")
    assert say(sam, url, 2, "done")["answer"] == "done"


def test_a_reason_is_sealed_and_no_keyworker_reads_it(
    clean: Engine, client_for: ClientFor, sam: Client, url: str
) -> None:
    say(sam, url, 1, "skipped", reason=WHY)
    with clean.connect() as connection:
        kept = connection.execute(text("SELECT sealed FROM reminders_reminder")).scalars().all()
    assert kept
    assert all(WHY.encode() not in bytes(one) for one in kept)
    for key in ("priya", "owen"):
        assert client_for(key).get(url).status_code == 403


def test_answers_written_before_there_were_reasons_are_the_same_answers() -> None:
    assert rules.content_of(Answer.SKIPPED, None, NOW) == {"answer": "skipped"}
