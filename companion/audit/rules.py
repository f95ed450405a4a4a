"""The words of the audit trail."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What can be done to a record (merge outcomes, and what people do)."""

    NEW = "new"
    UPDATED = "updated"
    DELETED = "deleted"
    VIEWED = "viewed"
    # Seeing someone in a list is less than opening their page.
    LISTED = "listed"
    COMMENTED = "commented"
    AGREED = "agreed"
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    ANSWERED = "answered"
    INVITED = "invited"
    SIGNED_IN = "signed_in"
    REVOKED = "revoked"
    # What an admin does with the directory; the subject is the service or the source.
    HIDDEN = "hidden"
    SHOWN = "shown"
    CORRECTED = "corrected"
    UNCORRECTED = "uncorrected"
    SETTLED = "settled"
    APPROVED = "approved"
    ASKED_TO_REFRESH = "asked_to_refresh"
