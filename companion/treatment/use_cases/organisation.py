"""What the organisation's files say about treatment, in the words of this house."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from companion.content import use_cases as content
from companion.treatment.rules import MissedPolicy, Window


def products() -> Mapping[str, Window]:
    """Return the usual window around each injection, by key."""
    return {one.key: Window(one.window_before_days, one.window_after_days) for one in content.products()}


def list_products() -> list[dict[str, Any]]:
    """Return the injections a person may choose from."""
    return [
        {
            "key": one.key,
            "name": one.name,
            "every": {"unit": one.unit, "count": one.count},
            "window_before_days": one.window_before_days,
            "window_after_days": one.window_after_days,
            "source": one.source.url,
            "checked_on": one.source.checked_on,
            "how": str(one.source.how),
        }
        for one in content.products()
    ]


def missed_policy() -> MissedPolicy:
    """Return what the organisation wants people to read after missed visits; off unless it says so."""
    found = content.missed_policy()
    return MissedPolicy(found.switched_on, found.limit, found.before, found.at_limit, found.naloxone)
