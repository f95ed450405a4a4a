"""Real worker processes that start fast: a server that has everything imported forks them off."""

from __future__ import annotations

import logging
import multiprocessing
from datetime import timedelta
from multiprocessing.process import BaseProcess

import py_vapid  # noqa: F401  (so that a new process need not import them)
import pycurl  # noqa: F401

from companion.settings import Settings
from companion.worker import run_worker
from tests.faults.points import Trap

LEASE = timedelta(seconds=2)
DEADLINE_S = 1.0


def work(settings: Settings, log_file: str, trap: Trap | None = None) -> None:
    """Be a worker until somebody ends this process, or until it steps into the trap."""
    logging.basicConfig(filename=log_file, level=logging.INFO, force=True)
    # A log that cannot be written, on a full disk, is no reason to say so a thousand times.
    logging.raiseExceptions = False
    if trap is not None:
        trap.set()
    run_worker(settings, lease=LEASE, deadline_s=DEADLINE_S)


def start_worker(settings: Settings, log_file: str, trap: Trap | None = None) -> BaseProcess:
    """Start a worker in a process of its own."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=work, args=(settings, log_file, trap), daemon=True)
    process.start()
    return process


def end_workers(*processes: BaseProcess) -> None:
    """End workers as an operator does, and check that they end cleanly."""
    for one in processes:
        one.terminate()
    for one in processes:
        one.join(20)
        assert one.exitcode == 0
