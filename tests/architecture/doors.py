"""Which room may use what: inside its house, in a lower house, in core and outside."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from tests.architecture.plan import ENTRANCES, Import, Source, houses

WEB = {"flask", "flask_smorest", "marshmallow", "webargs", "werkzeug", "apispec"}
DATABASE = {"sqlalchemy", "sqlite3", "psycopg", "alembic"}
PURE = {"dateutil", "holidays", "nh3"}
IMPURE = {"asyncio", "http", "os", "pathlib", "shutil", "socket", "sqlite3", "ssl", "subprocess", "tempfile"}
IMPURE_PARTS = {"urllib", "urllib.error", "urllib.request"}
DOORS = {
    "routes": {"schemas", "use_cases"},
    "schemas": {"schemas", "rules"},
    "use_cases": {"use_cases", "rules"},
}
BELOW: dict[str, set[str]] = {
    "routes": {"schemas", "use_cases", "rules"},
    "schemas": {"rules"},
    "use_cases": {"models", "gateway", "rules"},
    "models": {"rules"},
    "gateway": {"rules"},
    "rules": set(),
}
NEVER_CORE: dict[str, set[str]] = {
    "routes": {"orm", "sealing", "net"},
    "schemas": {"orm", "sealing", "net", "web", "clock"},
    "use_cases": {"web", "schema", "net", "clock"},
    "models": {"web", "schema", "net", "clock"},
    "gateway": {"web", "schema", "orm", "sealing"},
}
NEVER_OUTSIDE: dict[str, set[str]] = {
    "routes": DATABASE,
    "schemas": DATABASE | {"flask", "flask_smorest", "werkzeug"},
    "use_cases": WEB,
    "models": WEB,
    "gateway": DATABASE | WEB,
}
FOR_ENTRANCES = {"app": {"routes", "schemas", "use_cases", "rules"}, "migrations": {"models"}}
# The time inside an id only orders rows on disk; nobody reads it as a fact.
MAY_READ_THE_CLOCK = {"core.clock", "core.ids"}
CLOCKS = {"datetime": {"now", "utcnow", "today"}, "date": {"today"}, "time": {"time", "time_ns", "localtime"}}


def door_faults(source: Source) -> list[str]:
    """Return every import that goes through a wall, each as a sentence."""
    known = set(houses())
    faults = [fault for found in source.imports if (fault := _fault(found, known))]
    for module in source.modules:
        house, room = _place(module)
        if house in known and room and room not in BELOW:
            faults.append(f"{module} is no room of a house")
    return sorted(set(faults))


def clock_faults(source: Source) -> list[str]:
    """Return every place that reads the clock of the machine and should be told the time instead."""
    modules = [module for module in source.modules if module not in MAY_READ_THE_CLOCK]
    return [
        f"{module}:{line} reads the clock" for module in modules for line in _clock_lines(source.tree(module))
    ]


def commit_faults(source: Source) -> list[str]:
    """Return every commit and rollback in a house; only entrances end a transaction."""
    known = set(houses())
    return [
        f"{module}:{node.lineno} ends a transaction"
        for module in source.modules
        if _place(module)[0] in known
        for node in ast.walk(source.tree(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("commit", "rollback")
    ]


def _place(module: str) -> tuple[str, str]:
    """Return the house (or other first name) and the room (or nothing) of a module."""
    house, _, rest = module.partition(".")
    return house, rest.partition(".")[0]


def _fault(found: Import, known: set[str]) -> str | None:
    house, room = _place(found.importer)
    target_house, target_room = _place(found.target)
    if house not in known:
        return _entrance_fault(found, house, target_room) if found.ours and target_house in known else None
    if not found.ours:
        return _outside_fault(found, room)
    if target_house == "core":
        return _core_fault(found, room, target_room)
    if target_house == house:
        inside = target_room == room or target_room in BELOW.get(room, set())
        return None if inside else f"{found}: {room or 'the house itself'} may not use {target_room}"
    if target_house in known:
        return _door_fault(found, room, target_room)
    if room == "rules":
        return f"{found}: rules know only Python"
    return None


def _entrance_fault(found: Import, entrance: str, target_room: str) -> str | None:
    if entrance not in (*ENTRANCES, "migrations"):
        return f"{found}: {entrance or 'the package'} stands below the houses"
    allowed = FOR_ENTRANCES.get(entrance, {"schemas", "use_cases", "rules"})
    return None if target_room in allowed else f"{found}: {target_room or 'a whole house'} is private"


def _outside_fault(found: Import, room: str) -> str | None:
    top = found.target.partition(".")[0]
    if room == "rules":
        outward = top in IMPURE or found.target in IMPURE_PARTS
        plain = (top in sys.stdlib_module_names and not outward) or top in PURE
        return None if plain else f"{found}: rules know only Python"
    return f"{found}: not in {room}" if top in NEVER_OUTSIDE.get(room, set()) else None


def _core_fault(found: Import, room: str, part: str) -> str | None:
    if room == "rules":
        return None if part == "errors" else f"{found}: rules know only Python and core.errors"
    return f"{found}: not in {room}" if part in NEVER_CORE.get(room, set()) else None


def _door_fault(found: Import, room: str, target_room: str) -> str | None:
    if room == "rules":
        return f"{found}: rules know only Python"
    if target_room not in ("use_cases", "schemas", "rules"):
        return f"{found}: {target_room or 'a whole house'} of another house is private"
    if target_room not in DOORS.get(room, {"rules"}):
        return f"{found}: {room} may not use {target_room} of another house"
    return None


def _clock_lines(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value).rpartition(".")[2]
            if node.func.attr in CLOCKS.get(owner, set()):
                yield node.lineno
