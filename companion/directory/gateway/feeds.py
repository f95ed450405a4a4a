"""Reading a feed page by page from a file, a folder, a zip or the web. Every outcome is a value.

Files are read whole before their first page is given out, so half a file changes nothing.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from companion.core import net
from companion.core.net import NetFailure, Reply
from companion.directory.gateway.documents import decode, read_document
from companion.directory.gateway.held import Document, Other, Services, Table, Unreadable
from companion.directory.gateway.sheets import is_flat
from companion.directory.gateway.workbooks import is_workbook, read_workbook
from companion.directory.rules.tables import Row, assemble, join_tables, table_name

MOST_BYTES = 128 * 1024 * 1024
MOST_UNPACKED = 256 * 1024 * 1024
MOST_FILES = 2000
MOST_PAGES = 20_000
MOST_MISSED = 5
PAGE = 500
_NESTED = {"service_at_locations", "contacts", "phones", "schedules", "cost_options", "service_areas"}

Fetch = Callable[[str], Reply | NetFailure]


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a feed, each with where it stands; `total` is what the publisher promises."""

    records: list[tuple[str, object]]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The last word about a feed: whether it was whole, and what went wrong."""

    complete: bool
    failure: str = ""


Piece = Page | End


def read_feed(source: str | Path, fetch: Fetch) -> Iterator[Piece]:
    """Give out the pages of a feed and then one End; a failed End without a page before it: nothing came."""
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        yield from _read_web(source, fetch)
        return
    path = Path(source)
    try:
        if path.is_dir():
            yield from _read_folder(path)
        elif path.is_file():
            yield from _read_file(path)
        else:
            yield End(False, f"There is no file or folder called {path.name}.")
    except OSError as problem:
        yield End(False, f"{path.name} cannot be opened: {problem.strerror}.")


def _in_pages(records: list[tuple[str, object]], complete: bool) -> Iterator[Piece]:
    for start in range(0, len(records), PAGE):
        yield Page(records[start : start + PAGE], len(records))
    yield End(complete)


def _read_file(path: Path) -> Iterator[Piece]:
    if path.stat().st_size > MOST_BYTES:
        yield End(False, f"{path.name} is larger than {MOST_BYTES // 1024**2} MB. Split it up.")
        return
    data = path.read_bytes()
    if data[:4] == b"PK\x03\x04":
        yield from _read_zip(path)
        return
    found = read_document(path.name, data)
    if isinstance(found, Unreadable):
        yield End(False, found.sentence)
    elif isinstance(found, Other):
        yield End(False, f"{path.name} holds {found.what}, not services.")
    else:
        yield from _put_together([(path.name, found)], path.name)


def _read_folder(folder: Path) -> Iterator[Piece]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    if len(files) > MOST_FILES or sum(path.stat().st_size for path in files) > MOST_UNPACKED:
        yield End(False, f"The folder {folder.name} holds more than we take.")
        return
    found: list[tuple[str, Document]] = []
    for path in files:
        data = path.read_bytes()
        name = str(path.relative_to(folder))
        if data[:4] == b"PK\x03\x04":
            found += _workbook_beside(path)
        if _is_data(name, data):
            found.append((name, read_document(name, data)))
    yield from _put_together(found, folder.name)


def _workbook_beside(path: Path) -> list[tuple[str, Document]]:
    """Return what a workbook among other files holds; other zips, damaged ones too, are none of ours."""
    try:
        with zipfile.ZipFile(path) as packed:
            return read_workbook(path, packed, MOST_UNPACKED) if is_workbook(packed) else []
    except (zipfile.BadZipFile, RuntimeError, EOFError, ValueError):
        return []


def _read_zip(path: Path) -> Iterator[Piece]:
    found: list[tuple[str, Document]] = []
    try:
        with zipfile.ZipFile(path) as packed:
            if is_workbook(packed):
                yield from _put_together(read_workbook(path, packed, MOST_UNPACKED), path.name)
                return
            inside = [info for info in packed.infolist() if not info.is_dir()]
            # Sizes a zip states may be lies, so what is really read is counted too.
            left = MOST_UNPACKED
            if len(inside) > MOST_FILES or sum(info.file_size for info in inside) > left:
                yield End(False, f"{path.name} unpacks to more than we take.")
                return
            for info in inside:
                with packed.open(info) as opened:
                    data = opened.read(left + 1)
                left -= len(data)
                if left < 0:
                    yield End(False, f"{path.name} unpacks to more than we take.")
                    return
                if _is_data(info.filename, data):
                    found.append((info.filename, read_document(info.filename, data)))
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError):
        yield End(False, f"{path.name} is a damaged or locked zip file. Nothing was changed. Get it again.")
        return
    yield from _put_together(found, path.name)


def _is_data(name: str, data: bytes) -> bool:
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"["):
        return True
    if name.lower().endswith(".csv") and table_name(name) is not None:
        return True
    return start != b"<" and is_flat(decode(data[:8192]))


def _put_together(found: list[tuple[str, Document]], label: str) -> Iterator[Piece]:
    # A file that is whole and holds something else is passed over; half a file stops everything.
    broken = [one.sentence for _, one in found if isinstance(one, Unreadable) and one.broken]
    if broken:
        yield End(False, broken[0])
        return
    several = len(found) > 1
    single: list[tuple[str, object]] = []
    listed: list[tuple[str, object]] = []
    complete, promised = False, 0
    packages: dict[str, list[tuple[str, list[Row]]]] = {}
    for name, one in found:
        if isinstance(one, Services):
            prefix = f"{name}#" if several else ""
            (single if one.single else listed).extend((f"{prefix}{where}", raw) for where, raw in one.records)
            complete = complete or not one.single
            promised = max(promised, one.total or 0)
        elif isinstance(one, Table):
            packages.setdefault(name.rpartition("/")[0], []).append((one.name, one.rows))
    if len(listed) < promised:
        complete = False
    for folder, tables in sorted(packages.items()):
        services = assemble(join_tables(tables))
        start = f"{folder}/services" if folder else "services"
        listed.extend((f"{start}#{number}", raw) for number, raw in enumerate(services, start=1))
        complete = complete or bool(services)
    # A single record is fuller than the one in a list, and the first of one id is kept.
    records = single + listed
    if not records and not any(isinstance(one, Services) for _, one in found):
        yield End(False, f"There are no services in {label}.")
        return
    yield from _in_pages(records, complete and bool(records))


def _read_web(url: str, fetch: Fetch) -> Iterator[Piece]:
    first = _fetch(url, fetch)
    if isinstance(first, Other) and first.what == "the description of an API":
        url = _beside(url, "services")
        first = _fetch(url, fetch)
    if isinstance(first, Unreadable):
        yield End(False, first.sentence)
        return
    if not isinstance(first, Services):
        yield End(False, "This address holds no list of services.")
        return
    if first.single or first.last:
        records, failure = _detailed(first.records, url, fetch, first.single)
        pieces = list(_in_pages(records, not first.single and not failure and bool(records)))
        yield from pieces[:-1]
        yield End(not first.single and not failure and bool(records), failure)
        return
    yield from _follow(url, first, fetch)


def _follow(url: str, first: Services, fetch: Fetch) -> Iterator[Piece]:
    """Walk the pages of a list; stop, and call the feed partial, when one fails or comes again."""
    page, number, count, before, trouble = first, 1, 0, "", ""
    while True:
        own = repr([raw.get("id") if isinstance(raw, dict) else raw for _, raw in page.records])
        if page.records and own == before:
            yield End(False, "The publisher sends the same page again and again; we kept the first.")
            return
        before, count = own, count + len(page.records)
        placed = [(f"page {number}{where}", raw) for where, raw in page.records]
        records, failure = _detailed(placed, url, fetch, False)
        for start in range(0, len(records), PAGE):
            yield Page(records[start : start + PAGE], page.total)
        trouble = trouble or failure
        if failure and len(records) <= len(page.records) - MOST_MISSED:
            yield End(False, failure)
            return
        last = page.pages is not None and number >= page.pages
        if not page.records or (page.last and number > 1) or last:
            whole = count > 0 and (page.total is None or count >= page.total)
            short = "" if whole else f"The publisher promised {page.total or 0} services and sent {count}."
            yield End(whole and not trouble, trouble or short)
            return
        number += 1
        if number > MOST_PAGES:
            yield End(False, "The feed has more pages than we read.")
            return
        following = _fetch(_with_page(url, number), fetch)
        if not isinstance(following, Services):
            why = following.sentence if isinstance(following, Unreadable) else "It is not a list of services."
            yield End(False, f"Page {number} could not be read. {why}")
            return
        page = following


def _detailed(
    records: list[tuple[str, object]], url: str, fetch: Fetch, single: bool
) -> tuple[list[tuple[str, object]], str]:
    """Return records with their detail fetched where the list is shallow, and why it stopped if it did."""
    plain = [raw for _, raw in records if isinstance(raw, dict)]
    shallow = bool(plain) and not single and not any(_NESTED & raw.keys() for raw in plain)
    is_list = urlsplit(url).path.rstrip("/").endswith("/services")
    if not shallow or not is_list:
        return records, ""
    full: list[tuple[str, object]] = []
    missed, in_a_row, why = 0, 0, ""
    for where, raw in records:
        if not isinstance(raw, dict) or not isinstance(raw.get("id"), (str, int)):
            full.append((where, raw))
            continue
        found = _fetch(_beside(url, quote(str(raw["id"]), safe="")), fetch)
        if isinstance(found, Services) and found.single:
            full.append((where, found.records[0][1]))
            in_a_row = 0
            continue
        # A shallow record would wipe out details we know from before, so it is left for the next time.
        missed, in_a_row = missed + 1, in_a_row + 1
        why = found.sentence if isinstance(found, Unreadable) else "The answer was not a service."
        if in_a_row >= MOST_MISSED:
            break
    return full, f"The details of {missed} services could not be fetched. {why}" if missed else ""


def _beside(url: str, end: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/{end}", "", ""))


def _with_page(url: str, number: int) -> str:
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "page"]
    return urlunsplit((*parts[:3], urlencode([*query, ("page", str(number))]), ""))


def _fetch(url: str, fetch: Fetch) -> Document:
    reply = fetch(url)
    host = urlsplit(url).hostname or "the publisher"
    if isinstance(reply, NetFailure):
        return Unreadable(f"{host} gave no answer we could take: {reply.detail}.")
    if reply.status != 200:
        return Unreadable(f"{host} answered with status {reply.status} instead of services.")
    found = read_document("The answer", reply.body)
    if isinstance(found, Table):
        return Unreadable(f"{host} sent a table instead of JSON. Load it as a file.")
    return found


def from_web(extra: frozenset[str] = frozenset()) -> Fetch:
    """Return a fetch for public https addresses, and for the `extra` origins an operator allows."""
    return partial(net.get, allowed=net.Origins(suffixes=None, extra=extra), max_bytes=MOST_BYTES)
