"""Everything at once: a real web server and a real worker on one database, and a phone that saves."""

from __future__ import annotations

import base64
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import UUID, uuid4

from tests.conftest import MASTER_KEY, VAPID_KEY
from tests.faults.nursery import end_workers, start_worker
from tests.faults.scene import Scene, wait_until
from tests.rig.caller import Answer, Caller
from tests.rig.own_postgres import NO_LIMIT
from tests.rig.server import Program, running
from tests.shared.drafts import a_check_in


@dataclass
class Household:
    """A web server and a worker that must live through the fault, and the first person's phone."""

    scene: Scene
    program: Program
    worker: BaseProcess
    phone: Caller
    saved: list[UUID] = field(default_factory=list)
    _pids: tuple[int | None, int] = (None, 0)

    def __post_init__(self) -> None:
        self._pids = self.worker.pid, self.program.pid

    def save(self, record_id: UUID) -> Answer:
        """Send one check-in, as the phone's queue does, once."""
        draft = a_check_in(recorded_at=datetime.now(UTC).isoformat())
        return self.phone.call("PUT", f"/api/wellbeing/check-ins/{record_id}", draft)

    def save_now(self) -> None:
        """Save a new check-in, which must succeed at the first try."""
        record_id = uuid4()
        answer = self.save(record_id)
        assert answer.status in (200, 201), answer.body
        self.saved.append(record_id)

    def save_in_vain(self) -> UUID:
        """Save a new check-in while nothing can be stored; check the answer's words and return its id."""
        record_id = uuid4()
        answer = self.save(record_id)
        assert answer.status == 503, (answer.status, answer.body)
        assert answer.json["code"] == "busy"
        assert "Nothing was lost on this phone" in answer.json["detail"]
        assert int(answer.headers["Retry-After"]) > 0
        return record_id

    def save_again(self, record_id: UUID) -> None:
        """Send what was refused again until it is taken, as the phone's queue does."""
        wait_until(lambda: self.save(record_id).status in (200, 201), 60)
        self.saved.append(record_id)

    def check_alive(self) -> None:
        """Check that nobody had to start anything anew, and that what the phone saved is there, once."""
        assert self.worker.is_alive()
        assert (self.worker.pid, self.program.pid) == self._pids
        assert self.program.process is not None
        assert self.program.process.poll() is None
        answer = self.phone.call("GET", "/api/wellbeing/check-ins")
        assert answer.status == 200
        assert sorted(one["id"] for one in answer.json["items"]) == sorted(map(str, self.saved))

    def limit_files(self, most_bytes: int = NO_LIMIT) -> None:
        """Let no file of ours grow beyond this, as on a disk without room."""
        for pid in (self.worker.pid, self.program.pid):
            assert pid is not None
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most_bytes, NO_LIMIT))


@contextmanager
def a_household(scene: Scene, folder: Path) -> Iterator[Household]:
    """Run a web server and a worker for as long as the block lasts; both must end cleanly."""
    env = {
        "COMPANION_DATABASE_URL": scene.settings.database_url,
        "COMPANION_MASTER_KEY": base64.b64encode(MASTER_KEY).decode(),
        "COMPANION_VAPID_PRIVATE_KEY": VAPID_KEY,
        "COMPANION_VAPID_SUBJECT": "mailto:ops@example.org",
        "COMPANION_PUSH_ORIGINS": scene.service.origin,
    }
    with running("serve", folder / "web", env=env, timeout_s=60) as program:
        token = scene.tokens[next(iter(scene.viewers))]
        worker = start_worker(scene.settings, str(folder / "worker.log"))
        try:
            yield Household(scene, program, worker, Caller(program.url, f"__Host-sid={token}"))
            end_workers(worker)
        finally:
            worker.kill()


def late_by(scene: Scene, due: dict[str, float]) -> float:
    """Return by how many seconds the latest of these tags first came after it was due."""
    came: dict[str, float] = {}
    for one in list(scene.service.received):
        came.setdefault(one.shown_as[0], one.at)
    return max(came[tag] - at for tag, at in due.items())


@contextmanager
def a_busy_phone(house: Household) -> Iterator[None]:
    """Let the phone save one check-in after the other meanwhile, each sent again until it is taken."""
    ended, others = threading.Event(), []

    def work() -> None:
        while not ended.is_set():
            record_id = uuid4()
            while (status := house.save(record_id).status) not in (200, 201):
                others.append(status)
                time.sleep(0.1)
            house.saved.append(record_id)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(60)
    assert not thread.is_alive()
    assert set(others) <= {503}, others
