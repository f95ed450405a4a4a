"""Fetching the file of bank holidays: the only thing this house asks of the outside."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from companion.core import net
from companion.core.errors import RuleBroken

MOST_BYTES = 2_000_000
MOST_LABEL = 100
GOV_UK = "https://www.gov.uk/bank-holidays.json"


def read_holidays(source: str) -> object:
    """Return the JSON value of a file or an https address; raise RuleBroken saying what is wrong."""
    body = _fetched(source) if "://" in source else _opened(Path(source))
    try:
        found: object = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise RuleBroken("This is not JSON.") from None
    return found


def label_of(source: str) -> str:
    """Return what to call a source in a sentence: the host of an address, the name of a file."""
    if source == GOV_UK:
        return "GOV.UK bank holidays"
    name = urlsplit(source).hostname if "://" in source else Path(source).name
    return (name or "A file")[:MOST_LABEL]


def _fetched(url: str) -> bytes:
    answer = net.get(url, {"Accept": "application/json"}, max_bytes=MOST_BYTES)
    if isinstance(answer, net.NetFailure):
        raise RuleBroken(f"We could not read that address: {answer.detail}.")
    if answer.status != 200:
        raise RuleBroken(f"We could not read that address: it answered {answer.status}.")
    return answer.body


def _opened(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RuleBroken(f"The file is too big ({MOST_BYTES} bytes at most).")
        return path.read_bytes()
    except OSError as error:
        raise RuleBroken(f"We could not read that file: {error.strerror}.") from None
