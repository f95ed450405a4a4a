"""A small process that runs PostgreSQL until the test run that asked for it is gone, however it ended.

Run as `python keeper.py RUN_FOLDER USER COMMAND…`; USER is `-` for the present one. It returns at once
and stays behind; the file `keeper` in the folder holds its process id for as long as the server lives.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path


def main() -> None:
    """Stay behind, start the server, and stop it once nobody holds the run's lock any more."""
    folder, user, command = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    mark = folder / "keeper"
    if child := os.fork():
        mark.write_text(str(child), encoding="utf-8")
        return
    os.setsid()
    # The sign that a keeper is here must be written before it can be taken away again.
    while not mark.exists():
        time.sleep(0.01)
    with (
        (folder / "postgres.log").open("ab") as log,
        (folder / "alive").open("r+", encoding="utf-8") as alive,
    ):
        server = _start(command, user, log.fileno())
        while server.poll() is None and not _is_free(alive.fileno()):
            time.sleep(0.1)
        if server.poll() is not None:
            mark.unlink()
            return
        _stop(server)
    shutil.rmtree(folder, ignore_errors=True)


def _start(command: list[str], user: str, log: int) -> subprocess.Popen[bytes]:
    other = user != "-"
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        user=user if other else None,
        group=pwd.getpwnam(user).pw_gid if other else None,
        extra_groups=[] if other else None,
    )


def _is_free(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
