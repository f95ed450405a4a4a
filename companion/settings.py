"""Settings from the environment, prefix COMPANION_. Every gap is listed in one error."""

from __future__ import annotations

import base64
import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "COMPANION_"
KEY_BYTES = 32


class SettingsWrong(Exception):
    """One or more settings are missing or wrong; `problems` holds a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Settings need mending:\n" + "\n".join(f"  * {problem}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the settings table: its name without the prefix, its default and what it is for."""

    name: str
    default: str | None
    meaning: str
    may_be_file: bool = False


TABLE = (
    Setting("DATA_DIR", "data", "Folder for the embedded database and generated keys."),
    Setting(
        "DATABASE_URL",
        None,
        "Database address. Default: SQLite in DATA_DIR. PostgreSQL: postgresql://user@host/name.",
    ),
    Setting("BASE_URL", "http://127.0.0.1:8000", "The address people open, without a slash at the end."),
    Setting("MASTER_KEY", None, "Key that seals what people write: 32 bytes of base64.", may_be_file=True),
    Setting("VAPID_PRIVATE_KEY", None, "Web Push key: base64url of 32 bytes.", may_be_file=True),
    Setting("VAPID_SUBJECT", None, "Contact for push services: mailto: at a real domain, or https:."),
    Setting("PUSH_ORIGINS", "", "Further push origins to allow, with commas, like http://127.0.0.1:9000."),
    Setting("TICK_SECONDS", "5", "Seconds between two looks of the worker at what is due (0.1 to 60)."),
    Setting(
        "METRICS_TOKEN",
        None,
        "Turns on GET /metrics for who sends this bearer token (16 characters or more).",
        may_be_file=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one machine to the next."""

    data_dir: Path
    database_url: str
    base_url: str
    master_key: bytes
    vapid_private_key: str | None
    vapid_subject: str | None
    push_origins: frozenset[str]
    tick_seconds: float
    metrics_token: str | None = None

    def __repr__(self) -> str:
        return f"Settings(base_url={self.base_url!r}, data_dir={str(self.data_dir)!r})"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the settings of `env` (default: the process's own), or raise SettingsWrong with every gap."""
        return _Reader(os.environ if env is None else env).settings()


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.problems: list[str] = []

    def _check_names(self) -> None:
        known = {PREFIX + row.name for row in TABLE}
        known |= {PREFIX + row.name + "_FILE" for row in TABLE if row.may_be_file}
        others = {PREFIX + "CONTENT_DIR", PREFIX + "TEST_POSTGRES"}
        for name in sorted(self.env):
            if name.startswith(PREFIX) and name not in known | others:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f" Did you mean {near[0]}?" if near else ""
                self.problems.append(f"{name} is not a setting.{hint}")

    def _value(self, name: str) -> str | None:
        row = next(row for row in TABLE if row.name == name)
        given = self.env.get(PREFIX + name)
        path = self.env.get(PREFIX + name + "_FILE") if row.may_be_file else None
        if given and path:
            self.problems.append(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set. Keep one.")
        if path and not given:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                self.problems.append(f"{PREFIX}{name}_FILE cannot be read ({type(error).__name__}).")
                return None
        return given.strip() if given and given.strip() else row.default

    def _master_key(self) -> bytes:
        text = self._value("MASTER_KEY")
        if text is None:
            self.problems.append(
                f"{PREFIX}MASTER_KEY or {PREFIX}MASTER_KEY_FILE is missing. "
                "Make one with `companion keys new`."
            )
            return bytes(KEY_BYTES)
        try:
            return parse_master_key(text)
        except ValueError as error:
            self.problems.append(f"{PREFIX}MASTER_KEY is wrong: {error}.")
            return bytes(KEY_BYTES)

    def _base_url(self) -> str:
        text = (self._value("BASE_URL") or "").rstrip("/")
        problem = origin_problem(text)
        if problem:
            self.problems.append(f"{PREFIX}BASE_URL is wrong: {problem}.")
        return text

    def _push(self) -> tuple[str | None, str | None, frozenset[str]]:
        key, subject = self._value("VAPID_PRIVATE_KEY"), self._value("VAPID_SUBJECT")
        if key is not None and not re.fullmatch(r"[A-Za-z0-9_-]{43}=?", key):
            self.problems.append(f"{PREFIX}VAPID_PRIVATE_KEY is wrong: make one with `companion keys new`.")
        if key is not None and subject is None:
            self.problems.append(f"{PREFIX}VAPID_SUBJECT is missing: push services ask for a contact.")
        if subject is not None and subject_problem(subject):
            self.problems.append(f"{PREFIX}VAPID_SUBJECT is wrong: {subject_problem(subject)}.")
        origins = [part.strip().rstrip("/") for part in (self._value("PUSH_ORIGINS") or "").split(",")]
        for origin in filter(None, origins):
            problem = origin_problem(origin)
            if problem:
                self.problems.append(f"{PREFIX}PUSH_ORIGINS is wrong: {problem}.")
        return key, subject, frozenset(origin.lower() for origin in origins if origin)

    def settings(self) -> Settings:
        self._check_names()
        data_dir = Path(self._value("DATA_DIR") or "data").absolute()
        database_url = self._value("DATABASE_URL") or f"sqlite:///{data_dir / 'companion.db'}"
        if not re.match(r"(sqlite|postgres(ql)?(\+psycopg)?)://", database_url):
            self.problems.append(f"{PREFIX}DATABASE_URL is wrong: use sqlite:///… or postgresql://….")
        master_key, base_url = self._master_key(), self._base_url()
        key, subject, origins = self._push()
        ticks = self._value("TICK_SECONDS") or "5"
        seconds = float(ticks) if re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", ticks) else 0.0
        if not 0.1 <= seconds <= 60:
            self.problems.append(f"{PREFIX}TICK_SECONDS is wrong: use a number from 0.1 to 60.")
        token = self._value("METRICS_TOKEN")
        if token is not None and not re.fullmatch(r"[!-~]{16,200}", token):
            self.problems.append(f"{PREFIX}METRICS_TOKEN is wrong: use 16 to 200 plain characters.")
        if self.problems:
            raise SettingsWrong(self.problems)
        return Settings(data_dir, database_url, base_url, master_key, key, subject, origins, seconds, token)


def parse_master_key(text: str) -> bytes:
    """Read a master key written as 32 bytes of base64 (either alphabet); raise ValueError with a sentence."""
    squeezed = text.strip().replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(squeezed + "=" * (-len(squeezed) % 4), validate=True)
    except ValueError:
        raise ValueError("it is not base64; make one with `companion keys new`") from None
    if len(raw) != KEY_BYTES:
        raise ValueError(f"it holds {len(raw)} bytes, not 32; make one with `companion keys new`")
    return raw


def origin_problem(text: str) -> str | None:
    """Return why `text` is no origin like https://example.org, or None."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return "it is not a web address"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return "use an address like https://example.org"
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        return "give only the scheme, the host and the port"
    return None


def subject_problem(text: str) -> str | None:
    """Return why push services would refuse `text` as a VAPID contact, or None."""
    if text.startswith("https://") and origin_problem(text.rstrip("/")) is None:
        return None
    is_mail = re.fullmatch(r"mailto:[^@\s]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text)
    if is_mail and not text.lower().endswith((".localhost", ".local", ".invalid")):
        return None
    return "use mailto: with an address at a real domain, or https: (Apple refuses localhost)"
