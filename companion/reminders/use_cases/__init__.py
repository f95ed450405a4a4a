"""What can be done with reminders: plan ahead, raise what is due, list, answer, choose."""

from companion.reminders.use_cases.answering import answer_reminder, note_shown
from companion.reminders.use_cases.choosing import (
    get_choices,
    get_settings,
    report_time_zone,
    save_choices,
    save_settings,
)
from companion.reminders.use_cases.listing import (
    get_reminder,
    is_planned,
    list_reminders,
    plan_for_person,
)
from companion.reminders.use_cases.missed import SharedMisses, list_missed, shared_misses
from companion.reminders.use_cases.planning import plan_ahead
from companion.reminders.use_cases.raising import expire_past, raise_due, revive
from companion.reminders.use_cases.wanting import still_wanted

__all__ = [
    "SharedMisses",
    "answer_reminder",
    "expire_past",
    "get_choices",
    "get_reminder",
    "get_settings",
    "is_planned",
    "list_missed",
    "list_reminders",
    "note_shown",
    "plan_ahead",
    "plan_for_person",
    "raise_due",
    "report_time_zone",
    "revive",
    "save_choices",
    "save_settings",
    "shared_misses",
    "still_wanted",
]
