"""What a person sees of a service: short facts, in plain words, with yes, no and not said kept apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from companion.directory.rules.hours import OpenState, open_state, opens_text, parse_schedule, week_text
from companion.directory.rules.parse import address_line
from companion.directory.rules.places import Gazetteer
from companion.directory.rules.record import Json, OpeningRule, Said, Status
from companion.directory.rules.search import text_of
from companion.directory.rules.text import summary
from companion.directory.rules.values import parse_date

_FREE = re.compile(r"\b(free( of charge)?|no (charge|cost|fee)s?)\b", re.I)
_NOT_FREE = re.compile(r"\b(not free|free (trial|parking|from (drugs|alcohol)))\b", re.I)
_PAID = re.compile(r"£\s?[0-9]|\bcharges? apply\b", re.I)
_SELF = re.compile(r"\bself[- ]?refer|refer yourself|get in touch yourself|no referral|without a referral|"
                   r"drop[- ]?in|just (turn|come|walk)", re.I)  # fmt: skip
_REFERRED = re.compile(
    r"referral only|by referral|must be referred|no self[- ]?referrals?|cannot self[- ]?refer|"
    r"referral (is )?(needed|required)|(gp|professional) referral",
    re.I,
)


_NATIONS = ("england", "scotland", "wales", "northern ireland")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record came from: the feed's name, publisher, licence and web address."""

    name: str
    publisher: str
    licence: str
    attribution: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search knows of one service before it becomes a card; `position` 0 means no place."""

    id: UUID
    document: Json
    topics: tuple[str, ...]
    origin: Origin
    position: int
    lat: float | None
    lon: float | None
    approximate: bool
    km: float | None


def phones_of(document: Json) -> list[dict[str, str]]:
    """Return every telephone number of a service once, the ones of the service itself first."""
    lists: list[Sequence[Json]] = [document.get("phones", [])]
    lists += [contact.get("phones", []) for contact in document.get("contacts", [])]
    for link in document.get("service_at_locations", []):
        lists += [link.get("phones", []), link.get("location", {}).get("phones", [])]
        lists += [contact.get("phones", []) for contact in link.get("contacts", [])]
    found: dict[str, dict[str, str]] = {}
    for phone in (phone for phones in lists for phone in phones):
        key = re.sub(r"\D", "", phone["number"])
        words = phone.get("description", "")
        if phone.get("extension"):
            words = f"Extension {phone['extension']}. {words}".strip()
        found.setdefault(key, {"number": phone["number"], "text": words})
    return list(found.values())


def email_of(document: Json) -> str:
    """Return the e-mail address of a service, or of one of its contacts."""
    emails = [document.get("email"), *(contact.get("email") for contact in document.get("contacts", []))]
    return next((email for email in emails if email), "")


def free_of_charge(document: Json) -> Said:
    """Return whether a service says it costs nothing."""
    options = document.get("cost_options", [])
    if any(option.get("amount", 0) > 0 for option in options):
        return Said.NO
    words = [document.get("fees"), document.get("fees_description")]
    words += [option.get(name) for option in options for name in ("option", "amount_description")]
    text = " ".join(str(word) for word in words if word)
    if _PAID.search(text) or _NOT_FREE.search(text):
        return Said.NO
    if any(option.get("amount") == 0 for option in options) or _FREE.search(text):
        return Said.YES
    return Said.NOT_SAID


def self_referral(document: Json) -> Said:
    """Return whether a person may come by themselves, as far as the entry says."""
    words = [document.get(name) for name in ("application_process", "eligibility_description", "description")]
    text = " ".join(str(word) for word in words if word)
    if _REFERRED.search(text):
        return Said.NO
    return Said.YES if _SELF.search(text) else Said.NOT_SAID


def who_text(document: Json) -> str:
    """Return one line about who can go, empty when nothing is said."""
    words = " ".join(str(document.get("eligibility_description", "")).split())
    low, high = document.get("minimum_age"), document.get("maximum_age")
    low, high = low or None, None if high is not None and high >= 100 else high
    if low is not None and high is not None:
        ages = f"Ages {low:g} to {high:g}"
    elif low is not None:
        ages = f"Age {low:g} and over"
    else:
        ages = f"Up to age {high:g}" if high is not None else ""
    return summary(". ".join(part.rstrip(".") for part in (words, ages) if part), 200)


def checked_on(document: Json, today: date) -> date | None:
    """Return the day somebody last checked the entry; a day to come says nothing.

    The day on which an entry was written down from other lists is no such day.
    """
    day = parse_date(document.get("assured_date"))
    return day if day is not None and day <= today else None


def rules_at(document: Json, position: int) -> list[OpeningRule]:
    """Return the opening rules that hold at one place: its own, or else the service's."""
    links = _physical_links(document)
    schedules: list[Json] = []
    if 0 < position <= len(links):
        link = links[position - 1]
        schedules = [*link.get("schedules", []), *link.get("location", {}).get("schedules", [])]
    own = [rule for rule in (parse_schedule(one)[0] for one in schedules) if rule is not None]
    if own:
        return own
    general = (parse_schedule(one)[0] for one in document.get("schedules", []))
    return [rule for rule in general if rule is not None]


