"""An independent pharmacist: works a week out from the worked weeks' own words and the rules of the domain.

It goes through the days one after the other, as one would with a calendar on paper, and reads bank holidays
from the list of GOV.UK. It shares nothing with the rules of the app, so both would have to be wrong alike.

1. A visit falls on the days the plan names. A pharmacy may be closed on a bank holiday, on the feast itself
   when its substitute day lies later, on Easter Sunday, on weekdays without hours and on its own days.
2. With the wording for closed days a visit before, at most five days earlier, brings home what is due then.
   Without it, or when nobody knows, nothing is moved: the person is told to ask. So they are on each day at
   home that such a visit was for, because perhaps nothing is at home: `(ask)`.
3. Doses to take home last up to the next visit, and not beyond the end of the part or of the prescription.
4. Three working days before a closed day, and up to it, something is said. When nothing is moved, and the
   last visit to the pharmacy on a usual day lies further back, from that one on: there they can still ask.
5. Days between two parts with nothing to hand over are a hole, and the person is told to ask: `(ask)`. A
   medicine for each day has one on every such day; another where the part before would have gone on.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.treatment.oracle import NAMES, falls_on

DAY = timedelta(days=1)
# Longer than any visit here brings doses home for.
LONGEST = timedelta(days=140)
LISTED = json.loads(Path(__file__).with_name("bank_holidays.json").read_text("utf-8"))
FUNERAL = date(2022, 9, 19)
# Feasts that stay closed when a substitute day follows, by division; 1 January and Christmas hold everywhere.
FEASTS = {
    "england-and-wales": [(1, 1), (12, 25), (12, 26)],
    "scotland": [(1, 1), (1, 2), (11, 30), (12, 25), (12, 26)],
    "northern-ireland": [(1, 1), (3, 17), (7, 12), (12, 25), (12, 26)],
}
PHARMACY = ("supervised", "collection")
AT_HOME = ("at_home", "naltrexone")
EACH_DAY = (*PHARMACY, "at_home")
WORDS = {"collection": "collect", "at_home": "at home", "naltrexone": "tablet"}
USUAL_HOURS = [("09:00", "13:00"), ("14:00", "18:00")]
SATURDAY_HOURS = [("09:00", "17:30")]
# The usual days around an injection, before and after, as in the sample table.
WINDOWS = {"weekly_injection": (2, 2), "monthly_injection": (7, 7)}


@cache
def listed(division: str) -> tuple[frozenset[date], frozenset[date]]:
    """Return the days on the list of GOV.UK and the Easter Sundays that follow from it."""
    days = [(date.fromisoformat(event["date"]), event["title"]) for event in LISTED[division]["events"]]
    easter = frozenset(day + 2 * DAY for day, title in days if title == "Good Friday")
    return frozenset(day for day, _title in days), easter


class Pharmacist:
    """One worked week. `phases` are what its plan says, in the form a phone sends."""

    def __init__(self, week: dict[str, Any], phases: list[dict[str, Any]]) -> None:
        self.week, self.phases, self.kind = week, phases, week["kind"]
        self.end: date = week.get("ends_on") or date.max
        self.hours = self._hours()
        self.closed_on = set(week.get("closed_on", []))
        self.start = date.fromisoformat(phases[0]["starts_on"])

    def _hours(self) -> dict[str, list[tuple[str, str]]] | None:
        """Return the hours by weekday, None when none are known."""
        if "shut_on" not in self.week and "hours" not in self.week:
            return None
        hours = dict.fromkeys(NAMES[:5], USUAL_HOURS) | {"SA": SATURDAY_HOURS}
        for name, spans in self.week.get("hours", {}).items():
            hours[name] = [tuple(span.split("-")) for span in spans]
        return {name: hours[name] for name in hours if name not in self.week.get("shut_on", [])}

    def is_holiday(self, day: date) -> bool:
        """Tell whether a bank holiday, or the feast behind one, falls on `day`."""
        division = self.week.get("division", "england-and-wales")
        if day in self.week.get("taken_back", []):
            return False
        if day in self.week.get("announced", {}) or day == FUNERAL:
            return True
        on_list, easter = listed(division)
        is_feast = day.weekday() >= 5 and (day.month, day.day) in FEASTS[division]
        return day in on_list or is_feast or day in easter

    def is_shut(self, day: date) -> bool:
        """Tell whether the pharmacy said so itself: its own closed day, or a weekday without hours."""
        no_hours = self.hours is not None and NAMES[day.weekday()] not in self.hours
        return day in self.closed_on or no_hours

    def is_doubtful(self, day: date) -> bool:
        """Tell whether a visit on `day` may find the door closed."""
        return self.kind not in AT_HOME and (self.is_holiday(day) or self.is_shut(day))

    def phase_on(self, day: date) -> dict[str, Any] | None:
        """Return the part of the plan whose pattern falls on `day`."""
        found = [phase for phase in self.phases if falls_on(phase, day)]
        return found[0] if found and day <= self.end else None

    def supply(self, until: date) -> dict[date, tuple[date, bool]]:
        """Return, for each day something is due, the day it is handed over, and whether that is by a move."""
        found: dict[date, tuple[date, bool]] = {}
        last_open: date | None = None
        in_hand: tuple[date, bool] | None = None
        day = self.start
        while day <= min(until, self.end):
            visit = self.phase_on(day)
            if visit is not None:
                in_hand = (day, False)
                if not self.is_doubtful(day):
                    last_open = day
                elif self._covered() and last_open is not None and (day - last_open).days <= 5:
                    in_hand = (last_open, True)
                found[day] = in_hand
            elif self._lasts(day) and in_hand is not None:
                found[day] = (in_hand[0], False)
            else:
                in_hand = None
            day += DAY
        return found

    def _covered(self) -> bool:
        return self.kind in PHARMACY and self.week.get("closed_day") == "yes"

    def _lasts(self, day: date) -> bool:
        """Tell whether doses to take home last over `day`: an earlier visit of the same part brought them."""
        for phase in self.phases:
            begins = date.fromisoformat(phase["starts_on"])
            ends = date.fromisoformat(phase["ends_on"] or "9999-12-31")
            if begins <= day <= ends:
                days = (begins + n * DAY for n in range((day - begins).days))
                return phase["take_home"] and any(falls_on(phase, one) for one in days)
        return False

    def line(self, day: date) -> str:
        """Return what the file should say of `day`."""
        supply = self.supply(day + LONGEST)
        if day not in supply:
            return "nothing (ask)" if self._is_hole(day) else "nothing"
        phase, moved = self.phase_on(day), supply[day][1]
        if phase is None:
            return "at home (ask)" if self._is_in_doubt(day, supply[day][0]) else "at home"
        if moved and self.is_shut(day):
            return "at home"
        brings = [one for one, (handed, _) in supply.items() if handed == day and one != day]
        home = ", brings home " + " + ".join(f"{one:%a} {one.day} {one:%b}" for one in brings)
        said = []
        for number, at in enumerate(sorted(phase["times"]) or [None]):
            closed = " (may be closed)" if self.is_doubtful(day) or self._is_outside(day, at) else ""
            brought = home if brings and number == 0 else ""
            said.append(f"{at + ' ' if at else ''}{WORDS.get(self.kind, self.kind)}{brought}{closed}")
        return "; ".join(said)

    def _is_outside(self, day: date, at: str | None) -> bool:
        if at is None or self.hours is None or self.kind in AT_HOME:
            return False
        return not any(opens <= at < closes for opens, closes in self.hours.get(NAMES[day.weekday()], []))

    def _is_in_doubt(self, day: date, handed_over: date) -> bool:
        """Tell whether what is due at home was to be handed over at a door that may be closed."""
        return handed_over < day and self.is_doubtful(handed_over)

    def _is_hole(self, day: date) -> bool:
        """Tell whether nothing is due because one part has ended and the next has not begun to hand over."""
        over = [phase for phase in self.phases if (phase["ends_on"] or "9999") < day.isoformat()]
        to_come = self.phases[len(over) :]
        if not over or not to_come or self.kind == "appointment":
            return False
        begins = date.fromisoformat(to_come[0]["starts_on"])
        if any(falls_on(to_come[0], begins + n * DAY) for n in range((day - begins).days + 1)):
            return False
        return self.kind in EACH_DAY or falls_on({**over[-1], "ends_on": None}, day)

    def notices(self, today: date) -> list[str]:
        """Return the codes of what is worth saying on `today`."""
        ahead = [today + n * DAY for n in range(-14, 370)]
        supply = self.supply(ahead[-1])
        visits = [day for day in ahead if self.phase_on(day) is not None]
        said = []
        for day in visits:
            if self.is_doubtful(day) and self._told_from(day, supply) <= today <= day:
                special = self.is_holiday(day) or day in self.closed_on
                if self.kind not in PHARMACY:
                    said.append("visit_may_be_closed")
                elif not supply[day][1]:
                    said.append("closed_day_ask")
                elif special:
                    said.append("closed_day_check")
        if today in supply and self.phase_on(today) is None and self._is_in_doubt(today, supply[today][0]):
            said.append("home_day_ask")
        if any(handed == today and moved for handed, moved in supply.values()):
            said.append("brings_home")
        before, after = WINDOWS.get(self.week.get("product", ""), (0, 0))
        for day in visits if "product" in self.week else []:
            said += ["injection_opens"] * (today == day - before * DAY)
            said += ["injection_today"] * (today == day)
            said += ["injection_closes"] * (today == day + after * DAY)
        last = min(self.end, date.fromisoformat(self.phases[-1]["ends_on"] or "9999-12-31"))
        if self.kind != "appointment" and self.start <= today and 0 <= (last - today).days <= 7:
            said.append("plan_ends")
        if today not in supply and self._is_hole(today):
            said.append("plan_gap")
        return said

    def _told_from(self, day: date, supply: dict[date, tuple[date, bool]]) -> date:
        """Return the day from which a closed day is spoken of."""
        ahead = self._three_working_days_before(day)
        if self.kind in PHARMACY and not supply[day][1]:
            for back in range(1, 367):
                earlier = day - back * DAY
                if self.phase_on(earlier) is not None and not self.is_doubtful(earlier):
                    return min(ahead, earlier)
        return ahead

    def _three_working_days_before(self, day: date) -> date:
        count = 0
        while count < 3:
            day -= DAY
            count += day.weekday() < 5 and not self.is_holiday(day)
        return day
