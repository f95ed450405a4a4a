"""The directory of services.

Revision: 0003
Before it: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from companion.core.orm import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Full text search differs by database: FTS5 and tsvector.
TEXT_INDEX = {
    "sqlite": [
        "CREATE VIRTUAL TABLE directory_text USING fts5(words, detail=none, columnsize=0, prefix='3')"
    ],
    "postgresql": [
        "CREATE TABLE directory_text (rowid INTEGER CONSTRAINT pk_directory_text PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX ix_directory_text_words ON directory_text USING gin (words)",
    ],
}


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "directory_feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=2000), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("publisher", sa.String(length=300), nullable=False),
        sa.Column("licence", sa.String(length=300), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("fetched_at", UTCDateTime(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_feed")),
        sa.UniqueConstraint("source", name=op.f("uq_directory_feed_source")),
    )
    op.create_table(
        "directory_reject",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("pointer", sa.String(length=300), nullable=False),
        sa.Column("field", sa.String(length=300), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["directory_feed.id"], name=op.f("fk_directory_reject_feed_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_reject")),
    )
    op.create_index(
        op.f("ix_directory_reject_feed_id_external_id"),
        "directory_reject",
        ["feed_id", "external_id"],
        unique=False,
    )
    op.create_table(
        "directory_service",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("organisation", sa.String(length=300), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("placed", sa.Boolean(), nullable=False),
        sa.Column("national", sa.Boolean(), nullable=False),
        sa.Column("has_complex_hours", sa.Boolean(), nullable=False),
        sa.Column("minimum_age", sa.Double(), nullable=True),
        sa.Column("maximum_age", sa.Double(), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("record_hash", sa.String(length=64), nullable=False),
        sa.Column("assured_on", sa.Date(), nullable=True),
        sa.Column("last_modified", UTCDateTime(), nullable=True),
        sa.Column("retired_at", UTCDateTime(), nullable=True),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["directory_feed.id"], name=op.f("fk_directory_service_feed_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_directory_service")),
        sa.UniqueConstraint("feed_id", "external_id", name=op.f("uq_directory_service_feed_id_external_id")),
        sa.UniqueConstraint("id", name=op.f("uq_directory_service_id")),
    )
    op.create_index(
        op.f("ix_directory_service_last_modified"), "directory_service", ["last_modified"], unique=False
    )
    op.create_index(
        op.f("ix_directory_service_organisation_id"), "directory_service", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_directory_service_shown_placed_name"),
        "directory_service",
        ["shown", "placed", "name"],
        unique=False,
    )
    op.create_table(
        "directory_opening",
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_number"],
            ["directory_service.number"],
            name=op.f("fk_directory_opening_service_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("service_number", "position", "line", name=op.f("pk_directory_opening")),
    )
    op.create_table(
        "directory_place",
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_number"],
            ["directory_service.number"],
            name=op.f("fk_directory_place_service_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("service_number", "position", name=op.f("pk_directory_place")),
    )
    op.create_index(op.f("ix_directory_place_lat_lon"), "directory_place", ["lat", "lon"], unique=False)
    op.create_table(
        "directory_term",
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.Column("taxonomy_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_number"],
            ["directory_service.number"],
            name=op.f("fk_directory_term_service_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("service_number", "term_id", name=op.f("pk_directory_term")),
    )
    op.create_index(op.f("ix_directory_term_taxonomy_id"), "directory_term", ["taxonomy_id"], unique=False)
    op.create_index(op.f("ix_directory_term_term_id"), "directory_term", ["term_id"], unique=False)
    op.create_table(
        "directory_topic",
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_number"],
            ["directory_service.number"],
            name=op.f("fk_directory_topic_service_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("service_number", "topic", "position", name=op.f("pk_directory_topic")),
    )
    op.create_index(
        op.f("ix_directory_topic_topic_lat_lon"), "directory_topic", ["topic", "lat", "lon"], unique=False
    )
    for statement in TEXT_INDEX[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.execute("DROP TABLE directory_text")
    op.drop_index(op.f("ix_directory_topic_topic_lat_lon"), table_name="directory_topic")
    op.drop_table("directory_topic")
    op.drop_index(op.f("ix_directory_term_term_id"), table_name="directory_term")
    op.drop_index(op.f("ix_directory_term_taxonomy_id"), table_name="directory_term")
    op.drop_table("directory_term")
    op.drop_index(op.f("ix_directory_place_lat_lon"), table_name="directory_place")
    op.drop_table("directory_place")
    op.drop_table("directory_opening")
    op.drop_index(op.f("ix_directory_service_shown_placed_name"), table_name="directory_service")
    op.drop_index(op.f("ix_directory_service_organisation_id"), table_name="directory_service")
    op.drop_index(op.f("ix_directory_service_last_modified"), table_name="directory_service")
    op.drop_table("directory_service")
    op.drop_index(op.f("ix_directory_reject_feed_id_external_id"), table_name="directory_reject")
    op.drop_table("directory_reject")
    op.drop_table("directory_feed")
