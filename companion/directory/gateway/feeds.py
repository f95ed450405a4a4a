"""A feed read page by page from a file, a folder, a zip or the web. Every outcome is a value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from companion.directory.gateway.files import FileFeed
from companion.directory.gateway.held import End, Page, Piece
from companion.directory.gateway.polite import Fetch
from companion.directory.gateway.web import Before, read_web

__all__ = ["End", "Fetch", "Page", "Piece", "is_address", "read_feed"]


def is_address(source: str | Path) -> bool:
    """Tell whether a feed is on the web."""
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


def read_feed(source: str | Path, fetch: Fetch, before: Before | None = None) -> Iterator[Piece]:
    """Give out the pages of a feed and then one End.

    A failed End without a page before it: nothing came. From a file with a failed End, nothing is to be
    believed; what came from the web before it failed is good.
    """
    if is_address(source):
        return read_web(str(source), fetch, before)
    return FileFeed(Path(source)).pages()
