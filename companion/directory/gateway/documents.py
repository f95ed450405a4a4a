"""One file of a feed, known by its content: services as JSON, a table of a CSV package, or something else.

JSON is read as a stream. What a list holds is judged by its first thousand entries.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from companion.directory.gateway.held import Document, Given, Other, Services, Unreadable
from companion.directory.gateway.json_text import Faulty, JsonText, Opened, Value, encoding_of
from companion.directory.gateway.sheets import read_csv
from companion.directory.rules.meetings import is_meeting_list, meeting_service

_SERVICE_SIGNS = {
    "status", "organization", "organization_id", "service_at_locations", "schedules", "eligibilitys",
    "cost_options", "assured_date", "service_areas", "fees", "service_taxonomys", "assurer_email",
}  # fmt: skip
_OTHER_SIGNS = {
    "location_type", "term_uri", "taxonomy", "taxonomy_terms", "version", "tax_status", "legal_status",
    "website", "organization_identifiers", "parent_id", "openapi_url", "location", "programs", "logo",
}  # fmt: skip
_LISTS = ("contents", "content")
# Names that may hold anything count only when what they hold looks like services.
_LOOSE_LISTS = ("services", "data", "items")
_NAMES = (*_LISTS, *_LOOSE_LISTS)
HEAD = 1000

# Records as they come, and in the end what it was; what was given out counts only if it was services.
Reading = Generator[Given, None, Document]


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, or Windows-1252."""
    encoding = encoding_of(data)
    if encoding != "utf-8-sig":
        return data.decode(encoding, "replace")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def is_json(start: bytes) -> bool:
    """Tell from its first bytes whether a file is JSON."""
    return start[:65536].decode(encoding_of(start), "ignore").lstrip()[:1] in ("{", "[")


def read_document(name: str, data: bytes) -> Document:
    """Return what a file holds; `name` only tells the tables of a CSV package apart."""
    if not is_json(data):
        return read_other(name, data)
    found: list[Given] = []
    document = drained(read_json(name, io.BytesIO(data)), found.append)
    if not isinstance(document, Services):
        return document
    return Services(found, document.total, document.single, document.pages, document.last, len(found))


def drained(reading: Reading, take: Callable[[Given], object]) -> Document:
    """Hand every record of a document on and return what the document was."""
    while True:
        try:
            take(next(reading))
        except StopIteration as end:
            document: Document = end.value
            return document


def read_other(name: str, data: bytes) -> Document:
    """Return what a file that is not JSON holds."""
    if data[:4] == b"\xd0\xcf\x11\xe0":
        return Unreadable(
            f"{name} is an old or locked Excel file. Save it without a password as .xlsx or CSV."
        )
    text = decode(data)
    start = text.lstrip()[:1]
    if not start:
        return Unreadable(f"{name} is empty.")
    if start == "<":
        return Unreadable(f"{name} is a web page, not a list of services. Ask for the feed itself.")
    return read_csv(name, text)


def read_json(name: str, opened: Opened) -> Reading:
    """Give out the records of a JSON document and return what it was."""
    text = JsonText(opened)
    try:
        if text.peek() != "[":
            return (yield from _read_object(name, text))
        found = yield from _read_list(text.items(), "/")
        if text.peek():
            return Unreadable(f"{name} is not JSON from line {text.line()}. Nothing was changed. "
                              "Get the file again.")  # fmt: skip
        return found
    except Faulty as fault:
        return Unreadable(f"{name} {fault}")


def _read_list(items: Iterator[Value], where: str, head: Sequence[Value] = ()) -> Reading:
    """Give out the services of a list, whose first values may have been read before."""
    head = head or list(islice(items, HEAD))
    raws = [raw for raw, _ in head]
    meetings = where == "/" and is_meeting_list(raws)
    if not meetings and not _are_services(raws):
        for _ in items:
            pass  # Half a file of something else is half a file, too.
        return Other(_what(next(one for one in raws if isinstance(one, dict) and _looks_other(one))))
    count = 0
    for source in (head, items):
        for raw, text in source:
            if meetings:
                yield Given(f"{where}{count}", meeting_service(raw))
            else:
                yield Given(f"{where}{count}", raw, text)
            count += 1
    return Services((), count=count)


