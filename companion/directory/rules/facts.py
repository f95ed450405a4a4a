"""Facts that decide whether somebody goes: yes, no, or not said. The three are never mixed up.

A fact is read in this order: a field or attribute of the record that says it plainly, then the words of the
entry, with one table of patterns (`facts_words`). Where an entry says both yes and no ("drop-in on Mondays,
other days by appointment only") the answer is that it does not say, because a person has to ask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from companion.directory.rules.facts_words import COST_FIELDS, ROOTS, WORDS, Pattern
from companion.directory.rules.lexicon import MOST_LETTERS, MOST_WORDS
from companion.directory.rules.record import Json, Said

# The facts in the order a screen shows them.
FACTS = tuple(WORDS)

_YES_WORDS = frozenset({"yes", "y", "true", "1", "available"})
_NO_WORDS = frozenset({"no", "n", "false", "0", "none", "not available"})
_ENGLISH = frozenset({"english", "en", "eng", "en gb", "english (uk)", "english uk"})
_ACCESS_WORDS = frozenset({"wheelchair", "ramp", "elevator", "lift"})
_PAPERS = re.compile(
    r"\b(id|identification|identity|passport|driving licence|proof of address|utility bill)\b"
)
_NO_PAPERS = re.compile(r"^(none|no|nothing|n/?a|not needed)\b|\b(no|not|without|don't)\b")


_JOINED = re.compile(r"[-\u2010-\u2015/_]+")


def folded(text: str) -> str:
    """Return a text as the patterns read it: small letters, plain apostrophes, hyphens as spaces."""
    plain = text.casefold().replace("\u2019", "'").replace("&", " and ")
    if not plain.isascii() or "-" in plain or "/" in plain or "_" in plain:
        plain = _JOINED.sub(" ", plain)
    return " ".join(plain.split())


def read_words(patterns: Iterable[Pattern], text: str, both: Said = Said.NOT_SAID) -> Said:
    """Return what a folded text says; a pattern does not see what an earlier one has read.

    `both` is the answer where a text says yes and no.
    """
    said: set[Said] = set()
    for answer, pattern in patterns:
        text, count = pattern.subn(" ~ ", text)
        if count:
            said.add(answer)
    said.discard(Said.NOT_SAID)
    return both if len(said) == 2 else said.pop() if said else Said.NOT_SAID


def _sentences(text: str) -> dict[str, list[str]]:
    """Return the sentences of a folded text that may say something, by the fact they may say it of."""
    found: dict[str, list[str]] = {}
    # Most words say nothing, and most texts hold only few that may.
    telling = _telling(set(text.replace(". ", " ").split(" ")))
    if not telling:
        return found
    for sentence in text.split(". "):
        padded = f" {sentence}"
        for fact in {fact for word, near in telling.items() if word in sentence for fact in near}:
            if any(root in padded for root in ROOTS[fact]):
                found.setdefault(fact, []).append(sentence)
    return found


def _telling(words: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the words that may say something, with the facts they may say it of."""
    if len(_MET) > MOST_WORDS:
        _MET.clear()
        _TOLD.clear()
    # Nobody writes words of a hundred letters but to fill a memory.
    new = {word for word in words - _MET if len(word) <= MOST_LETTERS}
    _TOLD.update(word for word in new if _facts_near(word))
    _MET.update(new)
    return {word: _facts_near(word) for word in words if word in _TOLD or len(word) > MOST_LETTERS}


@lru_cache(maxsize=4096)
def _facts_near(word: str) -> tuple[str, ...]:
    """Return the facts that a sentence with this word may hold a root of."""
    return tuple(fact for fact, words in _LONGEST.items() if any(one in word for one in words))


# The longest word of each root: a sentence without one of these needs no looking for roots.
_LONGEST = {fact: [max(root.split(), key=len) for root in roots] for fact, roots in ROOTS.items()}
# Words met before, and those of them that may say something: sets are compared faster than words looked up.
_MET: set[str] = set()
_TOLD: set[str] = set()


def _says(fact: str, text: str) -> Said:
    """Return what a folded text says of a fact."""
    return _read(fact, _sentences(text))


_SHORT = 200


def _read(fact: str, sentences: Mapping[str, Sequence[str]]) -> Said:
    # No pattern reaches over a full stop, so sentences about something else need no reading.
    if fact not in sentences:
        return Said.NOT_SAID
    text = ". ".join(sentences[fact])
    return _read_known(fact, text) if len(text) <= _SHORT else read_words(WORDS[fact], text)


@lru_cache(maxsize=8192)
def _read_known(fact: str, text: str) -> Said:
    # Publishers say the same in many entries: "Free of charge."
    return read_words(WORDS[fact], text)


