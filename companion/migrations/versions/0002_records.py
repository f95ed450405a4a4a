"""What people write and share.

Revision: 0002
Before it: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from companion.core.orm import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "goals_goal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lifecycle", sa.String(length=10), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_account.id"], name=op.f("fk_goals_goal_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals_goal")),
    )
    op.create_index(op.f("ix_goals_goal_person_id"), "goals_goal", ["person_id"], unique=False)
    op.create_table(
        "reminders_reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("raised_at", UTCDateTime(), nullable=True),
        sa.Column("shown_at", UTCDateTime(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_account.id"],
            name=op.f("fk_reminders_reminder_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders_reminder")),
        sa.UniqueConstraint("plan_id", "on", "slot", name=op.f("uq_reminders_reminder_plan_id_on_slot")),
    )
    op.create_index(
        "ix_reminders_reminder_person_id_on", "reminders_reminder", ["person_id", "on"], unique=False
    )
    op.create_index(
        "ix_reminders_reminder_state_due_at", "reminders_reminder", ["state", "due_at"], unique=False
    )
    op.create_index(
        "ix_reminders_reminder_state_expires_at", "reminders_reminder", ["state", "expires_at"], unique=False
    )
    op.create_table(
        "reminders_schedule",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=True),
        sa.Column("next_plan_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_account.id"],
            name=op.f("fk_reminders_schedule_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_reminders_schedule")),
    )
    op.create_index(
        op.f("ix_reminders_schedule_next_plan_at"), "reminders_schedule", ["next_plan_at"], unique=False
    )
    op.create_index(
        op.f("ix_reminders_schedule_person_id"), "reminders_schedule", ["person_id"], unique=False
    )
    op.create_table(
        "review_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("keyworker_id", sa.Uuid(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["keyworker_id"],
            ["accounts_account.id"],
            name=op.f("fk_review_agreement_keyworker_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_account.id"],
            name=op.f("fk_review_agreement_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_agreement")),
        sa.UniqueConstraint(
            "person_id", "keyworker_id", name=op.f("uq_review_agreement_person_id_keyworker_id")
        ),
    )
    op.create_index(
        op.f("ix_review_agreement_keyworker_id"), "review_agreement", ["keyworker_id"], unique=False
    )
    op.create_table(
        "sharing_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("keyworker_id", sa.Uuid(), nullable=False),
        sa.Column("goals", sa.Boolean(), nullable=False),
        sa.Column("wellbeing", sa.Boolean(), nullable=False),
        sa.Column("plan", sa.Boolean(), nullable=False),
        sa.Column("from_at", UTCDateTime(), nullable=False),
        sa.Column("until_at", UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["keyworker_id"],
            ["accounts_account.id"],
            name=op.f("fk_sharing_grant_keyworker_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_account.id"],
            name=op.f("fk_sharing_grant_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_grant")),
    )
    op.create_index(op.f("ix_sharing_grant_keyworker_id"), "sharing_grant", ["keyworker_id"], unique=False)
    op.create_index(op.f("ix_sharing_grant_person_id"), "sharing_grant", ["person_id"], unique=False)
    op.create_index(
        "uq_sharing_grant_open",
        "sharing_grant",
        ["person_id", "keyworker_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "treatment_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("unscheduled", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_account.id"],
            name=op.f("fk_treatment_plan_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatment_plan")),
    )
    op.create_index(op.f("ix_treatment_plan_person_id"), "treatment_plan", ["person_id"], unique=False)
    op.create_index(op.f("ix_treatment_plan_unscheduled"), "treatment_plan", ["unscheduled"], unique=False)
    op.create_table(
        "wellbeing_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("local_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_account.id"],
            name=op.f("fk_wellbeing_answers_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wellbeing_answers")),
    )
    op.create_index(
        "ix_wellbeing_answers_person_id_local_on",
        "wellbeing_answers",
        ["person_id", "local_on"],
        unique=False,
    )
    op.create_table(
        "wellbeing_check_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("local_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_account.id"],
            name=op.f("fk_wellbeing_check_in_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wellbeing_check_in")),
    )
    op.create_index(
        "ix_wellbeing_check_in_person_id_local_on",
        "wellbeing_check_in",
        ["person_id", "local_on"],
        unique=False,
    )
    op.create_table(
        "goals_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goals_goal.id"], name=op.f("fk_goals_change_goal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_account.id"], name=op.f("fk_goals_change_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals_change")),
    )
    op.create_index(op.f("ix_goals_change_goal_id"), "goals_change", ["goal_id"], unique=False)
    op.create_index(op.f("ix_goals_change_person_id"), "goals_change", ["person_id"], unique=False)
    op.create_table(
        "review_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("keyworker_id", sa.Uuid(), nullable=True),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goals_goal.id"], name=op.f("fk_review_comment_goal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["keyworker_id"],
            ["accounts_account.id"],
            name=op.f("fk_review_comment_keyworker_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_account.id"],
            name=op.f("fk_review_comment_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comment")),
    )
    op.create_index(op.f("ix_review_comment_goal_id"), "review_comment", ["goal_id"], unique=False)
    op.create_index(op.f("ix_review_comment_keyworker_id"), "review_comment", ["keyworker_id"], unique=False)
    op.create_index(op.f("ix_review_comment_person_id"), "review_comment", ["person_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index(op.f("ix_review_comment_person_id"), table_name="review_comment")
    op.drop_index(op.f("ix_review_comment_keyworker_id"), table_name="review_comment")
    op.drop_index(op.f("ix_review_comment_goal_id"), table_name="review_comment")
    op.drop_table("review_comment")
    op.drop_index(op.f("ix_goals_change_person_id"), table_name="goals_change")
    op.drop_index(op.f("ix_goals_change_goal_id"), table_name="goals_change")
    op.drop_table("goals_change")
    op.drop_index("ix_wellbeing_check_in_person_id_local_on", table_name="wellbeing_check_in")
    op.drop_table("wellbeing_check_in")
    op.drop_index("ix_wellbeing_answers_person_id_local_on", table_name="wellbeing_answers")
    op.drop_table("wellbeing_answers")
    op.drop_index(op.f("ix_treatment_plan_unscheduled"), table_name="treatment_plan")
    op.drop_index(op.f("ix_treatment_plan_person_id"), table_name="treatment_plan")
    op.drop_table("treatment_plan")
    op.drop_index(
        "uq_sharing_grant_open",
        table_name="sharing_grant",
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.drop_index(op.f("ix_sharing_grant_person_id"), table_name="sharing_grant")
    op.drop_index(op.f("ix_sharing_grant_keyworker_id"), table_name="sharing_grant")
    op.drop_table("sharing_grant")
    op.drop_index(op.f("ix_review_agreement_keyworker_id"), table_name="review_agreement")
    op.drop_table("review_agreement")
    op.drop_index(op.f("ix_reminders_schedule_person_id"), table_name="reminders_schedule")
    op.drop_index(op.f("ix_reminders_schedule_next_plan_at"), table_name="reminders_schedule")
    op.drop_table("reminders_schedule")
    op.drop_index("ix_reminders_reminder_state_expires_at", table_name="reminders_reminder")
    op.drop_index("ix_reminders_reminder_state_due_at", table_name="reminders_reminder")
    op.drop_index("ix_reminders_reminder_person_id_on", table_name="reminders_reminder")
    op.drop_table("reminders_reminder")
    op.drop_index(op.f("ix_goals_goal_person_id"), table_name="goals_goal")
    op.drop_table("goals_goal")
