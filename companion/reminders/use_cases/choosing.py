"""What a person chooses: how to be reminded of a plan, when to be left in peace, and in which time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from companion.core.identity import Viewer
from companion.core.merge import Outcome, clamp
from companion.reminders import rules
from companion.reminders.use_cases.planning import plan_nudges, plan_one
from companion.reminders.use_cases.preferences import choices_for, keep_choices, keep_settings, settings_of
from companion.treatment import use_cases as treatment
from companion.treatment.rules import Kind

Body = dict[str, Any]
# Taken wherever the person is. Everything else happens at a place, by the clock on its wall.
TAKEN_ANYWHERE = (str(Kind.AT_HOME), str(Kind.NALTREXONE))
# What of a plan only the server writes.
NOT_SENT = ("id", "version", "recorded_at")


def get_choices(session: Session, viewer: Viewer, plan_id: UUID) -> Body:
    """Return how the viewer wants to be reminded of one of their plans; NotFound if it is not theirs."""
    plan = treatment.get_plan(session, viewer.account_id, plan_id)
    chosen = choices_for(session, viewer.account_id, plan_id, plan["remind_minutes_before"])
    return {"plan_id": plan_id, **chosen}


def save_choices(
    session: Session, viewer: Viewer, plan_id: UUID, draft: Mapping[str, Any], now: datetime
) -> Body:
    """Save how the viewer wants to be reminded of one of their plans; reminders follow at once."""
    treatment.get_plan(session, viewer.account_id, plan_id)
    content = rules.choices_content(draft)
    outcome = keep_choices(session, viewer.account_id, plan_id, content, clamp(draft["recorded_at"], now))
    if outcome in (Outcome.NEW, Outcome.UPDATED):
        plan_one(session, plan_id, viewer.account_id, now, realign=True)
    return get_choices(session, viewer, plan_id)


def get_settings(session: Session, viewer: Viewer) -> Body:
    """Return the viewer's settings."""
    return settings_of(session, viewer.account_id)


def save_settings(session: Session, viewer: Viewer, draft: Mapping[str, Any], now: datetime) -> Body:
    """Save the viewer's settings; reminders of all plans, and nudges, follow at once."""
    content = rules.settings_content(draft)
    kept = settings_of(session, viewer.account_id)
    if "kept_zone" in kept:
        content["kept_zone"] = kept["kept_zone"]
    _save(session, viewer, content, clamp(draft["recorded_at"], now), now)
    return get_settings(session, viewer)


def report_time_zone(session: Session, viewer: Viewer, draft: Mapping[str, Any], now: datetime) -> Body:
    """Take the time zone a phone is in; ask the person before anything moves, and do what they decided.

    To keep leaves all times as they are and asks no more in this zone. To move sets the plans taken
    anywhere, and quiet hours, to the wall clock of this zone; visits stay where their place is.
    """
    zone, decision = draft["zone"], draft["decision"]
    rules.check_zone(zone, "zone")
    settings = settings_of(session, viewer.account_id)
    plans = _elsewhere(session, viewer, zone, now)
    if decision == rules.Decision.MOVE:
        for plan in plans:
            moved = {name: plan[name] for name in plan if name not in NOT_SENT}
            moved |= {"time_zone": zone, "recorded_at": max(plan["recorded_at"], now)}
            treatment.save_plan(session, viewer, plan["id"], moved, now)
        plans = []
    if decision is not None:
        kept_zone = zone if decision == rules.Decision.KEEP else None
        content = {name: settings[name] for name in settings if name != "recorded_at"}
        content |= {"kept_zone": kept_zone}
        content |= {"time_zone": zone} if decision == rules.Decision.MOVE else {}
        _save(session, viewer, content, max(settings["recorded_at"] or now, now), now)
        settings = settings_of(session, viewer.account_id)
    is_kept = settings.get("kept_zone") == zone
    return {
        "zone": zone,
        "ask": bool(plans) and not is_kept,
        "plans": [{"plan_id": plan["id"], "time_zone": plan["time_zone"]} for plan in plans],
    }


def _elsewhere(session: Session, viewer: Viewer, zone: str, now: datetime) -> list[Body]:
    """Return the plans taken anywhere whose times are read in a zone that shows another time than this."""
    return [
        plan
        for plan in treatment.list_plans(session, viewer.account_id)
        if plan["kind"] in TAKEN_ANYWHERE and not rules.shows_the_same(plan["time_zone"], zone, now)
    ]


def _save(session: Session, viewer: Viewer, content: Body, recorded_at: datetime, now: datetime) -> None:
    person_id = viewer.account_id
    if keep_settings(session, person_id, content, recorded_at) in (Outcome.NEW, Outcome.UPDATED):
        for plan_id in sorted(plan["id"] for plan in treatment.list_plans(session, person_id)):
            plan_one(session, plan_id, person_id, now, realign=True)
        plan_nudges(session, person_id, now)
