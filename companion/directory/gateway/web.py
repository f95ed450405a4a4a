"""Reading a feed page by page from the web. Every outcome is a value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from companion.core.net import NetFailure
from companion.directory.gateway.documents import read_document
from companion.directory.gateway.files import PAGE
from companion.directory.gateway.held import (
    Crawled,
    Document,
    End,
    Given,
    Other,
    Page,
    Piece,
    Services,
    Table,
    Unreadable,
)
from companion.directory.gateway.polite import Fetch
from companion.directory.rules.values import clean_instant

MOST_PAGES = 20_000
MOST_MISSED = 5
_NESTED = {"service_at_locations", "contacts", "phones", "schedules", "cost_options", "service_areas"}


@dataclass(slots=True)
class Before:
    """What is known of a feed from before.

    `page` is the last page of a reading that broke off, after `count` records; it goes on there (and `taken`
    says so) if that page still holds the same, for then the order has not moved. With `since` only what has
    changed from then on is asked for; that is believed if fewer than `total` come and all are that new.
    `known` tells which records of a shallow list were written from just this entry.
    """

    page: Crawled | None = None
    count: int = 0
    taken: bool = False
    since: datetime | None = None
    total: int = 0
    known: Callable[[Sequence[Given]], Collection[int]] | None = None


def read_web(url: str, fetch: Fetch, before: Before | None = None) -> Iterator[Piece]:
    """Give out the pages of the list at an address, as they come, and then one End."""
    before = before or Before()
    if before.since is not None:
        asked = _with(url, "modified_after", before.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        found = _fetch(asked, fetch)
        if isinstance(found, Services) and _honours(found, before.since, before.total):
            for piece in _all_of(asked, found, fetch, Before(known=before.known)):
                if isinstance(piece, Page):
                    yield replace(piece, crawled=None)
                else:
                    yield End(False, piece.failure, changes_only=True)
            return
    first = _fetch(url, fetch)
    if isinstance(first, Other) and first.what == "the description of an API":
        url = _beside(url, "services")
        first = _fetch(url, fetch)
    if isinstance(first, Unreadable):
        yield End(False, first.sentence)
    elif not isinstance(first, Services):
        yield End(False, "This address holds no list of services.")
    else:
        yield from _all_of(url, first, fetch, before)


def _honours(found: Services, since: datetime, total: int) -> bool:
    """Tell whether an answer holds only what has changed since: many publishers pass over the question."""
    if found.single or (found.total or found.count) >= total:
        return False
    for one in found.records:
        given = clean_instant(one.raw.get("last_modified"))[0] if isinstance(one.raw, dict) else None
        if not given or datetime.fromisoformat(str(given).replace("Z", "+00:00")) < since:
            return False
    return True


def _all_of(url: str, first: Services, fetch: Fetch, before: Before) -> Iterator[Piece]:
    if not (first.single or first.last):
        yield from _follow(url, first, fetch, before)
        return
    records, failure = _detailed(first.records, url, fetch, first.single, before)
    for start in range(0, len(records), PAGE):
        yield Page(records[start : start + PAGE], len(records))
    yield End(not first.single and not failure and bool(records), failure)


def _follow(url: str, first: Services, fetch: Fetch, before: Before) -> Iterator[Piece]:
    """Walk the pages of a list; stop, and call the feed partial, when one fails or comes again."""
    page, number, count, ids, trouble, done = first, 1, 0, list[str](), "", False
    if before.page is not None and before.page.number > 1:
        again = _fetch(_with(url, "page", str(before.page.number)), fetch)
        if isinstance(again, Services) and _ids(again) == list(before.page.ids):
            page, number, count, done = again, before.page.number, before.count, True
            ids, trouble, before.taken = _ids(again), before.page.trouble, True
    while True:
        if not done:
            own = _ids(page)
            if page.records and own == ids:
                yield End(False, "The publisher sends the same page again and again; we kept the first.")
                return
            ids, count = own, count + len(page.records)
            placed = [one._replace(where=f"page {number}{one.where}") for one in page.records]
            records, failure = _detailed(placed, url, fetch, False, before)
            trouble = trouble or failure
            gave_up = bool(failure) and len(records) <= len(page.records) - MOST_MISSED
            for start in range(0, len(records), PAGE):
                whole_page = start + PAGE >= len(records) and not gave_up
                crawled = Crawled(number, ids, trouble) if whole_page else None
                yield Page(records[start : start + PAGE], page.total, crawled)
            if gave_up:
                yield End(False, failure, broke_off=True)
                return
        done = False
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
        following = _fetch(_with(url, "page", str(number)), fetch)
        if not isinstance(following, Services):
            why = following.sentence if isinstance(following, Unreadable) else "It is not a list of services."
            yield End(False, f"Page {number} could not be read. {why}", broke_off=True)
            return
        page = following


def _ids(page: Services) -> list[str]:
    return [str(one.raw.get("id")) if isinstance(one.raw, dict) else repr(one.raw) for one in page.records]


def _detailed(
    records: Sequence[Given], url: str, fetch: Fetch, single: bool, before: Before
) -> tuple[Sequence[Given], str]:
    """Return records with their detail fetched where the list is shallow, and why it stopped if it did.

    A record that says when it was modified, and was written from just this entry, needs no detail.
    """
    plain = [one.raw for one in records if isinstance(one.raw, dict)]
    shallow = bool(plain) and not single and not any(_NESTED & raw.keys() for raw in plain)
    is_list = urlsplit(url).path.rstrip("/").endswith("/services")
    if not shallow or not is_list:
        return records, ""
    dated = [isinstance(one.raw, dict) and bool(one.raw.get("last_modified")) for one in records]
    known = before.known(records) if before.known is not None else ()
    full: list[Given] = []
    missed, in_a_row, why = 0, 0, ""
    for number, one in enumerate(records):
        raw = one.raw
        if not isinstance(raw, dict) or not isinstance(raw.get("id"), (str, int)):
            full.append(one)
            continue
        if dated[number] and number in known:
            full.append(one)
            continue
        found = _fetch(_beside(url, quote(str(raw["id"]), safe="")), fetch)
        if isinstance(found, Services) and found.single:
            entry = one.text if dated[number] else ""
            full.append(Given(one.where, found.records[0].raw, entry, fetched=True))
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


def _with(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    query = [(key, was) for key, was in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    return urlunsplit((*parts[:3], urlencode([*query, (name, value)]), ""))


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
