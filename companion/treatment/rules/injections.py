"""The days around an injection on which a service may usually give it. The service decides, always."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from companion.treatment.rules.plan import Kind, Plan
from companion.treatment.rules.weeks import Visit
from companion.treatment.rules.words import Code, Notice, day_words

LONGEST_WINDOW = timedelta(days=14)
DECIDES = "Your service decides."


@dataclass(frozen=True, slots=True)
class Window:
    """How many days before and after the planned day an injection may usually be given."""

    before_days: int
    after_days: int


def window_notices(plan: Plan, visits: list[Visit], window: Window | None) -> Iterator[tuple[date, Notice]]:
    """Yield what is said when the window of an injection opens, on the planned day and when it ends."""
    if window is None or plan.kind is not Kind.INJECTION:
        return
    for visit in visits:
        opens = visit.on - timedelta(days=window.before_days)
        ends = visit.on + timedelta(days=window.after_days)
        planned = f"Your injection is planned for {day_words(visit.on)}."
        if opens < visit.on:
            text = f"{planned} The usual days for it start today. {DECIDES}"
            yield opens, Notice(Code.INJECTION_OPENS, text)
        yield visit.on, Notice(Code.INJECTION_TODAY, f"Your injection is planned for today. {DECIDES}")
        if ends > visit.on:
            text = (
                f"The usual days for the injection planned for {day_words(visit.on)} end today. "
                f"If you have not had it, call your service and ask when to come. {DECIDES}"
            )
            yield ends, Notice(Code.INJECTION_CLOSES, text)
