"""The first tables.

Revision: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from companion.core.orm import UTCDateTime

revision = "0001"
down_revision = None
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
        "accounts_attempt",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("window_at", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window_at", name=op.f("pk_accounts_attempt")),
    )
    op.create_index("ix_accounts_attempt_window_at", "accounts_attempt", ["window_at"], unique=False)
    op.create_table(
        "accounts_organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_organisation_name")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("item_kind", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_subject_id_at", "audit_event", ["subject_id", "at"], unique=False)
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
        "push_heartbeat",
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_push_heartbeat")),
    )
    op.create_table(
        "accounts_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("login_hash", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("disabled_at", UTCDateTime(), nullable=True),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["accounts_organisation.id"],
            name=op.f("fk_accounts_account_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_account")),
        sa.UniqueConstraint("login_hash", name=op.f("uq_accounts_account_login_hash")),
    )
    op.create_index(
        op.f("ix_accounts_account_organisation_id"), "accounts_account", ["organisation_id"], unique=False
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
        "accounts_account_key",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.String(length=12), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts_account.id"],
            name=op.f("fk_accounts_account_key_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts_account_key")),
    )
    op.create_table(
        "accounts_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("pin_tries", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=8), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("last_seen_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts_account.id"],
            name=op.f("fk_accounts_device_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_accounts_device_token_hash")),
    )
    op.create_index(op.f("ix_accounts_device_account_id"), "accounts_device", ["account_id"], unique=False)
    op.create_table(
        "accounts_invite",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("selector", sa.String(length=4), nullable=False),
        sa.Column("secret_hash", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issued_by"],
            ["accounts_account.id"],
            name=op.f("fk_accounts_invite_issued_by"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["accounts_organisation.id"], name=op.f("fk_accounts_invite_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_invite")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_accounts_invite_link_hash")),
        sa.UniqueConstraint("selector", name=op.f("uq_accounts_invite_selector")),
    )
    op.create_index(op.f("ix_accounts_invite_issued_by"), "accounts_invite", ["issued_by"], unique=False)
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
        "push_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reference_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("next_try_at", UTCDateTime(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts_account.id"],
            name=op.f("fk_push_message_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_message")),
        sa.UniqueConstraint("reference_id", "serial", name=op.f("uq_push_message_reference_id_serial")),
    )
    op.create_index(op.f("ix_push_message_account_id"), "push_message", ["account_id"], unique=False)
    op.create_index(op.f("ix_push_message_ended_at"), "push_message", ["ended_at"], unique=False)
    op.create_index("ix_push_message_next_try_at", "push_message", ["next_try_at"], unique=False)
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
        "accounts_sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("idle_seconds", sa.Integer(), nullable=False),
        sa.Column("idle_until", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts_account.id"],
            name=op.f("fk_accounts_sign_in_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["accounts_device.id"],
            name=op.f("fk_accounts_sign_in_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_sign_in")),
        sa.UniqueConstraint("device_id", name=op.f("uq_accounts_sign_in_device_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_accounts_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_accounts_sign_in_account_id"), "accounts_sign_in", ["account_id"], unique=False)
    op.create_index(op.f("ix_accounts_sign_in_idle_until"), "accounts_sign_in", ["idle_until"], unique=False)
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
        "push_delivery",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UTCDateTime(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("shown_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["push_message.id"], name=op.f("fk_push_delivery_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "subscription_id", name=op.f("pk_push_delivery")),
    )
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
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_hash", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("last_sent_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts_account.id"],
            name=op.f("fk_push_subscription_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sign_in_id"],
            ["accounts_sign_in.id"],
            name=op.f("fk_push_subscription_sign_in_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq_push_subscription_endpoint_hash")),
    )
    op.create_index(
        op.f("ix_push_subscription_account_id"), "push_subscription", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_push_subscription_sign_in_id"), "push_subscription", ["sign_in_id"], unique=False
    )
    for statement in TEXT_INDEX[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.execute("DROP TABLE IF EXISTS directory_text")
    op.drop_index(op.f("ix_push_subscription_sign_in_id"), table_name="push_subscription")
    op.drop_index(op.f("ix_push_subscription_account_id"), table_name="push_subscription")
    op.drop_table("push_subscription")
    op.drop_index(op.f("ix_review_comment_person_id"), table_name="review_comment")
    op.drop_index(op.f("ix_review_comment_keyworker_id"), table_name="review_comment")
    op.drop_index(op.f("ix_review_comment_goal_id"), table_name="review_comment")
    op.drop_table("review_comment")
    op.drop_table("push_delivery")
    op.drop_index(op.f("ix_goals_change_person_id"), table_name="goals_change")
    op.drop_index(op.f("ix_goals_change_goal_id"), table_name="goals_change")
    op.drop_table("goals_change")
    op.drop_index(op.f("ix_accounts_sign_in_idle_until"), table_name="accounts_sign_in")
    op.drop_index(op.f("ix_accounts_sign_in_account_id"), table_name="accounts_sign_in")
    op.drop_table("accounts_sign_in")
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
    op.drop_index("ix_push_message_next_try_at", table_name="push_message")
    op.drop_index(op.f("ix_push_message_ended_at"), table_name="push_message")
    op.drop_index(op.f("ix_push_message_account_id"), table_name="push_message")
    op.drop_table("push_message")
    op.drop_index(op.f("ix_goals_goal_person_id"), table_name="goals_goal")
    op.drop_table("goals_goal")
    op.drop_index(op.f("ix_directory_topic_topic_lat_lon"), table_name="directory_topic")
    op.drop_table("directory_topic")
    op.drop_index(op.f("ix_directory_term_term_id"), table_name="directory_term")
    op.drop_index(op.f("ix_directory_term_taxonomy_id"), table_name="directory_term")
    op.drop_table("directory_term")
    op.drop_index(op.f("ix_directory_place_lat_lon"), table_name="directory_place")
    op.drop_table("directory_place")
    op.drop_table("directory_opening")
    op.drop_index(op.f("ix_accounts_invite_issued_by"), table_name="accounts_invite")
    op.drop_table("accounts_invite")
    op.drop_index(op.f("ix_accounts_device_account_id"), table_name="accounts_device")
    op.drop_table("accounts_device")
    op.drop_table("accounts_account_key")
    op.drop_index(op.f("ix_directory_service_shown_placed_name"), table_name="directory_service")
    op.drop_index(op.f("ix_directory_service_organisation_id"), table_name="directory_service")
    op.drop_index(op.f("ix_directory_service_last_modified"), table_name="directory_service")
    op.drop_table("directory_service")
    op.drop_index(op.f("ix_directory_reject_feed_id_external_id"), table_name="directory_reject")
    op.drop_table("directory_reject")
    op.drop_index(op.f("ix_accounts_account_organisation_id"), table_name="accounts_account")
    op.drop_table("accounts_account")
    op.drop_table("push_heartbeat")
    op.drop_table("directory_feed")
    op.drop_index("ix_audit_event_subject_id_at", table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_table("accounts_organisation")
    op.drop_index("ix_accounts_attempt_window_at", table_name="accounts_attempt")
    op.drop_table("accounts_attempt")
