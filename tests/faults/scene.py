"""The scene of the fault tests: people, phones, reminders that fall due when told, a push service."""

from __future__ import annotations

import base64
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4, uuid5

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from companion.accounts import rules as account_rules
from companion.accounts import use_cases as accounts
from companion.core.identity import Role, Viewer
from companion.core.orm import Sessions, make_engine, make_reading_factory, make_session_factory
from companion.core.sealing import Keyring
from companion.push import use_cases as push
from companion.push.models import Delivery, Message
from companion.push.rules import State
from companion.reminders import use_cases as reminders
from companion.reminders.models import Reminder
from companion.settings import Settings
from companion.treatment import use_cases as treatment
from tests.conftest import MASTER_KEY, VAPID_KEY
from tests.people import Cast, make_cast
from tests.rig.push_service import PushService, push_service
from tests.treatment.plans import a_phase, a_plan_body

PEOPLE = 20
# So many reminders of each person fall due in a scene.
TURNS = 20
LATER = timedelta(minutes=5)


@dataclass
class Scene:
    """A database with reminders that fall due one after the other, and the service they are sent to."""

    settings: Settings
    factory: Sessions
    # For looks: a look with the other would hold the only writer's place on SQLite.
    reading: Sessions
    service: PushService
    viewers: dict[UUID, Viewer]
    tokens: dict[UUID, str]
    held_back: list[UUID] = field(default_factory=list)
    expected: set[tuple[str, int]] = field(default_factory=set)


def settings_for(url: str, folder: Path, service: PushService) -> Settings:
    """Return settings of a quick worker that sends to `service`, which learns our public key."""
    settings = Settings(
        data_dir=folder,
        database_url=url,
        base_url="http://127.0.0.1:8000",
        master_key=MASTER_KEY,
        vapid_private_key=VAPID_KEY,
        vapid_subject="mailto:ops@example.org",
        push_origins=frozenset({service.origin}),
        tick_seconds=0.1,
    )
    service.application_server_key = push.setup_of(settings).application_server_key
    return settings


@contextmanager
def a_scene(url: str, folder: Path, people: int = PEOPLE, turns: int = TURNS) -> Iterator[Scene]:
    """Lay out people, phones and reminders in the database at `url`."""
    engine = make_engine(url)
    factory = make_session_factory(engine, Keyring(MASTER_KEY))
    reading = make_reading_factory(engine, Keyring(MASTER_KEY))
    raw = base64.urlsafe_b64decode(VAPID_KEY + "=")
    assert len(raw) == 32
    with push_service() as service:
        settings = settings_for(url, folder, service)
        now = datetime.now(UTC)
        with factory.begin() as session:
            cast = make_cast(session, now)
            others = [_someone(session, cast, f"Person {number}", now) for number in range(people - 2)]
        everybody = [cast["sam"], cast["jo"], *others]
        viewers = {who.account_id: who for who in everybody}
        tokens = {who.account_id: cast.tokens[name] for name, who in cast.viewers.items()}
        scene = Scene(settings, factory, reading, service, viewers, tokens)
        for who in everybody:
            _lay_out(scene, who, now)
        _hold_back(scene, now, turns)
        try:
            yield scene
        finally:
            engine.dispose()


def _someone(session: Session, cast: Cast, name: str, now: datetime) -> Viewer:
    made = accounts.make_account(
        session, organisation_id=cast.organisation_id, role=Role.PERSON, name=name, now=now
    )
    signed_in = accounts.start_sign_in(session, made, account_rules.OWN_PHONE, now)
    return Viewer(made, Role.PERSON, cast.organisation_id, signed_in.id)


def _lay_out(scene: Scene, who: Viewer, now: datetime) -> None:
    browser = scene.service.subscribe()
    times = [f"{hour:02}:{minute:02}" for hour in (8, 14, 20) for minute in (0, 20, 40)]
    phase = a_phase(times=times, every={"unit": "day", "count": 1}, weekdays=[], take_home=False)
    with scene.factory.begin() as session:
        push.save_subscription(
            session,
            who,
            push.setup_of(scene.settings),
            endpoint=browser.endpoint,
            now=now,
            **browser.to_json()["keys"],
        )
        for _ in range(3):
            body = a_plan_body(kind="at_home", phases=[phase], recorded_at=now)
            treatment.save_plan(session, who, uuid4(), body, now)
    while True:
        with scene.factory.begin() as session:
            if reminders.plan_ahead(session, now) == 0:
                return


def _hold_back(scene: Scene, now: datetime, count: int) -> None:
    """Take the due time off all reminders; those of the days after tomorrow will fall due one by one."""
    with scene.factory.begin() as session:
        session.execute(update(Reminder).values(due_at=None))
        ahead = select(Reminder.id, Reminder.person_id).where(Reminder.on > (now + timedelta(days=1)).date())
        mine: dict[UUID, list[UUID]] = {}
        for row in session.execute(ahead.order_by(Reminder.id)):
            mine.setdefault(row.person_id, []).append(row.id)
        # One of each person in turn.
        turns = list(zip(*mine.values(), strict=False))[:count]
        assert (len(mine), len(turns)) == (len(scene.viewers), count)
        scene.held_back = [one for turn in turns for one in turn]


