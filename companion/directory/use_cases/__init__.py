"""What can be done with the directory: bring feeds and postcodes in, search, read, publish as ORUK."""

from companion.directory.gateway import PostcodesUnreadable, open_rejects
from companion.directory.rules.care import CORRECTABLE, Reason
from companion.directory.rules.own_list import template_rows
from companion.directory.use_cases.caring import (
    correct_service,
    hide_service,
    list_reports,
    list_sources,
    list_withdrawn,
    report_service,
    settle_reports,
    show_service,
    uncorrect_service,
)
from companion.directory.use_cases.importing import (
    FeedUnreadable,
    Licence,
    import_feed,
)
from companion.directory.use_cases.narrowing import Wanted
from companion.directory.use_cases.oruk import (
    get_published,
    list_origins,
    list_published,
    next_published,
)
from companion.directory.use_cases.postcodes import (
    NORTHERN_IRELAND,
    PostcodeReport,
    PostcodesKnown,
    load_postcodes,
    postcodes_known,
)
from companion.directory.use_cases.refreshing import refresh_due, refresh_feed
from companion.directory.use_cases.reports import ImportReport
from companion.directory.use_cases.searching import Search, find_places, search_services
from companion.directory.use_cases.showing import get_service

__all__ = [
    "CORRECTABLE",
    "NORTHERN_IRELAND",
    "FeedUnreadable",
    "ImportReport",
    "Licence",
    "PostcodeReport",
    "PostcodesKnown",
    "PostcodesUnreadable",
    "Reason",
    "Search",
    "Wanted",
    "correct_service",
    "find_places",
    "get_published",
    "get_service",
    "hide_service",
    "import_feed",
    "list_origins",
    "list_published",
    "list_reports",
    "list_sources",
    "list_withdrawn",
    "load_postcodes",
    "next_published",
    "open_rejects",
    "postcodes_known",
    "refresh_due",
    "refresh_feed",
    "report_service",
    "search_services",
    "settle_reports",
    "show_service",
    "template_rows",
    "uncorrect_service",
]
