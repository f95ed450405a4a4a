"""A wrong content file is refused with a sentence that names the file and the field."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from companion.content import gateway, use_cases
from companion.content.rules import ContentFault, How, LevelKey

Change = Callable[[str, str, str], list[str]]


@pytest.fixture
def change(tmp_path: Path) -> Change:
    """Return what is said once `old` is replaced by `new` in one file of a copy of the content."""
    folder = tmp_path / "content"
    shutil.copytree(gateway.content_dir(), folder, ignore=shutil.ignore_patterns("places"))

    def change_one(file: str, old: str, new: str) -> list[str]:
        path = folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(ContentFault) as fault:
            gateway.load(folder)
        return list(fault.value.sentences)

    return change_one


def test_the_bundled_files_are_right() -> None:
    assert gateway.load(gateway.content_dir()).levels


def test_six_levels_and_at_least_thirty_templates_over_all_of_them() -> None:
    assert {level.key for level in use_cases.goal_levels()} == set(LevelKey)
    templates = use_cases.goal_templates()
    count = Counter(item.level for item in templates.items)
    assert len(templates.items) >= 30
    assert set(count) == set(LevelKey)
    assert min(count.values()) >= 3
    assert len(templates.areas) == 8
    assert {item.area for item in templates.items} == {area.key for area in templates.areas}
    assert all(2 <= len(item.steps) <= 4 for item in templates.items)


def test_the_check_in_has_five_questions_of_five_words_and_about_ten_tags_each() -> None:
    check_in = use_cases.check_in_questions()
    assert [q.key for q in check_in.questions] == ["mood", "sleep", "cravings", "energy", "connection"]
    assert all([o.value for o in q.options] == [1, 2, 3, 4, 5] for q in check_in.questions)
    assert 8 <= len(check_in.helped_tags) <= 14
    assert 8 <= len(check_in.hard_tags) <= 14


def test_ons4_has_the_four_questions_from_nought_to_ten() -> None:
    ons4 = use_cases.get_measure("ons4")
    assert [q.key for q in ons4.questions] == ["satisfied", "worthwhile", "happy", "anxious"]
    assert all((q.min, q.max) == (0, 10) for q in ons4.questions)
    assert ons4.licence == "Open Government Licence v3.0"
    assert ons4.source.how is How.OWN_PAGE
    assert ons4.every_days == 7
    assert ons4.recall


def test_licensed_measures_are_empty_slots_that_are_off() -> None:
    slots = [measure for measure in use_cases.content().measures if measure.key != "ons4"]
    assert {slot.key for slot in slots} == {"sure", "suss", "wemwbs", "who5"}
    for slot in slots:
        assert not slot.switched_on
        assert not slot.questions
        assert not slot.licence
        assert slot.licence_note
    assert [measure.key for measure in use_cases.measures()] == ["ons4"]


def test_a_measure_cannot_be_switched_on_without_its_licence(change: Change) -> None:
    said = change("measures/sure.yaml", "switched_on: false", "switched_on: true")
    assert "measures/sure.yaml: switched_on: Fill in licence before you switch this measure on." in said


def test_every_crisis_line_has_a_number_a_source_and_a_date() -> None:
    crisis = use_cases.crisis_lines()
    numbers = {line.call or line.text_to for line in crisis.items}
    assert {"999", "111", "116 123", "85258", "0300 123 6600", "0808 808 8000", "0808 808 2234"} <= numbers
    for line in crisis.items:
        assert line.call_link or line.text_link
        assert line.source.url.startswith("https://")
        assert line.source.checked_on >= crisis.checked_on
        assert line.source.how is not How.TO_BE_CHECKED


def test_links_are_what_a_phone_understands() -> None:
    lines = {line.key: line for line in use_cases.crisis_lines().items}
    assert lines["samaritans"].call_link == "tel:116123"
    assert lines["shout"].text_link == "sms:85258?body=SHOUT"
    assert lines["shout"].call_link is None
    assert lines["frank"].text_link == "sms:82111"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "goal-levels.yaml",
            "title: Fewer risks when I use",
            "title: ''",
            "levels[1].title: Use 1 to 60 characters.",
        ),
        (
            "goal-levels.yaml",
            "key: direct_harm",
            "key: abstain_all",
            "levels: The key abstain_all stands twice.",
        ),
        ("goal-levels.yaml", "explain:", "explains:", "levels[0].explains: We do not know this field."),
        ("goal-templates.yaml", "area: home", "area: moon", "templates[0].area: Choose one of: home,"),
        (
            "goal-templates.yaml",
            "key: a_place_of_my_own",
            "key: A place",
            "templates[0].key: Use small letters",
        ),
        (
            "goal-templates.yaml",
            "[Call a housing advice line, Find my ID and letters,",
            "[1,",
            "steps.0: Enter text",
        ),
        (
            "check-in.yaml",
            "[Very low, Low, OK, Good, Very good]",
            "[Low]",
            "questions[0].words: Give a list of 5",
        ),
        ("crisis.yaml", "call: '999'", "call: 999", "lines[0].call: Enter text in quotes."),
        ("crisis.yaml", "call: 116 123", "call: call us", "lines[5].call: Enter a phone number"),
        (
            "crisis.yaml",
            "nation: northern-ireland",
            "nation: uk",
            "lines: Give at least one line for northern-ireland.",
        ),
        ("crisis.yaml", "checked_on: 2026-11-21", "checked_on: 2026-02-30", "checked_on: Enter a real date"),
        (
            "crisis.yaml",
            "url: 'https://www.gov.uk",
            "url: 'http://www.gov.uk",
            "source.url: Enter an address that starts",
        ),
        ("topics.yaml", "title: Naloxone", "title: <b>Naloxone</b>", "topics[3].title: Take out"),
        (
            "words.yaml",
            "body: You have a reminder",
            "body: 2 reminders",
            "notifications[0].body: Use plain words only",
        ),
        ("measures/ons4.yaml", "max: 10", "max: 0", "questions[0].max: Enter a whole number from 1 to 100."),
        ("measures/ons4.yaml", "total: never", "total: sum", "total: Choose one of: never."),
        ("measures/ons4.yaml", "every_days: 7", "every_days: true", "every_days: Enter a whole number"),
        (
            "services/national.json",
            '"code": "debt"',
            '"code": "moon"',
            "The topic moon does not stand in topics.yaml.",
        ),
        (
            "services/national.json",
            '"contents": [',
            '"contents": 5, "x": [',
            "contents: Give a list of 1 to 500 entries.",
        ),
        ("services/national.json", "{", "", "line 2: This is not JSON"),
        ("topics.yaml", "topics:", "topics: [", "This is not YAML we can read"),
        ("topics.yaml", "topics:", "? [a]\n: 1\ntopics:", "This is not YAML we can read"),
        ("topics.yaml", "topics:", "topics: []\ntopics:", "topics stands twice"),
    ],
)
def test_a_wrong_file_is_named_with_its_field(
    change: Change, file: str, old: str, new: str, said: str
) -> None:
    sentences = change(file, old, new)
    assert any(sentence.startswith(f"{file}: ") and said in sentence for sentence in sentences), sentences


def test_every_problem_of_every_file_is_said_at_once(change: Change, tmp_path: Path) -> None:
    (tmp_path / "content" / "words.yaml").unlink()
    (tmp_path / "content" / "check-in.yaml").write_bytes(b"\xff\xfe")
    said = change("topics.yaml", "key: naloxone", "key: food")
    assert len(said) >= 3
    assert any("words.yaml: the file: It cannot be read" in sentence for sentence in said)
    assert any("check-in.yaml: the file: Save it as UTF-8 text." in sentence for sentence in said)


def test_a_file_that_is_too_big_is_not_read(change: Change, tmp_path: Path) -> None:
    (tmp_path / "content" / "words.yaml").write_text("#" * (gateway.MOST_BYTES + 1))
    assert any("too big" in sentence for sentence in change("topics.yaml", "key: naloxone", "key: food"))


def test_an_organisation_may_bring_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own"
    shutil.copytree(gateway.content_dir(), own, ignore=shutil.ignore_patterns("places"))
    path = own / "goal-levels.yaml"
    path.write_text(path.read_text("utf-8").replace("Other parts of my life", "The rest of my life"), "utf-8")
    monkeypatch.setenv("COMPANION_CONTENT_DIR", str(own))
    assert "The rest of my life" in [level.title for level in use_cases.goal_levels()]
