"""The two cookies: who is signed in, and which phone this is."""

from __future__ import annotations

from datetime import datetime

from werkzeug.wrappers import Response

SESSION_COOKIE = "__Host-sid"
DEVICE_COOKIE = "__Host-device"
DEVICE_SECONDS = 400 * 86400  # the longest that browsers keep a cookie


def _put(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, secure=True, httponly=True, samesite="Strict", path="/")


def put_cookies(
    response: Response, token: str, expires_at: datetime, now: datetime, device_token: str | None = None
) -> None:
    """Put the session cookie on a response, and on a phone just set up the device cookie."""
    _put(response, SESSION_COOKIE, token, int((expires_at - now).total_seconds()))
    if device_token is not None:
        _put(response, DEVICE_COOKIE, device_token, DEVICE_SECONDS)


def drop_session_cookie(response: Response) -> None:
    """Take the session cookie away; the device cookie stays, so that the PIN works again."""
    response.delete_cookie(SESSION_COOKIE, secure=True, httponly=True, samesite="Strict", path="/")
