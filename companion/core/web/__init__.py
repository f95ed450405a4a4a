"""The web layer every house's routes stand on: Blueprint, access rules, transactions, error answers."""

from companion.core.web.blueprint import Api, Blueprint, make_api
from companion.core.web.cookies import DEVICE_COOKIE, SESSION_COOKIE, drop_session_cookie, put_cookies
from companion.core.web.gate import (
    CSP,
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
    "CSP",
    "DEVICE_COOKIE",
    "SESSION_COOKIE",
    "Access",
    "Api",
    "Blueprint",
    "Entrance",
    "add_headers",
    "check_own_page",
    "drop_session_cookie",
    "entrance",
    "make_api",
    "put_cookies",
    "reading",
    "transaction",
    "viewer",
    "viewer_or_none",
]
