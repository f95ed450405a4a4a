"""How an admin looks after the directory: refreshing, hiding, corrections, what people say is wrong.

Revision: 0011
Before it: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from companion.core.orm import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and make the tables."""
    with op.batch_alter_table("directory_feed") as batch:
        batch.add_column(sa.Column("address", sa.String(length=2000), server_default="", nullable=False))
        batch.add_column(sa.Column("tried_at", UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("failure", sa.String(length=300), server_default="", nullable=False))
        batch.add_column(sa.Column("refresh_at", UTCDateTime(), nullable=True))
    with op.batch_alter_table("directory_service") as batch:
        batch.add_column(sa.Column("hidden_at", UTCDateTime(), nullable=True))
    op.create_table(
        "directory_correction",
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"],
            ["directory_feed.id"],
            name=op.f("fk_directory_correction_feed_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("feed_id", "external_id", name=op.f("pk_directory_correction")),
    )
    op.create_table(
        "directory_report",
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_number"],
            ["directory_service.number"],
            name=op.f("fk_directory_report_service_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("service_number", "reason", "day", name=op.f("pk_directory_report")),
    )


def downgrade() -> None:
    """Drop the tables and the columns."""
    op.drop_table("directory_report")
    op.drop_table("directory_correction")
    with op.batch_alter_table("directory_service") as batch:
        batch.drop_column("hidden_at")
    with op.batch_alter_table("directory_feed") as batch:
        for name in ("refresh_at", "failure", "tried_at", "address"):
            batch.drop_column(name)
