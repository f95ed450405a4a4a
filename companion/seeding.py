"""Demo people in three sizes and the bundled services, made only through use cases."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from companion.accounts import rules as account_rules
from companion.accounts import use_cases as accounts
from companion.content import use_cases as content
from companion.core.identity import Role, Viewer
from companion.core.orm import Sessions
from companion.directory.use_cases import ImportReport, Licence, import_feed
from companion.goals import use_cases as goals
from companion.review import use_cases as review
from companion.sharing import use_cases as sharing
from companion.treatment import use_cases as treatment
from companion.wellbeing import use_cases as wellbeing

ORGANISATION = "Northside (demo)"
SPACE = UUID("8f3c7a52-0d0f-4c7e-9d1f-3f2f6d3c1a10")
PIN = "246810"
BUNDLED = Licence(
    name="Open Government Licence v3.0",
    publisher="Companion",
    attribution="Facts gathered from each service's own public pages; each entry names its page.",
    feed_name="National services",
)

MADE_UP = Licence(
    name="CC0 1.0",
    publisher="Companion demo",
    attribution="Made up for the demo.",
    feed_name="Demo services (made up)",
)


class Size(StrEnum):
    """How many people are on the demo keyworker's list."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


PEOPLE = {Size.SMALL: 0, Size.MEDIUM: 30, Size.LARGE: 300}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One of the demo cast; `key` is what scripts call them."""

    key: str
    name: str
    role: Role
    account_id: UUID


CAST = (
    ("person", "Sam", Role.PERSON),
    ("other_person", "Jo", Role.PERSON),
    ("keyworker", "Priya", Role.KEYWORKER),
    ("other_keyworker", "Owen", Role.KEYWORKER),
    ("admin", "Ada", Role.ADMIN),
)


def import_bundled_services(factory: Sessions, now: datetime) -> ImportReport:
    """Bring in the national services that come with Companion."""
    return import_feed(
        factory.begin,
        content.services_file(),
        topics=content.topics(),
        licence=BUNDLED,
        now=now,
        label="companion:national",
    )


def import_demo_services(factory: Sessions, now: datetime) -> ImportReport:
    """Bring in the made-up services around Leeds, which only the demo has."""
    return import_feed(
        factory.begin,
        content.demo_services_file(),
        topics=content.topics(),
        licence=MADE_UP,
        now=now,
        label="companion:demo",
    )


def seed_demo(
    factory: Sessions, size: Size, now: datetime, progress: Callable[[int, int], None] | None = None
) -> dict[str, str]:
    """Make services, the demo cast and their records; return the staff passwords by user name, shown once.

    Everything random is drawn from a fixed seed, so two demos look alike.
    """
    import_bundled_services(factory, now)
    import_demo_services(factory, now)
    chance = random.Random(20261121)  # noqa: S311  (made-up diaries, no secret)
    passwords = {name: account_rules.random_code(16) for name in ("priya", "owen", "ada")}
    with factory() as session, session.begin():
        organisation_id = accounts.make_organisation(session, ORGANISATION, now)
        cast = {
            key: _make(session, organisation_id, name, role, passwords.get(name.lower()), now)
            for key, name, role in CAST
        }
        sam, priya = cast["person"], cast["keyworker"]
        _fill_sam(session, sam, priya, chance, now)
        _check_ins(session, cast["other_person"], chance, now, days=9)
    total = PEOPLE[size]
    for number in range(total):
        with factory() as session, session.begin():
            who = _make(session, organisation_id, f"Demo person {number + 1}", Role.PERSON, None, now)
            _check_ins(session, who, chance, now, days=14)
            _goal(session, who, chance.choice(content.goal_templates().items).key, now, shared=True)
            _grant(session, who, priya, ["goals", "wellbeing"], now)
        if progress is not None:
            progress(number + 1, total)
    return passwords


def find_cast(session: Session) -> dict[str, DemoPerson] | None:
    """Return the demo cast by key, or None when this database holds no demo."""
    organisation_id = accounts.find_organisation(session, ORGANISATION)
    if organisation_id is None:
        return None
    rows = accounts.list_accounts(session, organisation_id)
    names = accounts.names_of(session, {account_id for account_id, _role, _disabled in rows})
    by_name = {names[account_id]: (account_id, role) for account_id, role, _disabled in rows}
    return {key: DemoPerson(key, name, role, by_name[name][0]) for key, name, role in CAST}


def _make(
    session: Session, organisation_id: UUID, name: str, role: Role, password: str | None, now: datetime
) -> Viewer:
    if password is None:
        made = accounts.make_account(session, organisation_id=organisation_id, role=role, name=name, now=now)
    else:
        made = accounts.make_staff(
            session,
            organisation_id=organisation_id,
            role=role,
            name=name,
            username=name.lower(),
            password=password,
            now=now,
        )
    # A sign-in id that belongs to nobody: the seeder acts for the person without signing in.
    return Viewer(made, role, organisation_id, uuid5(SPACE, f"seeder {made}"))


def _id(who: Viewer, what: str) -> UUID:
    return uuid5(SPACE, f"{who.account_id} {what}")


def _check_ins(session: Session, who: Viewer, chance: random.Random, now: datetime, days: int) -> None:
    questions = content.check_in_questions()
    helped = [tag.key for tag in questions.helped_tags]
    hard = [tag.key for tag in questions.hard_tags]
    mood = chance.randint(2, 4)
    for back in range(days, 0, -1):
        if chance.random() < 0.2:
            continue
        mood = min(5, max(1, mood + chance.choice((-1, 0, 0, 1))))
        at = datetime.combine(now.date() - timedelta(days=back), time(19, chance.randint(0, 59)), UTC)
        draft: dict[str, Any] = {
            "recorded_at": at,
            "mood": mood,
            "sleep": chance.randint(1, 5),
            "cravings": chance.randint(1, 4),
            "energy": chance.randint(1, 5),
            "connection": chance.randint(1, 5),
            "helped": chance.sample(helped, 2),
            "hard": chance.sample(hard, 1),
            "note": "",
        }
        wellbeing.save_check_in(session, who, _id(who, f"check-in {back}"), draft, now)


def _goal(session: Session, who: Viewer, template_key: str, now: datetime, *, shared: bool) -> UUID:
    template = next(one for one in content.goal_templates().items if one.key == template_key)
    goal_id = _id(who, f"goal {template_key}")
    steps: list[dict[str, Any]] = [
        {"id": _id(who, f"{template_key} {n}"), "title": title, "done_on": None}
        for n, title in enumerate(template.steps)
    ]
    if shared:
        steps[0]["done_on"] = now.date() - timedelta(days=3)
    draft: dict[str, Any] = {
        "title": template.title,
        "why": "",
        "level": template.level,
        "template": template.key,
        "area": template.area,
        "steps": steps,
        "target_on": None,
        "confidence": 6,
        "lifecycle": "active",
        "shared": shared,
        "recorded_at": now - timedelta(days=4),
    }
    goals.save_goal(session, who, goal_id, draft, now)
    return goal_id


def _grant(session: Session, who: Viewer, keyworker: Viewer, scopes: list[str], now: datetime) -> None:
    draft = {"keyworker_id": keyworker.account_id, "scopes": scopes, "until": None}
    sharing.save_grant(session, who, _id(who, "grant"), draft, now)


def _plan(kind: str, starts_on: date, weekdays: list[str], times: list[str], **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "title": more.get("title", ""),
        "starts_on": starts_on,
        "ends_on": None,
        "time_zone": "Europe/London",
        "division": "england-and-wales",
        "place": more.get("place"),
        "wordings": {
            "closed_day": "unknown",
            "missed_day": "unknown",
            "three_days": "unknown",
            "supervise": "unknown",
            "separate": "unknown",
        },
        "phases": [
            {
                "starts_on": starts_on,
                "ends_on": None,
                "label": None,
                "every": {"unit": "week", "count": 1},
                "weekdays": weekdays,
                "times": times,
                "take_home": kind == "collection",
            }
        ],
        "note": "",
        "remind_minutes_before": 0,
    }


def _fill_sam(session: Session, sam: Viewer, priya: Viewer, chance: random.Random, now: datetime) -> None:
    _check_ins(session, sam, chance, now, days=20)
    shared = _goal(session, sam, "sleep_better", now, shared=True)
    _goal(session, sam, "sort_my_debts", now, shared=False)
    hours = {day: [["09:00", "18:00"]] for day in ("MO", "TU", "WE", "TH", "FR")} | {
        "SA": [["09:00", "13:00"]]
    }
    pharmacy = {
        "name": "Market Street pharmacy",
        "address": "1 Market Street",
        "phone": "01632 960123",
        "hours": hours,
        "closed_on": [],
    }
    start = now.date() - timedelta(days=14)
    for key, draft in {
        "collect": _plan("collection", start, ["MO", "WE", "FR"], ["10:00"], place=pharmacy),
        "visit": _plan("appointment", start, ["TH"], ["14:30"], title="See Priya"),
    }.items():
        treatment.save_plan(session, sam, _id(sam, key), {**draft, "recorded_at": now}, now)
    _grant(session, sam, priya, ["goals", "wellbeing"], now)
    comment = {"id": _id(sam, "comment"), "text": "Good to hear how this is going for you."}
    review.save_comment(session, priya, sam.account_id, shared, comment, now)
