"""What searches look at, in one row for each place: position, hours, facts and age, and ready-made cards.

Revision: 0012
Before it: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OLD = ("directory_fact", "directory_topic", "directory_place")


def _narrowing() -> list[sa.Column[int] | sa.Column[float]]:
    days = [f"{kind}_{day}" for kind in ("open", "partly") for day in range(7)]
    return [
        sa.Column("alone", sa.Integer(), nullable=False),
        sa.Column("x", sa.Float(), nullable=True),
        sa.Column("y", sa.Float(), nullable=True),
        sa.Column("z", sa.Float(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("yes", "no")),
        sa.Column("youngest", sa.Float(), nullable=False),
        sa.Column("oldest", sa.Float(), nullable=False),
        sa.Column("known_until", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in days),
    ]


def _service(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["service_number"],
        ["directory_service.number"],
        name=op.f(f"fk_{table}_service_number"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    """Put new tables in place of the old ones; the worker fills them from the records that are kept."""
    for table in OLD:
        op.drop_table(table)
    name = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
    op.create_table(
        "directory_place",
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_narrowing(),
        sa.Column("national", sa.Integer(), nullable=False),
        sa.Column("nations", sa.Integer(), nullable=False),
        sa.Column("name", name, nullable=False),
        _service("directory_place"),
        sa.PrimaryKeyConstraint("service_number", "position", name=op.f("pk_directory_place")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "directory_topic",
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_narrowing(),
        _service("directory_topic"),
        sa.PrimaryKeyConstraint(
            "topic", "band", "service_number", "position", name=op.f("pk_directory_topic")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_directory_topic_service_number_topic"),
        "directory_topic",
        ["service_number", "topic"],
        unique=False,
    )
    op.create_table(
        "directory_card",
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _service("directory_card"),
        sa.PrimaryKeyConstraint("service_number", "position", name=op.f("pk_directory_card")),
    )


def downgrade() -> None:
    """Put back the tables of before, empty: feeds have to be read again."""
    for table in ("directory_card", "directory_topic", "directory_place"):
        op.drop_table(table)
    op.create_table(
        "directory_place",
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        _service("directory_place"),
        sa.PrimaryKeyConstraint("service_number", "position", name=op.f("pk_directory_place")),
    )
    op.create_index(op.f("ix_directory_place_lat_lon"), "directory_place", ["lat", "lon"], unique=False)
    op.create_table(
        "directory_topic",
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        _service("directory_topic"),
        sa.PrimaryKeyConstraint("service_number", "topic", "position", name=op.f("pk_directory_topic")),
    )
    op.create_index(
        op.f("ix_directory_topic_topic_lat_lon"), "directory_topic", ["topic", "lat", "lon"], unique=False
    )
    op.create_table(
        "directory_fact",
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=3), nullable=False),
        _service("directory_fact"),
        sa.PrimaryKeyConstraint("service_number", "fact", name=op.f("pk_directory_fact")),
    )
    op.create_index(
        op.f("ix_directory_fact_fact_answer_service_number"),
        "directory_fact",
        ["fact", "answer", "service_number"],
        unique=False,
    )
