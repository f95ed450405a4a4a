"""Who made the lists that people search in, and the words their licences ask to be shown."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from companion.directory import gateway, models
from companion.directory.rules.postcode_lists import KNOWN_LISTS, Kind
from companion.directory.rules.record import Json
from companion.directory.use_cases.postcodes import postcodes_known


def list_credits(session: Session) -> list[Json]:
    """Return name, publisher, licence, attribution and link of every source in use.

    First the feeds that show at least one service, by name; then the list of postcodes, then the lists of
    places that come along.
    """
    shown = exists().where(models.Service.feed_id == models.Feed.id, models.Service.shown)
    feeds = session.scalars(select(models.Feed).where(shown)).all()
    found = [
        {"name": feed.name, "publisher": feed.publisher, "licence": feed.licence,
         "attribution": feed.attribution, "url": feed.url}
        for feed in sorted(feeds, key=lambda feed: (feed.name.casefold(), str(feed.id)))
    ]  # fmt: skip
    return [*found, *_postcodes(session), *gateway.place_sources()]


def _postcodes(session: Session) -> list[Json]:
    known = postcodes_known(session)
    if known is None:
        return []
    title, publisher, licence, url = KNOWN_LISTS[Kind(known.kind)]
    name = f"{title}, {known.release}" if known.release else title
    return [
        {
            "name": name,
            "publisher": publisher,
            "licence": licence,
            "attribution": known.attribution,
            "url": url,
        }
    ]
