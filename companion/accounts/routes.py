"""`/api/accounts`: invites, signing in and out, phones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import flask
import segno

from companion.accounts import rules, schemas, use_cases
from companion.core import clock
from companion.core.errors import NotFound
from companion.core.web import (
    DEVICE_COOKIE,
    Access,
    Blueprint,
    drop_session_cookie,
    entrance,
    put_cookies,
    reading,
    transaction,
    viewer,
)

blp = Blueprint("accounts", __name__, url_prefix="/api/accounts", description="Accounts and signing in")


def _signed_in(
    sign_in: use_cases.NewSignIn, status: int = 200, device_token: str | None = None
) -> flask.Response:
    now = clock.now()
    with reading() as session:
        found = use_cases.identify(session, sign_in.token, now)
        assert found is not None
        body = schemas.MeSchema().dump(use_cases.me(session, found[0]))
    response = flask.make_response(body, status)
    put_cookies(response, sign_in.token, sign_in.expires_at, now, device_token)
    return response


def _network_key() -> str | None:
    """Return the sender's network (/24 or /56) for a keyed counter; no address is stored."""
    address = flask.request.remote_addr or ""
    if ":" in address:
        return ":".join(address.split(":")[:4])
    return ".".join(address.split(".")[:3]) or None


@blp.route("/me", methods=["GET"], access=Access.SIGNED_IN)
@blp.response(200, schemas.MeSchema)
def get_me() -> dict[str, Any]:
    """Show who is signed in."""
    who = viewer()
    with reading() as session:
        return use_cases.me(session, who)


@blp.route("/device", methods=["GET"], access=Access.ANYONE)
@blp.response(200, schemas.DeviceStateSchema)
def get_device() -> dict[str, Any]:
    """Tell whether this phone is set up."""
    with reading() as session:
        device = use_cases.find_device(session, flask.request.cookies.get(DEVICE_COOKIE))
        return {"enrolled": device is not None, "phone": device.phone if device else None}


@blp.route("/invites", methods=["POST"], access=Access.KEYWORKER)
@blp.response(201, schemas.InviteMadeSchema)
def issue_invite() -> dict[str, Any]:
    """Issue an invite that works once, for 72 hours."""
    who = viewer()
    with transaction() as session:
        made = use_cases.issue_invite(
            session, organisation_id=who.organisation_id, issued_by=who.account_id, now=clock.now()
        )
    link = f"{entrance().base_url}/#i={made.link_code}"
    rows = ["".join("1" if dark else "0" for dark in row) for row in segno.make(link, micro=False).matrix]
    return {
        "id": made.id,
        "typed_code": made.typed_code,
        "link": link,
        "qr": rows,
        "expires_at": made.expires_at,
    }


@blp.route("/invites", methods=["GET"], access=Access.KEYWORKER)
@blp.response(200, schemas.InviteListSchema)
def list_invites() -> dict[str, Any]:
    """List your invites and what became of them."""
    with reading() as session:
        return {"items": use_cases.list_invites(session, viewer(), clock.now())}


@blp.route("/invites/<uuid:invite_id>", methods=["DELETE"], access=Access.KEYWORKER)
@blp.response(204)
def revoke_invite(invite_id: UUID) -> None:
    """Take back an invite."""
    with transaction() as session:
        use_cases.revoke_invite(session, viewer(), invite_id, clock.now())


def _find_invite(code: str) -> use_cases.InviteSeen:
    """Find an invite; a wrong typed code is counted, and the count is kept though the answer is 404."""
    now = clock.now()
    refused: NotFound | None = None
    found: use_cases.InviteSeen | None = None
    with transaction() as session:
        if rules.is_typed_code(rules.normal_code(code)):
            use_cases.count_typed_try(session, _network_key(), now)
        try:
            found = use_cases.find_invite(session, code, now)
        except NotFound as error:
            refused = error
    if found is None:
        raise refused or NotFound()
    return found


