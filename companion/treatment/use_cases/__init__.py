"""What a person, an operator and the clock can do with plans and bank holidays.

Nothing here commits but the import of holidays, which brings its own transactions.
"""

from companion.treatment.use_cases.explaining import TITLES, days, place_of, title_of
from companion.treatment.use_cases.holidays import (
    HolidayReport,
    closures,
    holiday_data,
    import_holidays,
    list_holidays,
)
from companion.treatment.use_cases.organisation import list_products, missed_policy, products
from companion.treatment.use_cases.plans import (
    MOST_PLANS,
    Waiting,
    delete_plan,
    get_plan,
    has_unscheduled,
    list_plans,
    mark_scheduled,
    missed_shared_by,
    plan_for_scheduling,
    plans_of,
    save_plan,
    unscheduled_plans,
    versions_of,
)

__all__ = [
    "MOST_PLANS",
    "TITLES",
    "HolidayReport",
    "Waiting",
    "closures",
    "days",
    "delete_plan",
    "get_plan",
    "has_unscheduled",
    "holiday_data",
    "import_holidays",
    "list_holidays",
    "list_plans",
    "list_products",
    "mark_scheduled",
    "missed_policy",
    "missed_shared_by",
    "place_of",
    "plan_for_scheduling",
    "plans_of",
    "products",
    "save_plan",
    "title_of",
    "unscheduled_plans",
    "versions_of",
]
