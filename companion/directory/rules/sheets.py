"""Cells of tables for people: written so that a spreadsheet runs nothing, and read as words."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, time, timedelta

from companion.directory.rules.record import Finding

REJECT_COLUMNS = ("source", "pointer", "level", "field", "code", "message", "record")
# What a spreadsheet may take for the start of a formula; the wide forms of East Asian keyboards among them.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# What stands in a cell whose formula went wrong.
_FAULTS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"})


def safe_cell(value: str) -> str:
    """Return the text with an apostrophe in front where a spreadsheet would run it as a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def reject_row(finding: Finding) -> list[str]:
    """Return one row of a reject file, in the order of REJECT_COLUMNS; the raw record stands as JSON."""
    problem = finding.problem
    record = json.dumps(finding.raw, ensure_ascii=False, default=str)
    cells = (finding.source, problem.pointer, str(problem.level), problem.field, problem.code,
             problem.message, record)  # fmt: skip
    return [safe_cell(cell) for cell in cells]


def cell_text(value: object) -> str:
    """Return the value of a cell in the words of a CSV file: days as ISO, times as HH:MM, yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return "" if not math.isfinite(value) else str(int(value)) if value.is_integer() else repr(value)
    text = "" if value is None else str(value).strip()
    return "" if text in _FAULTS else text
