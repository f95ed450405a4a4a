"""Alembic's environment: our engine without foreign keys, one transaction, checked before the commit."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from companion.core.orm import make_engine
from companion.migrations.tables import METADATA, is_ours

# Two nodes may start at once: one migrates, the other waits (any fixed number will do).
LOCK = 728_001


def run() -> None:
    """Run the migrations.

    1. Foreign keys are off on SQLite: its batch mode drops and remakes tables, which would delete children.
    2. Everything happens in one transaction (BEGIN IMMEDIATE on SQLite, an advisory lock on PostgreSQL).
    3. Foreign keys are checked before the commit.
    """
    engine = make_engine(context.config.attributes["url"], foreign_keys=False)
    try:
        with engine.connect() as connection, connection.begin():
            is_sqlite = connection.dialect.name == "sqlite"
            if not is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            context.configure(
                connection=connection,
                target_metadata=METADATA,
                include_object=is_ours,
                render_as_batch=is_sqlite,
                compare_type=True,
                transactional_ddl=True,
            )
            with context.begin_transaction():
                context.run_migrations()
            if is_sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"The migration left {len(broken)} rows without their parent.")
    finally:
        engine.dispose()


run()
