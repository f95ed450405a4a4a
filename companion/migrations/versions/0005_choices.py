"""Reminder choices for each plan, and each person's settings.

Revision: 0005
Before it: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from companion.core.orm import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

REMINDER = sa.table("reminders_reminder", sa.column("state", sa.String()), sa.column("due_at", UTCDateTime()))


def upgrade() -> None:
    """Make the tables; from now on a reminder has a due time only while one is to come."""
    op.create_table(
        "reminders_choice",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_account.id"],
            name=op.f("fk_reminders_choice_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_reminders_choice")),
    )
    op.create_index(op.f("ix_reminders_choice_person_id"), "reminders_choice", ["person_id"], unique=False)
    op.create_table(
        "reminders_settings",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_account.id"],
            name=op.f("fk_reminders_settings_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reminders_settings")),
    )
    op.add_column("reminders_reminder", sa.Column("nudge", sa.String(length=8), nullable=True))
    op.add_column("reminders_reminder", sa.Column("carried_by", sa.Uuid(), nullable=True))
    op.execute(REMINDER.update().where(REMINDER.c.state != "planned").values(due_at=None))
    op.drop_index("ix_reminders_reminder_state_due_at", table_name="reminders_reminder")
    op.create_index(
        "ix_reminders_reminder_due_at_person_id", "reminders_reminder", ["due_at", "person_id"], unique=False
    )
    op.create_index(
        op.f("ix_reminders_reminder_carried_by"), "reminders_reminder", ["carried_by"], unique=False
    )


def downgrade() -> None:
    """Drop the tables and what hangs on them; nudges go, for nothing before knows them."""
    op.execute(sa.text("DELETE FROM reminders_reminder WHERE nudge IS NOT NULL"))
    op.drop_index(op.f("ix_reminders_reminder_carried_by"), table_name="reminders_reminder")
    op.drop_index("ix_reminders_reminder_due_at_person_id", table_name="reminders_reminder")
    op.create_index(
        "ix_reminders_reminder_state_due_at", "reminders_reminder", ["state", "due_at"], unique=False
    )
    op.drop_column("reminders_reminder", "carried_by")
    op.drop_column("reminders_reminder", "nudge")
    op.drop_table("reminders_settings")
    op.drop_index(op.f("ix_reminders_choice_person_id"), table_name="reminders_choice")
    op.drop_table("reminders_choice")
