"""What a search looks at: a row for each place of a shown service with all that narrows a search.

Every search reads many of these rows and nothing else, so they repeat what the filters need. A service
without coordinates has one row, at position 0. `x`, `y` and `z` are a point on the unit sphere. The hours are
those of `rules.slots`, `yes` and `no` have a bit for each of `rules.facts.FACTS`.

On SQLite rows lie in the order of their key, so the places of a topic in a band of latitude stand together.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from companion.core.orm import Base

WEEKDAYS = range(7)
# Ages a service without any takes.
YOUNGEST, OLDEST = 0.0, 1000.0
# The topic that every place has.
ANY = ""
# A hundredth of a degree of latitude, about 1.1 km.
BANDS_A_DEGREE = 100
NOWHERE = -1
# Compared byte by byte, so that both databases put names in the same order.
_NAME = String(100).with_variant(String(100, collation="C"), "postgresql")


def _of_service() -> Column[int]:
    return Column(
        "service_number", ForeignKey("directory_service.number", ondelete="CASCADE"), primary_key=True
    )


def _narrowing() -> list[Column[int] | Column[float]]:
    facts = [Column(name, BigInteger, nullable=False) for name in ("yes", "no")]
    days = [
        Column(f"{kind}_{day}", BigInteger, nullable=False) for kind in ("open", "partly") for day in WEEKDAYS
    ]
    return [
        # 1 when the service has no other row, so that rows are services.
        Column("alone", Integer, nullable=False),
        Column("x", Float),
        Column("y", Float),
        Column("z", Float),
        *facts,
        Column("youngest", Float, nullable=False),
        Column("oldest", Float, nullable=False),
        Column("known_until", Integer, nullable=False),
        *days,
    ]


# By service, for searches by words, and with what puts services in the order of their names.
PLACE = Table(
    "directory_place",
    Base.metadata,
    _of_service(),
    Column("position", Integer, primary_key=True),
    *_narrowing(),
    Column("national", Integer, nullable=False),
    # A bit for each nation of the United Kingdom it names as its area; 0 when it names none.
    Column("nations", Integer, nullable=False),
    Column("name", _NAME, nullable=False),
    sqlite_with_rowid=False,
)

# By topic and by how far north, for searches around a place.
TOPIC_PLACE = Table(
    "directory_topic",
    Base.metadata,
    Column("topic", String(60), primary_key=True),
    Column("band", Integer, primary_key=True),
    _of_service(),
    Column("position", Integer, primary_key=True),
    *_narrowing(),
    Index("ix_directory_topic_service_number_topic", "service_number", "topic"),
    sqlite_with_rowid=False,
)

# What lists show of a service at one of its places; see `rules.cards.still_card`.
CARD = Table(
    "directory_card",
    Base.metadata,
    _of_service(),
    Column("position", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)


def band_of(lat: float) -> int:
    """Return the band of a latitude in degrees."""
    return int((lat + 90) * BANDS_A_DEGREE)
