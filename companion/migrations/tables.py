"""Every table of the house, gathered for Alembic."""

from __future__ import annotations

from typing import Any

import companion.accounts.models
import companion.audit.models
import companion.directory.models
import companion.goals.models
import companion.push.models
import companion.records.models
import companion.reminders.models
import companion.review.models
import companion.sharing.models
import companion.treatment.models
import companion.wellbeing.models  # noqa: F401
from companion.core.orm import Base

METADATA = Base.metadata


def is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave out what migrations make by hand: the full text index and its shadow tables."""
    return not (kind in ("table", "index") and name is not None and name.startswith("directory_text"))
