"""Accounts, audit and push.

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


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index(op.f("ix_push_subscription_sign_in_id"), table_name="push_subscription")
    op.drop_index(op.f("ix_push_subscription_account_id"), table_name="push_subscription")
    op.drop_table("push_subscription")
    op.drop_table("push_delivery")
    op.drop_index(op.f("ix_accounts_sign_in_idle_until"), table_name="accounts_sign_in")
    op.drop_index(op.f("ix_accounts_sign_in_account_id"), table_name="accounts_sign_in")
    op.drop_table("accounts_sign_in")
    op.drop_index("ix_push_message_next_try_at", table_name="push_message")
    op.drop_index(op.f("ix_push_message_ended_at"), table_name="push_message")
    op.drop_index(op.f("ix_push_message_account_id"), table_name="push_message")
    op.drop_table("push_message")
    op.drop_index(op.f("ix_accounts_invite_issued_by"), table_name="accounts_invite")
    op.drop_table("accounts_invite")
    op.drop_index(op.f("ix_accounts_device_account_id"), table_name="accounts_device")
    op.drop_table("accounts_device")
    op.drop_table("accounts_account_key")
    op.drop_index(op.f("ix_accounts_account_organisation_id"), table_name="accounts_account")
    op.drop_table("accounts_account")
    op.drop_table("push_heartbeat")
    op.drop_index("ix_audit_event_subject_id_at", table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_table("accounts_organisation")
    op.drop_index("ix_accounts_attempt_window_at", table_name="accounts_attempt")
    op.drop_table("accounts_attempt")
