"""Someone who uses the app meanwhile: opens Today, writes down how they are; timed as their phone would."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import NamedTuple
from uuid import uuid4

from scene import Scene

from companion.accounts import use_cases as accounts
from companion.accounts.rules import OWN_PHONE
from companion.settings import Settings


class Asked(NamedTuple):
    """How long an answer took, and whether the request had something to write."""

    took_s: float
    writes: bool


@contextmanager
def a_visitor(scene: Scene) -> Iterator[Callable[[int], list[Asked]]]:
    """Serve the app in a process of its own; give what reads and writes so many times each."""
    now = datetime.now(UTC)
    with scene.factory.begin() as session:
        signed_in = accounts.start_sign_in(session, scene.people[-1].id, OWN_PHONE, now)
    headers = {
        "Cookie": f"__Host-sid={signed_in.token}",
        "Sec-Fetch-Site": "same-origin",
        "X-App": "1",
        "Content-Type": "application/json",
    }
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(scene.settings, there), daemon=True)
    process.start()
    port = int(here.recv())

    def request(caller: http.client.HTTPConnection, method: str, path: str, body: str | None) -> float:
        began = time.perf_counter()
        caller.request(method, path, body, headers)
        answer = caller.getresponse()
        said = answer.read()
        if answer.status not in (200, 201):
            raise SystemExit(f"{method} {path} was answered with {answer.status}: {said!r}")
        return time.perf_counter() - began

    def ask(times: int) -> list[Asked]:
        asked = []
        caller = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        caller.connect()
        for _ in range(times):
            asked.append(Asked(request(caller, "GET", "/api/reminders", None), False))
            body = json.dumps({"mood": 3, "recorded_at": datetime.now(UTC).isoformat()})
            asked.append(Asked(request(caller, "PUT", f"/api/wellbeing/check-ins/{uuid4()}", body), True))
            time.sleep(0.02)
        caller.close()
        return asked

    try:
        yield ask
    finally:
        process.kill()
        process.join()


def serve(settings: Settings, end: Connection) -> None:
    """Serve on a free port, with as many threads as `companion serve` has."""
    # Imported here: the workers of the trial import this file, and they serve nothing.
    import waitress

    from companion.app import create_app

    server = waitress.create_server(create_app(settings), host="127.0.0.1", port=0)
    end.send(server.effective_port)
    server.run()
