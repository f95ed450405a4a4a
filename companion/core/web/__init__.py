"""The web layer every house's routes stand on: Blueprint, access rules, transactions, error answers."""

from companion.core.web.blueprint import Api, Blueprint, make_api
from companion.core.web.gate import (
    Access,
    Entrance,
    add_headers,
    check_own_page,
    entrance,
    reading,
    transaction,
    viewer,
    viewer_or_none,
)

__all__ = [
    "Access",
    "Api",
    "Blueprint",
    "Entrance",
    "add_headers",
    "check_own_page",
    "entrance",
    "make_api",
    "reading",
    "transaction",
    "viewer",
    "viewer_or_none",
]
