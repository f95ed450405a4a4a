"""The topics a service is sorted under, from its own words. The content house says which topics there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from companion.directory.rules.record import Record, Topic
from companion.directory.rules.search import part_tokens, tokens


def topics_of(record: Record, topics: Sequence[Topic]) -> list[str]:
    """Return the keys of one record's topics; for many records make one `TopicFinder`."""
    return TopicFinder(topics).topics_of(record)


class TopicFinder:
    """Finds the topics of records. Phrases stand under their first word, so few have to be looked for."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._keys = {topic.key: None for topic in topics}
        self._sought = {topic.key: _padded(topic.keywords) for topic in topics}
        self._traps = {topic.key: _padded(topic.unless) for topic in topics}
        # Where each keyword's first word leads, and each name of a term.
        self._by_word: dict[str, list[tuple[str, str]]] = {}
        self._by_term: dict[str, list[str]] = {}
        for key, phrases in self._sought.items():
            for phrase in phrases:
                self._by_word.setdefault(phrase.split()[0], []).append((key, phrase))
        for topic in topics:
            for term in topic.open_eligibility:
                self._by_term.setdefault(term.casefold(), []).append(topic.key)

    def topics_of(self, record: Record) -> list[str]:
        """Return the keys of a record's topics.

        They are those it names itself; or else, in the order of the list, those whose keywords it holds, or
        whose taxonomy terms it names.
        """
        named = [term for term in record.term_ids if term in self._keys]
        if named:
            return named
        found = {key for term in record.term_ids for key in self._by_term.get(term.casefold(), ())}
        parts = [part_tokens(part) for part in self._parts(record)]
        text = f" {' '.join(' '.join((*part, '|')) for part in parts)} "
        for word in self._by_word.keys() & chain.from_iterable(parts):
            for key, phrase in self._by_word[word]:
                if key not in found and phrase in text and self._is_meant(key, text):
                    found.add(key)
        return [key for key in self._keys if key in found]

    def _parts(self, record: Record) -> list[str]:
        return [record.name, record.document.get("description", ""), *record.term_ids]

    def _is_meant(self, key: str, text: str) -> bool:
        """Tell whether a keyword is left in a text without the phrases in which it means something else."""
        traps = self._traps[key]
        for trap in traps:
            text = text.replace(trap, " | ")
        return not traps or any(phrase in text for phrase in self._sought[key])


def _padded(phrases: Iterable[str]) -> list[str]:
    return [f" {' '.join(words)} " for words in map(tokens, phrases) if words]
