"""The only room that looks outside: feeds in files and on the web, and the lists of places we carry along."""

from companion.directory.gateway.feeds import End, Fetch, Page, from_web, read_feed
from companion.directory.gateway.gazetteer import gazetteer
from companion.directory.gateway.national_grid import to_degrees
from companion.directory.gateway.postcode_files import PostcodesUnreadable, Sheet, find_sheets, read_blocks
from companion.directory.gateway.rejects import open_rejects

__all__ = [
    "End",
    "Fetch",
    "Page",
    "PostcodesUnreadable",
    "Sheet",
    "find_sheets",
    "from_web",
    "gazetteer",
    "open_rejects",
    "read_blocks",
    "read_feed",
    "to_degrees",
]
