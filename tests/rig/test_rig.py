"""The rig itself: sockets stay at home, a program that cannot start says why, databases are apart."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.rig.databases import Databases
from tests.rig.run import Run
from tests.rig.server import DidNotStart, free_port, running
from tests.rig.sockets import OutsideRefused


def test_a_socket_to_the_outside_is_refused() -> None:
    with socket.socket() as probe, pytest.raises(OutsideRefused):
        probe.connect(("192.0.2.1", 80))
    with pytest.raises(OutsideRefused):
        socket.getaddrinfo("example.org", 443)


def test_a_socket_to_this_machine_is_let_through() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        socket.create_connection(server.getsockname(), timeout=5).close()


def test_a_program_that_cannot_start_shows_what_it_said(tmp_path: Path) -> None:
    with (
        pytest.raises(DidNotStart, match="no-such-option"),
        running("demo", tmp_path, arguments=["--no-such-option"]),
    ):
        pass


def test_a_port_that_is_free_can_be_taken() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", free_port()))


def test_what_is_made_once_is_made_once(tmp_path: Path) -> None:
    answers = iter("abc")
    assert [Run(tmp_path).once("thing", lambda: next(answers)) for _ in range(3)] == ["a", "a", "a"]


def test_two_fresh_databases_do_not_see_each_other(engine_name: str, databases: Databases) -> None:
    with databases.empty(engine_name) as one, databases.empty(engine_name) as other:
        for url in (one, other):
            engine = create_engine(url)
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE thing (name TEXT)"))
            engine.dispose()
