"""Plans in the database, on both engines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from companion.accounts.use_cases import sealer_for
from companion.audit import use_cases as audit
from companion.core.errors import NotFound, RuleBroken
from companion.core.ids import new_id
from companion.core.merge import Outcome
from companion.treatment import use_cases
from companion.treatment.models import TreatmentPlan
from companion.treatment.use_cases import plans
from tests.people import Cast
from tests.treatment.plans import PLAN_ID, a_phase, a_place, a_plan_body


def save(session: Session, cast: Cast, now: datetime, who: str = "sam", **overrides: Any) -> Any:
    """Save a plan as one of the cast; `plan_id` and `recorded_at` may be given."""
    plan_id = overrides.pop("plan_id", PLAN_ID)
    recorded_at = overrides.pop("recorded_at", now)
    draft = a_plan_body(**overrides) | {"recorded_at": recorded_at}
    return use_cases.save_plan(session, cast[who], plan_id, draft, now)


def actions(session: Session, cast: Cast) -> list[str]:
    """Return what the audit trail says was done to Sam's plan, oldest first."""
    session.flush()
    events = audit.list_events(session, cast["sam"].account_id)
    return [str(event.action) for event in reversed(events) if event.item_kind == "plan"]


def test_a_new_plan_is_kept_and_listed(session: Session, cast: Cast, now: datetime) -> None:
    outcome, saved = save(session, cast, now, title="My own words", place=a_place())
    session.commit()
    assert outcome is Outcome.NEW
    assert saved["version"] == 1
    assert saved["title"] == "My own words"
    assert use_cases.list_plans(session, cast["sam"].account_id) == [saved]
    assert use_cases.get_plan(session, cast["sam"].account_id, PLAN_ID) == saved
    assert actions(session, cast) == ["new"]


def test_the_same_plan_again_changes_nothing(session: Session, cast: Cast, now: datetime) -> None:
    _, saved = save(session, cast, now)
    session.commit()
    outcome, again = save(session, cast, now + timedelta(hours=1), recorded_at=now + timedelta(minutes=5))
    assert outcome is Outcome.IDENTICAL
    assert again["version"] == saved["version"]
    assert actions(session, cast) == ["new"]


def test_a_later_change_wins_and_counts_the_version(session: Session, cast: Cast, now: datetime) -> None:
    save(session, cast, now)
    later = now + timedelta(minutes=5)
    outcome, saved = save(session, cast, later, note="Ask about holidays")
    assert (outcome, saved["version"], saved["note"]) == (Outcome.UPDATED, 2, "Ask about holidays")
    assert actions(session, cast) == ["new", "updated"]


def test_what_was_said_last_wins_in_whatever_order_it_arrives(
    session: Session, cast: Cast, now: datetime
) -> None:
    save(session, cast, now, note="first")
    save(session, cast, now, note="first", recorded_at=now + timedelta(minutes=2))
    outcome, saved = save(session, cast, now, note="in between", recorded_at=now + timedelta(minutes=1))
    assert (outcome, saved["note"]) == (Outcome.OLDER, "first")


def test_an_older_change_that_arrives_late_loses(session: Session, cast: Cast, now: datetime) -> None:
    save(session, cast, now, note="newer")
    outcome, saved = save(session, cast, now, note="older", recorded_at=now - timedelta(hours=3))
    assert (outcome, saved["note"], saved["version"]) == (Outcome.OLDER, "newer", 1)


def test_a_clock_that_runs_years_ahead_does_not_win_for_ever(
    session: Session, cast: Cast, now: datetime
) -> None:
    save(session, cast, now, note="from the future", recorded_at=now + timedelta(days=900))
    two_days_on = now + timedelta(days=2)
    outcome, saved = save(session, cast, two_days_on, note="today")
    assert (outcome, saved["note"]) == (Outcome.UPDATED, "today")


def test_a_deleted_plan_stays_deleted_and_its_words_are_gone(
    session: Session, cast: Cast, now: datetime
) -> None:
    save(session, cast, now, note="private")
    use_cases.delete_plan(session, cast["sam"], PLAN_ID, now)
    session.commit()
    with pytest.raises(NotFound) as told:
        save(session, cast, now + timedelta(days=1), note="back")
    assert "deleted" in told.value.detail
    assert use_cases.list_plans(session, cast["sam"].account_id) == []
    with pytest.raises(NotFound):
        use_cases.get_plan(session, cast["sam"].account_id, PLAN_ID)
    use_cases.delete_plan(session, cast["sam"], PLAN_ID, now)
    assert actions(session, cast) == ["new", "deleted"]
    assert use_cases.plan_for_scheduling(session, PLAN_ID) == (None, 2)


