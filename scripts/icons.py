#!/usr/bin/env python3
"""Draw the app's small pictures (a honey dot on pine) as PNG files; for developers, standard library only."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

ICONS = Path(__file__).resolve().parent.parent / "static" / "pwa" / "icons"
PINE = (0x1F, 0x5C, 0x57)
HONEY = (0xF0, 0xBE, 0x5A)
DOT = 12 / 64
GRAIN = 4


def shade(x: float, y: float, size: int) -> float:
    """Return how much of the pixel at (x, y) the dot covers, 0 to 1."""
    centre, radius = size / 2, size * DOT
    inside = 0
    for i in range(GRAIN * GRAIN):
        dx = x + (i % GRAIN + 0.5) / GRAIN - centre
        dy = y + (i // GRAIN + 0.5) / GRAIN - centre
        inside += dx * dx + dy * dy <= radius * radius
    return inside / (GRAIN * GRAIN)


def chunk(name: bytes, body: bytes) -> bytes:
    """Return one chunk of a PNG file."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(size: int, kind: int, pixel_rows: list[bytes], palette: bytes = b"") -> bytes:
    """Return a PNG file of 8 bits a channel; each row starts with its filter byte."""
    head = struct.pack(">IIBBBBB", size, size, 8, kind, 0, 0, 0)
    chunks = [chunk(b"IHDR", head)]
    if palette:
        chunks.append(chunk(b"PLTE", palette))
    chunks += [chunk(b"IDAT", zlib.compress(b"".join(pixel_rows), 9)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def draw(size: int) -> bytes:
    """Return the picture in one size: 17 colours from pine to honey."""
    steps = GRAIN * GRAIN
    mixes = [
        [round(a + (b - a) * step / steps) for a, b in zip(PINE, HONEY, strict=True)]
        for step in range(steps + 1)
    ]
    rows = [b"\0" + bytes(round(shade(x, y, size) * steps) for x in range(size)) for y in range(size)]
    return png(size, 3, rows, b"".join(bytes(mix) for mix in mixes))


def badge(size: int) -> bytes:
    """Return the white dot on nothing that stands in the status bar."""
    rows = []
    for y in range(size):
        covers = [round(shade(x, y, size) * 255) for x in range(size)]
        rows.append(b"\0" + b"".join(bytes((255, cover)) for cover in covers))
    return png(size, 4, rows)


if __name__ == "__main__":
    for side in (180, 192, 512):
        (ICONS / f"dot-{side}.png").write_bytes(draw(side))
    (ICONS / "badge-96.png").write_bytes(badge(96))
