"""A push service on this machine, and settings that may send to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from companion.core import clock as core_clock
from companion.core.orm import Sessions
from companion.push import use_cases
from companion.settings import Settings
from tests.people import Cast
from tests.push.desk import Desk
from tests.rig.push_service import PushService, push_service


@pytest.fixture
def service(settings: Settings, clock: core_clock.FrozenClock) -> Iterator[PushService]:
    """A strict push service that goes by the test's clock."""
    key = use_cases.setup_of(settings).application_server_key
    with push_service(key, lambda: clock.at.timestamp()) as made:
        yield made
        assert not made.faults


@pytest.fixture
def push_settings(settings: Settings, service: PushService) -> Settings:
    """Settings that allow the local push service."""
    return replace(settings, push_origins=frozenset({service.origin}))


@pytest.fixture
def sender(push_settings: Settings) -> use_cases.Sender:
    """A sender that gives up after two seconds."""
    made = use_cases.make_sender(push_settings, deadline_s=2)
    assert made is not None
    return made


@pytest.fixture
def desk(
    cast: Cast,
    factory: Sessions,
    service: PushService,
    push_settings: Settings,
    sender: use_cases.Sender,
    clock: core_clock.FrozenClock,
) -> Desk:
    """A desk of this test's database."""
    return Desk(cast, factory, service, push_settings, sender, clock)