@blp.route("/invites/look", methods=["POST"], access=Access.ANYONE)
@blp.arguments(schemas.CodeSchema)
@blp.response(200, schemas.InviteSeenSchema)
def look_at_invite(draft: dict[str, Any]) -> dict[str, Any]:
    """Show whose invite this is, before it is used."""
    seen = _find_invite(draft["code"])
    return {"organisation": {"name": seen.organisation_name}, "expires_at": seen.expires_at}


@blp.route("/invites/redeem", methods=["POST"], access=Access.ANYONE)
@blp.arguments(schemas.RedeemSchema)
@blp.response(201, schemas.MeSchema)
def redeem_invite(draft: dict[str, Any]) -> flask.Response:
    """Make an account on this phone."""
    rules.check_pin(draft["pin"])
    seen = _find_invite(draft["code"])
    with transaction() as session:
        sign_in, device_token = use_cases.redeem_invite(
            session,
            seen,
            name=draft["name"],
            pin=draft["pin"],
            phone=rules.Phone(draft["phone"]),
            now=clock.now(),
        )
    return _signed_in(sign_in, 201, device_token)


@blp.route("/sign-in", methods=["POST"], access=Access.ANYONE)
@blp.arguments(schemas.PinSchema)
@blp.response(200, schemas.MeSchema)
def sign_in_with_pin(draft: dict[str, Any]) -> flask.Response:
    """Sign in on a phone that is set up."""
    with transaction() as session:
        tried = use_cases.begin_pin_try(session, flask.request.cookies.get(DEVICE_COOKIE))
    is_right = use_cases.is_secret(draft["pin"], tried.pin_hash)
    with transaction() as session:
        sign_in = use_cases.finish_pin_try(session, tried, is_right, clock.now())
    return _signed_in(sign_in)


@blp.route("/staff/sign-in", methods=["POST"], access=Access.ANYONE)
@blp.arguments(schemas.StaffSignInSchema)
@blp.response(200, schemas.MeSchema)
def sign_in_staff(draft: dict[str, Any]) -> flask.Response:
    """Sign in as a keyworker or admin."""
    with transaction() as session:
        tried = use_cases.try_staff_password(session, draft["username"], clock.now())
    is_right = use_cases.is_secret(draft["password"], tried.password_hash)
    with transaction() as session:
        sign_in = use_cases.sign_in_staff(session, tried, is_right, clock.now())
    return _signed_in(sign_in)


@blp.route("/lock", methods=["POST"], access=Access.SIGNED_IN)
@blp.response(204)
def lock() -> flask.Response:
    """Lock this phone: the PIN is asked for again; reminders still arrive."""
    with transaction() as session:
        use_cases.lock(session, viewer())
    response = flask.make_response("", 204)
    drop_session_cookie(response)
    return response


@blp.route("/sign-out", methods=["POST"], access=Access.SIGNED_IN)
@blp.arguments(schemas.SignOutSchema, required=False)
@blp.response(204)
def sign_out(draft: dict[str, Any]) -> flask.Response:
    """Sign out; reminders on this phone stop."""
    who = viewer()
    with transaction() as session:
        use_cases.sign_out(session, who, everywhere=draft["everywhere"])
    response = flask.make_response("", 204)
    drop_session_cookie(response)
    # Not "cookies": the device cookie must stay, or the phone could not sign in again with the PIN.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@blp.route("/devices", methods=["GET"], access=Access.PERSON)
@blp.response(200, schemas.DeviceListSchema)
def list_devices() -> dict[str, Any]:
    """List your phones."""
    with reading() as session:
        return {"items": use_cases.list_devices(session, viewer())}


@blp.route("/devices/<uuid:device_id>", methods=["DELETE"], access=Access.PERSON)
@blp.response(204)
def forget_device(device_id: UUID) -> None:
    """Remove one of your phones."""
    with transaction() as session:
        use_cases.forget_device(session, viewer(), device_id)