def let_fall_due(scene: Scene, count: int) -> None:
    """Let the next few reminders fall due, each in a minute of its own.

    Reminders of one person due in the same minute are one push; here each has to be seen by itself.
    """
    assert count <= PEOPLE
    chosen, scene.held_back = scene.held_back[:count], scene.held_back[count:]
    with scene.factory.begin() as session:
        for reminder_id in chosen:
            turn = len(scene.held_back) // len(scene.viewers)
            due_at = datetime.now(UTC) - timedelta(minutes=2 + turn)
            session.execute(update(Reminder).where(Reminder.id == reminder_id).values(due_at=due_at))
    scene.expected |= {(str(reminder_id), 1) for reminder_id in chosen}


def let_fall_due_together(scene: Scene, people: int, each: int, at: datetime) -> list[list[Reminder]]:
    """Let so many reminders of each of some people fall due at one time; return them, each one's in order.

    One push speaks for all of a person's: that of the first.
    """
    with scene.factory.begin() as session:
        # In turn of different plans: what becomes of one plan is then nothing to the others.
        untouched = (Reminder.due_at.is_(None), Reminder.on > (datetime.now(UTC) + timedelta(days=1)).date())
        mine: dict[UUID, list[Reminder]] = {}
        turns: Counter[UUID] = Counter()
        rows = session.scalars(select(Reminder).where(*untouched).order_by(Reminder.id)).all()
        turn_of: dict[UUID, int] = {}
        for row in rows:
            turn_of[row.id] = turns[row.plan_id]
            turns[row.plan_id] += 1
        for row in sorted(rows, key=lambda row: turn_of[row.id]):
            mine.setdefault(row.person_id, []).append(row)
        chosen = [sorted(own[:each], key=lambda row: row.id) for own in list(mine.values())[:people]]
        for row in (row for mine in chosen for row in mine):
            row.due_at = at
    ids = {row.id for mine in chosen for row in mine}
    scene.held_back = [one for one in scene.held_back if one not in ids]
    scene.expected |= {(str(mine[0].id), 1) for mine in chosen}
    return chosen


def put_off_some(scene: Scene, done: set[str]) -> None:
    """Answer later to a fifth of what was shown, so that it comes back in two seconds."""
    for tag, serial in list(scene.service.seen()):
        if serial > 1 or tag in done or int(tag[:2], 16) % 5:
            continue
        now = datetime.now(UTC)
        with scene.factory.begin() as session:
            row = session.get_one(Reminder, UUID(tag))
            viewer = scene.viewers[row.person_id]
            if str(row.person_id) in done:
                continue  # Two put off by one person would come back in the same minute.
            done |= {tag, str(row.person_id)}
            draft = {"answer": "later", "later_minutes": 5, "recorded_at": now}
            at = now - LATER + timedelta(seconds=2)
            reminders.answer_reminder(session, viewer, row.id, draft, at)
        scene.expected.add((tag, 2))


def is_finished(scene: Scene) -> bool:
    """Tell whether nothing is to be raised in the next seconds and nothing waits to be sent."""
    with scene.reading() as session:
        due = Reminder.due_at <= datetime.now(UTC) + timedelta(seconds=5)
        planned = session.scalar(select(func.count(Reminder.id)).where(Reminder.state == "planned", due))
        # Asked second: what is raised between the two questions is found here.
        waiting = session.scalar(select(func.count(Message.id)).where(Message.next_try_at.is_not(None)))
    return not waiting and not planned


def wait_until(condition: Callable[[], object], seconds: float = 15) -> float:
    """Wait until `condition` holds; return how long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.01)
    return time.monotonic() - began


def a_plan_of_this_minute(scene: Scene, number: int = 0) -> UUID:
    """Save a plan of the `number`-th person whose time is the present minute; return the plan's id."""
    now, plan_id = datetime.now(UTC), uuid4()
    phase = a_phase(
        times=[now.strftime("%H:%M")], every={"unit": "day", "count": 1}, weekdays=[], take_home=False
    )
    body = a_plan_body(kind="at_home", phases=[phase], time_zone="UTC", recorded_at=now)
    with scene.factory.begin() as session:
        treatment.save_plan(session, list(scene.viewers.values())[number], plan_id, body, now)
    scene.expected.add((str(uuid5(plan_id, f"{now.date()}|0")), 1))
    return plan_id


def has_beaten(scene: Scene) -> bool:
    with scene.reading() as session:
        return push.last_beat(session) is not None


def check_database(scene: Scene) -> None:
    """Check that SQLite's file is whole; PostgreSQL sees to that itself."""
    with scene.reading() as session:
        if session.get_bind().dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def is_all_there(scene: Scene) -> bool:
    """Tell whether everything expected has arrived and nothing waits any more."""
    return scene.expected <= set(scene.service.seen()) and is_finished(scene)


def check_outcome(scene: Scene) -> None:
    """Check that all was shown and nothing else, each with one mark for its phone, and nothing is held."""
    assert set(scene.service.seen()) == scene.expected
    assert not scene.service.faults
    with scene.reading() as session:
        states = set(session.scalars(select(Message.state).where(Message.tries > 0)))
        assert states == {str(State.DONE)}
        assert session.scalar(select(func.count()).select_from(Delivery)) == len(scene.expected)
    check_database(scene)
