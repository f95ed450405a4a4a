"""How often Python looks for objects that hold each other and nothing else does."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = 20_000


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for cycles after many new objects only; what is counted away goes at once as ever.

    Work that makes millions of plain objects without any cycle would spend a tenth of its time looking.
    """
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
