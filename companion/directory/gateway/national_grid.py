"""Eastings and northings of the British National Grid as WGS84 degrees, by PROJ.

The seven numbers are the Ordnance Survey's own ("A guide to coordinate systems in Great Britain", section
6.6). They are good to about 5 m anywhere in Great Britain. The exact shift, OSTN15, needs a grid of 15 MB
that PROJ would fetch from the web; naming the steps keeps it from doing so and gives every machine the same
positions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from pyproj import Transformer

_STEPS = (
    "+proj=pipeline "
    "+step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy "
    "+step +proj=push +v_3 "
    "+step +proj=cart +ellps=airy "
    "+step +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.1502 +ry=0.247 +rz=0.8421 +s=-20.4894 "
    "+convention=position_vector "
    "+step +inv +proj=cart +ellps=WGS84 "
    "+step +proj=pop +v_3 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
)


@lru_cache(maxsize=1)
def _transformer() -> Transformer:
    return Transformer.from_pipeline(_STEPS)


def to_degrees(eastings: Sequence[float], northings: Sequence[float]) -> list[tuple[float, float] | None]:
    """Return latitude and longitude (WGS84 degrees) of points in metres; None where the grid has no such."""
    if not eastings:
        return []
    lons, lats = _transformer().transform(list(eastings), list(northings))
    return [
        (lat, lon) if math.isfinite(lat) and math.isfinite(lon) else None
        for lat, lon in zip(lats, lons, strict=True)
    ]
