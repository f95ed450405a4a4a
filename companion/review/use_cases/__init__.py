"""What a keyworker may see and say, and what the person sees of it."""

from companion.review.use_cases.looking import (
    caseload,
    shared_goal,
    shared_goals,
    shared_person,
    shared_plan,
    shared_trend,
)
from companion.review.use_cases.referring import (
    answer_referral,
    list_referrals,
    save_referral,
    shared_referrals,
    withdraw_referral,
)
from companion.review.use_cases.speaking import list_comments, next_review, save_comment, save_next_review

__all__ = [
    "answer_referral",
    "caseload",
    "list_comments",
    "list_referrals",
    "next_review",
    "save_comment",
    "save_next_review",
    "save_referral",
    "shared_goal",
    "shared_goals",
    "shared_person",
    "shared_plan",
    "shared_referrals",
    "shared_trend",
    "withdraw_referral",
]
