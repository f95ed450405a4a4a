"""The operations of the OpenAPI document, and what a test has to send to each."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import create_engine

from companion.app import create_app
from companion.settings import Settings

# Path parameters that name a record of one owner; the others name nobody's or a person.
OWNED = {
    "goal_id",
    "check_in_id",
    "answers_id",
    "plan_id",
    "reminder_id",
    "grant_id",
    "subscription_id",
    "test_id",
    "reference_id",
    "device_id",
    "invite_id",
    "referral_id",
}
# What names a record of one owner and is its own key: whoever holds the address may read it.
PUBLIC = {
    "service_id",
    "organization_id",
    "service_at_location_id",
    "taxonomy_id",
    "taxonomy_term_id",
    "token",
}
# Operations that anyone may call and that refuse without a device, a password or a code.
REFUSES_ANYONE = {
    ("POST", "/api/accounts/sign-in"): 401,
    ("POST", "/api/accounts/staff/sign-in"): 401,
}


@dataclass(frozen=True)
class Operation:
    """One operation: method, path template, access rule, whether it takes a body."""

    method: str
    path: str
    access: str
    takes_body: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[str]:
        """The names in the path."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def is_owned(self) -> bool:
        """Whether the path names a record of one owner."""
        return bool(OWNED & set(self.parameters))


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document of an app without a database."""
    settings = Settings(
        data_dir=Path(),
        database_url="sqlite://",
        base_url="http://127.0.0.1:8000",
        master_key=bytes(32),
        vapid_private_key=None,
        vapid_subject=None,
        push_origins=frozenset(),
        tick_seconds=1,
    )
    app = create_app(settings, create_engine("sqlite://"))
    found: dict[str, Any] = app.test_client().get("/openapi.json").json
    return found


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation of the document."""
    found = []
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "put", "post", "delete", "patch"):
                found.append(
                    Operation(
                        method.upper(), path, operation.get("x-access", "none"), "requestBody" in operation
                    )
                )
    return tuple(found)


def subscription_body() -> dict[str, Any]:
    """Return a push subscription as a browser writes it, with a fresh key."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def text(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    return {
        "endpoint": f"https://fcm.googleapis.com/fcm/send/{uuid4()}",
        "expirationTime": None,
        "keys": {"p256dh": text(raw), "auth": text(bytes(16))},
    }
