"""What a person sees of a service: short facts, in plain words, with yes, no and not said kept apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from companion.directory.rules.facts import FACTS
from companion.directory.rules.hours import OpenState, open_state, opens_text, parse_schedule, week_text
from companion.directory.rules.locating import physical_links, spot_of
from companion.directory.rules.parse import address_line
from companion.directory.rules.places import Gazetteer
from companion.directory.rules.record import Json, OpeningRule, Said, Status
from companion.directory.rules.search import text_of
from companion.directory.rules.text import summary
from companion.directory.rules.values import parse_date
from companion.directory.rules.windows import Window, open_in

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
    """What a search knows of one service before it becomes a card; `position` 0 means no place.

    `facts` holds the answers it gives, yes or no; what it does not say is missing there.
    """

    id: UUID
    document: Json
    topics: tuple[str, ...]
    origin: Origin
    position: int
    lat: float | None
    lon: float | None
    approximate: bool
    km: float | None
    facts: Mapping[str, str]


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
    return [link for _, link in physical_links(document)]


def unplaced_postcodes(document: Json) -> list[str]:
    """Return the postcodes of a service's places that came without a position."""
    places = (
        place_of(link, link["location"].get("latitude"), None, False) for link in _physical_links(document)
    )
    return [place["postcode"] for place in places if place["lat"] is None and place["postcode"]]


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
    facts = {fact: found.facts.get(fact, str(Said.NOT_SAID)) for fact in FACTS}
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
        "free": facts["free"],
        "self_referral": facts["self_referral"],
        "facts": facts,
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


def open_at_times(document: Json, position: int, times: Sequence[Sequence[Window]], on: date) -> OpenState:
    """Return open when it is open in some minute of every group of windows, closed when in none of one."""
    if document.get("status") == Status.TEMPORARILY_CLOSED:
        return OpenState.CLOSED
    states = {open_in(rules_at(document, position), windows, on) for windows in times}
    return next((s for s in (OpenState.CLOSED, OpenState.UNKNOWN) if s in states), OpenState.OPEN)


def whole(found: Found, at: datetime, gazetteer: Gazetteer | None = None) -> Json:
    """Return everything the service page shows."""
    document = found.document
    places = []
    for number, link in enumerate(_physical_links(document), start=1):
        location = link["location"]
        place = place_of(link, location.get("latitude"), location.get("longitude"), False)
        known = spot_of(gazetteer, place["postcode"]) if gazetteer and place["lat"] is None else None
        if known is not None:
            place.update(lat=known[0].lat, lon=known[0].lon, approximate=True)
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
