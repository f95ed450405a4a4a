"""Every notification the app can send, over words nobody chose: the payload holds none of them.

The types are read from the code's own lists, so that a new one without an example here fails.
"""

from __future__ import annotations

import ast
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

import companion
from companion.accounts import use_cases as accounts
from companion.accounts.rules import OWN_PHONE
from companion.content import use_cases as content
from companion.core.errors import RuleBroken
from companion.core.identity import Role, Viewer
from companion.push import use_cases as push
from companion.push.models import Delivery, Message
from companion.push.rules import PAYLOAD_BYTES
from companion.push.rules import Kind as Sent
from companion.reminders import use_cases
from companion.reminders.models import PlanChoice, Reminder, Schedule, Settings
from companion.reminders.rules import (
    Nudge,
    When,
    WordsKind,
    choices_content,
    choices_of,
    nudge_plan_id,
    usual_settings,
)
from companion.treatment.models import TreatmentPlan
from companion.treatment.rules import VISIT_KINDS, Kind
from tests.conftest import BASE_URL
from tests.push.desk import Desk
from tests.records.test_privacy import drafts, letters
from tests.reminders.conftest import Hand
from tests.rig.push_service import Received
from tests.treatment.plans import a_place

FIRST_OF_MONTH = datetime(2026, 12, 1, 9, tzinfo=UTC)  # A Tuesday, on which the goals are nudged to.
TODAY, TOMORROW = "2026-12-01", "2026-12-02"
HOURS = {name: [["09:00", "18:00"]] for name in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")}
USUAL = ("Reminder", "You have a reminder")
# One example of each time before; the number keeps the pushes of one person in minutes of their own.
BEFORE = {
    When.MINUTES: lambda _number: {"kind": "minutes", "minutes": 0},
    When.EVENING_BEFORE: lambda number: {"kind": "evening_before", "time": f"20:{number:02}"},
    When.LAST_CALL: lambda number: {"kind": "last_call", "minutes": number + 1},
}
NUDGED = {Nudge.CHECK_IN: {"check_in_nudge": {"time": "13:00"}}, Nudge.REVIEW: {"review_nudge": True}}
# Where in the code a message is made, by what it is about.
MADE_IN = {
    Sent.REMINDER: {"reminders/use_cases/carrying.py"},
    Sent.TEST: {"push/use_cases/messages.py"},
}
TYPES = [(kind, words) for kind in Kind for words in WordsKind]
LEFT_BEHIND = (Delivery, Message, Reminder, Schedule, PlanChoice, Settings, TreatmentPlan)


def is_allowed(text: str) -> bool:
    """Tell whether a person may choose these words: an amount of anything is refused."""
    try:
        choices_content({**choices_of(0), "words": {"kind": "own", "text": text}})
    except RuleBroken:
        return False
    return True


own_words = st.text(letters, min_size=1, max_size=20).filter(is_allowed)


def words_shown(kind: WordsKind, own: str) -> tuple[str, str]:
    """Return the title and the text a notification has to show: fixed words, or exactly the person's own."""
    if kind is WordsKind.OWN:
        return "Reminder", own
    return {
        WordsKind.PLAIN_1: USUAL,
        WordsKind.PLAIN_2: ("Planner", "It is time to open your planner"),
        WordsKind.PLAIN_3: ("Hello", "Have a look when you can"),
    }[kind]


class Phone:
    """One person with a phone and a plan of every type, full of the words of a draft."""

    def __init__(self, hand: Hand, draft: dict[str, Any], own: str) -> None:
        self.hand, self.draft, self.own = hand, draft, own
        desk = hand.desk
        with desk.factory.begin() as session:
            person = accounts.make_account(
                session,
                organisation_id=desk.cast.organisation_id,
                role=Role.PERSON,
                name=draft["who"],
                now=hand.now,
            )
            sign_in = accounts.start_sign_in(session, person, OWN_PHONE, hand.now)
        self.viewer = Viewer(person, Role.PERSON, desk.cast.organisation_id, sign_in.id)
        self.browser = desk.subscribe(self.viewer)
        # What has to arrive: by reminder and how often it was raised, the words it may show.
        self.expected: dict[tuple[str, int], tuple[str, str]] = {}
        self.tests: set[str] = set()

    def plan(self, kind: Kind, time: str, words: WordsKind, **choices: Any) -> UUID:
        """Save a plan with the draft's words and choose how to be reminded of it."""

        def said(name: str) -> str:
            return str(self.draft[name]).replace("\r\n", "\n")

        place = a_place(name=said("name"), address=said("address"), phone=said("phone"), hours=HOURS)
        plan_id = self.hand.save(
            self.viewer, [time], kind=str(kind), title=said("title"), note=said("note"), place=place
        )
        text = self.own if words is WordsKind.OWN else ""
        chosen = choices_of(0) | choices | {"words": {"kind": str(words), "text": text}}
        with self.hand.desk.factory.begin() as session:
            use_cases.save_choices(
                session, self.viewer, plan_id, {**chosen, "recorded_at": self.hand.now}, self.hand.now
            )
        return plan_id

    def plan_every_type(self) -> None:
        """Plan each kind with each choice of words: before, at the time, again, last call, evening before."""
        follow_up = {"every_minutes": 60, "times": 1}
        for number, (kind, words) in enumerate(TYPES):
            before = [BEFORE[when](number) for when in When]
            plan_id = self.plan(kind, f"10:{number:02}", words, before=before, follow_up=follow_up)
            shown = words_shown(words, self.own)
            # At ten and an hour later; before closing time where there is a door; tomorrow's at eight.
            for serial in range(1, 4 if kind in VISIT_KINDS and kind is not Kind.NALTREXONE else 3):
                self.expected[str(uuid5(plan_id, f"{TODAY}|0")), serial] = shown
            self.expected[str(uuid5(plan_id, f"{TOMORROW}|0")), 1] = shown

    def nudge(self) -> None:
        """Ask for every nudge."""
        draft = usual_settings() | {"recorded_at": self.hand.now}
        for nudge in Nudge:
            draft |= NUDGED[nudge]
            slot = list(Nudge).index(nudge)
            plan_id = nudge_plan_id(self.viewer.account_id)
            self.expected[str(uuid5(plan_id, f"{TODAY}|{slot}")), 1] = USUAL
        with self.hand.desk.factory.begin() as session:
            use_cases.save_settings(session, self.viewer, draft, self.hand.now)

    def test_now(self) -> None:
        """Ask for a test."""
        with self.hand.desk.factory.begin() as session:
            reference = push.queue_test(session, self.viewer, self.hand.now)
        self.expected[str(reference), 1] = USUAL
        self.tests.add(str(reference))

    def received(self) -> list[Received]:
        """Return what came to this phone."""
        return [one for one in self.hand.desk.service.received if one.token == self.browser.token]


def tick_at(hand: Hand, hour: int, minute: int) -> None:
    """Let a worker look at this time of the day."""
    hand.desk.clock.set(FIRST_OF_MONTH.replace(hour=hour, minute=minute))
    hand.tick()


def everything_sent(hand: Hand, draft: dict[str, Any], own: str) -> tuple[Phone, list[Received]]:
    """Send every type of notification to a person whose plans are full of a draft's words."""
    hand.desk.clock.set(FIRST_OF_MONTH)
    phone = Phone(hand, draft, own)
    phone.plan_every_type()
    phone.nudge()
    phone.test_now()
    snoozed = phone.plan(Kind.APPOINTMENT, "12:10", WordsKind.OWN)
    again = str(uuid5(snoozed, f"{TODAY}|0"))
    phone.expected |= {(again, 1): ("Reminder", own), (again, 2): ("Reminder", own)}
    both = {str(uuid5(phone.plan(Kind.COLLECTION, "12:40", WordsKind.OWN), f"{TODAY}|0")) for _ in range(2)}
    for hour, minute in ((9, 0), (10, 29), (11, 29), (12, 10)):
        tick_at(hand, hour, minute)
    hand.answer(phone.viewer, UUID(again), "later", 20)
    for hour, minute in ((12, 30), (12, 40), (13, 0), (17, 59), (18, 0), (20, 29)):
        tick_at(hand, hour, minute)
    # Two due in one minute are one push, which leads to either and shows neither's own words.
    (speaker,) = {one.payload["notification"]["tag"] for one in phone.received()} & both
    phone.expected[speaker, 1] = USUAL
    return phone, phone.received()


def check_payload(phone: Phone, one: Received) -> None:
    """Check that a payload holds its fixed or chosen words, an id and a count, and nothing else."""
    tag, serial = one.shown_as
    title, body = phone.expected[tag, serial]
    screen = "turn-on?test=" if tag in phone.tests else "reminders/"
    assert one.payload == {
        "web_push": 8030,
        "notification": {
            "title": title,
            "body": body,
            "navigate": f"{BASE_URL}/#/{screen}{tag}",
            "tag": tag,
            "lang": "en-GB",
        },
        "n": serial,
    }
    # Nothing hides between the fields or after them either.
    packed = json.dumps(one.payload, separators=(",", ":"), ensure_ascii=False).encode()
    assert one.plain == packed.ljust(PAYLOAD_BYTES)
    assert UUID(tag)
    fixed = one.plain.decode().replace(tag, "").replace(body, "").lower() + " ".join(USUAL).lower()
    for name in ("title", "note", "name", "address", "phone", "who"):
        word = phone.draft[name].strip().lower()
        assert len(word) < 5 or word in " ".join(USUAL).lower() or word not in fixed


@settings(
    max_examples=4,
    deadline=None,
    # One example sends a hundred notifications; to make a failing one smaller would take all day.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(draft=drafts, own=own_words)
def test_no_notification_holds_a_word_of_the_persons_but_those_chosen_for_it(
    draft: dict[str, Any], own: str, desk: Desk, hand: Hand
) -> None:
    try:
        phone, received = everything_sent(hand, draft, own)
        assert sorted(one.shown_as for one in received) == sorted(phone.expected)
        for one in received:
            check_payload(phone, one)
        assert len({len(one.body) for one in received}) == 1
        assert len({tuple((name, len(value)) for name, value in one.headers) for one in received}) == 1
        for name in ("TTL", "Urgency", "Content-Encoding", "Content-Type", "Content-Length"):
            assert len({one.header(name) for one in received}) == 1, name
        # Signed anew as the day goes by, and the same for everything that leaves at one time.
        signed = {(one.at, one.header("Authorization")) for one in received}
        assert len(signed) == len({one.at for one in received})
        # A topic tells a test from a reminder, which the person asked for that moment; and nothing more.
        tests = [one for one in received if one.header("Topic") == "n2"]
        assert len(tests) == 1
        assert {one.header("Topic") for one in received} == {"n1", "n2"}
    finally:
        desk.service.received.clear()
        with desk.factory.begin() as session:
            for model in LEFT_BEHIND:
                session.execute(delete(model))


def test_every_type_has_an_example_here() -> None:
    assert set(BEFORE) == set(When)
    assert set(NUDGED) == set(Nudge)
    assert set(MADE_IN) == set(Sent)
    assert len(TYPES) == len(Kind) * len(WordsKind) <= 30  # They share half an hour, a minute each.
    assert [words_shown(kind, "Own") for kind in WordsKind]


@pytest.mark.parametrize("kind", [kind for kind in WordsKind if kind is not WordsKind.OWN], ids=str)
def test_the_neutral_words_are_those_of_the_closed_list(kind: WordsKind) -> None:
    key = "reminder" if kind is WordsKind.PLAIN_1 else str(kind)
    found = content.notification_words(key)
    assert (found.title, found.body) == words_shown(kind, "")


def test_messages_are_made_nowhere_else() -> None:
    root = Path(companion.__file__).parent
    found: set[str] = set()
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        names = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
        # Both the order for a message and its row; a column set by hand would be a third way.
        if names & {"NewMessage", "Message"}:
            found.add(path.relative_to(root).as_posix())
    assert found == {place for places in MADE_IN.values() for place in places}
