"""Words, topics and ranking of a search. The same words are made of documents and of questions.

Words are folded and stemmed here and not by a database, so that both databases find the same services.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from companion.directory.rules.places import Spot, distance_km
from companion.directory.rules.record import Json, Record, Topic

MOST_WORDS = 8
MOST_WORDS_KEPT = 600
# Rings in kilometres (10, 25, 60 and 200 miles) tried when the person names no distance.
RINGS = (16.0, 40.0, 97.0, 322.0)
ENOUGH = 10
_WORD = re.compile(r"[a-z0-9]+")
_EMPTY = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "do",
        "find",
        "for",
        "from",
        "get",
        "have",
        "help",
        "how",
        "i",
        "in",
        "is",
        "it",
        "me",
        "my",
        "near",
        "need",
        "of",
        "on",
        "or",
        "our",
        "service",
        "services",
        "some",
        "that",
        "the",
        "their",
        "there",
        "this",
        "to",
        "us",
        "want",
        "we",
        "where",
        "who",
        "with",
        "you",
        "your",
    ]
)


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """Return a word without the ending that makes it many."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def tokens(text: str) -> list[str]:
    """Return the folded, stemmed words of a text in their order, the empty ones left in."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    return [stem(word)[:40] for word in _WORD.findall(plain.replace("'", "").replace("\u2019", ""))]


def query_words(text: str) -> list[str]:
    """Return the words of a question that say something; all of them when none does."""
    words = list(dict.fromkeys(tokens(text[:400])))
    telling = [word for word in words if word not in _EMPTY]
    return (telling or words)[:MOST_WORDS]


def document_words(record: Record, titles: Iterable[str]) -> list[str]:
    """Return the different words a service is found by; `titles` are those of its topics."""
    document = record.document
    parts = [record.name, document.get("alternate_name", ""), record.organisation, *titles]
    parts += [document.get("description", ""), document.get("eligibility_description", "")]
    for place in record.places:
        parts += [place.name, place.address]
    for attribute in document.get("attributes", []):
        parts.append(attribute.get("taxonomy_term", {}).get("name", ""))
    words = dict.fromkeys(word for part in parts for word in tokens(part))
    return list(words)[:MOST_WORDS_KEPT]


@lru_cache(maxsize=4096)
def _phrase(keyword: str) -> str:
    return " ".join(tokens(keyword))


def topics_of(record: Record, topics: Sequence[Topic]) -> list[str]:
    """Return the keys of a record's topics, in the order of the list.

    They are those it names itself; or else those whose keywords it holds, or whose taxonomy terms it names.
    """
    known = {topic.key for topic in topics}
    named = [term for term in record.term_ids if term in known]
    if named:
        return named
    terms = {term.casefold() for term in record.term_ids}
    parts = [record.name, record.document.get("description", ""), *record.term_ids]
    text = f" {' '.join(word for part in parts for word in [*tokens(part), '|'])} "
    return [
        topic.key
        for topic in topics
        if any(term.casefold() in terms for term in topic.open_eligibility) or _holds(text, topic)
    ]


@lru_cache(maxsize=512)
def _sought(keywords: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f" {phrase} " for phrase in map(_phrase, keywords) if phrase)


def _holds(text: str, topic: Topic) -> bool:
    sought = _sought(tuple(topic.keywords))
    if not any(phrase in text for phrase in sought):
        return False
    for trap in _sought(tuple(topic.unless)):
        text = text.replace(trap, " | ")
    return any(phrase in text for phrase in sought)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place of one service that a search has found in the database."""

    number: int
    id: UUID
    position: int
    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One service in the order it will be shown; kilometres are None without a place to measure from."""

    number: int
    id: UUID
    position: int
    km: float | None


def rank_near(candidates: Iterable[Candidate], origin: Spot, within_km: float | None) -> list[Hit]:
    """Return each service once with its nearest place, in the order (distance, id)."""
    nearest: dict[int, Hit] = {}
    for found in candidates:
        km = distance_km(origin.lat, origin.lon, found.lat, found.lon)
        if within_km is not None and km > within_km:
            continue
        known = nearest.get(found.number)
        if known is None or known.km is None or km < known.km:
            nearest[found.number] = Hit(found.number, found.id, found.position, km)
    # Distances are shown to ten metres; ordering by the shown figure keeps places at one door in id order.
    return sorted(nearest.values(), key=lambda hit: (round(hit.km or 0.0, 2), str(hit.id)))


def name_rank(name: str, words: Sequence[str]) -> int:
    """Return 0 when a name holds all words of a question, 1 for some, 2 for none."""
    held = set(tokens(name))
    count = sum(1 for word in words if word in held)
    return 0 if words and count == len(words) else 1 if count else 2


def telling_words(document: Json) -> str:
    """Return the name of a service and of the terms it is sorted under, for ranking."""
    terms = [a.get("taxonomy_term", {}).get("name", "") for a in document.get("attributes", [])]
    return " ".join([document["name"], *terms])


def rank_by_name(candidates: Iterable[Candidate], words: Sequence[str]) -> list[Hit]:
    """Return each service once: best match of the name first, then by name and id."""
    first: dict[int, Candidate] = {}
    for found in candidates:
        known = first.get(found.number)
        if known is None or found.position < known.position:
            first[found.number] = found
    ordered = sorted(first.values(), key=lambda c: (name_rank(c.name, words), c.name.casefold(), str(c.id)))
    return [Hit(found.number, found.id, found.position, None) for found in ordered]


def text_of(document: Json) -> str:
    """Return the description of a service, or what stands in for one."""
    return str(document.get("description") or document.get("organization", {}).get("description") or "")
