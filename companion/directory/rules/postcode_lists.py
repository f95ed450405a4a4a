"""Lines of the two national lists of postcodes: OS Code-Point Open, and ONSPD or NSPL of the ONS.

* Code-Point Open has ten columns and no header: postcode, quality of the position (PQI), easting, northing,
  country and five more codes. Eastings and northings are metres of the British National Grid.
* ONSPD and NSPL have a header. Their columns are renamed and put in another order from one release to the
  next, so they are found by name: a postcode, `lat`, `long` (WGS84 degrees) and `doterm`, the month in which
  the Royal Mail gave a postcode up.

No field we use holds a comma or anything but plain letters, digits and signs.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from companion.directory.rules.places import POSTCODE

CODE_POINT_COLUMNS = 10
# A quality of 90 says: no coordinates. ONSPD says the same with a latitude next to the pole.
NO_POSITION = 90
NO_LATITUDE = 99.0
_HEADER_POSTCODES = ("pcds", "pcd8", "pcd7", "pcd2", "pcd")
_HEADER_LAT = ("lat", "latitude")
_HEADER_LON = ("long", "lon", "longitude")
_HEADER_ENDED = ("doterm",)
_BOM = ("\ufeff", "\u00ef\u00bb\u00bf")


class Kind(StrEnum):
    """Whose list it is."""

    CODE_POINT = "code_point_open"
    ONSPD = "onspd"


# Title, publisher, licence, address. Of the ONS's lists the licence holds for Great Britain only.
KNOWN_LISTS = {
    Kind.CODE_POINT: (
        "Code-Point Open",
        "Ordnance Survey",
        "Open Government Licence v3.0",
        "https://osdatahub.os.uk/downloads/open/CodePointOpen",
    ),
    Kind.ONSPD: (
        "ONS Postcode Directory",
        "Office for National Statistics",
        "Open Government Licence v3.0 (Great Britain)",
        "https://geoportal.statistics.gov.uk",
    ),
}


class Why(StrEnum):
    """Why a line gives no postcode. The first three are as they should be, the others are faults."""

    BLANK = "blank"
    ENDED = "ended"
    UNPLACED = "unplaced"
    COLUMNS = "it has another number of columns"
    POSTCODE = "its postcode is none"
    POSITION = "its position cannot be read"
    OUTSIDE = "its position is outside the United Kingdom"

    @property
    def is_fault(self) -> bool:
        """Tell whether the line should have been readable."""
        return self not in (Why.BLANK, Why.ENDED, Why.UNPLACED)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a line, counted from 0: north and east are degrees or metres by `kind`."""

    kind: Kind
    count: int
    postcode: int
    north: int
    east: int
    # The column that says that there is no position (Code-Point) or no such postcode any more (ONSPD).
    flag: int
    has_header: bool


Spotted = tuple[str, float, float]


def compact(value: str) -> str | None:
    """Return a postcode without its space and in capitals (`LS14AP`), or None when it is not one."""
    flat = value.replace(" ", "").upper()
    return flat if POSTCODE.fullmatch(flat) else None


def find_columns(lines: Sequence[str]) -> Columns | None:
    """Return what the first lines of a file say it is, or None when it is neither of the two."""
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        return None
    named = _from_header(first)
    if named is not None:
        return named
    columns = Columns(Kind.CODE_POINT, CODE_POINT_COLUMNS, 0, 3, 2, 1, has_header=False)
    # A bad line or two at the start do not make it another file.
    good = sum(_is_code_point(line, columns) for line in lines[:20])
    return columns if good else None


def _is_code_point(line: str, columns: Columns) -> bool:
    found = read_line(line, columns)
    return not isinstance(found, Why) or found is Why.UNPLACED


def _from_header(line: str) -> Columns | None:
    for mark in _BOM:
        line = line.removeprefix(mark)
    names = [name.strip().lower() for name in _split(line)]

    def place(wanted: Sequence[str]) -> int | None:
        return next((names.index(name) for name in wanted if name in names), None)

    postcode, ended = place(_HEADER_POSTCODES), place(_HEADER_ENDED)
    lat, lon = place(_HEADER_LAT), place(_HEADER_LON)
    if postcode is None or lat is None or lon is None or ended is None:
        return None
    return Columns(Kind.ONSPD, len(names), postcode, lat, lon, ended, has_header=True)


def _split(line: str) -> list[str]:
    """Split one line as CSV; nothing comes of one that is none. An open quotation mark ends with the line."""
    try:
        return next(csv.reader((line,)), [])
    except csv.Error:
        return []


def read_line(line: str, columns: Columns) -> Spotted | Why:
    """Return the postcode of a line (`LS14AP`) and its north and east, or why there is none.

    North and east are latitude and longitude in degrees, or metres of the British National Grid.
    """
    if line.count(",") == columns.count - 1:
        fields = line.split(",")
    elif not line.strip():
        return Why.BLANK
    else:
        fields = _split(line)
        if len(fields) != columns.count:
            return Why.COLUMNS
    flag = fields[columns.flag].strip('" \r')
    if columns.kind is Kind.ONSPD and flag:
        return Why.ENDED
    code = compact(fields[columns.postcode].strip('"\r'))
    if code is None:
        return Why.POSTCODE
    north, east = fields[columns.north].strip('" \r'), fields[columns.east].strip('" \r')
    if columns.kind is Kind.CODE_POINT:
        return _on_the_grid(code, flag, north, east)
    if not north and not east:
        return Why.UNPLACED
    if not (_NUMBER.fullmatch(north) and _NUMBER.fullmatch(east)):
        return Why.POSITION
    lat = float(north)
    return Why.UNPLACED if lat >= NO_LATITUDE else (code, lat, float(east))


def _on_the_grid(code: str, quality: str, northing: str, easting: str) -> Spotted | Why:
    if quality == str(NO_POSITION) or (northing in ("", "0") and easting in ("", "0")):
        return Why.UNPLACED
    # A list in degrees would fit as well but for this: a grid is whole metres, and a quality a number.
    if not (_METRES.fullmatch(northing) and _METRES.fullmatch(easting) and quality.isdecimal()):
        return Why.POSITION
    return code, float(northing), float(easting)


_METRES = re.compile(r"[0-9]{1,7}(\.[0-9]+)?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?(E[+-]?[0-9]{1,2})?", re.I)


def attribution(kind: Kind, year: int) -> str:
    """Return the words the publishers ask for with a list of a year.

    Source: the licence pages of OS OpenData and of the ONS's postcode products.
    """
    rights = (
        f"Contains OS data © Crown copyright and database right {year}. "
        f"Contains Royal Mail data © Royal Mail copyright and database right {year}."
    )
    if kind is Kind.CODE_POINT:
        return rights
    source = "Source: Office for National Statistics licensed under the Open Government Licence v.3.0."
    return f"{source} {rights}"