def test_nobody_else_reaches_a_plan(session: Session, cast: Cast, now: datetime) -> None:
    save(session, cast, now)
    session.commit()
    today = now.date()
    for who in ("jo", "priya", "owen", "ada"):
        assert use_cases.list_plans(session, cast[who].account_id) == []
        assert all(not day["items"] for day in use_cases.days(session, cast[who].account_id, today, today))
        with pytest.raises(NotFound):
            use_cases.get_plan(session, cast[who].account_id, PLAN_ID)
        with pytest.raises(NotFound):
            use_cases.delete_plan(session, cast[who], PLAN_ID, now)
        with pytest.raises(NotFound):
            save(session, cast, now + timedelta(hours=1), who=who, note="mine now")
    assert use_cases.get_plan(session, cast["sam"].account_id, PLAN_ID)["note"] == ""


def test_what_a_person_writes_is_sealed(session: Session, cast: Cast, now: datetime) -> None:
    phase = a_phase(label="detox")
    save(
        session,
        cast,
        now,
        title="Markertitle",
        note="Markernote",
        place=a_place(name="Markerplace"),
        phases=[phase],
    )
    session.commit()
    row = session.execute(text("SELECT * FROM treatment_plan")).mappings().one()
    raw = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row.values())
    for word in (b"Marker", b"detox", b"collection", b"10:00", b"High Street"):
        assert word not in raw


