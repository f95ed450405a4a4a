"""Taking fields out of JSON one by one, so that a wrong one is named by its path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import NoReturn, TypeVar
from uuid import UUID

from companion.core.errors import RuleBroken

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)

Word = TypeVar("Word", bound=StrEnum)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_REQUIRED = object()


class Fields:
    """Takes fields out of a JSON object one by one and remembers the path, to name what is wrong."""

    def __init__(self, given: Mapping[str, object], path: str = "") -> None:
        self.given = given
        self.path = path
        self.taken: set[str] = set()

    def broken(self, name: str, sentence: str) -> NoReturn:
        """Raise RuleBroken for the field `name`."""
        raise RuleBroken(sentence, f"{self.path}{name}")

    def take(self, name: str, default: object = _REQUIRED) -> object:
        """Return the raw value of a field, or `default`."""
        self.taken.add(name)
        value = self.given.get(name, default)
        if value is _REQUIRED:
            self.broken(name, "Enter this.")
        return value

    def refuse_rest(self) -> None:
        """Raise RuleBroken for the first field that nobody asked for."""
        for name in self.given:
            if name not in self.taken:
                self.broken(str(name), "We do not know this field. Leave it out.")

    def text(self, name: str, most: int, default: str = "", *, lines: bool = False) -> str:
        """Return words of at most `most` characters; new lines only with `lines`."""
        value = self.take(name, default)
        if not isinstance(value, str):
            self.broken(name, "Enter words.")
        if len(value) > most:
            self.broken(name, f"Use {most} characters or fewer.")
        if _CONTROL.search(value) or (not lines and ("\n" in value or "\t" in value)):
            self.broken(name, "Take out the characters that cannot be shown.")
        return value

    def word(self, name: str, words: type[Word], default: object = _REQUIRED) -> Word:
        """Return one word of a closed list."""
        return self.as_word(name, self.take(name, default), words)

    def word_or_none(self, name: str, words: type[Word]) -> Word | None:
        """Return one word of a closed list, or None."""
        value = self.take(name, None)
        return None if value is None else self.as_word(name, value, words)

    def as_word(self, name: str, value: object, words: type[Word]) -> Word:
        """Read `value` as one word of a closed list."""
        if not isinstance(value, str) or value not in set(words):
            self.broken(name, f"Choose one of: {', '.join(words)}.")
        return words(value)

    def day(self, name: str) -> date:
        """Return a day of the calendar."""
        return self.as_day(name, self.take(name))

    def day_or_none(self, name: str) -> date | None:
        """Return a day of the calendar, or None."""
        value = self.take(name, None)
        return None if value is None else self.as_day(name, value)

    def as_day(self, name: str, value: object) -> date:
        """Read `value` as a day of the calendar."""
        try:
            day = date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value
        except ValueError:
            day = None
        if type(day) is not date:
            self.broken(name, "Enter a real date, like 2026-11-21.")
        if not FIRST_DAY <= day <= LAST_DAY:
            self.broken(name, "Check the year.")
        return day

    def as_time(self, name: str, value: object) -> time:
        """Read `value` as a wall time."""
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            self.broken(name, "Enter a time, like 08:30.")
        return time(int(value[:2]), int(value[3:]))

    def whole(self, name: str, least: int, most: int) -> int:
        """Return a whole number between `least` and `most`."""
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.broken(name, f"Enter a whole number from {least} to {most}.")
        return value

    def whole_or_none(self, name: str, least: int, most: int) -> int | None:
        """Return a whole number between `least` and `most`, or None."""
        return None if self.take(name, None) is None else self.whole(name, least, most)

    def flag(self, name: str) -> bool:
        """Return true or false; false when left out."""
        value = self.take(name, False)
        if not isinstance(value, bool):
            self.broken(name, "Send true or false.")
        return value

    def uuid(self, name: str) -> UUID:
        """Return an id."""
        value = self.take(name)
        if isinstance(value, UUID):
            return value
        try:
            return (
                UUID(value)
                if isinstance(value, str) and len(value) == 36
                else self.broken(name, "Send an id.")
            )
        except ValueError:
            self.broken(name, "Send an id.")

    def items(self, name: str, least: int, most: int) -> list[object]:
        """Return a list with `least` to `most` entries; empty when left out."""
        value = self.take(name, [])
        if not isinstance(value, (list, tuple)):
            self.broken(name, "Send a list.")
        if not least <= len(value) <= most:
            self.broken(name, f"Send {least} to {most} of these.")
        return list(value)

    def object_or_none(self, name: str) -> Fields | None:
        """Return the fields of an object inside this one, or None."""
        value = self.take(name, None)
        return None if value is None else self._inner(name, value)

    def objects(self, name: str, *, least: int, most: int) -> list[Fields]:
        """Return the fields of each object in a list."""
        return [self._inner(f"{name}.{i}", value) for i, value in enumerate(self.items(name, least, most))]

    def _inner(self, name: str, value: object) -> Fields:
        if not isinstance(value, Mapping):
            self.broken(name, "Send an object with named fields.")
        return Fields(value, f"{self.path}{name}.")
