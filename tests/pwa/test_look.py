"""Colours: the contrasts promised in the design, computed from app.css, in light and dark."""

from __future__ import annotations

import re

import pytest

from companion import pwa

TEXT = 4.5
SHAPE = 3.0
CSS = (pwa.find_folder() / "app.css").read_text(encoding="utf-8")
BLOCKS = [
    dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", block))
    for block in re.findall(r"color-scheme: (?:light|dark);([^}]*)", CSS)
]
PAIRS = [
    *[(text, ground, TEXT) for text in ("ink", "soft") for ground in ("paper", "card", "sunk")],
    *[("pine", ground, TEXT) for ground in ("paper", "card", "sunk", "pine-wash")],
    *[
        (tone, ground, TEXT)
        for tone in ("clay", "leaf", "sky", "plum")
        for ground in ("card", f"{tone}-wash")
    ],
    *[("ink", f"{tone}-wash", TEXT) for tone in ("honey", "clay", "leaf", "sky", "plum", "pine")],
    *[("link", ground, TEXT) for ground in ("paper", "card", "sunk", "clay-wash", "honey-wash")],
    *[("edge", ground, SHAPE) for ground in ("paper", "card", "sunk")],
    ("on-pine", "pine", TEXT),
    ("on-pine", "pine-press", TEXT),
    ("honey-ink", "honey-wash", TEXT),
    ("soft", "honey-wash", TEXT),
    ("soft", "pine-wash", TEXT),
    ("paper", "ink", TEXT),
    ("undo", "ink", TEXT),
    ("focus-ink", "focus", TEXT),
]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def themes() -> dict[str, dict[str, str]]:
    light, *darks = BLOCKS
    return {"light": light, "dark": {**light, **darks[0]}}


def test_both_ways_into_the_dark_theme_have_the_same_colours() -> None:
    assert len(BLOCKS) == 3
    assert BLOCKS[1] == BLOCKS[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_promised_contrast_holds(theme: str) -> None:
    colours = themes()[theme]
    weak = {
        f"{text} on {ground}": round(contrast(colours[text], colours[ground]), 2)
        for text, ground, least in PAIRS
        if contrast(colours[text], colours[ground]) < least
    }
    assert not weak


def test_sizes_of_text_follow_the_phone() -> None:
    every = "".join(path.read_text(encoding="utf-8") for path in pwa.find_folder().glob("*.css"))
    rules = re.sub(r"\.chart text \{[^}]*}", "", every)  # text inside a picture scales with the picture
    assert not re.search(r"font(?:-size)?:[^;]*\dpx", rules)
