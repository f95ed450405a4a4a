"""Markup, script and broken letters never come out of a feed's text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.directory.rules import text as rules_text
from companion.directory.rules.text import _made_plain, mend_letters, plain_line, plain_text, summary


def test_headings_and_paragraphs_become_lines() -> None:
    assert (
        plain_text("<h1>About us</h1>\n\n<p>We help.</p><p>Come&nbsp;in.</p>")
        == "About us\n\nWe help.\nCome in."
    )


def test_list_items_become_lines_with_a_dash() -> None:
    assert plain_text("<ul><li>Tea</li><li>Talk</li></ul>") == "- Tea\n\n- Talk"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>Hello",
        "&lt;script&gt;alert(1)&lt;/script&gt;Hello",
        "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;Hello",
        "<scr<script>ipt>alert(1)</script>Hello",
        "<scr\x00ipt>alert(1)</scr\x00ipt>Hello",
        "<img src=x onerror=alert(1)>Hello",
        "<svg onload=alert(1)>x</svg>Hello",
        "<style>@import 'http://x'</style>Hello",
        "<iframe srcdoc='&lt;script&gt;'></iframe>Hello",
        "<a href='javascript:alert(1)'>Hello</a>",
        "<!-- <b> -->Hello",
        "Hello<img src=x",
    ],
)
def test_no_tag_survives(hostile: str) -> None:
    found = plain_text(hostile)
    assert "Hello" in found
    assert "<" not in found
    assert "onerror" not in found


def test_a_plain_less_than_sign_stays() -> None:
    assert plain_text("Open if 5 < 6 & more") == "Open if 5 < 6 & more"


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("donâ€™t", "don’t"),
        ("Â£10 a session", "£10 a session"),
        ("cafÃ©", "café"),
        ("donGÇÖt", "don’t"),
        ("ΓÇ£quotedΓÇ¥", "“quoted”"),
        ("Ünder a naïve café – £5", "Ünder a naïve café – £5"),
    ],
)
def test_letters_read_in_the_wrong_alphabet_are_mended(broken: str, whole: str) -> None:
    assert mend_letters(broken) == whole


def test_markers_and_written_out_line_breaks_become_breaks() -> None:
    assert plain_text("One\\nTwo ###MON###Three") == "One\nTwo Three"


def test_a_line_has_no_breaks_and_an_end() -> None:
    assert plain_line("  a\n b <b>c</b> ") == "a b c"
    assert len(plain_line("x" * 5000)) == 300


def test_a_summary_ends_with_a_sentence_or_a_word() -> None:
    text = "We help people with debt. " * 20
    assert summary(text).endswith("debt.")
    assert summary("word " * 100).endswith("word…")


@given(st.text(st.characters(exclude_categories=())))
def test_it_never_raises_and_is_stable(text: str) -> None:
    once = plain_text(text)
    assert "\x00" not in once
    assert not any("\ud800" <= char <= "\udfff" for char in once)
    assert len(once) <= 20_000


@given(
    st.lists(
        st.sampled_from(
            ["<", ">", "script", "&lt;", "&amp;", "/", "img ", "\x00", "a", "&#60;", "!--", "<b>"]
        )
    )
)
def test_no_mixture_of_pieces_makes_a_tag(pieces: list[str]) -> None:
    found = plain_text("".join(pieces)).lower()
    assert "<script" not in found
    assert "<img" not in found


@given(st.text(st.characters(min_codepoint=9, max_codepoint=127), max_size=60), st.integers(1, 30))
def test_the_short_way_for_plain_words_gives_what_the_long_way_gives(words: str, most: int) -> None:
    assert plain_text(words, most) == _made_plain(words, most)


PIECES = [
    "<p>", "</p>", "<B>", "</b>", "<em>", "</strong>", "<div>", "</span>", "<h2>", "</h2>", "<ul>", "<li>",
    "</li>", "\n", " ", "word", ">", "<", "&amp;", "<br>", "<script>", "</script>", "<p class=a>", "\xa0",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12))
def test_simple_tags_are_taken_out_as_a_reader_of_html_would(pieces: list[str]) -> None:
    words = "".join(pieces)
    found = plain_text(words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules_text, "_SIMPLE", re.compile("(?!)"))
        assert plain_text(words) == found
