"""One error shape for everything that can go wrong: problem details (RFC 9457)."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

import flask
import marshmallow as ma
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from companion.core.errors import Busy, CompanionError, Conflict, RuleBroken
from companion.core.schema import broken, flat_errors

log = logging.getLogger("companion.web")
PROBLEM = "application/problem+json"


class ProblemSchema(ma.Schema):
    """What every error looks like: a sentence to act on and the fields it speaks of."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    fields = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())  # type: ignore[assignment]


def answer(
    status: int,
    title: str,
    detail: str,
    code: str,
    fields: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    members: dict[str, object] | None = None,
) -> flask.Response:
    """Return a problem-details response."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body["code"] = code
    body["fields"] = fields or {}
    body.update(members or {})
    response = flask.Response(json.dumps(body, default=str), status=status, mimetype=PROBLEM)
    response.headers.update(headers or {})
    return response


def from_companion(error: CompanionError) -> flask.Response:
    """Answer one of our own refusals."""
    return answer(
        error.status, error.title, error.detail, error.code, error.fields, error.headers, error.members
    )


_SENTENCES = {
    400: "We could not read that. Check what was sent.",
    404: "We could not find that.",
    405: "This address does not do that.",
    413: "That is too much at once. Make it shorter.",
    415: "Send JSON (Content-Type: application/json).",
    500: "Something went wrong on our side. Nothing was lost on this phone. Try again.",
}


def from_http(error: HTTPException) -> flask.Response:
    """Answer an error that Flask, werkzeug or webargs raised, with its headers kept."""
    data = getattr(error, "data", None) or {}
    if "messages" in data and error.code == 422:
        found: dict[str, str] = {}
        for inner in data["messages"].values():
            found.update(flat_errors(inner))
        return from_companion(broken(found))
    status = error.code or 500
    phrase = HTTPStatus(status).phrase
    keep = {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After", "WWW-Authenticate")}
    return answer(
        status, phrase, _SENTENCES.get(status, f"{phrase}."), phrase.lower().replace(" ", "_"), headers=keep
    )


def from_database(error: SQLAlchemyError) -> flask.Response:
    """Answer a database error without a word of what was stored: class and SQLSTATE only go to the log."""
    cause = getattr(error, "orig", None)
    state = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    log.warning("database error %s %s", type(error).__name__, state)
    if isinstance(error, IntegrityError):
        return from_companion(
            Conflict("This was already saved in another way. Open it again and try once more.")
        )
    if isinstance(error, DataError):
        return from_companion(RuleBroken("Something here is too big or has characters we cannot keep."))
    # An internal error is the server's own trouble: a file that may not grow, a damaged page.
    if isinstance(error, (OperationalError, InterfaceError, InternalError, PoolTimeout)):
        return from_companion(Busy())
    return answer(500, "Internal Server Error", _SENTENCES[500], "internal_server_error")


def from_anything(error: Exception) -> flask.Response:
    """Answer an error nobody expected. Only its class and place are logged: its text may hold content."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown"
    log.error("unexpected %s at %s", type(error).__name__, place)
    return answer(500, "Internal Server Error", _SENTENCES[500], "internal_server_error")
