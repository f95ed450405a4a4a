"""How far the reading of a feed on the web has come, so that one that broke off can go on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from companion.core.orm import Base


class Crawl(Base):
    """When a feed was last read from its first page to its last, and how many services it had then."""

    __tablename__ = "directory_crawl"

    feed_id: Mapped[UUID] = mapped_column(
        ForeignKey("directory_feed.id", ondelete="CASCADE"), primary_key=True
    )
    whole_at: Mapped[datetime | None]
    total: Mapped[int]


class CrawlPage(Base):
    """A page that was read and written, until the last one is: the ids on it, in the publisher's order."""

    __tablename__ = "directory_crawl_page"

    feed_id: Mapped[UUID] = mapped_column(
        ForeignKey("directory_feed.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    ids: Mapped[str] = mapped_column(Text)
    # Why some of its services could not be read; a feed with such a page is not whole.
    trouble: Mapped[str] = mapped_column(String(300))
    read_at: Mapped[datetime]
