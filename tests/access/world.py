"""A small world with a record of every kind that belongs to Sam, made over HTTP as phones make them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from companion.accounts import rules as account_rules
from companion.accounts import use_cases as accounts
from companion.content import use_cases as content
from companion.core.identity import Role, Viewer
from companion.core.orm import Base, Sessions
from companion.directory.use_cases import Licence, import_feed
from tests.access.operations import Operation, subscription_body
from tests.conftest import NOW, Client
from tests.people import Cast

MARK = "SAMSECRET"
AT = "2026-11-23T08:30:00+00:00"
TODAY = "2026-11-23"
FEED = {
    "id": "6c1c4b3e-9b55-4c56-8f0a-0d6b3f0f8a01",
    "name": "Debt help",
    "status": "active",
    "description": "Free debt advice.",
    "organization": {"id": "6c1c4b3e-9b55-4c56-8f0a-0d6b3f0f8a02", "name": "Helpers", "description": "Help."},
    "service_at_locations": [
        {
            "id": "6c1c4b3e-9b55-4c56-8f0a-0d6b3f0f8a03",
            "location": {"location_type": "physical", "name": "The Centre"},
        }
    ],
    "attributes": [{"taxonomy_term": {"name": "Debt", "taxonomy": "Needs"}}],
}
# What an admin may put right: every field there is.
CORRECTIONS = {
    "name": "Debt desk", "description": "Advice.", "url": "https://northside.org.uk", "alert": "",
    "fees": "Free", "eligibility_description": "Anybody",
    "application_process": "Ring first", "phone": "0113 496 0001",
    "email": "desk@northside.org.uk", "status": "active", "minimum_age": "16", "maximum_age": "",
    "assured_date": "2026-11-01",
}  # fmt: skip
# What the read API shows: the parameter of a path, and the list its id is taken from.
OPEN_TO_ALL = {
    "service_id": "services",
    "organization_id": "organizations",
    "service_at_location_id": "service_at_locations",
    "taxonomy_id": "taxonomies",
    "taxonomy_term_id": "taxonomy_terms",
}


@dataclass
class World:
    """Everything the matrix needs: clients by identity, ids by parameter, bodies by operation."""

    engine: Engine
    clients: dict[str, Client]
    cast: Cast
    ids: dict[str, str]
    spare: dict[str, Any] = field(default_factory=dict)

    def path_of(self, operation: Operation) -> str:
        """Return the operation's path with Sam's (or the issuer's) ids in it."""
        path = operation.path
        for name in operation.parameters:
            assert name in self.ids, f"Tell tests/access/world.py which record {name} is."
            path = path.replace("{" + name + "}", self.ids[name])
        return path

    def snapshot(self) -> dict[str, list[Any]]:
        """Return all rows but those that signing in and counting tries may touch."""
        free = {"accounts_sign_in", "accounts_attempt"}
        with self.engine.connect() as connection:
            return {
                table.name: sorted(map(repr, connection.execute(select(table))))
                for table in Base.metadata.sorted_tables
                if table.name not in free
            }


def goal_body() -> dict[str, Any]:
    """Return a shared goal."""
    return {
        "title": f"{MARK} goal",
        "why": MARK,
        "level": "wider_problems",
        "template": None,
        "area": None,
        "steps": [{"id": str(uuid4()), "title": MARK, "done_on": None}],
        "target_on": None,
        "confidence": 5,
        "lifecycle": "active",
        "shared": True,
        "recorded_at": AT,
    }


def check_in_body() -> dict[str, Any]:
    """Return a check-in."""
    return {"recorded_at": AT, "mood": 3, "helped": [], "hard": [], "note": MARK}


def answers_body() -> dict[str, Any]:
    """Return answers to the weekly measure."""
    measure = content.get_measure("ons4")
    answers = {question.key: 5 for question in measure.questions}
    return {"measure": "ons4", "version": measure.version, "recorded_at": AT, "answers": answers}


def plan_body() -> dict[str, Any]:
    """Return a plan that has something on every day."""
    return {
        "kind": "collection",
        "title": MARK,
        "starts_on": TODAY,
        "ends_on": None,
        "time_zone": "Europe/London",
        "division": "england-and-wales",
        "place": {"name": MARK, "address": MARK, "phone": MARK, "hours": {}, "closed_on": []},
        "wordings": {},
        "phases": [
            {
                "starts_on": TODAY,
                "ends_on": None,
                "label": None,
                "every": {"unit": "week", "count": 1},
                "weekdays": ["MO", "WE", "FR"],
                "times": ["10:00"],
                "take_home": True,
            }
        ],
        "note": MARK,
        "remind_minutes_before": 0,
        "missed_shared": True,
        "recorded_at": AT,
    }


def choices_body() -> dict[str, Any]:
    """Return how to be reminded of the plan."""
    return {
        "before": [{"kind": "minutes", "minutes": 15}],
        "follow_up": {"every_minutes": 15, "times": 1},
        "words": {"kind": "own", "text": MARK},
        "recorded_at": AT,
    }


def referral_body(ids: dict[str, str]) -> dict[str, Any]:
    """Return a request to Priya to be referred."""
    return {
        "keyworker_id": ids["keyworker_id"],
        "service_id": ids["service_id"],
        "note": f"{MARK} I would like help with my debts.",
        "recorded_at": AT,
    }


def body_of(operation: Operation, world: World) -> Any:
    """Return a body that the owner could send; an operation it does not know fails the test."""
    keyworker = str(world.cast["priya"].account_id)
    makers: dict[tuple[str, str], Callable[[], Any]] = {
        ("POST", "/api/accounts/invites/look"): lambda: {"code": world.spare["code"]},
        ("POST", "/api/accounts/invites/redeem"): lambda: {
            "code": world.spare["codes"].pop(),
            "name": "Lee",
            "pin": "246810",
            "phone": "own",
        },
        ("POST", "/api/accounts/sign-in"): lambda: {"pin": "246810"},
        ("POST", "/api/accounts/staff/sign-in"): lambda: {"username": "nobody", "password": "x" * 12},
        ("POST", "/api/accounts/sign-out"): lambda: {"everywhere": False},
        ("PUT", "/api/goals/{goal_id}"): lambda: {**goal_body(), "title": f"{MARK} changed"},
        ("PUT", "/api/wellbeing/check-ins/{check_in_id}"): lambda: {**check_in_body(), "mood": 4},
        ("PUT", "/api/wellbeing/answers/{answers_id}"): answers_body,
        ("PUT", "/api/treatment/plans/{plan_id}"): lambda: {**plan_body(), "note": f"{MARK} 2"},
        ("PUT", "/api/sharing/grants/{grant_id}"): lambda: {"keyworker_id": keyworker, "scopes": ["goals"]},
        ("PUT", "/api/reminders/choices/{plan_id}"): choices_body,
        ("PUT", "/api/reminders/settings"): lambda: {
            "quiet": None,
            "check_in_nudge": None,
            "recorded_at": AT,
        },
        ("PUT", "/api/reminders/time-zone"): lambda: {"zone": "Europe/Paris"},
        ("PUT", "/api/reminders/{reminder_id}/answer"): lambda: {
            "answer": "skipped",
            "reason": f"{MARK} was too far",
            "recorded_at": AT,
        },
        ("POST", "/api/reminders/{reminder_id}/shown"): dict,
        ("POST", "/api/directory/services/{service_id}/reports"): lambda: {"reason": "closed"},
        ("PUT", "/api/directory/admin/services/{service_id}/corrections"): lambda: dict(CORRECTIONS),
        ("POST", "/api/push/subscriptions"): subscription_body,
        ("POST", "/api/push/messages/{reference_id}/shown"): dict,
        ("POST", "/api/review/people/{person_id}/goals/{goal_id}/comments"): lambda: {
            "id": str(uuid4()),
            "text": "Hello",
        },
        ("PUT", "/api/review/referrals/{referral_id}"): lambda: referral_body(world.ids),
        ("PUT", "/api/review/people/{person_id}/referrals/{referral_id}/answer"): lambda: {
            "state": "completed",
            "answer": "They will ring you.",
        },
        ("PUT", "/api/review/people/{person_id}/next-review"): lambda: {"on": "2026-12-01"},
    }
    key = (operation.method, operation.path)
    assert key in makers, f"Tell tests/access/world.py what {operation} takes."
    return makers[key]()


def query_of(operation: Operation) -> dict[str, str]:
    """Return the query an operation needs."""
    return {
        "/api/treatment/days": {"from": TODAY, "to": TODAY},
        "/api/treatment/holidays": {"division": "scotland", "year": "2026"},
        "/api/reminders": {"on": TODAY},
        "/api/wellbeing/check-ins": {"from": TODAY, "to": TODAY},
        "/api/wellbeing/answers": {"measure": "ons4"},
        "/api/wellbeing/trend": {"days": "14", "of": "mood"},
        "/api/directory/places": {"text": "Leeds"},
        "/api/directory/names": {"lat": "53.8", "lon": "-1.55", "within_km": "5"},
        "/api/directory/admin/services": {"text": "debt"},
    }.get(operation.path, {})


def send(world: World, operation: Operation, identity: str) -> Any:
    """Send the operation as one identity."""
    body = {"json": body_of(operation, world)} if operation.takes_body else {}
    return world.clients[identity].open(
        world.path_of(operation), method=operation.method, query_string=query_of(operation), **body
    )


def prepare(world: World, factory: Sessions, operation: Operation) -> None:
    """Make what only a few operations need: invite codes, a phone of everyone's to push to."""
    if operation.path.startswith("/api/accounts/invites/"):
        with factory() as session, session.begin():
            codes = [
                accounts.issue_invite(
                    session, organisation_id=world.cast.organisation_id, issued_by=None, now=NOW
                ).link_code
                for _ in world.clients
            ]
        world.spare = {"code": codes[0], "codes": codes}
    if str(operation) == "DELETE /api/directory/admin/services/{service_id}/corrections":
        corrected = world.clients["ada"].put(world.path_of(operation), json={"fees": "Free"})
        assert corrected.status_code == 200, corrected.json
    if operation.path == "/api/push/test":
        for identity, client in world.clients.items():
            if identity != "nobody":
                assert client.post("/api/push/subscriptions", json=subscription_body()).status_code == 201


def _keyworker_who_lost_consent(session: Session, cast: Cast) -> tuple[Viewer, str]:
    made = accounts.make_account(
        session, organisation_id=cast.organisation_id, role=Role.KEYWORKER, name="Wyn", now=NOW
    )
    signed_in = accounts.start_sign_in(session, made, account_rules.OWN_PHONE, NOW)
    return Viewer(made, Role.KEYWORKER, cast.organisation_id, signed_in.id), signed_in.token


def make_world(
    engine: Engine, factory: Sessions, cast: Cast, client_for: Callable[[str | None], Client], folder: Path
) -> World:
    """Make the world: Sam's records, Priya's consent, Wyn's withdrawn consent, a service, spare codes."""
    feed = folder / "feed.json"
    feed.write_text(json.dumps([FEED]))
    import_feed(factory.begin, feed, topics=content.topics(), licence=Licence("OGL"), now=NOW)
    with factory() as session, session.begin():
        wyn, token = _keyworker_who_lost_consent(session, cast)
        _sign_in, _device_token = accounts.enrol_device(
            session, cast["sam"].account_id, "246810", account_rules.Phone.OWN, NOW
        )
    clients = {key: client_for(key) for key in ("sam", "jo", "priya", "owen", "ada")}
    clients["nobody"], clients["wyn"] = client_for(None), client_for(None)
    clients["wyn"].token = token
    sam, priya = clients["sam"], clients["priya"]
    ids = {
        name: str(uuid4())
        for name in (
            "goal_id",
            "check_in_id",
            "answers_id",
            "plan_id",
            "grant_id",
            "lost_grant",
            "referral_id",
        )
    }
    ids["person_id"] = str(cast["sam"].account_id)
    ids["keyworker_id"] = str(cast["priya"].account_id)
    for name, listed in OPEN_TO_ALL.items():
        ids[name] = sam.get(f"/oruk/{listed}").json["contents"][0]["id"]

    def put(path: str, body: dict[str, Any]) -> None:
        answer = sam.put(path, json=body)
        assert answer.status_code in (200, 201), (path, answer.json)

    put(f"/api/goals/{ids['goal_id']}", goal_body())
    put(f"/api/wellbeing/check-ins/{ids['check_in_id']}", check_in_body())
    put(f"/api/wellbeing/answers/{ids['answers_id']}", answers_body())
    put(f"/api/treatment/plans/{ids['plan_id']}", plan_body())
    scopes = ["goals", "wellbeing", "plan"]
    put(f"/api/sharing/grants/{ids['lost_grant']}", {"keyworker_id": str(wyn.account_id), "scopes": scopes})
    assert sam.delete(f"/api/sharing/grants/{ids['lost_grant']}").status_code == 204
    put(
        f"/api/sharing/grants/{ids['grant_id']}",
        {"keyworker_id": str(cast["priya"].account_id), "scopes": scopes},
    )
    put(f"/api/review/referrals/{ids['referral_id']}", referral_body(ids))
    ids["reminder_id"] = sam.get("/api/reminders", query_string={"on": TODAY}).json["items"][0]["id"]
    ids["subscription_id"] = sam.post("/api/push/subscriptions", json=subscription_body()).json["id"]
    ids["test_id"] = ids["reference_id"] = sam.post("/api/push/test").json["id"]
    with factory.begin() as session:
        # As if a worker had sent it: only then can a phone have shown it.
        session.execute(text("UPDATE push_message SET tries = 1"))
    ids["device_id"] = sam.get("/api/accounts/devices").json["items"][0]["id"]
    ids["invite_id"] = priya.post("/api/accounts/invites").json["id"]
    ids["token"] = sam.post("/api/records/calendar").json["url"].rpartition("/")[2].removesuffix(".ics")
    comment = {"id": str(uuid4()), "text": "Hello"}
    answer = priya.post(
        f"/api/review/people/{ids['person_id']}/goals/{ids['goal_id']}/comments", json=comment
    )
    assert answer.status_code == 201, answer.json
    ids["source_id"] = clients["ada"].get("/api/directory/admin/sources").json["items"][0]["id"]
    with factory.begin() as session:
        # As if it had come from the web: only then can the worker fetch it again.
        session.execute(text("UPDATE directory_feed SET address = 'https://council.example/services'"))
    world = World(engine, clients, cast, ids)
    assert UUID(ids["service_id"])
    return world
