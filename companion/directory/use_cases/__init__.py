"""What can be done with the directory: bring feeds and postcodes in, search, read, publish as ORUK."""

from companion.directory.gateway import PostcodesUnreadable, open_rejects
from companion.directory.rules.care import CORRECTABLE, Reason
from companion.directory.rules.own_list import template_rows
from companion.directory.use_cases.approving import approve_source, show_approved
from companion.directory.use_cases.caring import (
    correct_service,
    hide_service,
    list_withdrawn,
    report_service,
    settle_reports,
    show_service,
    uncorrect_service,
)
from companion.directory.use_cases.crediting import list_credits
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
from companion.directory.use_cases.overseeing import (
    find_services,
    get_for_admin,
    get_source,
    list_reports,
    list_sources,
    queue_refresh,
    with_refresh,
)
from companion.directory.use_cases.postcodes import (
    NORTHERN_IRELAND,
    PostcodeReport,
    PostcodesKnown,
    load_postcodes,
    postcodes_known,
)
from companion.directory.use_cases.rebuilding import rebuild_missing
from companion.directory.use_cases.refreshing import refresh_due, refresh_feed
from companion.directory.use_cases.reports import ImportReport
from companion.directory.use_cases.searching import Search, find_places, names_around, search_services
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
    "approve_source",
    "correct_service",
    "find_places",
    "find_services",
    "get_for_admin",
    "get_published",
    "get_service",
    "get_source",
    "hide_service",
    "import_feed",
    "list_credits",
    "list_origins",
    "list_published",
    "list_reports",
    "list_sources",
    "list_withdrawn",
    "load_postcodes",
    "names_around",
    "next_published",
    "open_rejects",
    "postcodes_known",
    "queue_refresh",
    "rebuild_missing",
    "refresh_due",
    "refresh_feed",
    "report_service",
    "search_services",
    "settle_reports",
    "show_approved",
    "show_service",
    "template_rows",
    "uncorrect_service",
    "with_refresh",
]
