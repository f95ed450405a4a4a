"""How hard a text is to read, and which words may never be shown. Small, honest estimates of our own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z’']+")
_ENDS = re.compile(r"[.!?:]+(?:\s|$)|\n")

# Each reason with its patterns.
_MEDICINE = (
    r"\b(take|double|skip|catch up|make up)\s+(on\s+)?(a|an|the|your|my|two|missed)\s+(\w+\s+)?doses?\b",
    r"\bsafe to\b",
    r"\byou should ((re)?start|resume|reduce|stop|increase)\b",
    r"\b(withdrawal|tolerance)\b",
)
_DEVICE = (
    r"\b(diagnos\w+|treats?|treating|prevents?|preventing|predicts?|predicting)\b",
    r"\b(monitors?|monitoring|risk scores?)\b",
)
NEVER = {
    "blame": r"\b(clean|dirty|fail(ed|s|ure)|relapsed?|addict(s|ed)?|junk(y|ies?)|abuse(d|rs?)?|misuse)\b",
    "pressure": r"\b(streaks?|complian(ce|t)|non-complian(ce|t)|attendance|well done)\b",
    "false promise": r"\bwe are monitoring\b|\bhas been alerted\b|\bsomeone will respond\b",
    "medicine advice": "|".join(_MEDICINE),
    "device claim": "|".join(_DEVICE),
    "an amount": r"\b[0-9]+([.,][0-9]+)?\s?(m?g|ml|mcg|(micro|milli)?grams?|millilitres?|tablets?|pills?)\b",
    "a wrong word for a person": r"\b(users?|clients?|patients?|service users?)\b",
    "an error word": r"\binvalid\b",
}


def never_words(text: str) -> list[str]:
    """Return what in `text` may never be shown, with the reason."""
    found = []
    for reason, pattern in NEVER.items():
        found += [f"{reason}: {match.group(0)}" for match in re.finditer(pattern, text, re.IGNORECASE)]
    return found


def syllables(word: str) -> int:
    """Estimate the syllables of an English word: groups of vowels, less a silent e."""
    bare = re.sub(r"[^a-z]", "", word.lower())
    if len(bare) <= 3:
        return 1
    bare = re.sub(r"(?<=[^aeiouylr])e[sd]?$|(?<=[aeiouy])le$", "", bare) or bare
    return max(1, len(re.findall(r"[aeiouy]+", bare)))


@dataclass(frozen=True)
class Reading:
    """Counts of a text; `grade` is the Flesch-Kincaid school grade, and age is about grade + 5."""

    words: int
    sentences: int
    syllables: int
    longest: int

    @property
    def words_a_sentence(self) -> float:
        """Return the average."""
        return self.words / max(1, self.sentences)

    @property
    def grade(self) -> float:
        """Return the Flesch-Kincaid grade."""
        return 0.39 * self.words_a_sentence + 11.8 * self.syllables / max(1, self.words) - 15.59


def reading(texts: Iterable[str]) -> Reading:
    """Measure texts together; each text ends a sentence."""
    counts = [_WORD.findall(part) for text in texts for part in _ENDS.split(text)]
    sentences = [words for words in counts if words]
    return Reading(
        words=sum(map(len, sentences)),
        sentences=len(sentences),
        syllables=sum(syllables(word) for words in sentences for word in words),
        longest=max(map(len, sentences), default=0),
    )
