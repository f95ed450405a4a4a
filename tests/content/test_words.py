"""What people read is plain, kind and gives no advice on medicines."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from companion.content import gateway, use_cases
from tests.content.plain_words import never_words, reading, syllables
from tests.content.shown import all_strings, person_texts, service_names

FILES = sorted(person_texts())
# The intended purpose is said word for word everywhere, and it names what the app does not do.
PURPOSE = (
    "A personal planner and diary. It stores and shows what you enter, reminds you at the times you chose, "
    "and lists public services. It does not assess, monitor, diagnose, predict or treat, "
    "and gives no advice on medicines."
)


def raw_files() -> dict[str, object]:
    folder = gateway.content_dir()
    paths = [*folder.glob("*.yaml"), *folder.glob("measures/*.yaml"), folder / "services" / "national.json"]
    return {str(path.relative_to(folder)): yaml.safe_load(path.read_text("utf-8")) for path in paths}


def masked(text: str) -> str:
    for name in sorted(service_names(), key=len, reverse=True):
        text = text.replace(name, "")
    return text.replace(PURPOSE, "")


def test_no_file_holds_a_word_that_is_never_shown() -> None:
    found = [
        f"{file}{path}: {word}"
        for file, raw in raw_files().items()
        for path, text in all_strings(raw)
        for word in never_words(masked(text))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "You failed today",
        "stay clean",
        "a 7 day streak",
        "Take your missed dose",
        "take 5 mg",
        "10ml",
        "it is safe to use",
        "We are monitoring you",
        "non-compliant",
        "drug user",
        "this predicts",
        "2 tablets",
        "Invalid date",
        "your keyworker has been alerted",
        "double the dose",
        "an addict",
    ],
)
def test_the_list_of_words_finds_what_it_should(text: str) -> None:
    assert never_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "My treatment",
        "Take used ones back",
        "skip the queue",
        "Settle on treatment",
        "10 minutes",
        "It helps",
        "house",
    ],
)
def test_the_list_of_words_leaves_ordinary_words_alone(text: str) -> None:
    assert never_words(text) == []


@pytest.mark.parametrize("file", FILES)
def test_each_file_reads_at_a_young_age(file: str) -> None:
    measured = reading(person_texts()[file])
    assert measured.words_a_sentence <= 12
    assert measured.longest <= 20
    assert measured.grade <= 5


def test_single_texts_are_not_hard_to_read() -> None:
    hard = {
        text: round(measured.grade, 1)
        for texts in person_texts().values()
        for text in texts
        if (measured := reading([text])).words >= 6 and measured.grade > 8.5
    }
    assert hard == {}


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("debt", 1),
        ("advice", 2),
        ("pharmacist", 3),
        ("naloxone", 3),
        ("home", 1),
        ("family", 3),
        ("needle", 2),
        ("I", 1),
    ],
)
def test_syllables_are_about_right(word: str, count: int) -> None:
    assert syllables(word) == count


def test_reading_of_a_known_text_is_about_right() -> None:
    easy = reading(["The cat sat on the mat. It was a fat cat."])
    hard = reading(
        ["Pharmaceutical organisations necessitate comprehensive documentation regarding administration."]
    )
    assert easy.grade < 1 < 15 < hard.grade
    assert (easy.words, easy.sentences, easy.longest) == (11, 2, 6)


def test_notifications_hold_no_digit_no_name_and_no_medicine() -> None:
    text = " ".join(pair.title + " " + pair.body for pair in use_cases.fixed_words().notifications).lower()
    assert not any(character.isdigit() for character in text)
    for word in ("medicine", "dose", "pharmacy", "drug", "treatment", "collect", "goal", "keyworker"):
        assert word not in text


def test_the_fixed_sentences_stand_word_for_word() -> None:
    words = use_cases.fixed_words()
    assert words.purpose == PURPOSE
    assert words.shared == "Your keyworker looks when they can. This is not watched."
    assert "pharmacist or prescriber before your next dose" in words.missed_days


def test_levels_are_kinds_and_not_rungs() -> None:
    for level in use_cases.goal_levels():
        text = f"{level.title} {level.explain}".lower()
        for word in ("level", "step", "stage", "next", "higher", "better", "worse", "top", "first", "last"):
            assert word not in text.replace("-", " ").split(), (level.key, word)


def test_the_readme_of_services_names_licence_and_attribution() -> None:
    text = Path(gateway.content_dir(), "services", "README.md").read_text("utf-8")
    assert "Open Government Licence v3.0" in text
    assert "Attribution" in text