def _physical_links(document: Json) -> list[Json]:
    return [
        link
        for link in document.get("service_at_locations", [])
        if link.get("location") and link["location"].get("location_type") != "virtual"
    ]


def serves(document: Json, nation: str) -> bool:
    """Tell whether a service is for people of a nation of the United Kingdom; unknown counts as yes."""
    areas = " ".join(str(area.get("name", "")) for area in document.get("service_areas", [])).lower()
    named = [name for name in _NATIONS if name in areas]
    return not nation or not named or nation.lower() in named


def place_of(link: Json, lat: float | None, lon: float | None, approximate: bool) -> Json:
    """Return a place as it stands on a card."""
    location = link.get("location", {})
    addresses = location.get("addresses", [])
    physical = [a for a in addresses if a.get("address_type", "physical") == "physical"] or addresses
    address = physical[0] if physical else {}
    return {
        "name": location.get("name", ""), "address": address_line(address),
        "postcode": address.get("postal_code", ""), "lat": lat, "lon": lon, "approximate": approximate,
    }  # fmt: skip


def card(found: Found, at: datetime) -> Json:
    """Return the short form of a service for a list, as it stands at an instant."""
    document, links = found.document, _physical_links(found.document)
    shown = found.position if 0 < found.position <= len(links) else (1 if links else 0)
    state, words = hours_now(document, found.position, at)
    place = place_of(links[shown - 1], found.lat, found.lon, found.approximate) if shown else None
    return {
        "id": found.id,
        "name": document["name"],
        "organisation": document.get("organization", {}).get("name", ""),
        "summary": summary(text_of(document)),
        "topics": list(found.topics),
        "place": place,
        "distance_km": None if found.km is None else round(found.km, 2),
        "open": str(state),
        "opens_text": words,
        "phones": phones_of(document),
        "url": document.get("url") or document.get("organization", {}).get("website") or "",
        "email": email_of(document),
        "free": str(free_of_charge(document)),
        "self_referral": str(self_referral(document)),
        "who_text": who_text(document),
        "source": {
            "name": found.origin.name, "publisher": found.origin.publisher, "licence": found.origin.licence,
            "url": document.get("source", {}).get("url") or found.origin.url,
        },
        "checked_on": checked_on(document, at.date()),
    }  # fmt: skip


def hours_now(document: Json, position: int, at: datetime) -> tuple[OpenState, str]:
    """Return whether a service is open and a sentence about it."""
    if document.get("status") == Status.TEMPORARILY_CLOSED:
        return OpenState.CLOSED, "Closed for now"
    rules = rules_at(document, position)
    return open_state(rules, at), opens_text(rules, at)


def whole(found: Found, at: datetime, gazetteer: Gazetteer | None = None) -> Json:
    """Return everything the service page shows."""
    document = found.document
    places = []
    for number, link in enumerate(_physical_links(document), start=1):
        location = link["location"]
        place = place_of(link, location.get("latitude"), location.get("longitude"), False)
        spot = gazetteer.outcode(place["postcode"]) if gazetteer and place["lat"] is None else None
        if spot is not None:
            place.update(lat=spot.lat, lon=spot.lon, approximate=True)
        state, words = hours_now(document, number, at)
        access = [
            a.get("description") or a.get("accessibility", "") for a in location.get("accessibility", [])
        ]
        hours = week_text(rules_at(document, number), at.date())
        places.append({
            **place, "open": str(state), "opens_text": words, "hours": hours,
            "getting_there": location.get("transportation", ""),
            "access": [words for words in access if words],
        })  # fmt: skip
    return {
        **card(found, at),
        "description": text_of(document),
        "alert": document.get("alert", ""),
        "hours": week_text(rules_at(document, found.position), at.date()),
        "hours_notes": _notes(document),
        "places": places,
        "cost_text": _cost(document),
        "eligibility_text": document.get("eligibility_description", ""),
        "how_to_apply": document.get("application_process", ""),
        "wait_text": document.get("wait_time", ""),
        "bring": [
            need["document"] for need in document.get("required_documents", []) if need.get("document")
        ],
        "languages": [one.get("name") or one["code"] for one in document.get("languages", []) if _named(one)],
        "areas": [name for area in document.get("service_areas", []) if (name := area.get("name"))],
        "attribution": found.origin.attribution,
    }


def _named(language: Json) -> bool:
    return bool(language.get("name") or language.get("code"))


def _notes(document: Json) -> list[str]:
    schedules: list[Mapping[str, Any]] = list(document.get("schedules", []))
    for link in document.get("service_at_locations", []):
        schedules += link.get("schedules", [])
    words = [str(s[name]) for s in schedules for name in ("description", "notes") if s.get(name)]
    return list(dict.fromkeys(words))


def _cost(document: Json) -> str:
    lines = [document.get("fees", ""), document.get("fees_description", "")]
    for option in document.get("cost_options", []):
        amount = option.get("amount")
        money = "" if amount is None else "Free" if amount == 0 else f"£{amount:,.2f}".replace(".00", "")
        parts = [option.get("option", ""), money, option.get("amount_description", "")]
        lines.append(", ".join(dict.fromkeys(part for part in parts if part)))
    return "\n".join(dict.fromkeys(line for line in lines if line))
