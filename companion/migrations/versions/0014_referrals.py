"""What a person asks a keyworker for: to be referred to a service, and what became of it.

Revision: 0014
Before it: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from companion.core.orm import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "review_referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("keyworker_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["keyworker_id"],
            ["accounts_account.id"],
            name=op.f("fk_review_referral_keyworker_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_account.id"],
            name=op.f("fk_review_referral_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_referral")),
    )
    op.create_index(op.f("ix_review_referral_keyworker_id"), "review_referral", ["keyworker_id"])
    op.create_index(op.f("ix_review_referral_person_id"), "review_referral", ["person_id"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_index(op.f("ix_review_referral_person_id"), table_name="review_referral")
    op.drop_index(op.f("ix_review_referral_keyworker_id"), table_name="review_referral")
    op.drop_table("review_referral")
