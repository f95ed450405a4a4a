"""Where a place is, asked of the lists we carry along and of the postcodes in the database."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from companion.directory import gateway
from companion.directory.models import postcodes
from companion.directory.rules.places import Gazetteer, WithPostcodes, parse_postcode


def gazetteer_for(session: Session, texts: Iterable[str]) -> Gazetteer:
    """Return a gazetteer that knows towns, outcodes and those full postcodes that stand in `texts`.

    However many texts there are, the database is asked once for every 500 different postcodes, and not at
    all when there is none among them.
    """
    found = {parse_postcode(text) for text in texts if len(text) <= 100}
    codes = {code.replace(" ", "") for code in found if code is not None}
    return WithPostcodes(gateway.gazetteer(), postcodes.positions_of(session, codes))
