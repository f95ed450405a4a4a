"""The plan of the house as data, and its source read as a list of imports."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ENTRANCES = ("__main__", "cli", "worker", "seeding", "app", "pwa")
GROUND = ("core", "settings", "migrations")


def floors() -> list[list[str]]:
    """Return the floors of the contract in pyproject.toml, top first, each with its names."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    return [[name.strip().strip("()") for name in layer.split("|")] for layer in contract["layers"]]


def houses() -> list[str]:
    """Return the names of the houses: what is neither an entrance nor the ground they stand on."""
    return [name for floor in floors() for name in floor if name not in (*ENTRANCES, *GROUND)]


@dataclass(frozen=True)
class Import:
    """One import: who, what and where. Names of our own lose the package: `goals.use_cases`."""

    importer: str
    target: str
    ours: bool
    line: int

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target}"


class Source:
    """The modules of a package and what they import, read without running them."""

    def __init__(self, package: Path) -> None:
        self.package = package

    @cached_property
    def modules(self) -> dict[str, Path]:
        """Every module by its dotted name inside the package; the package itself is the empty name."""
        found = {}
        for path in sorted(self.package.rglob("*.py")):
            parts = path.relative_to(self.package).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
        return found

    def tree(self, module: str) -> ast.Module:
        """Return the syntax tree of a module."""
        return ast.parse(self.modules[module].read_text(encoding="utf-8"))

    @cached_property
    def imports(self) -> list[Import]:
        """Every import of the package, those inside functions and for type checking included."""
        return [
            found
            for module in self.modules
            for node in ast.walk(self.tree(module))
            for found in self._imports_of(module, node)
        ]

    def _imports_of(self, module: str, node: ast.AST) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield self._import(module, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            origin = self._origin(module, node)
            for alias in node.names:
                # `from house import room` brings in the room, not only the house.
                whole = self._import(module, f"{origin}.{alias.name}", node.lineno)
                is_module = whole.ours and whole.target in self.modules
                yield whole if is_module else self._import(module, origin, node.lineno)

    def _origin(self, module: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        is_package = self.modules[module].name == "__init__.py"
        parts = [self.package.name, *(module.split(".") if module else [])]
        up = node.level - 1 if is_package else node.level
        return ".".join([*parts[: len(parts) - up], *([node.module] if node.module else [])])

    def _import(self, module: str, target: str, line: int) -> Import:
        name = self.package.name
        ours = target == name or target.startswith(f"{name}.")
        return Import(module, target.removeprefix(name).removeprefix(".") if ours else target, ours, line)


def plant(root: Path, files: dict[str, str]) -> Path:
    """Write a small package for a test of a test; every folder becomes a package. Return its folder."""
    package = root / "companion"
    for name, text in files.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    package.mkdir(exist_ok=True)
    for folder in [package, *(path for path in package.rglob("*") if path.is_dir())]:
        (folder / "__init__.py").touch()
    return package


def assert_none(faults: list[str]) -> None:
    """Fail with every fault on a line of its own."""
    assert not faults, "\n" + "\n".join(faults)
