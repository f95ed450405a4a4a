"""The only place that opens content files. Files are read once per process and checked as they are read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from companion.content import rules
from companion.content.rules import Content, ContentFault, MissedPolicy, Product

MOST_BYTES = 2_000_000
T = TypeVar("T")


class _StrictLoader(yaml.SafeLoader):
    """YAML without repeated keys: the second would silently win."""


def _no_repeated_keys(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        why = f"{key} stands twice" if isinstance(key, str) else "write names as text"
        if not isinstance(key, str) or key in found:
            raise yaml.constructor.ConstructorError(None, None, why, key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


# Dates stay text: the rules read them and say in a sentence when one does not exist.
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in pairs if tag != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _no_repeated_keys)


def content_dir() -> Path:
    """Return the folder of content: COMPANION_CONTENT_DIR, else the wheel's copy, else the source tree's."""
    named = os.environ.get("COMPANION_CONTENT_DIR")
    if named:
        return Path(named)
    package = Path(__file__).resolve().parent.parent
    packed = package / "_content"
    return packed if packed.is_dir() else package.parent / "content"


def load(folder: Path) -> Content:
    """Return everything in `folder`; raise ContentFault with every problem of every file."""
    return _load(folder.resolve())


@lru_cache(maxsize=4)
def _load(folder: Path) -> Content:
    faults: list[str] = []

    def read(name: str, parse: Callable[[object, str], T]) -> T | None:
        try:
            return parse(_read(folder / name, name), name)
        except ContentFault as fault:
            faults.extend(fault.sentences)
            return None

    levels = read("goal-levels.yaml", rules.parse_levels)
    templates = read("goal-templates.yaml", rules.parse_templates)
    check_in = read("check-in.yaml", rules.parse_check_in)
    crisis = read("crisis.yaml", rules.parse_crisis)
    topics = read("topics.yaml", rules.parse_topics)
    words = read("words.yaml", rules.parse_words)
    names = sorted(path.name for path in (folder / "measures").glob("*.yaml"))
    measures = [read(f"measures/{name}", rules.parse_measure) for name in names]
    keys = frozenset(topic.key for topic in topics or ())
    services = read("services/national.json", lambda raw, file: rules.parse_services(raw, file, keys))
    products, policy = _treatment(folder, read)
    if levels is None or templates is None or check_in is None or crisis is None or topics is None:
        raise ContentFault(faults)
    if words is None or services is None or faults:
        raise ContentFault(faults)
    found = tuple(measure for measure in measures if measure is not None)
    return Content(levels, templates, check_in, found, crisis, topics, words, services, products, policy)


def _treatment(folder: Path, read: Callable[..., Any]) -> tuple[tuple[Product, ...], MissedPolicy]:
    """Return the files on treatment; an organisation's folder may be without them: then nothing applies."""
    products, policy = "treatment/products.yaml", "treatment/policy.yaml"
    found = read(products, rules.parse_products) if (folder / products).exists() else None
    said = read(policy, rules.parse_policy) if (folder / policy).exists() else None
    return found or (), said or MissedPolicy()


def _read(path: Path, name: str) -> object:
    """Return the raw value of a YAML or JSON file."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ContentFault([f"{name}: the file: It is too big ({MOST_BYTES} bytes at most)."])
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        sentence = f"{name}: the file: It cannot be read in {path.parent} ({error.strerror})."
        raise ContentFault([sentence]) from error
    except UnicodeDecodeError as error:
        raise ContentFault([f"{name}: the file: Save it as UTF-8 text."]) from error
    try:
        raw: object = json.loads(text) if path.suffix == ".json" else yaml.load(text, _StrictLoader)  # noqa: S506
    except json.JSONDecodeError as error:
        sentence = f"{name}: line {error.lineno}: This is not JSON ({error.msg})."
        raise ContentFault([sentence]) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else "the file"
        why = getattr(error, "problem", None) or "check dots, colons and indents"
        raise ContentFault([f"{name}: {place}: This is not YAML we can read ({why})."]) from error
    return raw
