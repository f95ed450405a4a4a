"""Plans for the tests of this house, in the JSON form a phone sends."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from companion.treatment.rules import Occurrence, Plan, closures_for, occurrences, parse_plan

PLAN_ID = UUID("0192f0c8-7a4e-7c3b-8d1f-2b6a9e5c4d10")


def a_phase(**overrides: Any) -> dict[str, Any]:
    """Return a phase: Monday, Wednesday and Friday at ten, taking doses home between."""
    phase: dict[str, Any] = {
        "starts_on": "2026-01-05",
        "ends_on": None,
        "label": "stable",
        "every": {"unit": "week", "count": 1},
        "weekdays": ["MO", "WE", "FR"],
        "times": ["10:00"],
        "take_home": True,
    }
    return phase | overrides


def a_place(**overrides: Any) -> dict[str, Any]:
    """Return a pharmacy that closes on Sundays."""
    weekday = [["09:00", "13:00"], ["14:00", "18:00"]]
    place: dict[str, Any] = {
        "name": "Marker Pharmacy",
        "address": "1 High Street\nLeeds",
        "phone": "0113 496 0000",
        "hours": {**dict.fromkeys(("MO", "TU", "WE", "TH", "FR"), weekday), "SA": [["09:00", "17:30"]]},
        "closed_on": [],
    }
    return place | overrides


def a_plan_body(**overrides: Any) -> dict[str, Any]:
    """Return the body of a collection plan."""
    body: dict[str, Any] = {
        "kind": "collection",
        "title": "",
        "starts_on": "2026-01-05",
        "ends_on": None,
        "time_zone": "Europe/London",
        "division": "england-and-wales",
        "place": None,
        "wordings": {
            "closed_day": "yes",
            "missed_day": "unknown",
            "three_days": "unknown",
            "supervise": "no",
            "separate": "yes",
        },
        "phases": [a_phase()],
        "note": "",
        "remind_minutes_before": 0,
        "product": None,
        "missed_shared": False,
    }
    return body | overrides


def a_plan(**overrides: Any) -> Plan:
    """Return a collection plan."""
    return parse_plan({"id": str(PLAN_ID), **a_plan_body(**overrides)})


def from_to(plan: Plan, first: str, last: str) -> list[Occurrence]:
    """Return the occurrences of `plan` with the calendar's closed days."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return occurrences(plan, closures_for(plan.division, start, end), start, end)
