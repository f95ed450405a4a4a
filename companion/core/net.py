"""The only outbound HTTP. No redirects, one total deadline, capped answers, public addresses only.

Names are resolved and checked at connect time (no window for a name that changes its address), and no
proxy or .netrc of the environment is honoured. Expected outcomes are values, not exceptions.
"""

from __future__ import annotations

import functools
import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import pycurl

Reason = Literal["blocked", "timeout", "unreachable", "too_large"]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ODD = re.compile(r"[\s\\\x00-\x1f]")
_ORIGIN = re.compile(r"[a-zA-Z]+://[^/?#]*")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class NetFailure:
    """No answer. `detail` names the cause in a few words and holds nothing personal."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Origins:
    """Where we may connect: host suffixes over https on port 443, and `extra` origins as they stand.

    An entry starting with a dot allows every host below it. `extra` (like `http://127.0.0.1:9000`) may be
    plain http and may be an internal address; it comes from the operator's settings only.
    `suffixes=None` allows every public https host.
    """

    suffixes: frozenset[str] | None = frozenset()
    extra: frozenset[str] = field(default=frozenset())

    def problem(self, url: str) -> str | None:
        """Return why `url` may not be called, or None when it may."""
        if not url.isascii() or _ODD.search(url):
            return "it is not a web address"
        # The same few origins come again and again: what is known of one is kept.
        found = _ORIGIN.match(url)
        return _origin_problem(self, found.group() if found is not None else url)

    def names(self, url: str) -> bool:
        """Tell whether the operator named the origin of `url` (one that may be called) among `extra`."""
        found = _ORIGIN.match(url)
        return found is not None and found.group().lower() in self.extra

    def _problem(self, url: str) -> str | None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return "it is not a web address"
        host = (parts.hostname or "").lower()
        if not host:
            return "it is not a web address"
        if parts.username is not None or parts.password is not None or "@" in parts.netloc:
            return "it holds a user name"
        if f"{parts.scheme}://{parts.netloc.lower()}" in self.extra:
            return None
        if parts.scheme != "https":
            return "it is not https"
        if port not in (None, 443):
            return "it names a port"
        if re.fullmatch(r"[0-9a-fx.:\[\]]+", host) or ":" in host:
            return "it names an address instead of a host"
        if host.endswith(".") or "." not in host or host == "localhost":
            return "it is not a public host"
        if self.suffixes is None:
            return None
        for suffix in self.suffixes:
            if host == suffix or (suffix.startswith(".") and host.endswith(suffix)):
                return None
        return "this host is not on the list"


@functools.lru_cache(maxsize=1024)
def _origin_problem(origins: Origins, origin: str) -> str | None:
    return origins._problem(origin)


PUBLIC_HTTPS = Origins(suffixes=None)


def is_public(address: str) -> bool:
    """Tell whether an IP address (text) is one of the public internet."""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found in _NAT64:
            return is_public(str(ipaddress.ip_address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


def public_socket(_purpose: int, address: tuple[int, int, int, Any]) -> socket.socket | int:
    """Open a socket to a public address; libcurl calls this when it connects."""
    family, kind, protocol, where = address
    host = where[0].decode() if isinstance(where[0], bytes) else str(where[0])
    if not is_public(host):
        return int(pycurl.SOCKET_BAD)
    return socket.socket(family, kind, protocol)


def _perform(
    curl: pycurl.Curl,
    url: str,
    headers: Mapping[str, str],
    allowed: Origins,
    deadline_s: float,
    max_bytes: int,
) -> Reply | NetFailure:
    problem = allowed.problem(url)
    if problem is not None:
        return NetFailure("blocked", problem)
    parts = urlsplit(url)
    extra = f"{parts.scheme}://{parts.netloc.lower()}" in allowed.extra
    body = bytearray()
    answered: dict[str, str] = {}

    def take(chunk: bytes) -> int:
        # Returning another length than was given makes libcurl stop: the cap.
        if len(body) + len(chunk) > max_bytes:
            return 0
        body.extend(chunk)
        return len(chunk)

    def take_header(line: bytes) -> None:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon and len(answered) < 100:
            answered[name.strip().lower()] = value.strip()[:2000]

    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in headers.items()] + ["Expect:"])
    curl.setopt(pycurl.FOLLOWLOCATION, 0)
    curl.setopt(pycurl.PROXY, "")
    curl.setopt(pycurl.NETRC, pycurl.NETRC_IGNORED)
    curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTPS | (pycurl.PROTO_HTTP if extra else 0))
    curl.setopt(pycurl.NOSIGNAL, 1)
    curl.setopt(pycurl.CONNECTTIMEOUT_MS, int(min(deadline_s, 3) * 1000))
    curl.setopt(pycurl.TIMEOUT_MS, int(deadline_s * 1000))
    curl.setopt(pycurl.WRITEFUNCTION, take)
    curl.setopt(pycurl.HEADERFUNCTION, take_header)
    curl.setopt(pycurl.USERAGENT, "Companion")
    if not extra:
        curl.setopt(pycurl.OPENSOCKETFUNCTION, public_socket)
    try:
        curl.perform()
    except pycurl.error as error:
        return failure(error.args[0], curl.errstr())
    return Reply(int(curl.getinfo(pycurl.RESPONSE_CODE)), answered, bytes(body))


def failure(code: int, words: str) -> NetFailure:
    """Return what one of libcurl's errors means."""
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return NetFailure("timeout", "no full answer in time")
    if code == pycurl.E_WRITE_ERROR:
        return NetFailure("too_large", "the answer is larger than we take")
    if code in (pycurl.E_UNSUPPORTED_PROTOCOL, pycurl.E_URL_MALFORMAT):
        return NetFailure("blocked", "it is not a web address we call")
    if code == pycurl.E_COULDNT_CONNECT and "refused" not in words.lower():
        return NetFailure("blocked", "the address could not be reached or is not public")
    return NetFailure("unreachable", f"libcurl error {code}")


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Origins,
    deadline_s: float = 10,
    max_bytes: int = 65536,
) -> Reply | NetFailure:
    """Post `body` once. Never follows a redirect: a 3xx is a Reply like any other."""
    curl = pycurl.Curl()
    try:
        curl.setopt(pycurl.POST, 1)
        curl.setopt(pycurl.POSTFIELDSIZE, len(body))
        curl.setopt(pycurl.POSTFIELDS, body)
        return _perform(curl, url, headers, allowed, deadline_s, max_bytes)
    finally:
        curl.close()


def get(
    url: str,
    headers: Mapping[str, str] | None = None,
    *,
    allowed: Origins = PUBLIC_HTTPS,
    deadline_s: float = 30,
    max_bytes: int = 32 * 1024 * 1024,
) -> Reply | NetFailure:
    """Fetch `url` once, at the most `max_bytes` long (after decoding, so a bomb stops at the cap)."""
    curl = pycurl.Curl()
    try:
        curl.setopt(pycurl.ACCEPT_ENCODING, "gzip")
        return _perform(curl, url, headers or {}, allowed, deadline_s, max_bytes)
    finally:
        curl.close()
