"""What a person sees of a service: short facts, in plain words, with yes, no and not said kept apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from companion.directory.rules.bank_holidays import division_of, is_bank_holiday
from companion.directory.rules.exceptions import dates_of, holidays_at, openings_of, says_of
from companion.directory.rules.facts import FACTS
from companion.directory.rules.hours import OpenState, current, open_state, opens_text, week_text
from companion.directory.rules.kept_hours import read_days, read_rules, write_days, write_rules
from companion.directory.rules.locating import physical_links, spot_of
from companion.directory.rules.parse import address_line
from companion.directory.rules.places import Gazetteer
from companion.directory.rules.record import Json, OpeningRule, Place, Said, Status
from companion.directory.rules.search import text_of
from companion.directory.rules.text import summary
from companion.directory.rules.values import LONDON, parse_date
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
    link = links[position - 1] if 0 < position <= len(links) else None
    schedules: list[Json] = []
    if link is not None:
        schedules = [*link.get("schedules", []), *link.get("location", {}).get("schedules", [])]
    exceptions = holidays_at(document, link)
    return openings_of(schedules, exceptions) or openings_of(document.get("schedules", []), exceptions)


def may_differ(document: Json, position: int, day: date) -> bool:
    """Tell whether a day is a bank holiday there of which the publisher says nothing."""
    link, postcode = _link_at(document, position)
    return is_bank_holiday(day, division_of(postcode)) and not says_of(holidays_at(document, link), day)


def _link_at(document: Json, position: int) -> tuple[Json | None, str]:
    """Return the service at a location at a position, and its postcode."""
    links = _physical_links(document)
    link = links[position - 1] if 0 < position <= len(links) else None
    addresses = (link or {}).get("location", {}).get("addresses", [])
    return link, next((one["postal_code"] for one in addresses if one.get("postal_code")), "")


def _physical_links(document: Json) -> list[Json]:
    return [link for _, link in physical_links(document)]


def unplaced_postcodes(document: Json) -> list[str]:
    """Return the postcodes of a service's places that came without a position."""
    places = (
        place_of(link, link["location"].get("latitude"), None, False) for link in _physical_links(document)
    )
    return [place["postcode"] for place in places if place["lat"] is None and place["postcode"]]


def nation_bit(nation: str) -> int:
    """Return the bit of a nation of the United Kingdom; all bits for none, so that every area fits."""
    name = nation.lower()
    return 1 << _NATIONS.index(name) if name in _NATIONS else (1 << len(_NATIONS)) - 1


def nations_of(document: Json) -> int:
    """Return the bits of the nations a service names as its area; 0 when it names none."""
    areas = " ".join(str(area.get("name", "")) for area in document.get("service_areas", [])).lower()
    return sum(nation_bit(name) for name in _NATIONS if name in areas) if areas else 0


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


def still_card(
    document: Json, position: int, place: Place | None, rules: tuple[OpeningRule, ...],
    topics: Sequence[str], facts: Mapping[str, Said],
) -> Json:  # fmt: skip
    """Return the part of a card that stays as it is until the record changes, ready to be kept as JSON.

    `position` counts the places of a service from 1, 0 is for one without coordinates. A fact
    that is missing from `facts` is not said.
    """
    links, (link, postcode) = _physical_links(document), _link_at(document, position)
    shown = position if 0 < position <= len(links) else (1 if links else 0)
    lat, lon, approximate = (place.lat, place.lon, place.approximate) if place else (None, None, False)
    return {
        "name": document["name"],
        "organisation": document.get("organization", {}).get("name", ""),
        "summary": summary(text_of(document)),
        "topics": sorted(topics),
        "place": place_of(links[shown - 1], lat, lon, approximate) if shown else None,
        "phones": phones_of(document),
        "url": document.get("url") or document.get("organization", {}).get("website") or "",
        "email": email_of(document),
        "facts": {fact: facts.get(fact, Said.NOT_SAID).value for fact in FACTS},
        "who_text": who_text(document),
        "source_url": document.get("source", {}).get("url") or "",
        "assured_date": document.get("assured_date"),
        "closed": document.get("status") == Status.TEMPORARILY_CLOSED,
        "rules": write_rules(rules),
        "division": division_of(postcode),
        "said_days": write_days(one for one in map(dates_of, holidays_at(document, link)) if one),
    }


