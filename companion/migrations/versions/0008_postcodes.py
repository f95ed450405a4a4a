"""Full postcodes with their positions: two lists, one of them live.

Revision: 0008
Before it: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from companion.core.orm import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "directory_postcode_list",
        sa.Column("slot", sa.String(length=1), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("run", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("release", sa.String(length=200), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_directory_postcode_list")),
    )
    for slot in ("a", "b"):
        code = sa.String(length=7).with_variant(sa.String(length=7, collation="C"), "postgresql")
        op.create_table(
            f"directory_postcode_{slot}",
            sa.Column("postcode", code, nullable=False),
            sa.Column("lat", sa.Integer(), nullable=False),
            sa.Column("lon", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("postcode", name=op.f(f"pk_directory_postcode_{slot}")),
            sqlite_with_rowid=False,
        )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("directory_postcode_b")
    op.drop_table("directory_postcode_a")
    op.drop_table("directory_postcode_list")
