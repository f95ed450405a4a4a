"""The words on the wire for accounts."""

from __future__ import annotations

from marshmallow import fields

from companion.accounts.rules import InviteState, Phone
from companion.core.identity import Role
from companion.core.schema import Choice, Id, Instant, Line, LocalDate, Schema, StrictBool


class OrganisationSchema(Schema):
    """A treatment service."""

    id = Id()
    name = Line()


class OrganisationNameSchema(Schema):
    """The name of a treatment service, for someone who is not in it yet."""

    name = Line()


class MeSchema(Schema):
    """The signed-in account."""

    id = Id(required=True)
    role = Choice(Role, required=True)
    name = Line(required=True)
    organisation = fields.Nested(OrganisationSchema, required=True)
    device_id = Id(allow_none=True)
    phone = Choice(Phone, allow_none=True)


class DeviceStateSchema(Schema):
    """Whether somebody set up this phone."""

    enrolled = StrictBool(required=True)
    phone = Choice(Phone, allow_none=True)


class InviteSchema(Schema):
    """An invite and what became of it."""

    id = Id()
    created_at = Instant()
    expires_at = Instant()
    state = Choice(InviteState)


class InviteListSchema(Schema):
    """Invites."""

    items = fields.List(fields.Nested(InviteSchema))


class InviteMadeSchema(Schema):
    """A new invite. The codes are shown this once; `qr` is rows of modules, 1 is dark."""

    id = Id()
    typed_code = Line()
    link = Line(most=400)
    qr = fields.List(fields.String())
    expires_at = Instant()


class CodeSchema(Schema):
    """A code as typed or scanned."""

    code = Line(required=True, least=1, most=60)


class InviteSeenSchema(Schema):
    """What someone holding a code may know before they use it."""

    organisation = fields.Nested(OrganisationNameSchema)
    expires_at = Instant()


class RedeemSchema(CodeSchema):
    """Make an account on this phone."""

    name = Line(required=True, least=1, most=60)
    pin = Line(required=True, least=6, most=6)
    phone = Choice(Phone, load_default="shared")


class PinSchema(Schema):
    """Sign in on a phone that is set up."""

    pin = Line(required=True, least=6, most=6)


class StaffSignInSchema(Schema):
    """Sign in as a keyworker or admin."""

    username = Line(required=True, least=1, most=80)
    password = Line(required=True, least=1, most=128)


class SignOutSchema(Schema):
    """Sign out here, or everywhere."""

    everywhere = StrictBool(load_default=False)


class DeviceSchema(Schema):
    """One of a person's phones."""

    id = Id()
    phone = Choice(Phone)
    created_on = LocalDate()
    last_seen_on = LocalDate()
    this_device = StrictBool()


class DeviceListSchema(Schema):
    """A person's phones."""

    items = fields.List(fields.Nested(DeviceSchema))
