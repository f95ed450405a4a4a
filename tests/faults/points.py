"""Named points in a worker's work at which it is killed or frozen, from outside the product's code.

A trap replaces one function of the product in the worker's own process with one that does the same and
then, once, sends the process a signal. The product knows nothing of it.
"""

from __future__ import annotations

import importlib
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion.core.orm import Sessions

DISPATCH = "companion.push.use_cases.dispatch"
PLANNING = "companion.reminders.use_cases.planning"
CARRYING = "companion.reminders.use_cases.carrying"
PUSH = "companion.push.use_cases"
REMINDERS = "companion.reminders.use_cases"


@dataclass(frozen=True)
class Trap:
    """Where to stop a worker, with which signal, and the file that says that it happened."""

    point: str
    flag: Path
    number: int = signal.SIGKILL

    def set(self) -> None:
        """Lay the trap in this process."""
        POINTS[self.point](self.spring)

    def spring(self, factory: Sessions | None = None) -> None:
        """Send the signal to this process, the first time only; with `factory` while no thread writes."""
        if self.flag.exists():
            return
        self.flag.touch()
        if factory is not None:
            # From here to the signal nobody else gets to run, unless this thread sleeps.
            sys.setswitchinterval(30)
            time.sleep(0.05)
            while factory.kw["bind"].pool.checkedout():
                time.sleep(0.001)
        # To this thread: it must not go on until another has been woken to take the signal.
        signal.pthread_kill(threading.get_ident(), self.number)
        sys.setswitchinterval(0.005)


Spring = Callable[..., None]


def _wrap(module: str, name: str, after: Callable[..., None], owner: str | None = None) -> None:
    """Replace a function with one that calls `after(result, *arguments)` when it is done."""
    place: Any = importlib.import_module(module)
    if owner is not None:
        place = getattr(place, owner)
    original = getattr(place, name)

    def wrapped(*arguments: Any, **words: Any) -> Any:
        result = original(*arguments, **words)
        after(result, *arguments)
        return result

    setattr(place, name, wrapped)


def _after_claim(spring: Spring) -> None:
    """The claim is committed and nothing is posted."""
    _wrap(
        DISPATCH,
        "take",
        lambda _, run, *__: spring(run.factory) if run.tally.claimed else None,
        owner="_Run",
    )


def _while_posting(spring: Spring) -> None:
    """Posts have begun and none is answered."""
    _wrap(
        DISPATCH,
        "submit",
        lambda _, run, *__: spring(run.factory) if run.under_way else None,
        owner="_Run",
    )


def _after_send(spring: Spring) -> None:
    """The push service has answered 201 and nothing is marked."""

    def check(_: None, run: Any, *__: Any) -> None:
        if any(done.verdict.status == 201 for done in run.finished):
            spring(run.factory)

    _wrap(DISPATCH, "collect", check, owner="_Run")


def _before_mark(spring: Spring) -> None:
    """The marks are written and not committed."""
    _wrap(DISPATCH, "record", lambda outcomes, *_: spring() if outcomes else None)


def _after_mark(spring: Spring) -> None:
    """The marks are committed."""
    _wrap(
        DISPATCH,
        "record_some",
        lambda _, run: spring() if run.tally.outcomes else None,
        owner="_Run",
    )


def _while_planning(spring: Spring) -> None:
    """Of the plans of one transaction, one is planned and others are not."""
    _wrap(PLANNING, "plan_one", lambda *_: spring())


def _while_raising(spring: Spring) -> None:
    """Reminders and their messages are written and not committed."""
    _wrap(PUSH, "queue_messages", lambda _, __, messages, *___: spring() if messages else None)


def _after_raising(spring: Spring) -> None:
    """The worker was told how many were raised; the transaction is still open."""
    _wrap(REMINDERS, "raise_due", lambda count, *_: spring() if count else None)


def _while_preparing(spring: Spring) -> None:
    """A body is encrypted and kept by nobody else."""
    _wrap("companion.push.gateway", "prepare", lambda *_: spring(), owner="Sender")


def _while_handing_over(spring: Spring) -> None:
    """The push that spoke for several is dropped, and none is queued for the others."""
    _wrap(PUSH, "drop_messages", lambda dropped, *_: spring() if dropped else None)


POINTS: dict[str, Callable[[Spring], None]] = {
    "after claim": _after_claim,
    "while posting": _while_posting,
    "after send": _after_send,
    "before mark": _before_mark,
    "after mark": _after_mark,
    "while planning": _while_planning,
    "while raising": _while_raising,
    "after raising": _after_raising,
    "while preparing": _while_preparing,
    "while handing over": _while_handing_over,
}
