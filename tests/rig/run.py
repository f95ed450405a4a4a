"""One test run over several processes: its folder, its locks, and what could not be run."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class Run:
    """The folder that every worker of one test run shares."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._alive: IO[str] | None = None

    @classmethod
    def begin(cls) -> Run:
        """Make the folder and hold its lock, so that helpers notice when this process ends."""
        folder = Path(tempfile.mkdtemp(prefix="companion-"))
        # PostgreSQL refuses to run as root; the user it runs as must be able to walk through.
        folder.chmod(0o711)
        run = cls(folder)
        run._alive = (folder / "alive").open("w", encoding="utf-8")
        fcntl.flock(run._alive, fcntl.LOCK_EX)
        return run

    def end(self) -> None:
        """Let go of the lock and remove the folder, unless the keeper of PostgreSQL will remove it."""
        if self._alive is None:
            return
        kept = (self.folder / "keeper").exists()
        self._alive.close()
        self._alive = None
        if not kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Let one process of the run in at a time."""
        with (self.folder / f"{name}.lock").open("w", encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def once(self, name: str, make: Callable[[], str]) -> str:
        """Return what `make` answered in the first process of the run that asked."""
        answer = self.folder / f"{name}.once"
        with self.lock(name):
            if not answer.exists():
                text = make()
                part = answer.with_suffix(".part")
                part.write_text(text, encoding="utf-8")
                part.replace(answer)
            return answer.read_text(encoding="utf-8")

    def could_not(self, what: str, why: str) -> None:
        """Note that a part of the suite could not be run, for the closing summary."""
        (self.folder / f"{what}.notrun").write_text(why, encoding="utf-8")

    def tell(self, what: str, line: str) -> None:
        """Keep a line of what a long test found, for the closing summary."""
        (self.folder / f"{what}.told").write_text(line, encoding="utf-8")

    def told(self) -> list[str]:
        """Return what long tests found, a line each."""
        return [note.read_text(encoding="utf-8") for note in sorted(self.folder.glob("*.told"))]

    def not_run(self) -> dict[str, str]:
        """Return the parts that could not be run, each with its reason."""
        notes = sorted(self.folder.glob("*.notrun"))
        return {note.stem: note.read_text(encoding="utf-8") for note in notes}