def _together(answers: Iterable[Said]) -> Said:
    said = set(answers) - {Said.NOT_SAID}
    return said.pop() if len(said) == 1 else Said.NOT_SAID


def _bare(value: str) -> Said:
    word = value.rstrip(".")
    return Said.YES if word in _YES_WORDS else Said.NO if word in _NO_WORDS else Said.NOT_SAID


def _turned(answer: Said) -> Said:
    return {Said.YES: Said.NO, Said.NO: Said.YES}.get(answer, answer)


def _attributes(document: Json) -> list[Mapping[str, Said]]:
    """Return what each attribute says that says something."""
    found = (
        _attribute(
            str(one.get("label") or ""),
            str(one.get("taxonomy_term", {}).get("name") or ""),
            str(one.get("value") or ""),
        )
        for one in document.get("attributes", [])
    )
    return [one for one in found if one]


@lru_cache(maxsize=4096)
def _attribute(label: str, term: str, value: str) -> Mapping[str, Said]:
    """Return the facts one attribute speaks of: its label or term names one, its value may say yes or no."""
    bare = _bare(folded(value))
    names, said = [_sentences(folded(name)) for name in (label, term)], _sentences(folded(value))
    found: dict[str, Said] = {}
    for fact in FACTS:
        named = next((answer for name in names if (answer := _read(fact, name)) is not Said.NOT_SAID), None)
        answer = _read(fact, said) if named is None else named
        if named is not None and bare is Said.NO:
            # "Drop-in: no" turns the label round; "Drop-in: Tuesdays" leaves it as it is.
            answer = _turned(named)
        if answer is not Said.NOT_SAID:
            found[fact] = answer
    return found


def _locations(document: Json) -> list[Json]:
    return [link["location"] for link in document.get("service_at_locations", []) if link.get("location")]


def _access_fields(document: Json) -> Said:
    answers = []
    for location in _locations(document):
        for entry in location.get("accessibility", []):
            text = folded(
                ". ".join(entry[n] for n in ("description", "details", "accessibility") if entry.get(n))
            )
            bare = text.rstrip(".") in _ACCESS_WORDS
            answers.append(Said.YES if bare else _says("step_free", text))
    return _together(answers)


def _language_fields(document: Json) -> Said:
    lists = [document.get("languages", []), *(place.get("languages", []) for place in _locations(document))]
    names = {folded(str(one.get("name") or one.get("code") or "")) for found in lists for one in found}
    if names - _ENGLISH - {""}:
        return Said.YES
    if not document.get("interpretation_services"):
        return Said.NOT_SAID
    help_with = folded(str(document.get("interpretation_services") or ""))
    bare = _bare(help_with)
    # The field is there to say which interpreters there are: words that say no more than that mean yes.
    named = _says("languages", help_with)
    return bare if bare is not Said.NOT_SAID else named


def _cost_fields(document: Json) -> Said:
    options = document.get("cost_options", [])
    if any(option.get("amount", 0) > 0 for option in options):
        return Said.NO
    words = [document.get("fees"), document.get("fees_description")]
    words += [option.get(name) for option in options for name in ("option", "amount_description")]
    said_words = ". ".join(str(word) for word in words if word)
    said = read_words(COST_FIELDS, folded(said_words), both=Said.NO) if said_words else Said.NOT_SAID
    if said is Said.NOT_SAID and any(option.get("amount") == 0 for option in options):
        return Said.YES
    return said


def _paper_fields(document: Json) -> Said:
    needed = [folded(str(one.get("document") or "")) for one in document.get("required_documents", [])]
    return (
        Said.NO
        if any(_PAPERS.search(one) and not _NO_PAPERS.search(one) for one in needed)
        else Said.NOT_SAID
    )


_FIELDS: Mapping[str, Callable[[Json], Said]] = MappingProxyType({
    "step_free": _access_fields, "languages": _language_fields, "free": _cost_fields, "no_id": _paper_fields,
})  # fmt: skip


def _text(document: Json) -> str:
    names = ("name", "description", "eligibility_description", "application_process", "alert")
    return folded(". ".join(str(document[name]) for name in names if document.get(name)))


def facts_of(document: Json) -> dict[str, Said]:
    """Return every fact of a cleaned service record, in the order of `FACTS`."""
    sentences, attributes = _sentences(_text(document)), _attributes(document)
    found: dict[str, Said] = {}
    for fact in FACTS:
        field = _FIELDS.get(fact)
        said = field(document) if field else Said.NOT_SAID
        if said is Said.NOT_SAID and attributes:
            said = _together(one[fact] for one in attributes if fact in one)
        if said is Said.NOT_SAID:
            said = _read(fact, sentences)
        found[fact] = said
    return found
