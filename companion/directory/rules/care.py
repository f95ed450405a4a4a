"""Looking after a directory: corrections laid over a feed's record, reasons of reports, when to refresh."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from companion.core.errors import RuleBroken
from companion.directory.rules.cards import email_of, phones_of
from companion.directory.rules.record import Json
from companion.directory.rules.values import LONDON

# Nightly, when hardly anybody is reminded; feeds are spread over an hour and a half by their ids.
REFRESH_FROM = time(2, 30)
REFRESH_SPREAD_MIN = 90
MOST_VALUE = 4000
# What comes with Companion itself is known by labels that begin so.
BUNDLED = "companion:"


class Reason(StrEnum):
    """What a person can say is wrong with a service."""

    CLOSED = "closed"
    MOVED = "moved"
    PHONE = "phone"
    HOURS = "hours"
    NOT_TAKEN = "not_taken"
    OTHER = "other"


class Approval(StrEnum):
    """Whether people may see a source's services; one that waits is read and kept, and not shown."""

    WAITING = "waiting"
    GIVEN = "given"
    SHOWN = "shown"


class Refresh(StrEnum):
    """How a source comes to be read again."""

    BY_HAND = "by_hand"
    NIGHTLY = "nightly"
    QUEUED = "queued"
    READING = "reading"


def refresh_state(feed_id: UUID, address: str, refresh_at: datetime | None, now: datetime) -> Refresh:
    """Return whether a source waits for its night, for a worker, or is being read.

    While a worker reads it, `refresh_at` is the end of the worker's lease, which is no night's instant.
    """
    if not address or refresh_at is None:
        return Refresh.BY_HAND
    if refresh_at <= now:
        return Refresh.QUEUED
    return Refresh.NIGHTLY if refresh_at == next_refresh(feed_id, now) else Refresh.READING


def command_to_read_again(
    feed_id: UUID, source: str, address: str, licence: str, publisher: str, attribution: str
) -> str:
    """Return the command that reads a source again, ready to be pasted into a shell."""
    if address:
        return f"companion directory refresh {feed_id}"
    if source.startswith(BUNDLED):
        return "companion seed directory"
    terms = {"licence": licence, "publisher": publisher, "attribution": attribution}
    words = [shlex.quote(word) for key, said in terms.items() if said for word in (f"--{key}", said)]
    return " ".join(["companion seed directory", shlex.quote(source), *words])


def next_refresh(feed_id: UUID, now: datetime) -> datetime:
    """Return the coming instant at which a feed is to be fetched anew: once a night, London's time."""
    today = now.astimezone(LONDON).date()
    at = timedelta(minutes=feed_id.int % REFRESH_SPREAD_MIN)
    # Wall time is added up before the zone is attached, so a change of the clock moves nothing.
    nights = [(datetime.combine(today + timedelta(days=day), REFRESH_FROM) + at) for day in (0, 1)]
    coming = [night.replace(tzinfo=LONDON).astimezone(UTC) for night in nights]
    return coming[0] if coming[0] > now else coming[1]


def _plain(name: str) -> Callable[[Json, str], None]:
    def put(raw: Json, value: str) -> None:
        raw[name] = value

    return put


def _phone(raw: Json, value: str) -> None:
    """Let one number stand instead of all: a wrong one in another corner of the record must go, too."""
    raw["phones"] = [{"number": value}] if value else []
    raw["contacts"] = [_without_phones(one) for one in raw.get("contacts") or []]
    links = [_without_phones(one) for one in raw.get("service_at_locations") or []]
    raw["service_at_locations"] = [
        {**link, "contacts": [_without_phones(one) for one in link.get("contacts") or []]}
        | ({"location": _without_phones(link["location"])} if link.get("location") else {})
        for link in links
    ]


def _without_phones(found: Mapping[str, Any]) -> Json:
    return {key: value for key, value in found.items() if key != "phones"}


def _email(raw: Json, value: str) -> None:
    raw["email"] = value
    raw["contacts"] = [
        {key: found for key, found in one.items() if key != "email"} for one in raw.get("contacts") or []
    ]


# HSDS's names of what can be put right, each with how it is laid over a record.
CORRECTABLE: Mapping[str, Callable[[Json, str], None]] = {
    **{
        name: _plain(name)
        for name in (
            "name",
            "description",
            "url",
            "status",
            "alert",
            "fees",
            "eligibility_description",
            "application_process",
            "minimum_age",
            "maximum_age",
            "assured_date",
        )
    },
    "phone": _phone,
    "email": _email,
}


def check_fields(fields: Mapping[str, str]) -> None:
    """Raise RuleBroken for a field that cannot be corrected, or a value that is too long."""
    for name, value in fields.items():
        if name not in CORRECTABLE:
            raise RuleBroken(f"This cannot be corrected. Choose one of: {', '.join(CORRECTABLE)}.", name)
        if len(value) > MOST_VALUE:
            raise RuleBroken(f"Use {MOST_VALUE} characters or fewer.", name)


def corrected(raw: object, fields: Mapping[str, str]) -> object:
    """Return a raw record with corrections laid over it; the record itself is left as it is."""
    if not fields or not isinstance(raw, Mapping):
        return raw
    found = dict(raw)
    for name, value in fields.items():
        CORRECTABLE[name](found, value)
    return found


def value_of(document: Json, name: str) -> str:
    """Return what a cleaned record says in a correctable field, as plain text; empty when nothing."""
    if name == "phone":
        return next((phone["number"] for phone in phones_of(document)), "")
    found = email_of(document) if name == "email" else document.get(name)
    if isinstance(found, float):
        return f"{found:g}"
    return "" if found is None else str(found)
