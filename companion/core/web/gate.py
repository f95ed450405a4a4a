"""The gate in front of every request: who is asking, may they, is it our own page, and the headers out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any

import flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from companion.core import clock
from companion.core.errors import NotAllowed, NotJson, SignInNeeded
from companion.core.identity import Role, Viewer
from companion.core.orm import Sessions
from companion.core.web.cookies import SESSION_COOKIE

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
HSTS = "max-age=63072000; includeSubDomains"


class Access(StrEnum):
    """Who may call an operation; stands in the OpenAPI document as `x-access`."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    PERSON = "person"
    KEYWORKER = "keyworker"
    KEYWORKER_WITH_CONSENT = "keyworker_with_consent"
    ADMIN = "admin"


_ROLES: dict[Access, frozenset[Role]] = {
    Access.SIGNED_IN: frozenset(Role),
    Access.PERSON: frozenset({Role.PERSON}),
    Access.KEYWORKER: frozenset({Role.KEYWORKER}),
    Access.KEYWORKER_WITH_CONSENT: frozenset({Role.KEYWORKER}),
    Access.ADMIN: frozenset({Role.ADMIN}),
}
# (session, token, now) -> the viewer, and whether their sign-in should be touched
Identify = Callable[[Session, str, datetime], tuple[Viewer, bool] | None]
Touch = Callable[[Session, Viewer, datetime], None]
log = logging.getLogger("companion.web")


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a request needs of the house: sessions and a way to know the viewer."""

    writing: Sessions
    reading: Sessions
    identify: Identify
    touch: Touch
    base_url: str


def entrance() -> Entrance:
    """Return the entrance of the running app."""
    found: Entrance = flask.current_app.extensions["companion"]
    return found


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a session that may write; commit at the end, roll back on any error."""
    with entrance().writing() as session, session.begin():
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that only reads."""
    with entrance().reading() as session:
        yield session


def viewer_or_none() -> Viewer | None:
    """Return the signed-in viewer, or None; looked up once a request."""
    if "viewer" not in flask.g:
        flask.g.viewer = _identify(flask.request.cookies.get(SESSION_COOKIE))
    found: Viewer | None = flask.g.viewer
    return found


def _identify(token: str | None) -> Viewer | None:
    if not token:
        return None
    now = clock.now()
    with reading() as session:
        found = entrance().identify(session, token, now)
    if found is None:
        return None
    who, is_stale = found
    if is_stale:
        try:
            with transaction() as session:
                entrance().touch(session, who, now)
        except OperationalError:
            # A busy database must not keep anyone from reading; the next request touches again.
            log.info("sign-in not touched: database busy")
    return who


def viewer() -> Viewer:
    """Return the signed-in viewer or raise SignInNeeded."""
    found = viewer_or_none()
    if found is None:
        raise SignInNeeded
    return found


def guarded(func: Callable[..., Any], access: Access) -> Callable[..., Any]:
    """Wrap a view function so that only those named by `access` reach it."""

    @wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if access is not Access.ANYONE:
            who = viewer()
            if who.role not in _ROLES[access]:
                raise NotAllowed
        return func(*args, **kwargs)

    return wrapper


def check_own_page() -> None:
    """Refuse changes that do not come from our own pages (cross-site request forgery)."""
    request = flask.request
    site = request.headers.get("Sec-Fetch-Site")
    if request.method in SAFE_METHODS:
        public = request.path.startswith("/oruk") or not request.path.startswith("/api/")
        if site == "cross-site" and not public:
            raise NotAllowed("Open the app itself to do this.")
        return
    own = entrance().base_url
    same = site == "same-origin" if site is not None else request.headers.get("Origin") == own
    if not same or not request.headers.get("X-App"):
        raise NotAllowed("Open the app itself to do this.")
    has_body = bool(request.content_length) or request.headers.get("Transfer-Encoding") is not None
    if has_body and not request.is_json:
        raise NotJson("Send JSON (Content-Type: application/json).")


def add_headers(response: flask.Response) -> flask.Response:
    """Put the security headers on every answer; nothing of the API is kept by anyone."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if entrance().base_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = HSTS
    if flask.request.path.startswith("/api/"):
        response.headers["Cache-Control"] = "no-store"
    return response
