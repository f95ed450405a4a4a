"""Reading a directory again: what was written from what is found in an index, and a crawl can go on.

Revision: 0013
Before it: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from companion.core.orm import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index and the tables."""
    op.create_index(
        op.f("ix_directory_service_feed_id_external_id_record_hash_retired_at"),
        "directory_service",
        ["feed_id", "external_id", "record_hash", "retired_at"],
    )
    feed = sa.ForeignKeyConstraint(
        ["feed_id"], ["directory_feed.id"], name=op.f("fk_directory_crawl_feed_id"), ondelete="CASCADE"
    )
    op.create_table(
        "directory_crawl",
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("whole_at", UTCDateTime(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        feed,
        sa.PrimaryKeyConstraint("feed_id", name=op.f("pk_directory_crawl")),
    )
    op.create_table(
        "directory_crawl_page",
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ids", sa.Text(), nullable=False),
        sa.Column("trouble", sa.String(length=300), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"],
            ["directory_feed.id"],
            name=op.f("fk_directory_crawl_page_feed_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("feed_id", "number", name=op.f("pk_directory_crawl_page")),
    )


def downgrade() -> None:
    """Drop the tables and the index."""
    op.drop_table("directory_crawl_page")
    op.drop_table("directory_crawl")
    op.drop_index(
        op.f("ix_directory_service_feed_id_external_id_record_hash_retired_at"),
        table_name="directory_service",
    )
