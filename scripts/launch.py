"""Shared by `scripts/demo` and `scripts/test`: make .venv, install the project into it, hand over.

Standard library only, and readable by any Python 3: an old one must get far enough to find a newer one.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PROGRAMS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
STAMP = ENVIRONMENT / ".installed"
NO_NETWORK = (
    "no matching distribution",
    "could not find a version",
    "connection",
    "resolve",
    "network is unreachable",
    "timed out",
    "max retries",
    "dns error",
    "error sending request",
)


class Stop(Exception):
    """Setting up cannot go on; the message is one sentence for the person at the terminal."""


def main(extra: str, program: str, arguments: list[str]) -> None:
    """Install the project with the extra (or none) when needed, then become the program."""
    try:
        _need_a_new_python()
        with _one_at_a_time():
            _install_when_needed(extra)
    except Stop as stop:
        sys.exit(f"{Path(sys.argv[0]).name}: {stop}")
    except KeyboardInterrupt:
        sys.exit(130)
    _become([str(PROGRAMS / program), *arguments])


def _need_a_new_python() -> None:
    """Start again under a newer Python when this one is too old."""
    if sys.version_info[:2] >= OLDEST:
        return
    for minor in range(20, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and _runs(found):
            _become([found, *sys.argv])
    needed, here = ".".join(map(str, OLDEST)), ".".join(map(str, sys.version_info[:2]))
    raise Stop(f"Python {needed} or newer is needed; this is {here} and no newer one is on the path.")


def _runs(python: str) -> bool:
    """Say whether an interpreter really starts; a version manager leaves names of absent ones."""
    test = f"import sys; sys.exit(sys.version_info[:2] < {OLDEST})"
    try:
        return subprocess.run([python, "-c", test], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let a second launcher wait until the first has installed."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    name = hashlib.sha256(f"{ROOT} {os.getuid()}".encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"companion-install-{name}.lock"
    with path.open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install_when_needed(extra: str) -> None:
    fingerprint = _fingerprint()
    done = STAMP.read_text().split() if STAMP.exists() else []
    has_python = any((PROGRAMS / name).exists() for name in ("python", "python.exe"))
    # What the tests need includes what the demo needs, so the stamp of the tests serves both.
    if has_python and done[:1] == [fingerprint] and (not extra or extra in done):
        return
    started = time.monotonic()
    print("Installing what is needed into .venv; this happens once …", end=" ", flush=True)
    try:
        _install(extra, make=not has_python)
        STAMP.write_text(f"{fingerprint} {extra}\n")
    except BaseException:
        print(flush=True)
        raise
    print(f"done in {time.monotonic() - started:.0f} s.", flush=True)


def _fingerprint() -> str:
    """Return a hash of what is installed and where; the settings of the checks are not part of it."""
    import tomllib  # Not at the top, because an old Python does not have it.

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [settings.get("project"), settings.get("build-system"), settings.get("tool", {}).get("hatch")]
    # An environment that was moved points to where it used to be.
    return hashlib.sha256(json.dumps([str(ROOT), *parts]).encode()).hexdigest()


def _install(extra: str, *, make: bool) -> None:
    what = f"{ROOT}[{extra}]" if extra else str(ROOT)
    python = str(PROGRAMS / "python")
    uv = shutil.which("uv")
    if uv:
        if make:
            _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(ENVIRONMENT)])
        _run([uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, "--editable", what])
        return
    install = ["install", "--quiet", "--retries", "2", "--editable", what]
    if importlib.util.find_spec("ensurepip"):
        if make:
            _run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)])
        _run([python, "-m", "pip", *install])
    elif importlib.util.find_spec("pip"):
        # Debian packs ensurepip apart from Python; the pip of the machine can fill an empty environment.
        if make:
            _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(ENVIRONMENT)])
        _run([sys.executable, "-m", "pip", "--python", python, *install])
    else:
        raise Stop("pip is missing; install it first (on Debian and Ubuntu: apt install python3-venv).")


def _run(command: list[str]) -> None:
    """Run one step quietly; turn its failure into one sentence and its last words."""
    settings = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0", "PIP_NO_INPUT": "1"}
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_REQUIRE_VIRTUALENV", "PIP_TARGET", "PIP_PREFIX"):
        settings.pop(name, None)
    try:
        result = subprocess.run(
            command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
    except OSError as error:
        raise Stop(f"{command[0]} could not be started: {error.strerror}.") from error
    if result.returncode:
        raise Stop(_what_went_wrong(result.stdout.strip()))


def _what_went_wrong(said: str) -> str:
    lower = said.lower()
    last_words = "\n" + "\n".join(said.splitlines()[-12:])
    if "read-only" in lower or "permission denied" in lower:
        return f"the folder {ROOT} cannot be written to; put the project in one that can be." + last_words
    if "no space left" in lower:
        return "the disk is full; the environment needs about 700 MB." + last_words
    if any(sign in lower for sign in NO_NETWORK):
        return "the packages could not be fetched; check the network and try again." + last_words
    return "installing did not work; the installer said:" + last_words


def _become(command: list[str]) -> None:
    """Turn into another program; where that is impossible, run it and end with its code."""
    sys.stdout.flush()
    try:
        if os.name == "nt":
            sys.exit(subprocess.run(command, check=False).returncode)
        os.execv(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]} could not be started: {error.strerror}; remove .venv and try again.")
