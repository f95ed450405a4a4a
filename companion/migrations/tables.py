"""Every table of the house, gathered for Alembic (working version while houses are being built)."""

from __future__ import annotations

import importlib
from typing import Any

from companion.core.orm import Base

for _house in ("accounts", "audit", "directory", "goals", "push", "reminders", "review", "sharing", "treatment", "wellbeing"):
    try:
        importlib.import_module(f"companion.{_house}.models")
    except ModuleNotFoundError as _error:
        if "companion" not in str(_error):
            raise

METADATA = Base.metadata


def is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave out what migrations make by hand: the full text index and its shadow tables."""
    return not (kind in ("table", "index") and name is not None and name.startswith("directory_text"))
