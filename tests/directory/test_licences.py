"""Whose records may be given out again: the words of a licence, read with care."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion import seeding
from companion.directory.rules.licences import may_republish

OPEN = (
    "OGL",
    "OGL v3.0",
    "OGLv3",
    "OGL-UK-3.0",
    "Open Government Licence v3.0",
    "open government license",
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    "CC0",
    "CC0 1.0",
    "CC0-1.0",
    "Creative Commons Zero",
    "CC0 1.0 Universal (No Rights Reserved)",
    "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC BY 4.0",
    "CC-BY-4.0",
    "CC BY4.0",
    "ccby",
    "Creative Commons Attribution 4.0 International",
    "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0",
    "CC-BY-SA-3.0",
    "Creative Commons Attribution-ShareAlike 4.0",
    "ODbL",
    "ODbL-1.0",
    "Open Database License",
    "https://opendatacommons.org/licenses/odbl/1-0/",
    "ODC-By",
    "PDDL",
    "PDDL-1.0",
    "Public domain",
    "MIT",
    "MIT License",
    "BSD-3-Clause",
    "Apache-2.0",
    "Apache License 2.0",
)
CLOSED = (
    "",
    " ",
    "?",
    "with permission",
    "By permission of the council, e-mail of 3 May",
    "OGL with permission",
    "All rights reserved",
    "© Northside Council. All rights reserved.",
    "CC BY-NC 4.0",
    "CC-BY-NC-SA-4.0",
    "CC BY-ND 4.0",
    "CC-BY-NC-ND-4.0",
    "Creative Commons Attribution-NonCommercial 4.0",
    "Creative Commons Attribution Non-Commercial",
    "Creative Commons Attribution-NoDerivatives 4.0",
    "https://creativecommons.org/licenses/by-nc-nd/4.0/",
    "not OGL",
    "OGL not confirmed",
    "OGL, pending",
    "OGL and CC BY-NC",
    "No licence",
    "unknown",
    "Creative Commons",
    "Open data",
    "open",
    "proprietary",
    "Our own terms",
    "permit",
    "googled",
    "summit",
)


@pytest.mark.parametrize("words", OPEN)
def test_an_open_licence_is_known_by_its_names(words: str) -> None:
    assert may_republish(words)
    assert may_republish(f"  {words.upper()} ")


@pytest.mark.parametrize("words", CLOSED)
def test_all_other_words_hold_a_feed_back(words: str) -> None:
    assert not may_republish(words)


@given(
    st.sampled_from(OPEN), st.sampled_from(("NC", "non-commercial", "ND", "by permission", "unless agreed"))
)
def test_one_closing_word_closes_any_licence(words: str, more: str) -> None:
    assert not may_republish(f"{words} {more}")
    assert not may_republish(f"{more}, {words}")


@given(st.text())
def test_any_words_have_an_answer(words: str) -> None:
    assert may_republish(words) in (True, False)


def test_what_comes_with_companion_may_go_out_again() -> None:
    assert may_republish(seeding.BUNDLED.name)
    assert may_republish(seeding.MADE_UP.name)
