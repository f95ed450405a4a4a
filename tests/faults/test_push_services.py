"""One push service misbehaves under a running worker while another works: nothing lost, nobody held up.

The worker runs for all of it: each fault is mended and the next begins without a restart.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from companion import migrations, worker
from companion.push import use_cases as push
from companion.push.models import Delivery, Message, Subscription
from companion.push.use_cases import lines
from companion.reminders.models import Reminder
from tests.faults.scene import Scene, a_scene, wait_until
from tests.rig.databases import Databases
from tests.rig.push_service import PushService, Told, push_service

pytestmark = pytest.mark.slow

PEOPLE = 36
# More than one push service is sent at once.
SICK = PEOPLE // 2
# Two for each test below, and some to spare.
TURNS = 26
DEADLINE_S = 2.0
# A database that is locked for too long ends a dispatch; what it held comes back with the end of its lease.
LEASE = timedelta(seconds=20)
PATIENCE_S = 90
LATE_S = 60.0


@dataclass
class Turn:
    """Reminders that fell due together: one of each person, told apart by where their phones listen."""

    sick: set[UUID]
    well: set[UUID]
    at: float


@dataclass
class Stage:
    """A scene with half of the people's phones at a push service that will be made to misbehave."""

    scene: Scene
    sick: PushService
    running: worker.Running
    tries: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def subscribe(self) -> None:
        """Let half of the people subscribe anew at the service that misbehaves."""
        self.tries.clear()
        for viewer in list(self.scene.viewers.values())[:SICK]:
            browser = self.sick.subscribe()
            with self.scene.factory.begin() as session:
                push.save_subscription(
                    session,
                    viewer,
                    push.setup_of(self.scene.settings),
                    endpoint=browser.endpoint,
                    now=datetime.now(UTC),
                    **browser.to_json()["keys"],
                )

    def tell(self, answer: Callable[[], Told]) -> None:
        """Let the service answer so; note when it was tried for whom."""

        def told(token: str) -> Told:
            self.tries[token].append(time.time())
            return answer()

        self.sick.told = told

    def mend(self) -> None:
        """Let it work again, also for those that hang in it."""
        self.tell(Told)
        if self.sick.fillers:
            self.sick.accept_again()
        self.sick.let_go()

    def next_turn(self) -> Turn:
        """Choose the reminders that fall due next; nothing happens yet."""
        chosen, self.scene.held_back = self.scene.held_back[:PEOPLE], self.scene.held_back[PEOPLE:]
        people = set(list(self.scene.viewers)[:SICK])
        with self.scene.reading() as session:
            rows = session.execute(select(Reminder.id, Reminder.person_id).where(Reminder.id.in_(chosen)))
            whose = {row.id: row.person_id for row in rows}
        sick = {one for one in chosen if whose[one] in people}
        assert len(sick) == SICK
        return Turn(sick, set(chosen) - sick, time.time())

    def let_fall_due(self, ids: set[UUID]) -> None:
        """Let these reminders be due now."""
        with self.scene.factory.begin() as session:
            session.execute(update(Reminder).where(Reminder.id.in_(ids)).values(due_at=datetime.now(UTC)))

    def wait_until_shown(self, service: PushService, ids: set[UUID]) -> None:
        """Wait until the phones at a service were shown these."""
        wanted = {(str(one), 1) for one in ids}
        wait_until(lambda: wanted <= set(service.seen()), PATIENCE_S)

    def outcomes(self, ids: set[UUID]) -> list[str]:
        """Return what is known of the copies of these, in no order."""
        query = select(Delivery.outcome).join(Message, Message.id == Delivery.message_id)
        with self.scene.reading() as session:
            return list(session.scalars(query.where(Message.reference_id.in_(ids))))

    def waiting(self, ids: set[UUID]) -> int:
        """Return how many of these still wait to be sent."""
        query = select(func.count(Message.id)).where(
            Message.reference_id.in_(ids), Message.next_try_at.is_not(None)
        )
        with self.scene.reading() as session:
            return session.scalar(query) or 0

    def phones(self) -> list[Subscription]:
        """Return the subscriptions at the service that misbehaves."""
        with self.scene.reading() as session:
            query = select(Subscription).where(Subscription.origin == self.sick.origin)
            return list(session.scalars(query))

    def check_lateness(self, turn: Turn) -> None:
        """Check that everybody else had their reminder in time."""
        tags = {str(one) for one in turn.well}
        late = [one.at - turn.at for one in list(self.scene.service.received) if one.shown_as[0] in tags]
        assert len(late) >= len(tags)
        assert max(late) < LATE_S

    def everything_works(self) -> None:
        """Check that a reminder for everybody arrives, and that nothing came that was not raised."""
        turn = self.next_turn()
        self.let_fall_due(turn.sick | turn.well)
        self.wait_until_shown(self.scene.service, turn.well)
        self.wait_until_shown(self.sick, turn.sick)
        wait_until(lambda: not self.waiting(turn.sick | turn.well), PATIENCE_S)
        for service in (self.sick, self.scene.service):
            assert not service.faults
            assert {serial for _, serial in service.seen()} <= {1}
        assert not set(self.sick.seen()) & set(self.scene.service.seen())


