"""Bank holidays of the place a service is at: days on which its usual hours may differ. Never more than may.

The three divisions of GOV.UK, told apart by the letters a postcode starts with. Days of the weekend count as
well: Christmas Day on a Saturday is kept on the Saturday, whatever day stands in for it.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

import holidays

_SCOTLAND = frozenset({"AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH",
                       "TD", "ZE"})  # fmt: skip
_NORTHERN_IRELAND = "BT"
_AREA = re.compile(r"\s*([A-Z]{1,2})[0-9]", re.I)


def division_of(postcode: str) -> str:
    """Return SCT, NIR or ENG (England and Wales keep the same days) of a postcode; ENG when it says nothing.

    TD (Berwick, Galashiels) and DG (Dumfries) lie on both sides of the border; most of both is Scottish.
    """
    found = _AREA.match(postcode)
    area = found[1].upper() if found else ""
    return "SCT" if area in _SCOTLAND else "NIR" if area == _NORTHERN_IRELAND else "ENG"


def is_bank_holiday(day: date, division: str) -> bool:
    """Tell whether places in a division may keep other hours on a day."""
    return day in _days(division, day.year)


@cache
def _days(division: str, year: int) -> frozenset[date]:
    listed = holidays.country_holidays("GB", subdiv=division, years=year)
    found = {day for day in listed if day.year == year}
    easter = {day + timedelta(days=2) for day, name in listed.items() if name == "Good Friday"}
    return frozenset(found | easter)
