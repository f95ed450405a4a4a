"""Real worker processes that start fast: a server that has everything imported forks them off."""

from __future__ import annotations

import logging
import multiprocessing
from datetime import timedelta
from multiprocessing.process import BaseProcess

import py_vapid  # noqa: F401  (so that a new process need not import them)
import pywebpush  # noqa: F401

from companion.settings import Settings
from companion.worker import run_worker

LEASE = timedelta(seconds=2)
DEADLINE_S = 1.0


def work(settings: Settings, log_file: str) -> None:
    """Be a worker until somebody ends this process."""
    logging.basicConfig(filename=log_file, level=logging.INFO, force=True)
    run_worker(settings, lease=LEASE, deadline_s=DEADLINE_S)


def start_worker(settings: Settings, log_file: str) -> BaseProcess:
    """Start a worker in a process of its own."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=work, args=(settings, log_file), daemon=True)
    process.start()
    return process
