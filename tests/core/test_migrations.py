"""The migrations make just the tables that the models describe, on both databases."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from companion.migrations.tables import METADATA, is_ours


def test_migrated_tables_are_those_of_the_models(engine: Engine) -> None:
    options: dict[str, Any] = {"compare_type": True, "include_object": is_ours}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []
