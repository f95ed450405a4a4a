"""Shortcuts around the words of many services: each finds what reading everything would find."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.directory.rules import lexicon
from companion.directory.rules.facts import FACTS, facts_of, folded, read_words
from companion.directory.rules.facts_words import ROOTS, WORDS
from companion.directory.rules.lexicon import Lexicon
from companion.directory.rules.parse import parse_service
from companion.directory.rules.record import Said
from companion.directory.rules.search import tokens
from companion.directory.rules.topics import topics_of
from tests.directory.builders import a_service

PIECES = ["debt", "debts", "advice", "money", "free", "food", "bank", "card", "|", "a", "no", "Food-bank"]


@dataclass(frozen=True)
class ATopic:
    """A topic made of chance."""

    key: str
    keywords: Sequence[str]
    unless: Sequence[str]
    open_eligibility: Sequence[str] = ()
    title: str = "A topic"


phrases = st.lists(st.lists(st.sampled_from(PIECES), max_size=3).map(" ".join), max_size=4)
a_topic = st.builds(ATopic, st.uuids().map(str), phrases, phrases, phrases)


def read_whole(topic: ATopic, parts: list[str]) -> bool:
    """Tell whether parts of a record hold a keyword of a topic, looking for every one of them."""
    text = f" {' '.join(word for part in parts for word in [*tokens(part), '|'])} "
    sought = [f" {' '.join(tokens(phrase))} " for phrase in topic.keywords if tokens(phrase)]
    if not any(phrase in text for phrase in sought):
        return False
    for trap in topic.unless:
        text = text.replace(f" {' '.join(tokens(trap))} ", " | ") if tokens(trap) else text
    return any(phrase in text for phrase in sought)


@given(st.lists(a_topic, max_size=6), st.lists(st.sampled_from([*PIECES, "."]), max_size=14), phrases)
def test_topics_are_those_a_reading_for_every_keyword_finds(
    topics: list[ATopic], words: list[str], terms: list[str]
) -> None:
    attributes: Any = [{"taxonomy_term": {"name": name}} for name in terms if name]
    record, _ = parse_service(a_service(description=" ".join(words), attributes=attributes))
    assert record is not None
    parts = [record.name, record.document.get("description", ""), *record.term_ids]
    named = {term.casefold() for term in record.term_ids}
    assert topics_of(record, topics) == [
        topic.key
        for topic in topics
        if any(term.casefold() in named for term in topic.open_eligibility) or read_whole(topic, parts)
    ]


TELLING = [
    pytest.param(fact, pattern, id=f"{fact}-{number}")
    for fact in FACTS
    for number, (answer, pattern) in enumerate(WORDS[fact])
    if answer is not Said.NOT_SAID
]


@pytest.mark.parametrize(("fact", "pattern"), TELLING)
@settings(max_examples=10, deadline=None)
@given(st.data())
def test_whatever_a_pattern_reads_holds_a_root_of_its_fact(
    fact: str, pattern: re.Pattern[str], data: st.DataObject
) -> None:
    read = pattern.search(folded(data.draw(st.from_regex(pattern))).split(". ")[0])
    if read is not None:
        assert any(root in f" {read.group()}" for root in ROOTS[fact])


@given(st.lists(st.sampled_from([root for roots in ROOTS.values() for root in roots] + PIECES), max_size=20))
def test_facts_are_those_a_reading_of_every_sentence_finds(words: list[str]) -> None:
    text = ". ".join((" ".join(words[:7]), " ".join(words[7:12]), " ".join(words[12:])))
    whole = {fact: read_words(WORDS[fact], folded(f"A. {text}")) for fact in FACTS}
    assert facts_of({"name": "A", "description": text}) == whole


def test_a_lexicon_asks_once_a_word_and_never_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "MOST_WORDS", 2)
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    lengths = Lexicon(length)
    assert [lengths[word] for word in ("a", "bc", "a", "x" * 41, "x" * 41, "bc")] == [1, 2, 1, 41, 41, 2]
    assert asked == ["a", "bc", "x" * 41, "x" * 41]
    assert lengths["def"] == 3
    assert set(lengths) == {"def"}
