"""What one file of a feed holds, and the pages a feed is given out in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Given(NamedTuple):
    """One record: where it stands, what it says, and its very text when the feed is JSON (or nothing).

    Of one that was fetched by itself the text is its entry in the list.
    """

    where: str
    raw: object
    text: str = ""
    fetched: bool = False


@dataclass(frozen=True, slots=True)
class Services:
    """Records of services; `total` is how many the publisher says there are, `count` how many came."""

    records: Sequence[Given]
    total: int | None = None
    single: bool = False
    pages: int | None = None
    last: bool = True
    count: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one CSV file of a package, under our name of the table."""

    name: str
    rows: list[Mapping[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Other:
    """A file we know and do not need: organisations, terms, the description of an API."""

    what: str
    openapi_url: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file cannot be read, in one sentence; `broken` when it should have been readable."""

    sentence: str
    broken: bool = True


Document = Services | Table | Other | Unreadable


@dataclass(frozen=True, slots=True)
class Crawled:
    """A page of a list on the web that was read to its end: the ids on it, and what was missing of it."""

    number: int
    ids: Sequence[str]
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a feed; `total` is what the publisher promises."""

    records: Sequence[Given]
    total: int | None = None
    crawled: Crawled | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The last word about a feed: whether it was whole, and what went wrong.

    One that broke off can go on where it was; one of changes only was never meant to be whole.
    """

    complete: bool
    failure: str = ""
    broke_off: bool = False
    changes_only: bool = False


Piece = Page | End