@pytest.fixture(scope="module")
def shared_stage(
    engine_name: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """One stage and one worker on each database, for all that follows."""
    folder = tmp_path_factory.mktemp("stage")
    with (
        pytest.MonkeyPatch.context() as patch,
        databases.fresh(engine_name, migrations.upgrade) as url,
        a_scene(url, folder, PEOPLE, TURNS) as scene,
        push_service() as sick,
    ):
        # One that does not answer is left alone for half a minute; nobody here has that time.
        patch.setattr(lines, "REST", timedelta(seconds=1))
        scene.settings = replace(scene.settings, push_origins=frozenset({scene.service.origin, sick.origin}))
        sick.application_server_key = scene.service.application_server_key
        running = worker.start(scene.settings, lease=LEASE, deadline_s=DEADLINE_S)
        try:
            yield Stage(scene, sick, running)
        finally:
            running.stop()


@pytest.fixture
def stage(shared_stage: Stage) -> Iterator[Stage]:
    """The stage with fresh subscriptions and a push service in good health."""
    shared_stage.subscribe()
    shared_stage.tell(Told)
    yield shared_stage
    shared_stage.mend()


def refused_for_a_while(stage: Stage, answer: Callable[[], Told], outcome: str) -> Turn:
    """Let reminders fall due while one service answers so; return once everybody else has theirs.

    `outcome` is what comes of every copy for that service; a slow machine may need a second try for it.
    """
    stage.tell(answer)
    turn = stage.next_turn()
    stage.let_fall_due(turn.sick | turn.well)
    stage.wait_until_shown(stage.scene.service, turn.well)
    wait_until(lambda: stage.outcomes(turn.sick) == [outcome] * SICK, PATIENCE_S)
    stage.check_lateness(turn)
    assert not {str(one) for one in turn.sick} & {tag for tag, _ in stage.sick.seen()}
    return turn


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Told(500), id="500"),
        pytest.param(Told(403), id="403"),
        pytest.param(Told(500, after_s=600), id="hanging-at-headers"),
        pytest.param(Told(500, drip=1.0), id="one-byte-a-second"),
    ],
)
def test_what_one_service_does_not_take_arrives_once_it_works_again(answer: Told, stage: Stage) -> None:
    turn = refused_for_a_while(stage, lambda: answer, "retry")
    stage.mend()
    stage.wait_until_shown(stage.sick, turn.sick)
    assert len(stage.phones()) == SICK
    stage.everything_works()


def test_a_service_that_hangs_at_connect_gets_its_own_once_it_lets_in_again(stage: Stage) -> None:
    stage.sick.stop_accepting()
    turn = refused_for_a_while(stage, Told, "retry")
    assert not stage.tries
    stage.mend()
    stage.wait_until_shown(stage.sick, turn.sick)
    stage.everything_works()


