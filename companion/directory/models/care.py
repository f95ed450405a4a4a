"""What an admin knows better than a feed, and what people say is wrong."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from companion.core.orm import Base


class Correction(Base):
    """What an admin knows better than a feed about one of its services; laid over it at every import."""

    __tablename__ = "directory_correction"

    feed_id: Mapped[UUID] = mapped_column(
        ForeignKey("directory_feed.id", ondelete="CASCADE"), primary_key=True
    )
    external_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    fields: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class Report(Base):
    """How often somebody said on one day that something about a service is wrong. Nobody's name is kept."""

    __tablename__ = "directory_report"

    service_number: Mapped[int] = mapped_column(
        ForeignKey("directory_service.number", ondelete="CASCADE"), primary_key=True
    )
    reason: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    times: Mapped[int]
