"""What is worked out of single words, remembered: the words of a hundred thousand services are few."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

MOST_WORDS = 32_768
# Longer ones are no words and would fill the memory.
MOST_LETTERS = 40
Meaning = TypeVar("Meaning")


class Lexicon(dict[str, Meaning]):
    """Answers of one function by word. `lexicon[word]` asks it only for words it has not met of late."""

    def __init__(self, of: Callable[[str], Meaning]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, word: str) -> Meaning:
        """Ask the function, and remember what it says."""
        found = self._of(word)
        if len(word) <= MOST_LETTERS:
            if len(self) >= MOST_WORDS:
                self.clear()
            self[word] = found
        return found
