"""Whether a source's services may be shown, and which rules it was last read by.

What is there already stays shown. By which rules it was read is not known, so it counts as read by older
ones until it is read again.

Revision: 0015
Before it: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("directory_feed") as batch:
        batch.add_column(sa.Column("approval", sa.String(length=10), server_default="shown", nullable=False))
        batch.add_column(sa.Column("rules_version", sa.String(length=20), server_default="", nullable=False))


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("directory_feed") as batch:
        batch.drop_column("rules_version")
        batch.drop_column("approval")
