"""Opening rules and days as short texts that are kept beside a card, so that no schedule is read twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from companion.directory.rules.record import Dates, Day, OpeningRule

_DATES = ("starts_on", "valid_from", "valid_to")


@lru_cache(maxsize=16_384)
def write_rules(rules: tuple[OpeningRule, ...]) -> str:
    """Return opening rules as a text that `read_rules` reads again."""
    return json.dumps([_of_rule(rule) for rule in rules], separators=(",", ":"))


def _of_rule(rule: OpeningRule) -> list[Any]:
    return [
        [(day.weekday, day.nth) for day in rule.days], rule.opens, rule.closes, rule.monthly, rule.interval,
        rule.month_days, [_iso(getattr(rule, name)) for name in _DATES],
        [_of_dates(dates) for dates in rule.except_on], rule.only_on and _of_dates(rule.only_on),
    ]  # fmt: skip


# Thousands of services keep the same hours.
@lru_cache(maxsize=16_384)
def read_rules(written: str) -> tuple[OpeningRule, ...]:
    """Return the rules of a text of `write_rules`."""
    return tuple(_to_rule(*one) for one in json.loads(written))


def _to_rule(
    days: list[list[int]], opens: int, closes: int, monthly: bool, interval: int, month_days: list[int],
    dates: list[str | None], except_on: list[Any], only_on: Any,
) -> OpeningRule:  # fmt: skip
    starts_on, valid_from, valid_to = (date.fromisoformat(day) if day else None for day in dates)
    return OpeningRule(
        tuple(Day(*day) for day in days), opens, closes, monthly, interval, tuple(month_days), starts_on,
        valid_from, valid_to, tuple(map(_to_dates, except_on)), _to_dates(only_on) if only_on else None,
    )  # fmt: skip


def write_days(days: Iterable[Dates]) -> str:
    """Return days as a text that `read_days` reads again."""
    return json.dumps([_of_dates(dates) for dates in days], separators=(",", ":"))


def read_days(written: str) -> list[Dates]:
    """Return the days of a text of `write_days`."""
    return [_to_dates(one) for one in json.loads(written)]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _of_dates(dates: Dates) -> tuple[str, str, bool]:
    return dates.first.isoformat(), dates.last.isoformat(), dates.yearly


def _to_dates(written: Sequence[Any]) -> Dates:
    first, last, yearly = written
    return Dates(date.fromisoformat(first), date.fromisoformat(last), yearly)
