"""What can be done with check-ins and answers, and what they look like over days."""

from companion.wellbeing.use_cases.answers import list_answers, list_due, save_answers
from companion.wellbeing.use_cases.check_ins import delete_check_in, list_check_ins, save_check_in
from companion.wellbeing.use_cases.trends import trend, trends_of

__all__ = [
    "delete_check_in",
    "list_answers",
    "list_check_ins",
    "list_due",
    "save_answers",
    "save_check_in",
    "trend",
    "trends_of",
]
