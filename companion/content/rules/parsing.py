"""From the raw text of each content file to checked records; one function per file, all pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from companion.content.rules.reading import Fields, Problems, no_repeats
from companion.content.rules.shapes import (
    Area,
    CheckIn,
    CrisisLine,
    CrisisLines,
    FixedWords,
    How,
    Level,
    LevelKey,
    Measure,
    MeasureQuestion,
    Nation,
    Notification,
    Option,
    Question,
    Source,
    Tag,
    Template,
    Templates,
    Topic,
)

CHECK_IN_KEYS = ("mood", "sleep", "cravings", "energy", "connection")
_NUMBER = re.compile(r"[0-9][0-9 ]{1,18}")


def parse_levels(raw: object, file: str) -> tuple[Level, ...]:
    """Return the six levels; every one must be there once."""
    problems = Problems(file)
    top = Fields(raw, problems)
    levels = []
    for part in top.items("levels", least=6, most=6):
        level = Level(
            key=part.choice("key", LevelKey),
            title=part.line("title", most=60),
            explain=part.line("explain", most=160),
            clinical_label=part.line("clinical_label", most=160),
        )
        part.done()
        levels.append(level)
    top.done()
    no_repeats(problems, "levels", (level.key for level in levels))
    problems.stop_if_any()
    return tuple(levels)


def parse_templates(raw: object, file: str) -> Templates:
    """Return areas and templates; every level has at least one, and every area named exists."""
    problems = Problems(file)
    top = Fields(raw, problems)
    areas = []
    for part in top.items("areas", least=1, most=30):
        areas.append(Area(key=part.key(), title=part.line("title", most=40)))
        part.done()
    area_keys = [area.key for area in areas] or ["none"]
    items = []
    for part in top.items("templates", least=1):
        template = Template(
            key=part.key(),
            level=part.choice("level", LevelKey),
            area=part.choice("area", area_keys),
            title=part.line("title", most=80),
            why_hint=part.line("why_hint", most=120),
            steps=part.lines("steps", least=2, most=4, length=100),
        )
        part.done()
        items.append(template)
    top.done()
    no_repeats(problems, "areas", area_keys)
    no_repeats(problems, "templates", (template.key for template in items))
    for level in LevelKey:
        if items and not any(template.level == level for template in items):
            problems.add("templates", f"Give at least one template for the level {level}.")
    problems.stop_if_any()
    return Templates(tuple(areas), tuple(items))


def parse_check_in(raw: object, file: str) -> CheckIn:
    """Return the five questions, five words each, and both lists of tags."""
    problems = Problems(file)
    top = Fields(raw, problems)
    questions = []
    for part in top.items("questions", least=len(CHECK_IN_KEYS), most=len(CHECK_IN_KEYS)):
        key = part.choice("key", CHECK_IN_KEYS)
        title = part.line("title", most=60)
        words = part.lines("words", least=5, most=5, length=20)
        options = tuple(Option(value, word) for value, word in enumerate(words, start=1))
        questions.append(Question(key, title, options))
        part.done()
    helped, hard = (_tags(top, name) for name in ("helped_tags", "hard_tags"))
    top.done()
    no_repeats(problems, "questions", (question.key for question in questions))
    no_repeats(problems, "tags", (tag.key for tag in (*helped, *hard)))
    problems.stop_if_any()
    return CheckIn(tuple(questions), helped, hard)


def _tags(top: Fields, name: str) -> tuple[Tag, ...]:
    tags = []
    for part in top.items(name, least=1, most=40):
        tags.append(Tag(part.key(), part.line("title", most=40)))
        part.done()
    return tuple(tags)


def parse_measure(raw: object, file: str) -> Measure:
    """Return one measure; it cannot be switched on without a licence and questions."""
    problems = Problems(file)
    top = Fields(raw, problems)
    measure = Measure(
        key=top.key(),
        version=top.line("version", least=0, most=40),
        title=top.line("title", most=80),
        intro=top.line("intro", least=0, most=500),
        switched_on=top.flag("switched_on"),
        licence=top.line("licence", least=0, most=200),
        licence_note=top.line("licence_note", least=0, most=300),
        source=source_of(top.part("source"), named=True),
        recall=top.line("recall", least=0, most=200),
        every_days=top.number("every_days", least=1, most=366),
        questions=tuple(_question(part) for part in top.items("questions", least=0, most=60)),
    )
    top.choice("total", ["never"])
    top.done()
    no_repeats(problems, "questions", (question.key for question in measure.questions))
    if measure.switched_on:
        for name in ("licence", "version", "recall"):
            if not getattr(measure, name):
                problems.add("switched_on", f"Fill in {name} before you switch this measure on.")
        if not measure.questions:
            problems.add("switched_on", "Give the questions before you switch this measure on.")
    problems.stop_if_any()
    return measure


def _question(part: Fields) -> MeasureQuestion:
    question = MeasureQuestion(
        key=part.key(),
        text=part.line("text", most=300),
        min=part.number("min", least=0, most=99),
        max=part.number("max", least=1, most=100),
        min_word=part.line("min_word", most=60),
        max_word=part.line("max_word", most=60),
    )
    if question.min >= question.max:
        part.wrong("max", "Enter a number above min.")
    part.done()
    return question


def source_of(part: Fields, *, named: bool = False) -> Source:
    """Return where a fact can be checked."""
    source = Source(
        url=part.address("url"),
        checked_on=part.day("checked_on"),
        how=How(part.choice("how", How)),
        name=part.line("name") if named else "",
    )
    part.done()
    return source


def parse_crisis(raw: object, file: str) -> CrisisLines:
    """Return the crisis lines; each has a number to call or to text, and the UK and every nation has one."""
    problems = Problems(file)
    top = Fields(raw, problems)
    version, checked_on = top.line("version", most=40), top.day("checked_on")
    lines = []
    for part in top.items("lines", least=1, most=60):
        line = CrisisLine(
            key=part.key(),
            name=part.line("name", most=60),
            nation=part.choice("nation", Nation),
            what=part.line("what", most=160),
            call=part.maybe_line("call", most=20),
            text_to=part.maybe_line("text_to", most=20),
            text_word=part.maybe_line("text_word", most=20),
            hours=part.line("hours", most=120),
            source=source_of(part.part("source")),
        )
        for name in ("call", "text_to"):
            number = getattr(line, name)
            if number is not None and not _NUMBER.fullmatch(number):
                part.wrong(name, "Enter a phone number: digits and spaces, in quotes.")
        if line.text_word is not None and not re.fullmatch(r"[A-Za-z0-9]{1,20}", line.text_word):
            part.wrong("text_word", "Enter one word of letters and digits.")
        if line.call is None and line.text_to is None:
            part.wrong("call", "Give a number to call, or one to text in text_to.")
        part.done()
        lines.append(line)
    top.done()
    no_repeats(problems, "lines", (line.key for line in lines))
    for nation in Nation:
        if lines and not any(line.nation == nation for line in lines):
            problems.add("lines", f"Give at least one line for {nation}.")
    problems.stop_if_any()
    return CrisisLines(version, checked_on, tuple(lines))


def parse_topics(raw: object, file: str) -> tuple[Topic, ...]:
    """Return the topics people look for."""
    problems = Problems(file)
    top = Fields(raw, problems)
    topics = []
    for part in top.items("topics", least=1, most=80):
        keywords = tuple(word.lower() for word in part.lines("keywords", least=1, most=40, length=60))
        unless, same, goal_words = (
            part.lines(name, least=1, most=40, length=60) if part.has(name) else ()
            for name in ("unless", "open_eligibility", "goal_words")
        )
        topics.append(Topic(part.key(), part.line("title", most=40), keywords, unless, same, goal_words))
        part.done()
    top.done()
    no_repeats(problems, "topics", (topic.key for topic in topics))
    problems.stop_if_any()
    return tuple(topics)


def parse_words(raw: object, file: str) -> FixedWords:
    """Return the fixed sentences and the closed list of notification words, which may hold no digit."""
    problems = Problems(file)
    top = Fields(raw, problems)
    pairs = []
    for part in top.items("notifications", least=1, most=20):
        pair = Notification(part.key(), part.line("title", most=30), part.line("body", most=60))
        if re.search(r"[0-9{}%]", pair.title + pair.body):
            part.wrong("body", "Use plain words only: no digits and nothing to be filled in.")
        part.done()
        pairs.append(pair)
    fixed = top.part("fixed")
    words = FixedWords(
        purpose=fixed.line("purpose", most=500),
        shared=fixed.line("shared", most=200),
        missed_days=fixed.line("missed_days", most=200),
        notifications=tuple(pairs),
    )
    fixed.done()
    top.done()
    no_repeats(problems, "notifications", (pair.key for pair in pairs))
    problems.stop_if_any()
    return words


def parse_services(raw: object, file: str, topic_keys: frozenset[str]) -> tuple[Mapping[str, Any], ...]:
    """Return the services of an ORUK page as they stand, once each has an id, a name and a source."""
    problems = Problems(file)
    top = Fields(raw, problems)
    parts = top.items("contents", least=1)
    listed: list[Any] = raw["contents"] if parts and isinstance(raw, Mapping) else []
    for part, service in zip(parts, listed, strict=True):
        part.line("name", most=200)
        part.address("url")
        source_of(part.part("source"))
        try:
            UUID(part.line("id", most=36))
        except ValueError:
            part.wrong("id", "Enter an id like 0192f0c8-7a4e-7c3b-8d1f-2b6a9e5c4d10.")
        for code in _topic_codes(service):
            if code not in topic_keys:
                part.wrong("attributes", f"The topic {code} does not stand in topics.yaml.")
    problems.stop_if_any()
    return tuple(listed)


def _topic_codes(service: object) -> list[str]:
    attributes = service.get("attributes") if isinstance(service, Mapping) else None
    terms = [a.get("taxonomy_term") for a in attributes or () if isinstance(a, Mapping)]
    return [str(term.get("code", "")) for term in terms if isinstance(term, Mapping)]
