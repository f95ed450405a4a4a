"""The real program in its own process: start it, wait until it answers, read what it wrote, stop it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_RUN = "from companion.cli import main; main()"


class DidNotStart(AssertionError):
    """The program ended or stayed silent before it was ready; the message carries its output."""


@dataclass
class Program:
    """One running `companion` command; `output` is the file with everything it wrote."""

    command: str
    data_dir: Path
    output: Path
    port: int | None
    arguments: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address it serves on, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process id of the running program."""
        assert self.process is not None, "the program is not running"
        return self.process.pid

    def start(self, *, timeout_s: float = 30) -> None:
        """Start the program and, where it serves, wait until /healthz answers 200."""
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _RUN, self.command, *self.arguments],
                cwd=REPOSITORY,
                env=_clean_environment(self.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        if self.port is not None:
            self._wait_until_healthy(timeout_s)

    def stop(self, *, timeout_s: float = 15) -> int | None:
        """Ask the program to end and return its exit code; kill it when it does not listen."""
        if self.process is None:
            return None
        process, self.process = self.process, None
        if process.poll() is None:
            process.terminate()
        try:
            return process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.wait(timeout_s)

    def kill(self) -> None:
        """End the program and its children at once, as a power cut would."""
        assert self.process is not None, "the program is not running"
        process, self.process = self.process, None
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def text(self) -> str:
        """Return everything the program has written so far."""
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_for_text(self, text: str, *, timeout_s: float = 30) -> None:
        """Wait until the program has written this text."""
        deadline = time.monotonic() + timeout_s
        while text not in self.text():
            self._still_running(deadline, f"did not write {text!r}")

    def _wait_until_healthy(self, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while not _is_healthy(f"{self.url}/healthz"):
            self._still_running(deadline, "did not answer on /healthz")

    def _still_running(self, deadline: float, fault: str) -> None:
        assert self.process is not None, "the program is not running"
        code = self.process.poll()
        if code is not None:
            raise DidNotStart(f"companion {self.command} ended with {code}:\n{self.text()[-4000:]}")
        if time.monotonic() > deadline:
            raise DidNotStart(f"companion {self.command} {fault}:\n{self.text()[-4000:]}")
        time.sleep(0.05)


@contextmanager
def running(
    command: str,
    data_dir: Path,
    *,
    arguments: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    timeout_s: float = 30,
) -> Iterator[Program]:
    """Run `companion demo`, `serve` or `worker` on this data folder for as long as the block lasts.

    Only the settings in `env` are passed on, with COMPANION_DATA_DIR and, for `serve`, COMPANION_BASE_URL
    filled in; settings of the surrounding shell are left out. The output goes to a file beside
    the data folder, so that the folder holds nothing but what the program put there.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    serves = command in ("demo", "serve")
    port = free_port() if serves else None
    settings = {"COMPANION_DATA_DIR": str(data_dir), **(env or {})}
    words = list(arguments)
    if serves:
        words += ["--port", str(port)]
    if command == "serve":
        settings.setdefault("COMPANION_BASE_URL", f"http://127.0.0.1:{port}")
    if command == "demo":
        words += ["--data-dir", str(data_dir)]
        del settings["COMPANION_DATA_DIR"]
    output = data_dir.parent / f"{data_dir.name}-{command}.log"
    program = Program(command, data_dir, output, port, words, settings)
    try:
        program.start(timeout_s=timeout_s)
        yield program
    finally:
        program.stop()


def free_port() -> int:
    """Return a loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _clean_environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPANION_")}
    return {**kept, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1", **settings}
