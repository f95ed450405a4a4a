"""`/api/records`: the calendar file and its private address; `/calendar`: the feed behind that address."""

from __future__ import annotations

import hashlib
from typing import Any

import flask

from companion.core import clock
from companion.core.web import Access, Blueprint, entrance, reading, transaction, viewer
from companion.records import rules, use_cases
from companion.records.schemas import CALENDAR_FILE, CalendarSchema, NewCalendarSchema

KIND = "text/calendar"

blp = Blueprint("records", __name__, url_prefix="/api/records", description="What a person takes with them")
feed = Blueprint("calendar", __name__, url_prefix="/calendar", description="The private calendar feed")


@feed.after_request  # type: ignore[untyped-decorator]
def _for_its_owner_only(response: flask.Response) -> flask.Response:
    # Kept by nobody between, and asked for again each time: a revoked address ends at once.
    response.headers["Cache-Control"] = "private, no-cache" if response.status_code < 400 else "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blp.route("/calendar", methods=["GET"], access=Access.PERSON)
@blp.response(200, CalendarSchema)
def find_calendar() -> dict[str, Any]:
    """Tell whether there is a private calendar address, and since when."""
    with reading() as session:
        return use_cases.find_calendar(session, viewer())


@blp.route("/calendar", methods=["POST"], access=Access.PERSON)
@blp.response(201, NewCalendarSchema)
def make_calendar() -> dict[str, Any]:
    """Make a private calendar address; one made before stops working."""
    now = clock.now()
    with transaction() as session:
        token = use_cases.make_calendar(session, viewer(), now)
    return {"url": f"{entrance().base_url}/calendar/{token}.ics", "made_at": now}


@blp.route("/calendar", methods=["DELETE"], access=Access.PERSON)
@blp.response(204)
def revoke_calendar() -> None:
    """End the private calendar address."""
    with transaction() as session:
        use_cases.revoke_calendar(session, viewer(), clock.now())


@blp.route("/calendar.ics", methods=["GET"], access=Access.PERSON)
@blp.response(200, CALENDAR_FILE, content_type=KIND)
def download_calendar() -> flask.Response:
    """Take the reminders of the next 60 days as a calendar file."""
    with reading() as session:
        body = use_cases.calendar_file(session, viewer().account_id, clock.now())
    return _answer(body, "attachment")


@feed.route("/<token>.ics", methods=["GET"], access=Access.ANYONE)
@feed.response(200, CALENDAR_FILE, content_type=KIND)
def read_calendar(token: str) -> flask.Response:
    """Return the reminders of the next 60 days to whoever has the private address."""
    with reading() as session:
        body = use_cases.read_calendar(session, token, clock.now())
    response = _answer(body, "inline")
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.make_conditional(flask.request)
    return response


def _answer(body: bytes, disposition: str) -> flask.Response:
    response = flask.Response(body, content_type=f"{KIND}; charset=utf-8")
    response.headers["Content-Disposition"] = f'{disposition}; filename="{rules.FILE_NAME}"'
    return response
