"""What the rest of the app may ask of the content. Nothing here belongs to a person; no session is needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from companion.content import gateway, rules
from companion.content.rules import (
    CheckIn,
    Content,
    CrisisLines,
    FixedWords,
    Level,
    Measure,
    MissedPolicy,
    Notification,
    Product,
    Templates,
    Topic,
)
from companion.core.errors import NotFound


def content() -> Content:
    """Return all content, read once per process; raise ContentFault if a file is wrong."""
    return gateway.load(gateway.content_dir())


def services_file() -> Path:
    """Return the path of the bundled national services, an ORUK 3.0 page."""
    return gateway.content_dir() / "services" / "national.json"


def demo_services_file() -> Path:
    """Return the file of made-up services, for the demo only."""
    return gateway.content_dir() / "demo" / "leeds.json"


def goal_levels() -> tuple[Level, ...]:
    """Return the six goal levels; their order means nothing."""
    return content().levels


def goal_templates() -> Templates:
    """Return the goal templates with the areas they are sorted into."""
    return content().templates


def check_in_questions() -> CheckIn:
    """Return the check-in questions and tags."""
    return content().check_in


def measures() -> tuple[Measure, ...]:
    """Return the measures that are switched on."""
    return tuple(measure for measure in content().measures if measure.switched_on)


def find_measure(key: str) -> Measure | None:
    """Return a switched-on measure, or None."""
    return next((measure for measure in measures() if measure.key == key), None)


def get_measure(key: str) -> Measure:
    """Return a switched-on measure; raise NotFound."""
    measure = find_measure(key)
    if measure is None:
        raise NotFound("We do not have these questions.")
    return measure


def check_answers(key: str, version: str, answers: Mapping[str, int | None]) -> None:
    """Raise NotFound or RuleBroken unless the answers fit a switched-on measure."""
    rules.check_answers(get_measure(key), version, answers)


def crisis_lines() -> CrisisLines:
    """Return the lines to call or text in a crisis."""
    return content().crisis


def topics() -> tuple[Topic, ...]:
    """Return the topics people look for in the directory."""
    return content().topics


def national_services() -> tuple[Mapping[str, Any], ...]:
    """Return the bundled national services as ORUK records."""
    return content().services


def fixed_words() -> FixedWords:
    """Return the sentences that are said word for word."""
    return content().words


def products() -> tuple[Product, ...]:
    """Return the injections with their usual windows."""
    return content().products


def missed_policy() -> MissedPolicy:
    """Return what the organisation wants people to read after missed visits."""
    return content().missed_policy


def notification_words(key: str) -> Notification:
    """Return a neutral pair of notification words; raise NotFound for a key outside the closed list."""
    for pair in content().words.notifications:
        if pair.key == key:
            return pair
    raise NotFound("We do not have these words.")


def is_known_level(key: str) -> bool:
    """Say whether `key` is one of the six levels."""
    return any(level.key == key for level in content().levels)


def is_known_area(key: str) -> bool:
    """Say whether `key` is an area of goal templates."""
    return any(area.key == key for area in content().templates.areas)


def is_known_template(key: str) -> bool:
    """Say whether `key` is a goal template."""
    return any(template.key == key for template in content().templates.items)


def is_known_topic(key: str) -> bool:
    """Say whether `key` is a directory topic."""
    return any(topic.key == key for topic in content().topics)


def is_known_tag(key: str) -> bool:
    """Say whether `key` is a check-in tag of either list."""
    check_in = content().check_in
    return any(tag.key == key for tag in (*check_in.helped_tags, *check_in.hard_tags))
