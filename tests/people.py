"""The cast: Sam and Jo (people), Priya (keyworker), Owen (keyworker), Ada (admin)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from companion.accounts import rules
from companion.accounts import use_cases as accounts
from companion.core.identity import Role, Viewer

NAMES = {"sam": "Sam", "jo": "Jo", "priya": "Priya", "owen": "Owen", "ada": "Ada"}
ROLES = {
    "sam": Role.PERSON,
    "jo": Role.PERSON,
    "priya": Role.KEYWORKER,
    "owen": Role.KEYWORKER,
    "ada": Role.ADMIN,
}


@dataclass(frozen=True)
class Cast:
    """The five, with their viewers and live session tokens."""

    organisation_id: UUID
    viewers: dict[str, Viewer]
    tokens: dict[str, str]

    def __getitem__(self, key: str) -> Viewer:
        return self.viewers[key]


def make_cast(session: Session, now: datetime) -> Cast:
    """Make the organisation and the five, each signed in."""
    organisation_id = accounts.make_organisation(session, "Northside", now)
    viewers: dict[str, Viewer] = {}
    tokens: dict[str, str] = {}
    for key, name in NAMES.items():
        account_id = accounts.make_account(
            session, organisation_id=organisation_id, role=ROLES[key], name=name, now=now
        )
        sign_in = accounts.start_sign_in(session, account_id, rules.OWN_PHONE, now)
        viewers[key] = Viewer(account_id, ROLES[key], organisation_id, sign_in.id)
        tokens[key] = sign_in.token
    return Cast(organisation_id, viewers, tokens)
