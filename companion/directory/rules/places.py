"""Where things are: distance, boxes, postcodes, and names of towns. Positions are WGS84 degrees."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

EARTH_KM = 6371.0088
KM_PER_MILE = 1.609344
# Further out a map shows more districts than words fit on it.
DISTRICTS_WITHIN_KM = 16.0
# The United Kingdom with the Channel Islands and the Isle of Man.
UK = (49.1, 61.0, -8.8, 2.0)
POSTCODE = re.compile(r"(GIR(?= ?0AA)|[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-HJKMNP-Y]?) ?([0-9][ABD-HJLNP-UW-Z]{2})")
_OUTCODE = re.compile(r"[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-HJKMNP-Y]?")


@dataclass(frozen=True, slots=True)
class Spot:
    """A named position to search around; `approximate` when only the postcode district is known."""

    name: str
    lat: float
    lon: float
    nation: str = ""
    people: int = 0
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of degrees that holds every point within some distance."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, spot: Spot) -> bool:
        """Tell whether a position lies in the box."""
        return self.south <= spot.lat <= self.north and self.west <= spot.lon <= self.east


def distance_km(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> float:
    """Return the great-circle distance in kilometres (haversine)."""
    a, b = math.radians(a_lat), math.radians(b_lat)
    half_lat = math.sin((b - a) / 2) ** 2
    half_lon = math.sin(math.radians(b_lon - a_lon) / 2) ** 2
    root = half_lat + math.cos(a) * math.cos(b) * half_lon
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(root)))


def box_around(lat: float, lon: float, km: float) -> Box:
    """Return the box that holds every point within `km` of a position, never narrower than the truth."""
    angle = km / EARTH_KM
    reach = math.degrees(angle) * 1.000001 + 1e-9
    south, north = lat - reach, lat + reach
    if south <= -90 or north >= 90:
        return Box(max(south, -90.0), min(north, 90.0), -180.0, 180.0)
    # The widest point of the circle lies nearer the pole than its middle.
    ratio = min(1.0, math.sin(min(angle, math.pi / 2)) / math.cos(math.radians(lat)))
    wide = math.degrees(math.asin(ratio)) * 1.000001 + 1e-9
    west, east = lon - wide, lon + wide
    if west < -180 or east > 180:
        return Box(south, north, -180.0, 180.0)
    return Box(south, north, west, east)


def parse_postcode(value: str) -> str | None:
    """Return a postcode as it is written on a letter (`LS1 4AP`), or None when it is not one."""
    flat = re.sub(r"[\s.\-]+", "", value).upper()
    found = POSTCODE.fullmatch(flat) or POSTCODE.fullmatch(_letters_for_digits(flat))
    return f"{found.group(1)} {found.group(2)}" if found else None


def _letters_for_digits(flat: str) -> str:
    # The second half always starts with a digit; an O typed there means 0.
    return flat[:-3] + "0" + flat[-2:] if len(flat) > 4 and flat[-3] == "O" else flat


def parse_outcode(value: str) -> str | None:
    """Return the first half of a postcode from a whole one or from a half (`LS1`), or None."""
    postcode = parse_postcode(value)
    if postcode is not None:
        return postcode.split(" ")[0]
    flat = value.strip().upper()
    return flat if _OUTCODE.fullmatch(flat) else None


def in_uk(lat: float, lon: float) -> bool:
    """Tell whether a position in degrees lies in the box around the United Kingdom."""
    return UK[0] <= lat <= UK[1] and UK[2] <= lon <= UK[3]


def check_position(lat: float, lon: float) -> tuple[tuple[float, float] | None, str | None]:
    """Return a usable position and a code when it was mended (`swapped`) or dropped."""
    if not (math.isfinite(lat) and math.isfinite(lon)):
        return None, "position_out_of_range"
    if in_uk(lat, lon):
        return (round(lat, 6), round(lon, 6)), None
    if in_uk(lon, lat):
        return (round(lon, 6), round(lat, 6)), "position_swapped"
    if abs(lat) > 90 or abs(lon) > 180:
        return None, "position_out_of_range"
    return None, "position_outside_uk"


def fold(name: str) -> str:
    """Return a name without case, accents, punctuation or `St.` against `Saint`."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = re.sub(r"[^a-z0-9]+", " ", plain.replace("'", "").replace("\u2019", "")).split()
    return " ".join({"saint": "st", "upon": "on"}.get(word, word) for word in words if word != "and")


class Gazetteer(Protocol):
    """What knows where a place is."""

    def postcode(self, value: str) -> Spot | None:
        """Return the position of a full postcode, in any spelling, when it is known to the metre."""

    def outcode(self, value: str) -> Spot | None:
        """Return the middle of the district of a postcode or outcode."""

    def find(self, text: str) -> Spot | None:
        """Return the place a person means by `text`."""


