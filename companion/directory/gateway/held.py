"""What one file of a feed holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Services:
    """Records of services with where each stands; `total` is how many the publisher says there are."""

    records: list[tuple[str, object]]
    total: int | None = None
    single: bool = False
    pages: int | None = None
    last: bool = True
    empty: bool = False


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
