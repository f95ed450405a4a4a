"""Words people read: none we never use, short sentences, none missing, none left over."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from companion import pwa
from companion.content import gateway

FOLDER = pwa.find_folder()
TABLES = [FOLDER / "words.js", *sorted((FOLDER / "strings").rglob("*.js"))]
SCRIPTS = [path for path in FOLDER.rglob("*.js") if "vendor" not in path.parts]
ENTRY = re.compile(r'"([a-z][\w.-]*\.[\w.-]+|[a-z]+)": (".*?(?<!\\)"|\{.*?\})(?=[,\s])')
NEVER = re.compile(
    r"\b(addict\w*|junkie|abus\w+|misus\w+|clean|dirty|relapse\w*|fail(?:ed|ure)?|streak\w*|(?:non-)?complian\w+"
    r"|DNA|clients?|users?(?! name)|invalid|monitor(?:ing|ed)|alerted"
    r"|safe to|diagnos\w+|risk score|someone will respond)\b",
    re.IGNORECASE,
)
AVERAGE = 12
MOST = 20


def content_file(name: str) -> Any:
    return yaml.safe_load((gateway.content_dir() / name).read_text(encoding="utf-8"))


def sentences(path: Path) -> list[tuple[str, str]]:
    return [
        (key, text)
        for key, value in ENTRY.findall(path.read_text(encoding="utf-8"))
        for text in re.findall(r'"((?:[^"\\]|\\.)*)"', value)
    ]


def keys() -> set[str]:
    return {key for path in SCRIPTS for key, _ in ENTRY.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.name)
def test_no_word_that_hurts_or_promises_too_much(table: Path) -> None:
    wrong = [(key, text) for key, text in sentences(table) if NEVER.search(text)]
    assert not wrong


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.name)
def test_sentences_are_short(table: Path) -> None:
    said = [part for _, text in sentences(table) for part in re.split(r"(?<=[.?!])\s+", text) if part]
    lengths = [len(part.split()) for part in said]
    assert sum(lengths) / len(lengths) <= AVERAGE
    assert not [part for part in said if len(part.split()) > MOST]


def test_no_key_stands_for_two_sentences() -> None:
    seen: dict[str, str] = {}
    for table in TABLES:
        for key, _value in ENTRY.findall(table.read_text(encoding="utf-8")):
            assert seen.setdefault(key, table.name) == table.name, f"{key} is in {seen[key]} and {table.name}"


def test_every_sentence_a_screen_asks_for_exists() -> None:
    known = keys()
    missing = set()
    for path in SCRIPTS:
        for key in re.findall(r"""\bt\(\s*"([^"]+)\"""", path.read_text(encoding="utf-8")):
            if key not in known:
                missing.add(f"{path.relative_to(FOLDER)}: {key}")
    assert not missing


def test_the_fixed_sentences_stand_word_for_word() -> None:
    fixed = content_file("words.yaml")["fixed"]
    parts = re.sub(r'"\s*\+ "', "", (FOLDER / "parts.js").read_text(encoding="utf-8"))
    for key in ("purpose", "shared"):
        assert fixed[key] in parts


def test_what_a_screen_says_a_notification_shows_is_what_it_shows() -> None:
    pairs = {
        pair["key"]: (pair["title"], pair["body"]) for pair in content_file("words.yaml")["notifications"]
    }
    pairs["plain_1"] = pairs["reminder"]
    texts = dict(said for table in TABLES for said in sentences(table))
    offered = {key.removeprefix("own."): text for key, text in texts.items() if key.startswith("own.plain_")}
    assert offered == {key: ": ".join(pair) for key, pair in pairs.items() if key.startswith("plain_")}
    assert (texts["push.example-title"], texts["push.example-text"]) == pairs["reminder"]
    for key in ("ask.remind-hint", "privacy.notices-text"):
        assert pairs["reminder"][1] in texts[key]


def test_the_numbers_kept_for_the_worst_case_are_those_of_the_content() -> None:
    known = {line.get(kind) for line in content_file("crisis.yaml")["lines"] for kind in ("call", "text_to")}
    for source in (FOLDER / "strings" / "en" / "crisis.js", FOLDER / "index.html"):
        text = source.read_text(encoding="utf-8")
        numbers = re.findall(r'(?:call|text_to): "([\d ]+)"', text) + re.findall(r">Call ([\d ]+)<", text)
        assert numbers
        assert set(numbers) <= known