def _read_object(name: str, text: JsonText) -> Reading:
    found: dict[str, Any] = {}
    heads: dict[str, list[Value]] = {}
    given: Services | None = None
    for key in text.names():
        if key not in _NAMES or text.peek() != "[":
            found[key] = text.value()[0]
            continue
        items = text.items()
        head = list(islice(items, HEAD))
        heads[key], found[key] = head, [raw for raw, _ in head]
        if len(head) == HEAD and given is None and _is_envelope(key, found):
            judged = yield from _read_list(items, f"/{key}/", head)
            given = judged if isinstance(judged, Services) else None
        for _ in items:
            pass  # A long list of something else, or a second one, is only looked through.
    if given is None:
        if text.peek():
            return (yield from _read_lines(name, text, found))
        return (yield from _sort_out(name, found, heads))
    if text.peek() or "id" in found:
        return Unreadable(f"{name} is JSON but is no list of services. Nothing was changed.")
    return _with_envelope(given.count, found)


def _read_lines(name: str, text: JsonText, first: Mapping[str, Any]) -> Reading:
    yield Given("line 1", first)
    count, line = 1, 1
    try:
        while text.peek():
            line = text.line()
            raw, own = text.value()
            yield Given(f"line {line}", raw, own)
            count += 1
    except Faulty:
        return Unreadable(f"{name} is not JSON in line {line}. Nothing was changed. Get it again.")
    return Services((), count=count)


def _is_envelope(key: str, found: Mapping[str, Any]) -> bool:
    # An organisation lists its services too; only an object without an id is an envelope.
    return key in _LISTS or ("id" not in found and _holds_services(found[key]))


def _sort_out(name: str, found: Mapping[str, Any], heads: Mapping[str, list[Value]]) -> Reading:
    for key in _NAMES:
        if key in heads and _is_envelope(key, found):
            judged = yield from _read_list(iter(()), f"/{key}/", heads[key])
            return _with_envelope(judged.count, found) if isinstance(judged, Services) else judged
    if _looks_other(found) and not _looks_service(found):
        return Other(_what(found), openapi_url=str(found.get("openapi_url") or ""))
    if "name" in found and "id" in found:
        yield Given("", found)
        return Services((), single=True, count=1)
    return Unreadable(f"{name} is JSON but holds no services.", broken=False)


def _with_envelope(count: int, envelope: Mapping[str, Any]) -> Services:
    def number(*names: str) -> int | None:
        found = next((envelope[name] for name in names if name in envelope), None)
        if isinstance(found, bool) or not isinstance(found, int):
            return None
        return found if 0 <= found < 10**9 else None

    total, pages = number("total_items", "totalElements"), number("total_pages", "totalPages")
    last = envelope.get("last_page", envelope.get("last"))
    if not isinstance(last, bool):
        last = pages is None or pages <= 1
    # Some publishers say "last" with fewer records than they count; the count is believed.
    if last and number("page_number", "number") in (0, 1, None) and total is not None:
        last = count >= total
    return Services((), total, False, pages, last, count)


def _holds_services(items: Sequence[object]) -> bool:
    return any(isinstance(item, dict) and "name" in item and _looks_service(item) for item in items)


def _are_services(items: Sequence[object]) -> bool:
    objects = [item for item in items if isinstance(item, dict)]
    return any(map(_looks_service, objects)) or not any(map(_looks_other, objects))


def _looks_service(item: Mapping[str, Any]) -> bool:
    return "location_type" not in item and bool(_SERVICE_SIGNS & item.keys())


def _looks_other(item: Mapping[str, Any]) -> bool:
    return bool(_OTHER_SIGNS & item.keys())


def _what(item: Mapping[str, Any]) -> str:
    if "openapi_url" in item:
        return "the description of an API"
    if "location_type" in item or "location" in item:
        return "locations"
    if {"term_uri", "taxonomy", "taxonomy_terms", "version", "parent_id"} & item.keys():
        return "taxonomies"
    return "organisations"
