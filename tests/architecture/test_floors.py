"""Floors: dependencies fall downwards, and there are no circles at all."""

from __future__ import annotations

import graphlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.plan import REPOSITORY, Source, assert_none, floors, plant


def test_dependencies_fall_downwards() -> None:
    result = _lint(REPOSITORY)
    assert result.returncode == 0, result.stdout


def test_there_are_no_circles_between_modules() -> None:
    assert_none(_circle(Source(REPOSITORY / "companion"), _module))


def test_there_are_no_circles_between_rooms() -> None:
    assert_none(_circle(Source(REPOSITORY / "companion"), _room))


def test_a_house_that_needs_nothing_upwards_is_let_pass(tmp_path: Path) -> None:
    result = _lint(_fake(tmp_path, {"goals/use_cases.py": "import companion.core.orm", "core/orm.py": ""}))
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("core/orm.py", "from companion.goals import rules"),
        ("goals/use_cases.py", "from companion.wellbeing import rules"),
        ("sharing/use_cases.py", "from companion.review import rules"),
        ("core/orm.py", "def late():\n    from companion.accounts import rules"),
        ("strangers/rules.py", "NAME = 1"),
    ],
)
def test_a_dependency_upwards_or_sideways_is_found(tmp_path: Path, file: str, line: str) -> None:
    result = _lint(_fake(tmp_path, {file: line}))
    assert result.returncode == 1
    assert "Dependencies fall downwards BROKEN" in result.stdout


def test_a_circle_is_found(tmp_path: Path) -> None:
    files = {
        "goals/use_cases/save.py": "from companion.goals.use_cases import read",
        "goals/use_cases/read.py": "def late():\n    from companion.goals.use_cases.save import x",
    }
    assert _circle(Source(plant(tmp_path, files)), _module) != []
    assert _circle(Source(plant(tmp_path, files)), _room) == []


def test_a_circle_between_rooms_is_found(tmp_path: Path) -> None:
    files = {
        "core/web/gate.py": "from companion.core.schema import words",
        "core/schema/words.py": "",
        "core/schema/more.py": "from companion.core.web import names",
        "core/web/names.py": "",
    }
    assert _circle(Source(plant(tmp_path, files)), _module) == []
    assert _circle(Source(plant(tmp_path, files)), _room) != []


def _module(name: str) -> str:
    return name


def _room(name: str) -> str:
    """Squash a module to its house and room; a whole house stands for itself."""
    return ".".join(name.split(".")[:2])


def _circle(source: Source, unit: Callable[[str], str]) -> list[str]:
    """Return one circle of imports, or nothing."""
    graph: dict[str, set[str]] = {}
    for found in source.imports:
        one, other = unit(found.importer), unit(found.target)
        if found.ours and one != other:
            graph.setdefault(one, set()).add(other)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def _fake(folder: Path, files: dict[str, str]) -> Path:
    """Plant an empty house on every floor, then the files."""
    empty = {f"{name}/rules.py": "" for floor in floors() for name in floor}
    plant(folder, {**empty, **files})
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    return folder


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of pyproject.toml on the package in the folder, in a process of its own."""
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
