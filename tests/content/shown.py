"""Every string of the bundled content that a person may see, file by file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from companion.content import use_cases

_NOT_SHOWN = {
    "id",
    "key",
    "url",
    "website",
    "uri",
    "code",
    "email",
    "number",
    "keywords",
    "taxonomy",
    "source",
}


def all_strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Return (path, text) of every string in a nested value but those that are never shown."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NOT_SHOWN and not name.endswith("_id"):
                yield from all_strings(inner, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from all_strings(inner, f"{path}[{index}]")


def person_texts() -> dict[str, list[str]]:
    """Return what a person reads, by file, without names and without wording that is not ours to change."""
    everything = use_cases.content()
    templates, check_in = everything.templates, everything.check_in
    tags = (*check_in.helped_tags, *check_in.hard_tags)
    services = everything.services
    return {
        "goal-levels.yaml": [text for level in everything.levels for text in (level.title, level.explain)],
        "goal-templates.yaml": [area.title for area in templates.areas]
        + [text for item in templates.items for text in (item.title, item.why_hint, *item.steps)],
        "check-in.yaml": [
            text for q in check_in.questions for text in (q.title, *(o.word for o in q.options))
        ]
        + [tag.title for tag in tags],
        "crisis.yaml": [text for line in everything.crisis.items for text in (line.what, line.hours)],
        "topics.yaml": [topic.title for topic in everything.topics],
        "words.yaml": [text for pair in everything.words.notifications for text in (pair.title, pair.body)]
        + [everything.words.shared, everything.words.missed_days],
        "services/national.json": [
            service[name]
            for service in services
            for name in ("description", "eligibility_description", "application_process", "alert", "fees")
            if name in service
        ]
        + [phone["description"] for service in services for phone in service.get("phones", ())],
    }


def service_names() -> set[str]:
    """Return the names of services and organisations, longest first when sorted by the caller."""
    found = set()
    for service in use_cases.national_services():
        found |= {service["name"], service["organization"]["name"]}
    return found | {line.name for line in use_cases.crisis_lines().items}
