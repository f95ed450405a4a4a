"""Lines of national lists of postcodes: which list it is, what a line says, and lines that are none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.directory.gateway import to_degrees
from companion.directory.rules.places import distance_km, parse_postcode
from companion.directory.rules.postcode_lists import (
    Columns,
    Kind,
    Why,
    attribution,
    compact,
    find_columns,
    read_line,
)
from tests.directory.lists import HEADER, code_point_line, onspd_line

OUTCODES = st.sampled_from(["M1", "LS1", "B33", "CR2", "DN55", "W1A", "EC1A", "BT1", "ZE3", "SW1A", "L1"])
INCODES = st.from_regex(r"[0-9][ABD-HJLNP-UW-Z]{2}", fullmatch=True)


def columns(*lines: str) -> Columns:
    found = find_columns(lines)
    assert found is not None
    return found


ONSPD = columns(",".join(HEADER))
CODE_POINT = columns(code_point_line("LS1 4AP", 429_900, 433_500))


@given(OUTCODES, INCODES, st.data())
def test_every_spelling_of_a_postcode_is_the_same_postcode(
    outcode: str, incode: str, data: st.DataObject
) -> None:
    flat = outcode + incode
    spaces = data.draw(
        st.lists(st.sampled_from(["", " ", "  ", "\u00a0", "-"]), min_size=len(flat), max_size=len(flat))
    )
    typed = "".join(a + b for a, b in zip(flat, spaces, strict=True))
    typed = data.draw(st.sampled_from([typed, typed.lower(), f"  {typed.title()} "]))
    assert parse_postcode(typed) == f"{outcode} {incode}"


@given(OUTCODES, INCODES)
def test_a_compact_postcode_is_its_own_compact_form_and_finds_its_way_back(outcode: str, incode: str) -> None:
    flat = compact(f"{outcode.lower()} {incode}")
    assert flat == outcode + incode
    assert compact(flat) == flat
    assert parse_postcode(flat) == f"{outcode} {incode}"


@given(st.text(max_size=12))
def test_what_is_no_postcode_never_becomes_one(value: str) -> None:
    flat = compact(value)
    assert flat is None or re.fullmatch(r"[A-Z]{1,3}[0-9][0-9A-Z]?[0-9][A-Z]{2}|GIR0AA", flat)


def test_girobanks_own_postcode_is_one() -> None:
    assert parse_postcode("gir0aa") == "GIR 0AA"
    assert compact("GIR 0AA") == "GIR0AA"


def test_columns_of_onspd_are_found_by_name_in_any_order() -> None:
    assert (ONSPD.kind, ONSPD.count, ONSPD.has_header) == (Kind.ONSPD, 8, True)
    assert read_line(onspd_line("LS1 4AP", 53.79648, -1.54785), ONSPD) == ("LS14AP", 53.79648, -1.54785)
    capitals = columns("\u00ef\u00bb\u00bfX,Y,OBJECTID,PCD,PCD2,PCDS,DOINTR,DOTERM,LAT,LONG\r")
    assert read_line("1,2,3,LS1 4AP,LS1  4AP,LS1 4AP,198001,,53.8,-1.5\r", capitals) == ("LS14AP", 53.8, -1.5)
    quoted = columns('"lat","long","pcd","doterm"')
    assert read_line('"53.8","-1.5","LS1 4AP",""', quoted) == ("LS14AP", 53.8, -1.5)


@pytest.mark.realdata
def test_the_columns_the_ons_lists_are_known(real_data: Path) -> None:
    listed = json.loads((real_data / "reference" / "onspd_schema.json").read_text(encoding="utf-8"))
    names = [entry["code"] for entry in listed]
    found = columns(",".join(names))
    assert (names[found.postcode], names[found.north], names[found.east]) == ("pcds", "lat", "long")
    assert names[found.flag] == "doterm"


@pytest.mark.parametrize(
    "line",
    [
        "name,postcode,lat,long",
        "pcds,lat,long",
        '{"pcds": "LS1 4AP"}',
        "LS1 4AP,53.8,-1.5",
        "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC",
        "a\rb",
        "",
        '"',
        ",,,,,,,,,",
    ],
    ids=range(9),
)
def test_other_tables_are_no_list(line: str) -> None:
    assert find_columns([line]) is None


def test_code_point_is_known_though_its_first_lines_are_bad() -> None:
    lines = ["rubbish", "", code_point_line("LS1 4AP", 429_900, 433_500)]
    assert columns(*lines) == CODE_POINT
    assert columns(code_point_line("LS1 4AP", 0, 0, quality=90)) == CODE_POINT


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (onspd_line("LS1 4AP", 53.8, -1.5, ended="201502"), Why.ENDED),
        (onspd_line("GY1 1AA", "99.999999", "0.000000"), Why.UNPLACED),
        (onspd_line("LS1 4AP", "", ""), Why.UNPLACED),
        (onspd_line("LS1 4AP", "north", -1.5), Why.POSITION),
        (onspd_line("LS1 4AP", "nan", -1.5), Why.POSITION),
        (onspd_line("LS1 4AP", "1e999", -1.5), Why.POSITION),
        (onspd_line("LS1 4AP", 53.8, ""), Why.POSITION),
        (onspd_line("LS1 4A", 53.8, -1.5), Why.POSTCODE),
        ("LS1 4AP,LS1 4AP,1980", Why.COLUMNS),
        ('"LS1 4AP,LS1 4AP,198001,,E92000001,-1.5,12,53.8', ("LS14AP", 53.8, -1.5)),
        ('"LS1 4AP","LS1 4AP","a, b",,E92000001,-1.5,12,53.8', ("LS14AP", 53.8, -1.5)),
        ("  \r", Why.BLANK),
    ],
    ids=range(12),
)
def test_lines_of_onspd(line: str, found: object) -> None:
    assert read_line(line, ONSPD) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (code_point_line("LS1 4AP", 429_900, 433_500), ("LS14AP", 433_500.0, 429_900.0)),
        (code_point_line("B1 1AA", 406_000, 286_000) + "\r", ("B11AA", 286_000.0, 406_000.0)),
        (code_point_line("LS1 4AP", 0, 0, quality=90), Why.UNPLACED),
        (code_point_line("LS1 4AP", "", ""), Why.UNPLACED),
        (code_point_line("LS1 4AP", "x", 433_500), Why.POSITION),
        (code_point_line("LS1 4AP", -5, 433_500), Why.POSITION),
        (code_point_line("1234567", 429_900, 433_500), Why.POSTCODE),
        (code_point_line("LS1 4AP", 429_900, 433_500)[:40], Why.COLUMNS),
    ],
    ids=range(8),
)
def test_lines_of_code_point(line: str, found: object) -> None:
    assert read_line(line, CODE_POINT) == found


@given(st.text(max_size=200), st.sampled_from([ONSPD, CODE_POINT]))
def test_no_line_breaks_the_reading(line: str, known: Columns) -> None:
    found = read_line(line, known)
    assert isinstance(found, Why) or compact(found[0]) == found[0]


def test_publishers_are_named_in_their_own_words() -> None:
    royal_mail = "Contains Royal Mail data © Royal Mail copyright and database right 2026."
    assert attribution(Kind.CODE_POINT, 2026) == (
        f"Contains OS data © Crown copyright and database right 2026. {royal_mail}"
    )
    assert attribution(Kind.ONSPD, 2026).startswith("Source: Office for National Statistics")
    assert attribution(Kind.ONSPD, 2026).endswith(royal_mail)


# Easting, northing, latitude, longitude. The first is the worked example of the Ordnance Survey's guide, the
# others are points of its test of OSTN15 from Scilly to Kent, exact to a centimetre.
PUBLISHED = [
    (651_409.903, 313_177.270, 52 + 39 / 60 + 28.723 / 3600, 1 + 42 / 60 + 57.787 / 3600),
    (91_492.146, 11_318.804, 49.92226394, -6.29977753),
    (170_370.718, 11_572.405, 49.96006138, -5.20304610),
    (292_184.870, 168_003.465, 51.40078221, -3.55128350),
    (639_821.835, 169_565.858, 51.37447025, 1.44454730),
    (530_624.974, 178_388.464, 51.48936565, -0.11992557),
    (241_124.584, 220_332.641, 51.85890896, -4.30852476),
    (389_544.190, 261_912.153, 52.25529382, -2.15458614),
]


@pytest.mark.parametrize(("east", "north", "lat", "lon"), PUBLISHED, ids=range(len(PUBLISHED)))
def test_grid_points_come_out_within_five_metres(east: float, north: float, lat: float, lon: float) -> None:
    (found,) = to_degrees([east], [north])
    assert found is not None
    assert distance_km(*found, lat, lon) < 0.005


def test_east_and_west_of_the_meridian_of_greenwich() -> None:
    # The meridian of WGS84 runs 102 m east of the brass line at the observatory; 0.00015 degrees are 10 m.
    west, on, east = to_degrees([538_878.0, 538_980.0, 539_082.0], [177_322.0] * 3)
    assert west is not None
    assert on is not None
    assert east is not None
    assert on == (pytest.approx(51.4778, abs=0.0001), pytest.approx(0.0, abs=0.00015))
    assert west[1] < on[1] < east[1]
    assert (west[1], east[1]) == (pytest.approx(-0.0015, abs=0.0001), pytest.approx(0.0014, abs=0.0001))


def test_points_the_grid_does_not_have_are_none() -> None:
    assert to_degrees([], []) == []
    assert to_degrees([float("nan"), 429_900.0], [0.0, 433_500.0])[0] is None
