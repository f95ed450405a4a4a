"""Bank holidays read from data, which come before the ones of the kept library."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from companion.core.orm import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "treatment_holiday",
        sa.Column("division", sa.String(length=30), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("fetched_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("division", "on", name=op.f("pk_treatment_holiday")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("treatment_holiday")
