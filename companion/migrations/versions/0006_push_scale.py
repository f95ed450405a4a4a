"""Push at scale: words of a message, how a phone's pushes fare.

Revision: 0006
Before it: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from companion.core.orm import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("push_message") as batch:
        batch.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("push_subscription") as batch:
        batch.add_column(sa.Column("last_arrived_at", UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("last_refused_at", UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("push_subscription") as batch:
        batch.drop_column("version")
        batch.drop_column("last_refused_at")
        batch.drop_column("last_arrived_at")
    with op.batch_alter_table("push_message") as batch:
        batch.drop_column("sealed")
