"""What the read API shows besides services: organisations, services at locations, taxonomies and terms.

The table is filled as feeds are read again; every service is cleaned anew then.

Revision: 0010
Before it: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the indexes that pages of services are made from."""
    op.create_table(
        "directory_part",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("x", sa.Double(), nullable=True),
        sa.Column("y", sa.Double(), nullable=True),
        sa.Column("z", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_number"],
            ["directory_service.number"],
            name=op.f("fk_directory_part_service_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("kind", "id", "service_number", name=op.f("pk_directory_part")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_directory_part_service_number"), "directory_part", ["service_number"])
    op.create_index(
        op.f("ix_directory_service_shown_id_feed_id"), "directory_service", ["shown", "id", "feed_id"]
    )
    # One index tells the services of an organisation, the hidden ones left out.
    op.drop_index(op.f("ix_directory_service_organisation_id"), table_name="directory_service")
    op.create_index(
        op.f("ix_directory_service_organisation_id_shown_id"),
        "directory_service",
        ["organisation_id", "shown", "id"],
    )


def downgrade() -> None:
    """Drop the table and put the indexes back."""
    op.drop_index(op.f("ix_directory_service_organisation_id_shown_id"), table_name="directory_service")
    op.create_index(op.f("ix_directory_service_organisation_id"), "directory_service", ["organisation_id"])
    op.drop_index(op.f("ix_directory_service_shown_id_feed_id"), table_name="directory_service")
    op.drop_index(op.f("ix_directory_part_service_number"), table_name="directory_part")
    op.drop_table("directory_part")