def test_a_service_that_takes_and_never_answers_is_asked_again_and_nothing_shows_twice(stage: Stage) -> None:
    stage.tell(lambda: Told(201, after_s=600))
    turn = stage.next_turn()
    stage.let_fall_due(turn.sick | turn.well)
    stage.wait_until_shown(stage.scene.service, turn.well)
    wait_until(lambda: stage.outcomes(turn.sick).count("retry") == SICK, PATIENCE_S)
    stage.check_lateness(turn)
    stage.mend()
    wait_until(lambda: stage.outcomes(turn.sick) == ["sent"] * SICK, PATIENCE_S)
    tags = {str(one) for one in turn.sick}
    # Over the wire more than once; by tag and raise count it is one, which is what a phone goes by.
    assert {one for one in stage.sick.seen() if one[0] in tags} == {(tag, 1) for tag in tags}
    stage.everything_works()


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_service_that_asks_to_wait_is_not_tried_before(form: str, stage: Stage) -> None:
    asked_for = 4
    until: dict[str, float] = {}

    def busy(token: str) -> Told:
        now = time.time()
        stage.tries[token].append(now)
        until[token] = now + asked_for if form == "seconds" else float(int(now) + asked_for)
        wait = str(asked_for) if form == "seconds" else formatdate(until[token], usegmt=True)
        return Told(429, (("Retry-After", wait),))

    stage.sick.told = busy
    turn = stage.next_turn()
    stage.let_fall_due(turn.sick | turn.well)
    wait_until(lambda: len(until) == SICK, PATIENCE_S)
    stage.mend()
    stage.wait_until_shown(stage.sick, turn.sick)
    stage.wait_until_shown(stage.scene.service, turn.well)
    stage.check_lateness(turn)
    for token, tries in stage.tries.items():
        # The first was answered with 429; whoever was tried again after that waited as long as asked.
        assert tries[-1] >= until[token], f"tried {until[token] - tries[-1]:.2f} s early"
        assert len(tries) >= 2
    stage.everything_works()


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_not_sent_to_again_until_it_subscribes_anew(
    status: int, stage: Stage
) -> None:
    turn = refused_for_a_while(stage, lambda: Told(status), "gone")
    assert stage.phones() == []
    assert stage.waiting(turn.sick) == 0
    stage.mend()
    stage.subscribe()
    stage.everything_works()
    assert not {str(one) for one in turn.sick} & {tag for tag, _ in stage.sick.seen()}


def test_a_refused_message_is_given_up_and_the_person_is_told(stage: Stage) -> None:
    turn = refused_for_a_while(stage, lambda: Told(413), "rejected")
    assert stage.waiting(turn.sick) == 0
    assert health_of(stage) == {"refused"}
    assert len(stage.phones()) == SICK
    stage.mend()
    stage.everything_works()
    assert not {str(one) for one in turn.sick} & {tag for tag, _ in stage.sick.seen()}
    assert health_of(stage) == {"ok"}


def health_of(stage: Stage) -> set[str]:
    """Return how the phones at the service that misbehaved fare, as their people are told."""
    viewers = list(stage.scene.viewers.values())[:SICK]
    with stage.scene.reading() as session:
        found = [push.list_subscriptions(session, viewer) for viewer in viewers]
    return {str(phone["state"]) for phones in found for phone in phones}


def test_while_every_post_to_one_service_hangs_the_others_go_out(stage: Stage) -> None:
    sender = stage.running.worker.sender
    assert sender is not None
    sender.deadline_s = 600
    stage.tell(lambda: Told(500, after_s=600))
    turn = stage.next_turn()
    try:
        stage.let_fall_due(turn.sick)
        wait_until(lambda: len(stage.tries) == lines.PER_ORIGIN, PATIENCE_S)
        turn.at = time.time()
        stage.let_fall_due(turn.well)
        stage.wait_until_shown(stage.scene.service, turn.well)
        stage.check_lateness(turn)
        # Not one of those that hang had ended by then.
        assert stage.outcomes(turn.sick) == []
        assert {len(tries) for tries in stage.tries.values()} <= {1, 2}
    finally:
        sender.deadline_s = DEADLINE_S
        stage.mend()
    stage.wait_until_shown(stage.sick, turn.sick)
    stage.everything_works()
