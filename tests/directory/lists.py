"""Small lists of postcodes in the shapes of ONSPD and OS Code-Point Open."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

# The order of columns of no release in particular: they are found by name.
HEADER = ("pcd7", "pcds", "dointr", "doterm", "ctry25cd", "long", "imd", "lat")
LEEDS, BRADFORD, BELFAST = (
    ("LS1 4AP", 53.79648, -1.54785),
    ("BD1 1AB", 53.79391, -1.75212),
    ("BT1 5GS", 54.597, -5.93),
)


def onspd_line(code: str, lat: float | str, lon: float | str, ended: str = "") -> str:
    """Return one line in the shape of ONSPD."""
    flat = code.replace(" ", "")
    seven = f"{flat[:-3]:<4}{flat[-3:]}"
    return f'"{seven}","{code}","198001","{ended}","E92000001",{lon},12,{lat}'


def onspd(*lines: str, header: Iterable[str] = HEADER) -> str:
    """Return a whole file in the shape of ONSPD."""
    return "\r\n".join([",".join(header), *lines, ""])


def code_point_line(code: str, east: float | str, north: float | str, quality: int = 10) -> str:
    """Return one line in the shape of OS Code-Point Open."""
    flat = code.replace(" ", "")
    seven = f"{flat[:-3]:<4}{flat[-3:]}"
    return f'"{seven}",{quality},{east},{north},"E92000001","","E18000002","","E08000035","E05001420"'


def made_up(count: int) -> list[tuple[str, float, float]]:
    """Return as many postcodes with different positions."""
    ends = [f"{digit}{a}{b}" for digit in range(10) for a in "ABD" for b in "EFG"]
    return [
        (f"LS{1 + number // 90} {ends[number % 90]}", 53 + number / 10_000, -1 - number / 10_000)
        for number in range(count)
    ]


def write(folder: Path, content: str | bytes, name: str = "list.csv") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def write_zip(folder: Path, members: Mapping[str, str | bytes], name: str = "list.zip") -> Path:
    """Write a zip and return its path."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for inside, content in members.items():
            packed.writestr(inside, content)
    return path
