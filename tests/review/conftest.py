"""Sam's story, ready to be shared."""

from __future__ import annotations

import pytest

from companion.core.clock import FrozenClock
from tests.people import Cast
from tests.review.story import Clients, Story


@pytest.fixture
def story(client_for: Clients, cast: Cast, clock: FrozenClock) -> Story:
    """Sam with a shared and a private goal, a check-in and a plan; nothing granted yet."""
    return Story(client_for, cast)
