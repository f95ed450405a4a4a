"""What a person asks a service to be.

A service that says yes to all is sure. One that says no to anything is left out. What lies between has not
said, and is shown apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from companion.directory.rules.facts import FACTS
from companion.directory.rules.slots import bits, slots_of
from companion.directory.rules.windows import Window


@dataclass(frozen=True, slots=True)
class Filters:
    """Facts that must be yes, an age that must be taken, and times at which it must be open, all together.

    `times` holds one group of windows for each wish; a service must be open in some minute of every group.
    `on` is the day it is in London.
    """

    facts: tuple[str, ...]
    age: int | None
    times: tuple[tuple[Window, ...], ...]
    on: date
    slots: tuple[tuple[tuple[int, int], ...], ...] = field(init=False)

    def __post_init__(self) -> None:
        """Work out the half hours of the week that are asked about."""
        object.__setattr__(self, "slots", tuple(slots_of(windows) for windows in self.times))

    @property
    def ask_nothing(self) -> bool:
        """Tell whether everything passes."""
        return not self.facts and self.age is None and not self.times

    @property
    def days(self) -> tuple[tuple[int, ...], ...]:
        """The weekdays of each group of times."""
        return tuple(tuple(weekday for weekday, _ in group) for group in self.slots)

    def values(self) -> dict[str, Any]:
        """Return what the statement of a search asks for by name."""
        found: dict[str, Any] = {"today": self.on.toordinal()} if self.times else {}
        if self.facts:
            found["facts"] = bits(self.facts, FACTS)
        if self.age is not None:
            found["age"] = self.age
        for group, slots in enumerate(self.slots):
            found |= {f"time_{group}_{weekday}": mask for weekday, mask in slots}
        return found
