"""People by the hundred thousand: account, phone, plan and reminder each, as the houses keep them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import insert

from companion.accounts.models import Account, AccountKey, SignIn
from companion.core.identity import Role
from companion.core.ids import new_id
from companion.core.orm import Base, Sessions
from companion.core.sealing import Sealer, keyring_of
from companion.push.models import Subscription
from companion.reminders.models import Reminder
from companion.treatment.models import TreatmentPlan
from companion.treatment.rules import parse_plan, plan_body

YEAR = timedelta(days=365)
PLACE = {"name": "The pharmacy on the corner", "phone": "0113 496 0000", "address": "1 High Street, Leeds"}
PLAN: dict[str, Any] = {
    "kind": "supervised",
    "title": "",
    "starts_on": "2026-01-05",
    "ends_on": None,
    "time_zone": "Europe/London",
    "division": "england-and-wales",
    "place": {**PLACE, "hours": {}, "closed_on": []},
    "wordings": dict.fromkeys(("closed_day", "missed_day", "three_days", "supervise", "separate"), "yes"),
    "phases": [
        {
            "starts_on": "2026-01-05",
            "ends_on": None,
            "label": "stable",
            "every": {"unit": "day", "count": 1},
            "weekdays": [],
            "times": ["08:00"],
            "take_home": False,
        }
    ],
    "note": "",
    "remind_minutes_before": 0,
    "product": None,
    "missed_shared": False,
}


class Person(NamedTuple):
    """Someone with a plan; their sealer closes what is kept of them."""

    id: UUID
    plan_id: UUID
    sealer: Sealer


def add_people(
    factory: Sessions,
    organisation: UUID,
    count: int,
    start: int,
    origin: str,
    keys: dict[str, str],
    now: datetime,
) -> list[Person]:
    """Add so many people, numbered from `start`, and return them."""
    people: list[Person] = []
    rows: dict[type[Base], list[dict[str, Any]]] = {
        table: [] for table in (Account, AccountKey, SignIn, Subscription, TreatmentPlan)
    }
    with factory.begin() as session:
        keyring = keyring_of(session)
        for number in range(start, start + count):
            person, sign_in, phone, plan = new_id(), new_id(), new_id(), new_id()
            wrapped = keyring.new_wrapped_key(person)
            sealer = keyring.sealer(person, wrapped)
            endpoint = f"{origin}/push/{number}"
            rows[Account].append(
                {
                    "id": person,
                    "organisation_id": organisation,
                    "role": str(Role.PERSON),
                    "created_on": now.date(),
                    "sealed": sealer.seal("accounts_account", person, {"name": "Sam"}),
                }
            )
            rows[AccountKey].append({"account_id": person, "key_id": keyring.key_id, "wrapped": wrapped})
            rows[SignIn].append(
                {
                    "id": sign_in,
                    "account_id": person,
                    "token_hash": sign_in.hex * 2,
                    "idle_seconds": 86_400,
                    "idle_until": now + YEAR,
                    "expires_at": now + YEAR,
                }
            )
            rows[Subscription].append(
                {
                    "id": phone,
                    "account_id": person,
                    "sign_in_id": sign_in,
                    "endpoint_hash": keyring.lookup("push endpoint", endpoint),
                    "origin": origin,
                    "sealed": sealer.seal("push_subscription", phone, {"endpoint": endpoint, **keys}),
                    "created_at": now,
                    "version": 0,
                }
            )
            rows[TreatmentPlan].append(
                {
                    "id": plan,
                    "person_id": person,
                    "version": 1,
                    "recorded_at": now,
                    "received_at": now,
                    "updated_at": now,
                    "unscheduled": False,
                    "sealed": sealer.seal(
                        "treatment_plan", plan, plan_body(parse_plan({"id": str(plan), **PLAN}))
                    ),
                }
            )
            people.append(Person(person, plan, sealer))
        for table, lines in rows.items():
            session.execute(insert(table), lines)
    return people


def plan_reminders(factory: Sessions, people: list[Person], due: datetime, slot: int) -> None:
    """Plan one reminder for each of these people, as a plan of supervised doses leaves it."""
    body = {
        "what": "supervised",
        "title": "Visit the pharmacy",
        "time": "08:00",
        "place": PLACE,
        "times": [due.isoformat()],
        "again": {"every_minutes": 15, "times": 0},
        "words": None,
    }
    on = due.astimezone(UTC).date()
    for start in range(0, len(people), 5000):
        rows = []
        for person in people[start : start + 5000]:
            reminder_id = uuid5(person.plan_id, f"{on}|{slot}")
            rows.append(
                {
                    "id": reminder_id,
                    "person_id": person.id,
                    "plan_id": person.plan_id,
                    "plan_version": 1,
                    "on": on,
                    "slot": slot,
                    "due_at": due,
                    "expires_at": due + timedelta(days=1),
                    "state": "planned",
                    "serial": 0,
                    "sealed": person.sealer.seal("reminders_reminder", reminder_id, body),
                }
            )
        with factory.begin() as session:
            session.execute(insert(Reminder), rows)