def test_a_broken_rule_touches_nothing(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(RuleBroken) as problem:
        save(session, cast, now, ends_on="2025-01-01")
    assert list(problem.value.fields) == ["ends_on"]
    assert use_cases.list_plans(session, cast["sam"].account_id) == []


def test_there_is_an_end_to_the_number_of_plans(
    session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "MOST_PLANS", 2)
    save(session, cast, now, plan_id=new_id())
    save(session, cast, now)
    with pytest.raises(RuleBroken):
        save(session, cast, now, plan_id=new_id())
    assert save(session, cast, now, note="still mine", recorded_at=now + timedelta(1))[0] is Outcome.UPDATED


def test_days_show_every_plan_in_order_of_time(session: Session, cast: Cast, now: datetime) -> None:
    every_day = a_phase(
        every={"unit": "day", "count": 1}, weekdays=[], times=["20:00", "08:00"], take_home=False
    )
    save(session, cast, now, place=a_place())
    save(
        session, cast, now, plan_id=new_id(), kind="at_home", title="Evening and morning", phases=[every_day]
    )
    found = use_cases.days(session, cast["sam"].account_id, date(2026, 11, 23), date(2026, 11, 24))
    assert [day["on"] for day in found] == [date(2026, 11, 23), date(2026, 11, 24)]
    assert [(item["time"], item["title"], item["slot"]) for item in found[0]["items"]] == [
        ("08:00", "Evening and morning", 0),
        ("10:00", "Collect from the pharmacy", 0),
        ("20:00", "Evening and morning", 1),
    ]
    collect = found[0]["items"][1]
    assert collect["place_name"] == "Marker Pharmacy"
    assert collect["brings_home"] == [date(2026, 11, 24)]
    assert (found[1]["items"][0]["what"], found[1]["items"][0]["time"]) == ("at_home", None)


def test_the_same_notice_of_two_plans_is_said_once(session: Session, cast: Cast, now: datetime) -> None:
    for plan_id in (PLAN_ID, new_id()):
        save(session, cast, now, plan_id=plan_id, wordings={"closed_day": "no"})
    found = use_cases.days(session, cast["sam"].account_id, date(2026, 12, 24), date(2026, 12, 24))
    codes = [notice["code"] for notice in found[0]["notices"]]
    assert codes == ["closed_day_ask", "closed_day_ask"]
    assert len({notice["text"] for notice in found[0]["notices"]}) == 2


@pytest.mark.parametrize(("first", "last"), [("2026-01-02", "2026-01-01"), ("2026-01-01", "2026-03-04")])
def test_a_window_has_an_end(session: Session, cast: Cast, first: str, last: str) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    with pytest.raises(RuleBroken) as problem:
        use_cases.days(session, cast["sam"].account_id, *days)
    assert list(problem.value.fields) == ["to"]


def test_reminders_see_each_version_once(session: Session, cast: Cast, now: datetime) -> None:
    save(session, cast, now)
    waiting = use_cases.unscheduled_plans(session, 10)
    assert waiting == [use_cases.Waiting(PLAN_ID, cast["sam"].account_id, 1, deleted=False)]
    plan, version = use_cases.plan_for_scheduling(session, PLAN_ID)
    assert plan is not None
    assert (plan.id, version) == (PLAN_ID, 1)
    save(session, cast, now + timedelta(minutes=1), note="changed meanwhile")
    assert not use_cases.mark_scheduled(session, PLAN_ID, version)
    assert len(use_cases.unscheduled_plans(session, 10)) == 1
    assert use_cases.mark_scheduled(session, PLAN_ID, 2)
    session.expire_all()
    assert use_cases.unscheduled_plans(session, 10) == []
    use_cases.delete_plan(session, cast["sam"], PLAN_ID, now)
    assert [one.deleted for one in use_cases.unscheduled_plans(session, 10)] == [True]
    with pytest.raises(NotFound):
        use_cases.plan_for_scheduling(session, UUID(int=1))


def test_review_does_not_get_the_private_note(session: Session, cast: Cast, now: datetime) -> None:
    save(session, cast, now, note="only for me", title="Shown")
    shown = use_cases.plans_of(session, cast["sam"].account_id)
    assert [plan["title"] for plan in shown] == ["Shown"]
    assert "note" not in shown[0]
    assert "remind_minutes_before" not in shown[0]
    assert "missed_shared" not in shown[0]


def shared_since(session: Session, cast: Cast) -> list[datetime]:
    """Return since when Sam shares missed visits, for each plan that does."""
    session.flush()
    return [since for _plan, since in use_cases.missed_shared_by(session, cast["sam"].account_id)]


def test_missed_visits_are_shared_from_when_the_server_heard_of_the_choice(
    session: Session, cast: Cast, now: datetime
) -> None:
    hours = [now + timedelta(hours=one) for one in range(7)]
    save(session, cast, hours[0])
    assert shared_since(session, cast) == []
    # A phone whose clock is a year behind does not share what lies before the choice.
    save(session, cast, hours[0], plan_id=new_id(), recorded_at=now - timedelta(days=365), missed_shared=True)
    assert shared_since(session, cast) == [hours[0]]
    _, saved = save(session, cast, hours[1], missed_shared=True)
    save(session, cast, hours[2], missed_shared=True, note="Changed")
    assert shared_since(session, cast) == [hours[1], hours[0]]
    assert save(session, cast, hours[3], missed_shared=True, note="Changed")[0] is Outcome.IDENTICAL
    assert plans.SHARED_SINCE not in saved
    save(session, cast, hours[4], recorded_at=hours[4], note="Changed")
    assert shared_since(session, cast) == [hours[0]]
    save(session, cast, hours[5], recorded_at=hours[5], missed_shared=True)
    assert shared_since(session, cast) == [hours[5], hours[0]]
    use_cases.delete_plan(session, cast["sam"], PLAN_ID, hours[6])
    assert shared_since(session, cast) == [hours[0]]


def test_only_plans_with_a_pharmacy_share_missed_visits(session: Session, cast: Cast, now: datetime) -> None:
    save(session, cast, now, kind="at_home", phases=[a_phase(take_home=False)], missed_shared=True)
    assert shared_since(session, cast) == []


def test_a_choice_kept_before_its_time_was_noted_counts_from_the_last_change(
    session: Session, cast: Cast, now: datetime
) -> None:
    save(session, cast, now, missed_shared=True)
    row = session.get(TreatmentPlan, PLAN_ID)
    assert row is not None
    sealer = sealer_for(session, row.person_id)
    body = sealer.unseal("treatment_plan", PLAN_ID, row.sealed)
    assert body.pop(plans.SHARED_SINCE) == now.isoformat()
    row.sealed = sealer.seal("treatment_plan", PLAN_ID, body)
    row.received_at = now + timedelta(hours=1)
    assert shared_since(session, cast) == [now + timedelta(hours=1)]
    save(session, cast, now + timedelta(hours=2), missed_shared=True, note="Changed")
    assert shared_since(session, cast) == [now + timedelta(hours=1)]


def test_a_plan_kept_before_a_field_existed_reads_and_merges_as_ever(
    session: Session, cast: Cast, now: datetime
) -> None:
    save(session, cast, now)
    row = session.get(TreatmentPlan, PLAN_ID)
    assert row is not None
    sealer = sealer_for(session, row.person_id)
    body = sealer.unseal("treatment_plan", PLAN_ID, row.sealed)
    old = {name: value for name, value in body.items() if name not in ("product", "missed_shared")}
    row.sealed = sealer.seal("treatment_plan", PLAN_ID, old)
    session.flush()
    assert use_cases.get_plan(session, row.person_id, PLAN_ID)["product"] is None
    assert save(session, cast, now + timedelta(minutes=1))[0] is Outcome.IDENTICAL


def test_an_injection_taken_out_of_the_table_stays_in_the_plan(
    session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    injection: dict[str, Any] = {"kind": "injection", "phases": [a_phase(take_home=False)]}
    save(session, cast, now, product="weekly_injection", **injection)
    monkeypatch.setattr(plans, "products", dict)
    later = now + timedelta(minutes=1)
    outcome, saved = save(session, cast, later, product="weekly_injection", note="still", **injection)
    assert (outcome, saved["product"]) == (Outcome.UPDATED, "weekly_injection")
    with pytest.raises(RuleBroken):
        save(session, cast, later, product="monthly_injection", **injection)


def test_several_plans_on_one_day_are_one_line(session: Session, cast: Cast, now: datetime) -> None:
    daily = a_phase(every={"unit": "day", "count": 1}, weekdays=[], times=["15:30", "16:30"], take_home=False)
    save(session, cast, now, place=a_place())
    save(session, cast, now, plan_id=new_id(), kind="appointment", phases=[daily])
    on = date(2026, 11, 27)
    (day,) = use_cases.days(session, cast["sam"].account_id, on, on)
    assert day["sentence"] == (
        "Friday: collect today’s from the pharmacy, bring home Saturday and Sunday. "
        "Appointment at 3:30 pm and 4:30 pm."
    )


def test_a_day_at_home_in_doubt_is_something_to_ask_about_not_something_to_take(
    session: Session, cast: Cast, now: datetime
) -> None:
    place = a_place(hours={}, closed_on=["2026-11-23"])
    weekly = a_phase(weekdays=["MO"])
    save(session, cast, now, title="Mine", phases=[weekly], place=place, wordings={"closed_day": "no"})
    (day,) = use_cases.days(session, cast["sam"].account_id, date(2026, 11, 24), date(2026, 11, 24))
    (item,) = day["items"]
    assert (item["title"], item["place_name"], item["time"]) == (
        "Ask about this day",
        "Marker Pharmacy",
        None,
    )
    assert day["sentence"] == item["sentence"]
    assert item["sentence"] == (
        "Tuesday: your pharmacy may be closed for your visit on Monday 23 November. "
        "Ask your pharmacist or service about this day."
    )
    assert [(one["code"], one["call"]) for one in day["notices"]] == [("home_day_ask", "0113 496 0000")]


def test_a_gap_is_said_on_an_empty_day_and_beside_what_another_plan_holds(
    session: Session, cast: Cast, now: datetime
) -> None:
    parts = [a_phase(ends_on="2026-11-27"), a_phase(starts_on="2026-11-30")]
    once = a_phase(starts_on="2026-11-29", every=None, weekdays=[], times=["15:30"], take_home=False)
    save(session, cast, now, phases=parts, place=a_place())
    save(session, cast, now, plan_id=new_id(), kind="appointment", phases=[once])
    found = use_cases.days(session, cast["sam"].account_id, date(2026, 11, 27), date(2026, 11, 30))
    gap = (
        "there is a gap in your plan on this day. If you expected something, ask your pharmacist or service."
    )
    assert [day["gap"] for day in found] == [None, f"Saturday: {gap}", f"Sunday: {gap}", None]
    assert (found[1]["items"], found[1]["sentence"]) == ([], f"Saturday: {gap}")
    assert found[2]["sentence"] == f"Sunday: appointment at 3:30 pm. T{gap[1:]}"
    assert [[one["code"] for one in day["notices"]] for day in found] == [[], ["plan_gap"], ["plan_gap"], []]