def card(service_id: UUID, still: Json, origin: Origin, km: float | None, at: datetime) -> Json:
    """Return the short form of a service for a list, as it stands at an instant."""
    minute = at.astimezone(LONDON).replace(second=0, microsecond=0)
    state, words = _hours_at(*(still[name] for name in ("rules", "closed", "division", "said_days")), minute)
    return {
        "id": service_id,
        **{name: still[name] for name in _AS_IT_IS},
        "distance_km": None if km is None else round(km, 2),
        "open": str(state),
        "opens_text": words,
        "free": still["facts"]["free"],
        "self_referral": still["facts"]["self_referral"],
        "source": {
            "name": origin.name, "publisher": origin.publisher, "licence": origin.licence,
            "url": still["source_url"] or origin.url,
        },
        "checked_on": checked_on(still, at.date()),
    }  # fmt: skip


_AS_IT_IS = (
    "name", "organisation", "summary", "topics", "place", "phones", "url", "email", "facts", "who_text",
)  # fmt: skip


@lru_cache(maxsize=4096)
def _hours_at(rules: str, closed: bool, division: str, said: str, at: datetime) -> tuple[OpenState, str]:
    # Thousands of services keep the same hours.
    day = at.date()
    differs = is_bank_holiday(day, division) and not any(dates.hold(day) for dates in read_days(said))
    return _hours(read_rules(rules), closed, differs, at)


def _hours(rules: Sequence[OpeningRule], closed: bool, differs: bool, at: datetime) -> tuple[OpenState, str]:
    """Return whether a service is open and a sentence about it."""
    if closed:
        return OpenState.CLOSED, "Closed for now"
    words, today = opens_text(rules, at), at.astimezone(LONDON).date()
    if differs and current(rules, today):
        words = f"{words}. Bank holiday today, this may differ"
    return open_state(rules, at), words


def week_at(document: Json, position: int, on: date) -> list[dict[str, str]]:
    """Return the hours of seven days in words; those of bank holidays say that they may differ."""
    lines = week_text(rules_at(document, position), on)
    for line in lines:
        if may_differ(document, position, date.fromisoformat(line["date"])):
            line["text"] = f"{line['text']} (bank holiday, may differ)"
    return lines


def open_at_times(still: Json, times: Sequence[Sequence[Window]], on: date) -> OpenState:
    """Return open when it is open in some minute of every group of windows, closed when in none of one."""
    if still["closed"]:
        return OpenState.CLOSED
    states = {open_in(read_rules(still["rules"]), windows, on) for windows in times}
    return next((s for s in (OpenState.CLOSED, OpenState.UNKNOWN) if s in states), OpenState.OPEN)


def whole(
    document: Json, service_id: UUID, still: Json, origin: Origin, position: int, at: datetime,
    gazetteer: Gazetteer | None = None,
) -> Json:  # fmt: skip
    """Return everything the service page shows; `position` is that of the place its card is about."""
    today = at.astimezone(LONDON).date()
    places = []
    for number, link in enumerate(_physical_links(document), start=1):
        location = link["location"]
        place = place_of(link, location.get("latitude"), location.get("longitude"), False)
        known = spot_of(gazetteer, place["postcode"]) if gazetteer and place["lat"] is None else None
        if known is not None:
            place.update(lat=known[0].lat, lon=known[0].lon, approximate=True)
        state, words = _hours(
            rules_at(document, number), still["closed"], may_differ(document, number, today), at
        )
        access = [
            a.get("description") or a.get("accessibility", "") for a in location.get("accessibility", [])
        ]
        hours = week_at(document, number, at.date())
        places.append({
            **place, "open": str(state), "opens_text": words, "hours": hours,
            "getting_there": location.get("transportation", ""),
            "access": [words for words in access if words],
        })  # fmt: skip
    return {
        **card(service_id, still, origin, None, at),
        "description": text_of(document),
        "alert": document.get("alert", ""),
        "hours": week_at(document, position, at.date()),
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
        "attribution": origin.attribution,
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
