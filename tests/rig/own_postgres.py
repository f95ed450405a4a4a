"""A PostgreSQL of one test's own, to be crashed, started again and run out of room."""

from __future__ import annotations

import pwd
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL

from tests.rig.postgres import PostgresMissing, installations, reachable, run_as, unprivileged_user
from tests.rig.sqlite import Migrate

# Commits are kept as on a real server, or a crash would lose some; only the disk itself need not hear of it.
_SWITCHES = {"listen_addresses": "", "fsync": "off", "shared_buffers": "32MB", "max_connections": "60"}
NO_LIMIT = resource.RLIM_INFINITY


@dataclass
class OwnPostgres:
    """The server: where it lives and its process, when it runs."""

    programs: Path
    home: Path
    user: str | None
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> URL:
        """The address of its `postgres` database; the same before and after a crash."""
        return URL.create(
            "postgresql+psycopg", "postgres", database="postgres", query={"host": str(self.home)}
        )

    def start(self) -> None:
        """Start the server and wait until it answers, crash recovery included."""
        switches = [part for name, value in _SWITCHES.items() for part in ("-c", f"{name}={value}")]
        command = [self.programs / "postgres", "-D", self.home / "data", "-k", self.home, *switches]
        with (self.home.parent / "own-postgres.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                user=self.user,
                group=None if self.user is None else pwd.getpwnam(self.user).pw_gid,
                extra_groups=None if self.user is None else [],
            )
        dsn = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(dsn, connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise PostgresMissing(f"the server did not start: {error}") from error
                time.sleep(0.05)
            else:
                return

    def crash(self) -> None:
        """Stop at once, without a word to anybody and without a checkpoint."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """Stop cleanly, whoever is connected."""
        if self.process is not None:
            self._end(signal.SIGINT)

    def limit_files(self, most_bytes: int) -> None:
        """Let no file grow beyond this, as on a disk without room, for every process there is or will be."""
        assert self.process is not None
        soft = "unlimited" if most_bytes == NO_LIMIT else str(most_bytes)
        for pid in (self.process.pid, *_children(self.process.pid)):
            # Run as the server's own user: even root may not, where it has been stripped of its powers.
            try:
                run_as(self.user, ["prlimit", f"--pid={pid}", f"--fsize={soft}:unlimited"])
            except PostgresMissing:
                if Path(f"/proc/{pid}").exists():  # Else it is a connection that ended meanwhile.
                    raise

    def _end(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(30)
        self.process = None


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def own_postgres(folder: Path, migrate: Migrate) -> Iterator[tuple[OwnPostgres, str]]:
    """Run a server with one migrated database for as long as the block lasts; give it and the address.

    Raises PostgresMissing where there is none. The log is cut into pieces of 1 MB, the least there is, so
    that a file may be kept from growing beyond that and the log goes on.
    """
    user = unprivileged_user()
    # Not in pytest's folder: the user the server runs as may not walk through it.
    home = folder / "pg"
    home.mkdir(mode=0o700)
    if user is not None:
        shutil.chown(home, user)
    reasons = []
    for found in installations():
        try:
            programs = reachable(found, user, folder)
            manners = ["--username=postgres", "--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8"]
            run_as(user, [programs / "initdb", "--wal-segsize=1", "--pgdata", home / "data", *manners])
            break
        except (PostgresMissing, OSError, subprocess.SubprocessError) as error:
            reasons.append(f"{found}: {error}")
    else:
        raise PostgresMissing("; ".join(reasons) or "no initdb on this machine")
    server = OwnPostgres(programs, home, user)
    try:
        server.start()
        url = server.url.render_as_string(hide_password=False)
        migrate(url)
        yield server, url
    finally:
        server.stop()
