"""Reading one content file strictly: every problem becomes a sentence that names the file and the field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HTTPS = re.compile(r"https://[a-z0-9.-]+\.[a-z]{2,}(/[^\s<>\"]*)?", re.IGNORECASE)
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069<>]")


class ContentFault(Exception):
    """A content file cannot be used; `sentences` say which file, which field and what to do."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__(" ".join(self.sentences))


class Problems:
    """Collects what is wrong in one file, so that all of it can be said at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.sentences: list[str] = []

    def add(self, field: str, sentence: str) -> None:
        """Note one problem with one field."""
        self.sentences.append(f"{self.file}: {field}: {sentence}")

    def stop_if_any(self) -> None:
        """Raise ContentFault with everything noted, if anything was."""
        if self.sentences:
            raise ContentFault(self.sentences)


class Fields:
    """The named fields of one part of a file. A reader that fails notes why and returns an empty value."""

    def __init__(self, raw: object, problems: Problems, where: str = "") -> None:
        self.problems = problems
        self.where = where
        self._read: set[str] = set()
        self._raw: Mapping[str, Any] = {}
        if isinstance(raw, Mapping) and all(isinstance(name, str) for name in raw):
            self._raw = raw
        else:
            self.wrong("", "Give named fields.")

    def wrong(self, name: str, sentence: str) -> None:
        """Note a problem with field `name` of this part."""
        path = ".".join(part for part in (self.where, name) if part)
        self.problems.add(path or "the file", sentence)

    def has(self, name: str) -> bool:
        """Say whether the field stands in the file."""
        return name in self._raw

    def _take(self, name: str) -> Any:
        self._read.add(name)
        return self._raw.get(name)

    def line(self, name: str, *, least: int = 1, most: int = 200) -> str:
        """Return one line of text."""
        value = self._take(name)
        if not isinstance(value, str):
            self.wrong(name, "Enter text in quotes.")
            return ""
        value = value.strip()
        if not least <= len(value) <= most:
            self.wrong(name, f"Use {least} to {most} characters.")
        if _HARMFUL.search(value):
            self.wrong(name, "Take out line breaks, angle brackets and characters that cannot be shown.")
        return value

    def maybe_line(self, name: str, *, most: int = 200) -> str | None:
        """Return one line of text, or None where the field is left out."""
        return self.line(name, most=most) if self.has(name) else None

    def key(self, name: str = "key") -> str:
        """Return a key: small letters, digits and underscores."""
        value = self.line(name, most=40)
        if value and not _KEY.fullmatch(value):
            self.wrong(name, "Use small letters, digits and underscores, like time_for_me.")
        return value

    def choice(self, name: str, words: Iterable[str]) -> str:
        """Return one word of a closed list."""
        allowed = [str(word) for word in words]
        value = self._take(name)
        if not isinstance(value, str) or value not in allowed:
            self.wrong(name, f"Choose one of: {', '.join(allowed)}.")
            return allowed[0]
        return value

    def number(self, name: str, *, least: int, most: int) -> int:
        """Return a whole number."""
        value = self._take(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.wrong(name, f"Enter a whole number from {least} to {most}.")
            return least
        return value

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            self.wrong(name, "Enter true or false.")
            return False
        return value

    def day(self, name: str) -> date:
        """Return a date, written like 2026-11-21."""
        value = self._take(name)
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            self.wrong(name, "Enter a real date, like 2026-11-21.")
            return date.min

    def address(self, name: str) -> str:
        """Return an https address."""
        value = self.line(name, most=500)
        if value and not _HTTPS.fullmatch(value):
            self.wrong(name, "Enter an address that starts with https://.")
        return value

    def lines(self, name: str, *, least: int, most: int, length: int = 120) -> tuple[str, ...]:
        """Return a list of lines."""
        value = self._take(name)
        if not isinstance(value, list) or not least <= len(value) <= most:
            self.wrong(name, f"Give a list of {least} to {most} lines.")
            return ()
        part = Fields({str(i): item for i, item in enumerate(value)}, self.problems, self._path(name))
        return tuple(part.line(str(i), most=length) for i in range(len(value)))

    def part(self, name: str) -> Fields:
        """Return the fields of a nested part."""
        return Fields(self._take(name), self.problems, self._path(name))

    def items(self, name: str, *, least: int, most: int = 500) -> list[Fields]:
        """Return the parts of a list."""
        value = self._take(name)
        if not isinstance(value, list) or not least <= len(value) <= most:
            self.wrong(name, f"Give a list of {least} to {most} entries.")
            return []
        return [Fields(item, self.problems, f"{self._path(name)}[{i}]") for i, item in enumerate(value)]

    def done(self) -> None:
        """Note every field that nobody asked for."""
        for name in self._raw:
            if name not in self._read:
                self.wrong(name, "We do not know this field. Leave it out.")

    def _path(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where else name


def no_repeats(problems: Problems, where: str, keys: Iterable[str]) -> None:
    """Note each key that stands twice."""
    seen: set[str] = set()
    for key in keys:
        if key and key in seen:
            problems.add(where, f"The key {key} stands twice. Keep one.")
        seen.add(key)
