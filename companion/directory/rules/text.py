"""Text of feeds made plain: no markup, no script, no broken letters, no characters that do harm."""

from __future__ import annotations

import html
import re
import unicodedata

import nh3

MOST_TEXT = 20_000
_HIDDEN = {
    "script", "style", "iframe", "noscript", "template", "object", "embed", "svg", "math", "head", "title",
    "textarea", "xmp", "noembed", "noframes", "select", "audio", "video", "canvas",
}  # fmt: skip
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|h[1-6]|li|ul|ol|tr|table|section|article|blockquote)\s*>", re.I)
_ITEM = re.compile(r"<li(?:\s[^<>]*)?>", re.I)
_TAG = re.compile(r"<[a-z/!?]", re.I)
# Tags that move no words about and hide none, bare as most feeds write them.
_SIMPLE = re.compile(r"</?(?:p|b|i|u|em|strong|span|div|h[1-6]|ul|ol|li)>", re.I)
_ANY_TAG = re.compile(r"<(?=[a-z/!?])[^<>]*>?", re.I)
_MARKER = re.compile(r"###[A-Za-z]{2,12}###")
_LITERAL_BREAK = re.compile(r"\\r\\n|\\n|\\r")
# Controls but newline and tab, surrogates, zero-width and direction marks, the marks nobody may use.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
# One line of letters in which nothing can be wrong: most of what feeds send.
_PLAIN = re.compile(r"[ !\"$%'-;=?-\[\]-~]*")
_LINES = re.compile(r"\n{3,}")


def _byte_of() -> dict[str, int]:
    """Return the byte each character stood for when UTF-8 was read as Windows-1252."""
    known = {chr(number): number for number in range(0x80, 0x100)}
    for number in range(0x80, 0xA0):
        try:
            known[bytes([number]).decode("cp1252")] = number
        except UnicodeDecodeError:
            # Five bytes have no letter in Windows-1252; readers leave them as C1 controls.
            continue
    return known


_BYTE_OF = _byte_of()
_LEAD = "".join(re.escape(char) for char, byte in _BYTE_OF.items() if 0xC2 <= byte <= 0xF4)
_TAIL = "".join(re.escape(char) for char, byte in _BYTE_OF.items() if 0x80 <= byte < 0xC0)
_MISREAD = re.compile(f"[{_LEAD}][{_TAIL}]{{1,3}}")
# The same marks read as code page 437; the Greek capital is often turned into a plain G on the way.
_OLD_PAGE = {
    first + mark.encode().decode("cp437")[1:]: mark
    for mark in "\u2018\u2019\u201c\u201d\u2013\u2014\u2022\u2026"
    for first in ("\u0393", "G")
}
_OLD = re.compile("|".join(sorted(map(re.escape, _OLD_PAGE), key=len, reverse=True)))


def _reread(found: re.Match[str]) -> str:
    try:
        return bytes(_BYTE_OF[char] for char in found.group()).decode("utf-8")
    except UnicodeDecodeError:
        return found.group()


def mend_letters(text: str) -> str:
    """Put right letters that were written as UTF-8 and read as something else."""
    if text.isascii():
        return text
    text = _OLD.sub(lambda found: _OLD_PAGE[found.group()], text)
    for _ in range(2):
        mended = _MISREAD.sub(_reread, text)
        if mended == text:
            break
        text = mended
    # The last byte of a closing quotation mark has no letter there and is often lost on the way.
    return text.replace("\u00e2\u20ac", "\u201d")


def _without_markup(text: str) -> str:
    # Markup may be hidden as entities, even twice, so the text is cleaned until nothing changes.
    for _ in range(4):
        if "<" not in text and "&" not in text:
            return text
        before = text
        if _TAG.search(text):
            text = _ITEM.sub("\n- ", _BREAK.sub("\n", text))
            # Reading HTML takes as long as all else together; without it nothing that looks like HTML stays.
            bare = _SIMPLE.sub("", text)
            if "<" not in bare and "&" not in bare:
                return bare
            text = nh3.clean(text, tags=set(), clean_content_tags=_HIDDEN)
        text = html.unescape(text)
        if text == before:
            break
    return _ANY_TAG.sub("", text) if _TAG.search(text) else text


def plain_text(value: str, most: int = MOST_TEXT) -> str:
    """Return `value` as plain text with line breaks kept and everything unsafe gone."""
    if len(value) <= most * 4 and _PLAIN.fullmatch(value):
        return " ".join(value.split())[:most].rstrip()
    return _made_plain(value, most)


def _made_plain(value: str, most: int) -> str:
    text = mend_letters(value[: most * 4]).replace("\r\n", "\n").replace("\r", "\n")
    # Characters that do harm go first: they can part a tag ("<scr\x00ipt>") and stop the HTML reader.
    text = text if text.isprintable() else _HARMFUL.sub("", text)
    decodes = "&" in text or not text.isascii()
    text = _without_markup(text)
    text = _MARKER.sub(" ", text) if "###" in text else text
    text = _LITERAL_BREAK.sub("\n", text) if "\\" in text else text
    if decodes:
        # Entities and joined letters can bring such characters back.
        text = unicodedata.normalize("NFC", text.replace("\r", "\n").replace("\xa0", " "))
        text = _HARMFUL.sub("", text)
    # Entities can hide the same trick, so look once more.
    text = _ANY_TAG.sub("", text) if _TAG.search(text) else text
    # Of all blanks only the space is printable.
    single = "  " not in text
    lines = [
        line.strip() if single and line.isprintable() else " ".join(line.split()) for line in text.split("\n")
    ]
    text = "\n".join(lines)
    text = _LINES.sub("\n\n", text) if "\n\n\n" in text else text
    return text.strip()[:most].rstrip()


def plain_line(value: str, most: int = 300) -> str:
    """Return `value` as one line of plain text."""
    if len(value) <= most * 8 and _PLAIN.fullmatch(value):
        return " ".join(value.split())[:most].rstrip()
    return " ".join(plain_text(value, most * 2).split())[:most].rstrip()


def has_markup(value: str) -> bool:
    """Tell whether `value` holds tags."""
    return "<" in value and _TAG.search(value) is not None


def summary(text: str, most: int = 180) -> str:
    """Return the first words of a description, cut at the end of a sentence or word."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    cut = flat[: most + 1]
    stop = max(cut.rfind(". "), cut.rfind("? "), cut.rfind("! "))
    if stop >= most // 2:
        return cut[: stop + 1]
    return cut[: max(cut.rfind(" "), most // 2)].rstrip(" ,;:-") + "…"
