"""Many posts at once over kept connections, HTTP/2 where offered: libcurl's multi interface.

The same guards as `core.net`: no redirects, one total deadline, capped answers, public addresses only. One
`Poster` belongs to one thread at a time.
"""

from __future__ import annotations

import select
import time
from collections.abc import Sequence
from typing import NamedTuple

import pycurl

from companion.core import net
from companion.core.net import NetFailure

# Idle connections that are kept for the next burst, over all push services.
MOST_KEPT = 256
LONGEST_WAIT_S = 1.0


class Answer(NamedTuple):
    """A status, the seconds a Retry-After asks for (None without one), and whether it came by HTTP/2."""

    status: int
    retry_after_s: int | None
    is_http2: bool


class _Handle:
    """One of libcurl's easy handles, used again and again; what seldom changes is set only when it does."""

    __slots__ = ("curl", "guarded", "headers", "is_secure", "key", "most", "timeout_ms", "took")

    def __init__(self, most: int, ca_file: str | None) -> None:
        self.most, self.took = most, 0
        self.key: object = None
        self.headers: Sequence[str] | None = None
        self.timeout_ms = 0
        self.guarded: bool | None = None
        self.is_secure: bool | None = None
        self.curl = pycurl.Curl()
        for option, value in (
            (pycurl.POST, 1),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.PROXY, ""),
            (pycurl.NETRC, pycurl.NETRC_IGNORED),
            (pycurl.NOSIGNAL, 1),
            (pycurl.USERAGENT, "Companion"),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS),
            (pycurl.WRITEFUNCTION, self._take),
        ):
            self.curl.setopt(option, value)
        if ca_file is not None:
            self.curl.setopt(pycurl.CAINFO, ca_file)

    def _take(self, chunk: bytes) -> int:
        # Nobody reads the answer. Returning another length than was given makes libcurl stop: the cap.
        self.took += len(chunk)
        return len(chunk) if self.took <= self.most else 0

    def aim(
        self, key: object, url: str, body: bytes, headers: Sequence[str], timeout_ms: int, guarded: bool
    ) -> None:
        """Set what this post needs."""
        self.key, self.took = key, 0
        curl = self.curl
        if guarded is not self.guarded:
            self.guarded = guarded
            protocols = pycurl.PROTO_HTTPS | (0 if guarded else pycurl.PROTO_HTTP)
            curl.setopt(pycurl.PROTOCOLS, protocols)
            if guarded:
                curl.setopt(pycurl.OPENSOCKETFUNCTION, net.public_socket)
            else:
                curl.unsetopt(pycurl.OPENSOCKETFUNCTION)
        if timeout_ms != self.timeout_ms:
            self.timeout_ms = timeout_ms
            curl.setopt(pycurl.TIMEOUT_MS, timeout_ms)
            curl.setopt(pycurl.CONNECTTIMEOUT_MS, min(timeout_ms, 3000))
        if headers is not self.headers:
            self.headers = headers
            curl.setopt(pycurl.HTTPHEADER, [*headers, "Expect:"])
        is_secure = url.startswith("https:")
        if is_secure is not self.is_secure:
            self.is_secure = is_secure
            # Wait to see whether the first connection takes many posts before opening another (HTTP/2).
            curl.setopt(pycurl.PIPEWAIT, int(is_secure))
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.POSTFIELDS, body)


class Poster:
    """Posts under way and the connections they go over."""

    def __init__(self, *, max_bytes: int = 65536, ca_file: str | None = None) -> None:
        self._max_bytes, self._ca_file = max_bytes, ca_file
        self._multi = pycurl.CurlMulti()
        self._epoll = select.epoll()
        self._idle: list[_Handle] = []
        self._under_way: dict[pycurl.Curl, _Handle] = {}
        self._multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
        self._multi.setopt(pycurl.M_MAXCONNECTS, MOST_KEPT)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._on_socket)

    def __len__(self) -> int:
        return len(self._under_way)

    def post(
        self,
        key: object,
        url: str,
        body: bytes,
        headers: Sequence[str],
        *,
        guarded: bool,
        deadline_s: float,
    ) -> None:
        """Start to post `body`; `key` comes back with the answer.

        The caller has asked `net.Origins.problem` whether `url` may be called. `guarded`: https and public
        addresses only, checked when it connects. The same list of `headers` given again costs nothing.
        """
        handle = self._idle.pop() if self._idle else _Handle(self._max_bytes, self._ca_file)
        handle.aim(key, url, body, headers, int(deadline_s * 1000), guarded)
        self._under_way[handle.curl] = handle
        self._multi.add_handle(handle.curl)

    def collect(self, timeout_s: float) -> list[tuple[object, Answer | NetFailure]]:
        """Move everything along and return what has ended, waiting at most `timeout_s` for a first one."""
        until = time.monotonic() + timeout_s
        found: list[tuple[object, Answer | NetFailure]] = []
        while self._under_way:
            self._turn(until)
            found.extend(self._ended())
            if found or time.monotonic() >= until:
                break
        return found

    def close(self) -> None:
        """Let go of every connection."""
        for curl in list(self._under_way):
            self._multi.remove_handle(curl)
        self._under_way.clear()
        self._multi.close()
        self._idle.clear()
        self._epoll.close()

    def _turn(self, until: float) -> None:
        wait = min(until - time.monotonic(), LONGEST_WAIT_S)
        # Asked once a turn: libcurl would tell of each change by itself, about once a post.
        wake_ms = self._multi.timeout()
        if wake_ms >= 0:
            wait = min(wait, wake_ms / 1000)
        events = self._epoll.poll(max(0.0, wait), 512)
        for number, mask in events:
            flags = (pycurl.CSELECT_IN if mask & ~select.EPOLLOUT else 0) | (
                pycurl.CSELECT_OUT if mask & select.EPOLLOUT else 0
            )
            self._multi.socket_action(number, flags)
        if self._multi.timeout() == 0:
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)

    def _ended(self) -> list[tuple[object, Answer | NetFailure]]:
        found: list[tuple[object, Answer | NetFailure]] = []
        while True:
            left, good, bad = self._multi.info_read()
            for curl in good:
                status = curl.getinfo(pycurl.RESPONSE_CODE)
                wait = int(curl.getinfo(pycurl.RETRY_AFTER)) if status >= 300 else 0
                is_http2 = curl.getinfo(pycurl.INFO_HTTP_VERSION) == pycurl.CURL_HTTP_VERSION_2_0
                found.append((self._let_go(curl), Answer(status, wait or None, is_http2)))
            for curl, code, words in bad:
                found.append((self._let_go(curl), net.failure(code, words)))
            if not left:
                return found

    def _let_go(self, curl: pycurl.Curl) -> object:
        self._multi.remove_handle(curl)
        handle = self._under_way.pop(curl)
        key, handle.key = handle.key, None
        self._idle.append(handle)
        return key

    def _on_socket(self, event: int, number: int, _multi: object, _data: object) -> None:
        if event == pycurl.POLL_REMOVE:
            self._epoll_forget(number)
            return
        mask = (select.EPOLLIN if event & pycurl.POLL_IN else 0) | (
            select.EPOLLOUT if event & pycurl.POLL_OUT else 0
        )
        try:
            self._epoll.modify(number, mask)
        except FileNotFoundError:
            self._epoll.register(number, mask)

    def _epoll_forget(self, number: int) -> None:
        try:
            self._epoll.unregister(number)
        except (FileNotFoundError, OSError):
            return  # Closed already, and with that gone from the list.
