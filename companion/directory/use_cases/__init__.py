"""What can be done with the directory: bring a feed in, search, read, publish as Open Referral UK."""

from companion.directory.use_cases.importing import (
    FeedUnreadable,
    ImportReport,
    Licence,
    import_feed,
    list_feeds,
)
from companion.directory.use_cases.oruk import ServiceFilter, get_published, list_published
from companion.directory.use_cases.searching import Search, find_places, get_service, search_services

__all__ = [
    "FeedUnreadable",
    "ImportReport",
    "Licence",
    "Search",
    "ServiceFilter",
    "find_places",
    "get_published",
    "get_service",
    "import_feed",
    "list_feeds",
    "list_published",
    "search_services",
]
