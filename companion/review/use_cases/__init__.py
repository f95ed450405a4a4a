"""What a keyworker may see and say, and what the person sees of it."""

from companion.review.use_cases.looking import (
    caseload,
    shared_goal,
    shared_goals,
    shared_person,
    shared_plan,
    shared_trend,
)
from companion.review.use_cases.speaking import list_comments, next_review, save_comment, save_next_review

__all__ = [
    "caseload",
    "list_comments",
    "next_review",
    "save_comment",
    "save_next_review",
    "shared_goal",
    "shared_goals",
    "shared_person",
    "shared_plan",
    "shared_trend",
]
