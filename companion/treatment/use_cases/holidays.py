"""Bank holidays: the kept library, and the data that an operator reads in after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from companion.core.errors import CompanionError
from companion.core.orm import Sessions
from companion.core.sealing import SealBroken
from companion.treatment import gateway
from companion.treatment.models import TreatmentHoliday, TreatmentPlan, everyones, holidays_of
from companion.treatment.rules import (
    Closure,
    Closures,
    Division,
    HolidayData,
    Source,
    changed_days,
    closures_for,
    day_words,
    holidays_for,
    parse_holidays,
)
from companion.treatment.use_cases.plans import plan_of

AT_ONCE = 500
Years = dict[int, dict[date, str]]


@dataclass(frozen=True, slots=True)
class HolidayReport:
    """What reading in the bank holidays of one division did."""

    division: str
    first_year: int
    last_year: int
    total: int
    changed: tuple[date, ...]
    plans: int


def closures(session: Session, division: Division, first: date, last: date) -> Closures:
    """Return the days around a window on which places may be closed, by all we have been told."""
    return closures_for(division, first, last, holiday_data(session, division))


def list_holidays(session: Session, division: Division, year: int) -> Closures:
    """Return the bank holidays of one division and year, each with where it was read."""
    return holidays_for(division, year, holiday_data(session, division))


def holiday_data(session: Session, division: Division) -> HolidayData:
    """Return the years that were read from data."""
    found: dict[int, dict[date, Closure]] = {}
    for row in session.scalars(holidays_of(division)):
        when = f"{day_words(row.fetched_at.date())} {row.fetched_at.year}"
        read_in = f"{row.source}, read on {when}"
        found.setdefault(row.on.year, {})[row.on] = Closure(row.title, Source.DATA, read_in)
    return found


def import_holidays(
    factory: Sessions, source: str, now: datetime, label: str | None = None
) -> list[HolidayReport]:
    """Read a file or an https address into the database; a bad one raises RuleBroken and changes nothing.

    1. Fetch and check the whole file; no transaction is open meanwhile.
    2. Find the plans of each division whose closed days change. That takes long with many people, so it
       happens before anything is locked.
    3. In one transaction: put the years of the file in the place of those kept, and mark these plans, and
       any saved meanwhile, so that their reminders follow.
    """
    given = parse_holidays(gateway.read_holidays(source))
    name = (label or gateway.label_of(source)).strip()[: gateway.MOST_LABEL]
    today = now.date()
    with factory(execution_options={"reads": True}) as session:
        before = {division: holiday_data(session, division) for division in given}
        after = {division: {**before[division], **_as_data(years)} for division, years in given.items()}
        changed = {
            division: changed_days(division, before[division], after[division], today) for division in given
        }
        plans = _plans_of(session, {division for division, days in changed.items() if days})
    with factory.begin() as session:
        for division, years in given.items():
            _replace(session, division, years, name, now)
        if plans:
            _mark(session, [plan_id for ids in plans.values() for plan_id in ids], now)
    return [
        HolidayReport(
            division=str(division),
            first_year=min(years),
            last_year=max(years),
            total=sum(map(len, years.values())),
            changed=tuple(sorted(changed[division])),
            plans=len(plans.get(division, ())),
        )
        for division, years in given.items()
    ]


def _as_data(years: Years) -> HolidayData:
    return {year: {on: Closure(title) for on, title in days.items()} for year, days in years.items()}


def _plans_of(session: Session, divisions: set[Division]) -> dict[Division | None, list[UUID]]:
    """Return the live plans of these divisions; None names those that cannot be read."""
    found: dict[Division | None, list[UUID]] = {}
    if not divisions:
        return found
    for row in session.scalars(everyones().execution_options(yield_per=AT_ONCE)):
        try:
            division: Division | None = plan_of(session, row).division
        except (SealBroken, CompanionError):
            division = None
        if division is None or division in divisions:
            found.setdefault(division, []).append(row.id)
    return found


def _replace(session: Session, division: Division, years: Years, name: str, now: datetime) -> None:
    of_division = TreatmentHoliday.division == str(division)
    for year in years:
        within = TreatmentHoliday.on.between(date(year, 1, 1), date(year, 12, 31))
        session.execute(delete(TreatmentHoliday).where(of_division, within))
    rows = [
        {"division": str(division), "on": on, "title": title, "source": name, "fetched_at": now}
        for days in years.values()
        for on, title in days.items()
    ]
    session.execute(insert(TreatmentHoliday), rows)


def _mark(session: Session, plan_ids: Sequence[UUID], started: datetime) -> None:
    """Mark plans for the reminders house. Their version stays, so that pushes on their way stay wanted."""
    ids = sorted(plan_ids)
    for start in range(0, len(ids), AT_ONCE):
        some = TreatmentPlan.id.in_(ids[start : start + AT_ONCE])
        session.execute(update(TreatmentPlan).where(some).values(unscheduled=True))
    late = TreatmentPlan.updated_at >= started
    session.execute(update(TreatmentPlan).where(late).values(unscheduled=True))
