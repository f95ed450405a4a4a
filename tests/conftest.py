"""Fixtures every test may use: a migrated database, sessions, the app, clients, a clock that stands still."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import flask
import pytest
import sqlalchemy
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from companion import migrations
from companion.app import create_app
from companion.core import clock as core_clock
from companion.core.orm import Base, Sessions, make_engine, make_session_factory
from companion.core.sealing import Keyring
from companion.settings import Settings
from tests.people import Cast, make_cast
from tests.rig.databases import Databases

pytest_plugins = ["tests.rig.plugin"]

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
MASTER_KEY = bytes(range(32))
BASE_URL = "http://127.0.0.1:8000"
VAPID_KEY = base64.urlsafe_b64encode(bytes(range(1, 33))).decode().rstrip("=")


class Client(FlaskClient):
    """A test client that sends what our own pages send, and the cookie of one of the cast."""

    token: str | None = None

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request as our own page would."""
        headers = {"Sec-Fetch-Site": "same-origin", "X-App": "1", **(kwargs.pop("headers", None) or {})}
        if self.token:
            headers.setdefault("Cookie", f"__Host-sid={self.token}")
        return super().open(*args, headers=headers, **kwargs)


@pytest.fixture(scope="session")
def database_url(engine_name: str, databases: Databases) -> str:
    """The address of this worker's migrated database, on each engine in turn."""
    return databases.shared(engine_name, migrations.upgrade)


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """One engine for the whole run."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def clean(engine: Engine) -> Engine:
    """The engine, with every table emptied before the test."""
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
        if sqlalchemy.inspect(connection).has_table("directory_text"):
            connection.execute(text("DELETE FROM directory_text"))
    return engine


@pytest.fixture
def factory(clean: Engine) -> Sessions:
    """Sessions that may write."""
    return make_session_factory(clean, Keyring(MASTER_KEY))


@pytest.fixture
def session(factory: Sessions) -> Iterator[Session]:
    """One session that may write; commit where the test says so."""
    with factory() as made:
        yield made


@pytest.fixture
def clock() -> Iterator[core_clock.FrozenClock]:
    """The clock, standing at NOW until the test moves it."""
    with core_clock.frozen(NOW) as held:
        yield held


@pytest.fixture
def now(clock: core_clock.FrozenClock) -> datetime:
    """The instant at which the clock stands."""
    return clock.at


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the tests on one database."""
    return Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        database_url=database_url,
        base_url=BASE_URL,
        master_key=MASTER_KEY,
        vapid_private_key=VAPID_KEY,
        vapid_subject="mailto:ops@example.org",
        push_origins=frozenset({"http://127.0.0.1:9000"}),
        tick_seconds=1.0,
    )


@pytest.fixture
def cast(factory: Sessions, now: datetime) -> Cast:
    """Sam, Jo, Priya, Owen and Ada, committed."""
    with factory() as made, made.begin():
        return make_cast(made, now)


@pytest.fixture(scope="session")
def built_app(engine: Engine, settings: Settings) -> flask.Flask:
    """The web application on this worker's database; making it takes longer than most tests."""
    made = create_app(settings, engine)
    made.test_client_class = Client
    return made


@pytest.fixture
def app(clean: Engine, built_app: flask.Flask) -> flask.Flask:
    """The web application, on an empty database."""
    assert clean is not None
    return built_app


@pytest.fixture
def client_for(app: flask.Flask, cast: Cast) -> Callable[[str | None], Client]:
    """Return a client signed in as one of the cast; None is nobody."""

    def client(key: str | None) -> Client:
        made = app.test_client(use_cookies=False)
        assert isinstance(made, Client)
        made.token = cast.tokens[key] if key else None
        return made

    return client
