"""Looking after a directory: corrections laid over a feed's record, reasons of reports, when to refresh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from companion.core.errors import RuleBroken
from companion.directory.rules.record import Json
from companion.directory.rules.values import LONDON

# Nightly, when hardly anybody is reminded; feeds are spread over an hour and a half by their ids.
REFRESH_FROM = time(2, 30)
REFRESH_SPREAD_MIN = 90
MOST_VALUE = 4000


class Reason(StrEnum):
    """What a person can say is wrong with a service."""

    CLOSED = "closed"
    MOVED = "moved"
    PHONE = "phone"
    HOURS = "hours"
    NOT_TAKEN = "not_taken"
    OTHER = "other"


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
