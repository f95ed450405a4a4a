"""No test speaks to the outside: Python's sockets reach loopback and local files only."""

from __future__ import annotations

import ipaddress
import sys

_CONNECTING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_ASKING = {"socket.getaddrinfo", "socket.gethostbyname"}
_installed = False


class OutsideRefused(RuntimeError):
    """A test tried to reach a machine other than this one."""


def refuse_the_outside() -> None:
    """Refuse, for the rest of the process, every connection and look-up beyond this machine."""
    global _installed
    if not _installed:
        sys.addaudithook(_check)
        _installed = True


def is_local(host: object) -> bool:
    """Say whether a host of a socket call is this machine."""
    if host is None or host in ("", "localhost", b"localhost"):
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.split("%", 1)[0]).is_loopback
    except ValueError:
        return False


def _check(event: str, arguments: tuple[object, ...]) -> None:
    if event in _CONNECTING:
        address = arguments[1]
        # A local socket's address is a path; only (host, port, …) can lead outside.
        if isinstance(address, tuple) and not is_local(address[0]):
            raise OutsideRefused(f"a test tried to connect to {address[0]}")
    elif event in _ASKING and not is_local(arguments[0]) and not _is_address(arguments[0]):
        raise OutsideRefused(f"a test tried to look up {arguments[0]!r}")


def _is_address(host: object) -> bool:
    """Looking up a written address asks nobody."""
    try:
        ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return True
