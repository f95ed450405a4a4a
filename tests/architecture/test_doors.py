"""Doors between houses, rooms inside them, the clock and the transaction."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.doors import clock_faults, commit_faults, door_faults
from tests.architecture.plan import REPOSITORY, Source, assert_none, plant


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(REPOSITORY / "companion")


def test_every_import_goes_through_a_door(source: Source) -> None:
    assert_none(door_faults(source))


def test_only_core_reads_the_clock(source: Source) -> None:
    assert_none(clock_faults(source))


def test_no_house_ends_a_transaction(source: Source) -> None:
    assert_none(commit_faults(source))


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("reminders/use_cases.py", "from companion.treatment.models import Plan"),
        ("reminders/use_cases.py", "from companion.treatment import models"),
        ("reminders/use_cases.py", "from companion.treatment import gateway"),
        ("reminders/use_cases.py", "import companion.treatment.routes"),
        ("reminders/use_cases.py", "def late():\n    from companion.treatment import routes"),
        ("reminders/use_cases/answer.py", "from companion.treatment.models import Plan"),
        ("reminders/routes/lists.py", "from companion.treatment.rules import Kind"),
        ("reminders/schemas.py", "from companion.treatment.use_cases import save_plan"),
        ("reminders/rules.py", "from companion.treatment.rules import Kind"),
        ("reminders/use_cases.py", "import companion.treatment"),
        ("goals/models.py", "from companion.goals.use_cases import save_goal"),
        ("goals/use_cases.py", "from companion.goals.schemas import GoalSchema"),
        ("goals/use_cases.py", "from companion.goals import routes"),
        ("goals/use_cases.py", "from . import routes"),
        ("goals/use_cases.py", "from .routes import save"),
        ("goals/schemas.py", "from companion.goals.models import Goal"),
        ("goals/gateway.py", "from companion.goals.models import Goal"),
        ("goals/use_cases.py", "import flask"),
        ("goals/use_cases.py", "from marshmallow import fields"),
        ("goals/use_cases.py", "from companion.core import clock"),
        ("goals/use_cases.py", "from companion.core.web import transaction"),
        ("goals/routes.py", "from sqlalchemy import select"),
        ("goals/gateway.py", "from sqlalchemy.orm import Session"),
        ("goals/rules.py", "import sqlalchemy"),
        ("goals/rules/levels.py", "from companion.core.ids import new_id"),
        ("goals/rules.py", "from companion.settings import Settings"),
        ("goals/rules.py", "import socket"),
        ("goals/rules.py", "from urllib.request import urlopen"),
        ("goals/services.py", "NAME = 1"),
        ("goals/__init__.py", "from companion.goals.models import Goal"),
        ("core/orm.py", "from companion.goals.rules import Level"),
        ("cli/main.py", "from companion.goals.models import Goal"),
        ("worker.py", "from companion.goals import gateway"),
    ],
)
def test_a_hole_in_a_wall_is_found(tmp_path: Path, file: str, line: str) -> None:
    package = plant(tmp_path, {"core/clock.py": "", **_rooms("goals"), **_rooms("treatment"), file: line})
    assert len(door_faults(Source(package))) == 1


def test_the_doors_of_the_plan_are_open(tmp_path: Path) -> None:
    lower = "from companion.treatment import"
    files = {
        "app.py": "from companion.goals import routes",
        "cli.py": "from companion.goals.use_cases import save_goal",
        "migrations/env.py": "from companion.goals import models",
        "reminders/routes.py": f"from companion.core.web import Blueprint\n{lower} schemas",
        "reminders/schemas.py": f"from companion.core.schema import Schema\n{lower} schemas, rules",
        "reminders/use_cases/raise_due.py": f"{lower} use_cases, rules\n"
        "from companion.reminders.use_cases.other import x\n"
        "from companion.reminders import models, rules, gateway",
        "reminders/rules.py": "import datetime, dateutil.rrule\nfrom companion.core.errors import RuleBroken",
    }
    package = plant(tmp_path, {**_rooms("goals"), **_rooms("treatment"), **_rooms("reminders"), **files})
    assert door_faults(Source(package)) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = datetime.now(UTC)",
        "x = datetime.datetime.utcnow()",
        "x = date.today()",
        "def f():\n    return time.time()",
    ],
)
def test_a_second_reader_of_the_clock_is_found(tmp_path: Path, line: str) -> None:
    source = Source(plant(tmp_path, {"goals/rules.py": line, "core/clock.py": line}))
    assert len(clock_faults(source)) == 1


def test_a_commit_in_a_house_is_found(tmp_path: Path) -> None:
    line = "def save(session):\n    session.commit()"
    source = Source(plant(tmp_path, {"goals/use_cases.py": line, "core/web.py": line, "worker.py": line}))
    assert len(commit_faults(source)) == 1


def _rooms(house: str) -> dict[str, str]:
    rooms = ("routes", "schemas", "use_cases", "models", "gateway", "rules")
    return {f"{house}/{room}.py": "" for room in rooms}
