"""One running demo for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rig.server import Program, running


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A demo with its people, its records and its worker."""
    with running("demo", tmp_path_factory.mktemp("demo") / "data", timeout_s=60) as program:
        yield program
