"""JSON read value by value from a stream of bytes, holding no more of it than one value needs.

Python's own decoder reads each value, so this is as fast as reading the whole at once. The text of every
value is given out beside it: whoever has seen it before need not look further.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from types import TracebackType
from typing import Protocol

CHUNK = 256 * 1024
# One service is some kilobytes. Who sends a longer value sends no service.
MOST_VALUE = 16 * 1024 * 1024
_BLANK = re.compile(r"[ \t\n\r]*")
_decode = json.JSONDecoder().raw_decode

Value = tuple[object, str]


class Faulty(Exception):
    """What is wrong with a text, as the end of a sentence that begins with its name."""


def encoding_of(start: bytes) -> str:
    """Tell the encoding from the first bytes: UTF-16 with its mark or without, or else UTF-8."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    # Text in our alphabet has a zero in every second byte when it is UTF-16 without its mark.
    if start[1:64:2] and not any(start[1:64:2]) and all(start[0:64:2]):
        return "utf-16-le"
    return "utf-8-sig"


class Opened(Protocol):
    """What can be read, a piece at a time, and is closed at the end."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, at most so many."""

    def __enter__(self) -> Opened:
        """Give itself out."""

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None, /) -> None:  # fmt: skip
        """Close."""


class _Decoder:
    """Bytes to text, in pieces. What turns out not to be UTF-8 is Windows-1252 from that piece on."""

    def __init__(self, start: bytes) -> None:
        name = encoding_of(start)
        errors = "strict" if name == "utf-8-sig" else "replace"
        self._unicode: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder(name)(errors)

    def decode(self, data: bytes, *, final: bool) -> str:
        if self._unicode is not None:
            pending = self._unicode.getstate()[0]
            try:
                return self._unicode.decode(data, final)
            except UnicodeDecodeError:
                self._unicode, data = None, pending + data
        return data.decode("cp1252", "replace")


class JsonText:
    """A JSON text that is read from front to end, once."""

    def __init__(self, opened: Opened) -> None:
        self._opened, self._text, self._at = opened, "", 0
        self._ended = False
        # The line that `_counted` stands in.
        self._lines, self._counted = 1, 0
        self._decoder: _Decoder | None = None

    def line(self) -> int:
        """Return the number of the line that is read now."""
        self._lines += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._lines

    def peek(self) -> str:
        """Return the next character that is not blank, or nothing at the end."""
        text, at = self._text, self._at
        if at < len(text) and text[at] > " ":
            return text[at]
        while True:
            found = _BLANK.match(self._text, self._at)
            self._at = found.end() if found is not None else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def skip(self, character: str) -> bool:
        """Step over the next character if it is this one."""
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def need(self, character: str) -> None:
        """Step over the next character. Raises Faulty when it is another one."""
        if not self.skip(character):
            raise self._fault(self._at)

    def value(self) -> Value:
        """Return the next value and its text. Raises Faulty."""
        self.peek()
        while True:
            try:
                found, end = _decode(self._text, self._at)
            except RecursionError:
                raise Faulty("is nested too deeply to be a list of services.") from None
            except json.JSONDecodeError as problem:
                # A string that is not closed yet may go on, and so may whatever meets the end of the piece.
                unclosed = problem.msg.startswith("Unterminated")
                if (unclosed or problem.pos > len(self._text) - 16) and self._more():
                    continue
                raise self._fault(len(self._text) if unclosed else problem.pos) from None
            except ValueError:
                raise Faulty("holds a number too large to read.") from None
            # A number near the end of a piece may go on in the next one: 1 may be 1.5 or 1e+9.
            if len(self._text) - end < 4 and self._text[end - 1] not in '}]"' and self._more():
                continue
            text = self._text[self._at : end]
            self._at = end
            return found, text

    def items(self) -> Iterator[Value]:
        """Give out the values of a list one by one. Raises Faulty."""
        self.need("[")
        if self.skip("]"):
            return
        while True:
            yield self.value()
            if not self.skip(","):
                self.need("]")
                return

    def names(self) -> Iterator[str]:
        """Give out the names in an object; whoever takes one reads its value before the next."""
        self.need("{")
        if self.skip("}"):
            return
        while True:
            if self.peek() != '"':
                raise self._fault(self._at)
            name, _ = self.value()
            self.need(":")
            yield str(name)
            if not self.skip(","):
                self.need("}")
                return

    def _more(self) -> bool:
        """Read on, twice as much each time for one long value; return whether there was anything."""
        rest = len(self._text) - self._at
        if rest > MOST_VALUE:
            raise Faulty("holds one record that is longer than we take.")
        while not self._ended:
            data = self._opened.read(max(CHUNK, rest))
            if self._decoder is None:
                self._decoder = _Decoder(data)
            self._ended = not data
            piece = self._decoder.decode(data, final=self._ended)
            if piece:
                self.line()
                self._text, self._at, self._counted = self._text[self._at :] + piece, 0, 0
                return True
        return False

    def _fault(self, at: int) -> Faulty:
        self._at = min(at, len(self._text))
        if not self.peek():
            return Faulty("stops half way. Nothing was changed. Get the file again.")
        return Faulty(f"is not JSON from line {self.line()}. Nothing was changed. Get the file again.")
