"""What a service says of itself: the facts that decide whether somebody goes.

Revision: 0009
Before it: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; it is filled when feeds are read again."""
    op.create_table(
        "directory_fact",
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_number"],
            ["directory_service.number"],
            name=op.f("fk_directory_fact_service_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("service_number", "fact", name=op.f("pk_directory_fact")),
    )
    op.create_index(
        op.f("ix_directory_fact_fact_answer_service_number"),
        "directory_fact",
        ["fact", "answer", "service_number"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_index(op.f("ix_directory_fact_fact_answer_service_number"), table_name="directory_fact")
    op.drop_table("directory_fact")
