"""Facts that decide whether somebody goes: yes, no, or not said. The three are never mixed up.

A fact is read in this order: a field or attribute of the record that says it plainly, then the words of the
entry, with one table of patterns (`facts_words`). Where an entry says both yes and no ("drop-in on Mondays,
other days by appointment only") the answer is that it does not say, because a person has to ask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from companion.directory.rules.facts_words import COST_FIELDS, ROOTS, WORDS, Pattern
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


def folded(text: str) -> str:
    """Return a text as the patterns read it: small letters, plain apostrophes, hyphens as spaces."""
    plain = text.casefold().replace("\u2019", "'").replace("&", " and ")
    return " ".join(re.sub(r"[-\u2010-\u2015/_]+", " ", plain).split())


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


def _says(fact: str, text: str) -> Said:
    """Return what a folded text says of a fact."""
    roots = ROOTS[fact]
    if not _holds(f" {text}", roots):
        return Said.NOT_SAID
    # No pattern reaches over a full stop, so sentences about something else need no reading.
    return read_words(WORDS[fact], ". ".join(part for part in text.split(". ") if _holds(f" {part}", roots)))


def _holds(text: str, roots: Iterable[str]) -> bool:
    return any(root in text for root in roots)


def _together(answers: Iterable[Said]) -> Said:
    said = set(answers) - {Said.NOT_SAID}
    return said.pop() if len(said) == 1 else Said.NOT_SAID


def _bare(value: str) -> Said:
    word = value.rstrip(".")
    return Said.YES if word in _YES_WORDS else Said.NO if word in _NO_WORDS else Said.NOT_SAID


def _turned(answer: Said) -> Said:
    return {Said.YES: Said.NO, Said.NO: Said.YES}.get(answer, answer)


def _attributes(document: Json) -> list[tuple[tuple[str, str], str]]:
    """Return the names and the value of each attribute, folded."""
    return [
        (
            (
                folded(str(one.get("label") or "")),
                folded(str(one.get("taxonomy_term", {}).get("name") or "")),
            ),
            folded(str(one.get("value") or "")),
        )
        for one in document.get("attributes", [])
    ]


@lru_cache(maxsize=20_000)
def _attribute(fact: str, names: tuple[str, str], value: str) -> Said:
    """Return what one attribute says: its label or term names the fact, its value may say yes or no."""
    for name in names:
        named = _says(fact, name)
        if named is not Said.NOT_SAID:
            # "Drop-in: no" turns the label round; "Drop-in: Tuesdays" leaves it as it is.
            return _turned(named) if _bare(value) is Said.NO else named
    return _says(fact, value)


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
    text = folded(". ".join(str(word) for word in words if word))
    said = read_words(COST_FIELDS, text, both=Said.NO)
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
    text, attributes = _text(document), _attributes(document)
    found: dict[str, Said] = {}
    for fact in FACTS:
        field = _FIELDS.get(fact)
        said = field(document) if field else Said.NOT_SAID
        if said is Said.NOT_SAID:
            said = _together(_attribute(fact, *one) for one in attributes)
        if said is Said.NOT_SAID:
            said = _says(fact, text)
        found[fact] = said
    return found
