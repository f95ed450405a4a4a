"""What a push service can see: a thousand reminders of two hundred plans look the same."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import http_ece
from sqlalchemy import select

from companion.accounts import use_cases as accounts
from companion.accounts.rules import OWN_PHONE
from companion.core.identity import Role, Viewer
from companion.reminders.models import Reminder
from companion.treatment import use_cases as treatment
from companion.treatment.rules import Kind
from tests.push.desk import Desk
from tests.reminders.conftest import Hand
from tests.treatment.plans import a_phase, a_place, a_plan_body

PEOPLE, PLANS, REMINDERS = 4, 200, 1000
# Words no payload may hold, beside those the plans are made of.
PERSONAL = [
    "pharmacy",
    "methadone",
    "buvidal",
    "collect",
    "supervised",
    "injection",
    "dose",
    "medicine",
    "mg",
]


def a_random_plan(chance: random.Random) -> dict[str, Any]:
    """Return a plan of any kind, full of words that belong to the person."""
    words = [f"Marker{chance.getrandbits(40):x}" for _ in range(5)]
    times = sorted(
        {f"{chance.randrange(24):02}:{chance.randrange(60):02}" for _ in range(chance.randint(1, 6))}
    )
    phase = a_phase(every={"unit": "day", "count": 1}, weekdays=[], take_home=False, times=times)
    place = a_place(name=words[0] * chance.randint(1, 4), address=words[1], phone="0113 496 0000", hours={})
    return a_plan_body(
        kind=chance.choice(list(Kind)),
        title=chance.choice(["", words[2], "Methadone 40 mg", "é" * 60]),
        note=words[3] * chance.randint(0, 50),
        place=chance.choice([None, place]),
        phases=[phase],
        remind_minutes_before=chance.choice([0, 15, 60]),
    )


def test_a_thousand_reminders_of_two_hundred_plans_look_the_same(desk: Desk, hand: Hand) -> None:
    chance = random.Random(20261123)
    browsers, words = {}, set(PERSONAL)
    for number in range(PEOPLE):
        with desk.factory.begin() as session:
            person = accounts.make_account(
                session,
                organisation_id=desk.cast.organisation_id,
                role=Role.PERSON,
                name=f"Person {number}",
                now=hand.now,
            )
            sign_in = accounts.start_sign_in(session, person, OWN_PHONE, hand.now)
            viewer = Viewer(person, Role.PERSON, desk.cast.organisation_id, sign_in.id)
            for _ in range(PLANS // PEOPLE):
                draft = a_random_plan(chance)
                treatment.save_plan(session, viewer, uuid4(), {**draft, "recorded_at": hand.now}, hand.now)
                place = draft["place"] or {"name": "", "address": ""}
                words |= {draft["title"], draft["note"][:20], place["name"], place["address"]} - {""}
        browser = desk.subscribe(viewer)
        browsers[browser.token] = browser
    worker = hand.worker()
    worker.plan_and_raise()
    # Those of one person and one minute are one push, so each of a person's has a minute of its own.
    taken: Counter[UUID] = Counter()
    with desk.factory.begin() as session:
        ahead = select(Reminder).where(Reminder.due_at > hand.now).order_by(Reminder.id).limit(REMINDERS)
        for row in session.scalars(ahead):
            taken[row.person_id] += 1
            row.due_at = hand.now + timedelta(minutes=taken[row.person_id])
    for _ in range(max(taken.values()) // 20 + 1):
        desk.clock.advance(timedelta(minutes=20))
        worker.plan_and_raise()
        worker.dispatch()

    received = desk.service.received
    assert len(received) == len(desk.service.seen()) >= REMINDERS
    lengths = Counter(len(one.body) for one in received)
    headers = Counter(tuple((name, len(value)) for name, value in one.headers) for one in received)
    assert len(lengths) == 1, lengths
    assert len(headers) == 1, headers
    for name in ("TTL", "Urgency", "Content-Encoding", "Content-Type", "Content-Length", "Authorization"):
        assert len({one.header(name) for one in received}) == 1, name
    assert len({one.body[21:86] for one in received}) == len(received)  # Each has a key of its own.
    for one in received:
        browser = browsers[one.token]
        assert one.plain == http_ece.decrypt(one.body, private_key=browser.private, auth_secret=browser.auth)
        text = one.plain.decode().lower()
        assert not [word for word in words if word.lower() in text]
        notification = one.payload["notification"]
        assert (notification["title"], notification["body"]) == ("Reminder", "You have a reminder")
