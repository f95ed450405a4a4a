"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """The three kinds of people who use Companion."""

    PERSON = "person"
    KEYWORKER = "keyworker"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in account behind a request."""

    account_id: UUID
    role: Role
    organisation_id: UUID
    sign_in_id: UUID
    device_id: UUID | None = None