class PlaceNames:
    """Names and outcodes with their positions; towns come biggest first. It knows no full postcode."""

    def __init__(self, towns: Iterable[Spot], outcodes: Mapping[str, Spot]) -> None:
        self._outcodes = dict(outcodes)
        self._by_degree: dict[tuple[int, int], list[Spot]] = {}
        for spot in self._outcodes.values():
            self._by_degree.setdefault((math.floor(spot.lat), math.floor(spot.lon)), []).append(spot)
        self._towns = [(fold(town.name), town) for town in towns]
        self._first: dict[str, Spot] = {}
        for key, town in self._towns:
            self._first.setdefault(key, town)
            self._first.setdefault(f"{key} {fold(town.nation)}", town)

    def postcode(self, value: str) -> Spot | None:
        """Return None: only districts are known here."""
        return None

    def outcode(self, value: str) -> Spot | None:
        """Return the middle of the district of a postcode or outcode."""
        code = parse_outcode(value)
        return self._outcodes.get(code) if code else None

    def nation_at(self, lat: float, lon: float) -> str:
        """Return the nation of the nearest postcode district, empty when none is within 100 km."""
        # Flat degrees are near enough to choose by; the distance is measured for the chosen one only.
        narrow = math.cos(math.radians(lat))

        def far(spot: Spot) -> float:
            return (spot.lat - lat) ** 2 + ((spot.lon - lon) * narrow) ** 2

        # A degree is 111 km to the north, and more than 50 km to the east as far up as there is land.
        north, east = math.floor(lat), math.floor(lon)
        around = [
            spot
            for row in (north - 1, north, north + 1)
            for column in range(east - 2, east + 3)
            for spot in self._by_degree.get((row, column), ())
        ]
        best = min(around, key=far, default=None)
        return best.nation if best and distance_km(lat, lon, best.lat, best.lon) < 100 else ""

    def find(self, text: str) -> Spot | None:
        """Return the place a person means by `text`: a town, an outcode or a postcode."""
        if len(text) > 100:
            return None
        found = self.outcode(text)
        if found is not None:
            return found
        key = re.sub(r" uk$", "", fold(text))
        if not key:
            return None
        exact = self._first.get(key)
        # "Newcastle" is Newcastle upon Tyne to nearly everyone, so a far bigger longer name wins.
        longer = next((town for name, town in self._towns if name.startswith(f"{key} ")), None)
        if exact is None or (longer is not None and longer.people > 10 * exact.people):
            return longer
        return exact

    def around(self, lat: float, lon: float, km: float, most: int = 12) -> list[Spot]:
        """Return towns within `km`, biggest first, then the districts nearest; each at most `most` times.

        Two names of one place are one, the first. Districts are only told where a map shows a part of a town.
        """
        box = box_around(lat, lon, km)

        def inside(spots: Iterable[Spot]) -> list[Spot]:
            found: dict[tuple[float, float], Spot] = {}
            for spot in spots:
                if box.holds(spot) and distance_km(lat, lon, spot.lat, spot.lon) <= km:
                    found.setdefault((spot.lat, spot.lon), spot)
            return list(found.values())

        towns = inside(town for _, town in self._towns)[:most]
        if km > DISTRICTS_WITHIN_KM:
            return towns
        districts = inside(self._outcodes.values())
        districts.sort(key=lambda spot: (distance_km(lat, lon, spot.lat, spot.lon), spot.name))
        return towns + districts[:most]

    def suggest(self, text: str, most: int = 8) -> list[str]:
        """Return names that start like `text`, biggest first; each finds its own place again."""
        key = fold(text[:100])
        if not key:
            return []
        names: list[str] = []
        for name, town in self._towns:
            if name.startswith(key):
                same = self.find(town.name) is town
                shown = town.name if same else f"{town.name}, {town.nation}"
                if shown not in names and (same or self._first.get(fold(shown)) is town):
                    names.append(shown)
            if len(names) >= most:
                return names
        code = text.strip().upper().replace(" ", "")
        if len(code) >= 2 and any(char.isdigit() for char in code):
            names += [known for known in self._outcodes if known.startswith(code)][: most - len(names)]
        return names


class WithPostcodes:
    """Place names and the positions of some full postcodes (`LS14AP`), those that will be asked for.

    A spot is named after the outcode alone: where a person lives is not said back in full.
    """

    def __init__(self, names: PlaceNames, known: Mapping[str, tuple[float, float]]) -> None:
        self._names = names
        self._known = known

    def postcode(self, value: str) -> Spot | None:
        """Return the position of a full postcode, in any spelling, when it is known to the metre."""
        code = parse_postcode(value)
        position = self._known.get(code.replace(" ", "")) if code else None
        if code is None or position is None:
            return None
        district = self._names.outcode(code)
        name, nation = code.split(" ")[0], district.nation if district else ""
        return Spot(name, *position, nation=nation)

    def outcode(self, value: str) -> Spot | None:
        """Return the middle of the district of a postcode or outcode."""
        return self._names.outcode(value)

    def find(self, text: str) -> Spot | None:
        """Return the place a person means by `text`: a full postcode first, then what the names know."""
        return self.postcode(text[:100]) or self._names.find(text)
