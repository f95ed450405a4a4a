"""Words and ranking of a search. The same words are made of documents and of questions.

Words are folded and stemmed here and not by a database, so that both databases find the same services.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from companion.directory.rules.lexicon import Lexicon
from companion.directory.rules.record import Json, Record

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


def stem(word: str) -> str:
    """Return a word without the ending that makes it many."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


_STEMS = Lexicon(lambda word: stem(word)[:40])


def tokens(text: str) -> list[str]:
    """Return the folded, stemmed words of a text in their order, the empty ones left in."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    return [*map(_STEMS.__getitem__, _WORD.findall(plain.replace("'", "").replace("\u2019", "")))]


@lru_cache(maxsize=512)
def part_tokens(part: str) -> tuple[str, ...]:
    """Return the tokens of a part of a record, kept a while: topics and the text index both ask for them."""
    return tuple(tokens(part))


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
    words = dict.fromkeys(chain.from_iterable(map(part_tokens, parts)))
    return list(words)[:MOST_WORDS_KEPT]


def naming_words(record: Record) -> list[str]:
    """Return the words of a service's name, and for one of a whole nation of the terms it is sorted under."""
    parts = [record.name]
    if record.national:
        parts += [a.get("taxonomy_term", {}).get("name", "") for a in record.document.get("attributes", [])]
    return list(dict.fromkeys(chain.from_iterable(map(part_tokens, parts))))


def text_of(document: Json) -> str:
    """Return the description of a service, or what stands in for one."""
    return str(document.get("description") or document.get("organization", {}).get("description") or "")
