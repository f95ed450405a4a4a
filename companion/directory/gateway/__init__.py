"""The only room that looks outside: feeds in files and on the web, and the lists of places we carry along."""

from companion.directory.gateway.feeds import End, Fetch, Page, is_address, read_feed
from companion.directory.gateway.files import PAGE, Ended, FileFeed
from companion.directory.gateway.gazetteer import gazetteer, place_sources
from companion.directory.gateway.held import Crawled, Given, Piece
from companion.directory.gateway.national_grid import to_degrees
from companion.directory.gateway.polite import from_web
from companion.directory.gateway.postcode_files import PostcodesUnreadable, Sheet, find_sheets, read_blocks
from companion.directory.gateway.rejects import open_rejects
from companion.directory.gateway.web import Before

__all__ = [
    "PAGE",
    "Before",
    "Crawled",
    "End",
    "Ended",
    "Fetch",
    "FileFeed",
    "Given",
    "Page",
    "Piece",
    "PostcodesUnreadable",
    "Sheet",
    "find_sheets",
    "from_web",
    "gazetteer",
    "is_address",
    "open_rejects",
    "place_sources",
    "read_blocks",
    "read_feed",
    "to_degrees",
]
