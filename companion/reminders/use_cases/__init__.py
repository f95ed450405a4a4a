"""What can be done with reminders: plan them ahead, raise what is due, list, answer, note a receipt."""

from companion.reminders.use_cases.answering import answer_reminder, note_shown
from companion.reminders.use_cases.listing import (
    get_reminder,
    is_planned,
    list_reminders,
    plan_for_person,
)
from companion.reminders.use_cases.planning import plan_ahead
from companion.reminders.use_cases.raising import expire_past, raise_due, still_wanted

__all__ = [
    "answer_reminder",
    "expire_past",
    "get_reminder",
    "is_planned",
    "list_reminders",
    "note_shown",
    "plan_ahead",
    "plan_for_person",
    "raise_due",
    "still_wanted",
]
