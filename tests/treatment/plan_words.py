"""A part of a plan in plain words, as the worked weeks write it down.

    from 5 Jan 2026, on Mon, Wed and Fri at 10:00, doses to take home
    from 8 Jun 2026 to 10 Jun 2026 (detox), every day at 08:00 and 20:00
    from 6 Apr 2026, every 4 weeks at 14:00

Without `at` no time was chosen. `once` means the first day only.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

WEEKDAYS = {"Mon": "MO", "Tue": "TU", "Wed": "WE", "Thu": "TH", "Fri": "FR", "Sat": "SA", "Sun": "SU"}
UNITS = {"day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month"}
LINE = re.compile(
    r"from (?P<first>\d+ \w{3} \d{4})(?: to (?P<last>\d+ \w{3} \d{4}))?(?: \((?P<label>\w+)\))?, "
    r"(?:(?P<once>once)|(?:every(?: (?P<count>\d+))? (?P<unit>days?|weeks?|months?))?"
    r"(?: ?on (?P<weekdays>[A-Z][A-Za-z, ]+?))?)"
    r"(?: at (?P<times>[\d:, and]+?))?(?P<home>, doses to take home)?"
)


def day_of(words: str) -> date:
    """Return the day written like 5 Jan 2026."""
    return datetime.strptime(f"{words} +0000", "%d %b %Y %z").date()


def phase_of(line: str) -> dict[str, Any]:
    """Return what a phone sends for one line; a line that is not understood raises ValueError."""
    found = LINE.fullmatch(line)
    if found is None or not (found["once"] or found["unit"] or found["weekdays"]):
        raise ValueError(f"not understood: {line}")
    every = {"unit": UNITS[found["unit"] or "week"], "count": int(found["count"] or 1)}
    return {
        "starts_on": day_of(found["first"]).isoformat(),
        "ends_on": None if found["last"] is None else day_of(found["last"]).isoformat(),
        "label": found["label"],
        "every": None if found["once"] else every,
        "weekdays": [WEEKDAYS[name] for name in re.findall(r"[A-Z][a-z]{2}", found["weekdays"] or "")],
        "times": re.findall(r"\d\d:\d\d", found["times"] or ""),
        "take_home": found["home"] is not None,
    }
