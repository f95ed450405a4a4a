"""GET /metrics: off unless the operator sets a token; figures of the whole place, nothing about anybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from companion.app import create_app
from companion.core.ids import new_id
from companion.push import use_cases
from tests.push.desk import Desk

TOKEN = "a-token-of-the-operator"
FIGURE = re.compile(r"(companion_[a-z_]+) (-?[0-9.e+]+)")
KIND = re.compile(r"# TYPE (companion_[a-z_]+) gauge")
Ask = Callable[[], dict[str, float]]


@pytest.fixture
def client(desk: Desk, clean: Engine) -> FlaskClient:
    """A client of an app whose operator wants figures."""
    return create_app(replace(desk.settings, metrics_token=TOKEN), clean).test_client()


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """Fetch the figures; every line is a name without labels and a number, or says the kind of one."""

    def call() -> dict[str, float]:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert answer.content_type.startswith("text/plain; version=0.0.4")
        assert answer.text.endswith("\n")
        kinds, figures = set(), {}
        for line in answer.text.splitlines():
            if kind := KIND.fullmatch(line):
                kinds.add(kind[1])
                continue
            figure = FIGURE.fullmatch(line)
            assert figure is not None, line
            figures[figure[1]] = float(figure[2])
        assert kinds == set(figures)
        return figures

    return call


def test_before_anything_happened_there_are_noughts(ask: Ask) -> None:
    assert ask() == {
        "companion_push_waiting": 0,
        "companion_push_oldest_wait_seconds": 0,
        "companion_push_subscriptions": 0,
    }


def test_the_figures_tell_how_pushing_stands(desk: Desk, ask: Ask) -> None:
    desk.subscribe(desk.sam)
    desk.subscribe(desk.jo)
    for _ in range(3):
        desk.queue(desk.sam)
    desk.send()
    desk.queue(desk.jo)
    desk.clock.advance(timedelta(seconds=75))
    with desk.factory.begin() as session:
        use_cases.beat(session, new_id(), desk.clock.at - timedelta(seconds=5))
    assert ask() == {
        "companion_push_waiting": 1,
        "companion_push_oldest_wait_seconds": 75,
        "companion_push_subscriptions": 2,
        "companion_worker_last_tick_age_seconds": 5,
        "companion_push_on_time_ratio": 1,
    }
    desk.send()
    assert ask()["companion_push_on_time_ratio"] == 0.75


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        TOKEN,
        f"bearer {TOKEN}",
        f"Bearer {TOKEN} ",
        f"Bearer {TOKEN}x",
        "Bearer é",
    ],
)
def test_without_the_token_it_is_as_if_it_were_not_there(client: FlaskClient, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    answer = client.get("/metrics", headers=headers)
    nowhere = client.get("/metric", headers=headers)
    assert (answer.status_code, answer.json) == (nowhere.status_code, nowhere.json)
    assert answer.status_code == 404


def test_it_is_off_until_a_token_is_set(desk: Desk, clean: Engine) -> None:
    off = create_app(desk.settings, clean)
    assert "/metrics" not in {rule.rule for rule in off.url_map.iter_rules()}
    empty = off.test_client().get("/metrics", headers={"Authorization": "Bearer None"})
    assert empty.status_code == 404
