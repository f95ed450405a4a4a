"""Files, folders, zips and addresses read as feeds, known by what they hold."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from companion.core.net import NetFailure, Reply
from companion.directory.gateway import End, Page, read_feed
from tests.directory.builders import Raw, a_page, a_service, write_feed


def nothing(_url: str) -> Reply | NetFailure:
    """Answer nothing, for feeds that are files."""
    raise AssertionError("a file needs no web")


def read(source: str | Path, fetch: Callable[[str], Reply | NetFailure] = nothing) -> tuple[list[Any], End]:
    """Return the names of all records and the end of a feed."""
    pieces = list(read_feed(source, fetch))
    end = pieces[-1]
    assert isinstance(end, End)
    records = [raw for piece in pieces if isinstance(piece, Page) for _, raw, *_ in piece.records]
    return [raw.get("name") if isinstance(raw, dict) else raw for raw in records], end


def a_file(folder: Path, content: str | bytes, name: str = "feed.bin") -> Path:
    """Write a file under a name that says nothing."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


ONE, TWO = a_service("One"), a_service("Two")


@pytest.mark.parametrize(
    ("content", "complete"),
    [
        (json.dumps(a_page(ONE, TWO)), True),
        (json.dumps([ONE, TWO]), True),
        (json.dumps(ONE) + "\n\n" + json.dumps(TWO) + "\n", True),
        (json.dumps(a_page(ONE, TWO, total_items=874, total_pages=437, last_page=False)), False),
        (
            json.dumps(
                {"totalElements": 2, "totalPages": 1, "number": 1, "last": True, "content": [ONE, TWO]}
            ),
            True,
        ),
        (json.dumps(a_page(ONE, TWO)).encode("utf-16"), True),
        (b"\xef\xbb\xbf" + json.dumps([ONE, TWO]).encode(), True),
    ],
)
def test_services_are_known_by_content(tmp_path: Path, content: str | bytes, complete: bool) -> None:
    assert read(a_file(tmp_path, content)) == (["One", "Two"], End(complete))


def test_a_single_service_is_never_a_whole_feed(tmp_path: Path) -> None:
    assert read(a_file(tmp_path, json.dumps(ONE))) == (["One"], End(False))


def test_an_empty_page_is_no_whole_feed(tmp_path: Path) -> None:
    assert read(write_feed(tmp_path)) == ([], End(False))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (json.dumps(a_page(ONE, TWO))[:-40], "stops half way"),
        (json.dumps(ONE) + "\n" + json.dumps(TWO)[:50], "line 2"),
        ("", "empty"),
        ("   \n", "empty"),
        ("{nonsense}", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"contents": [' + "9" * 5000 + "]}", "too large"),
        ("a;b;c\n1;2;3", "not a list of services"),
        ("\x00\x01\x02", "not a list of services"),
        (json.dumps({"version": "3.0", "openapi_url": "https://a.org/x.json"}), "description of an API"),
        (json.dumps([{"id": "1", "name": "x", "location_type": "physical"}]), "locations"),
        (json.dumps("text"), "not a list of services"),
    ],
)
def test_what_is_no_feed_ends_with_one_sentence(tmp_path: Path, content: str, words: str) -> None:
    _, end = read(a_file(tmp_path, content))
    assert not end.complete
    assert words in end.failure
    assert end.failure.endswith(".")


def test_there_may_be_no_file_at_all(tmp_path: Path) -> None:
    assert "no file" in read(tmp_path / "missing.json")[1].failure


SERVICES_CSV = "id,name,organization_id,status\n1,One,o,active\n,,,\n2,Two,o,active\n"


def test_a_csv_package_is_read_from_a_folder_and_from_a_zip(tmp_path: Path) -> None:
    a_file(tmp_path, SERVICES_CSV, "service.csv")
    a_file(tmp_path, "id,name\no,Org\n", "organisations.csv")
    a_file(tmp_path, "not data", "README.txt")
    assert read(tmp_path) == (["One", "Two"], End(True))
    packed = tmp_path / "package.bin"
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.write(tmp_path / "service.csv", "data/../../service.csv")
    assert read(packed) == (["One", "Two"], End(True))


def test_one_table_alone_is_read_too(tmp_path: Path) -> None:
    assert read(a_file(tmp_path, SERVICES_CSV, "export.bin"))[0] == ["One", "Two"]


def test_a_folder_gives_single_records_first_and_counts_its_pages(tmp_path: Path) -> None:
    write_feed(tmp_path, ONE, name="a-page.json", total_items=2, total_pages=2, last_page=False)
    a_file(tmp_path, json.dumps({**TWO, "contacts": []}), "b-service.json")
    a_file(tmp_path, json.dumps([{"id": "1", "name": "x", "location_type": "physical"}]), "locations.json")
    assert read(tmp_path) == (["Two", "One"], End(False))
    write_feed(
        tmp_path, TWO, name="c-page.json", total_items=2, total_pages=2, page_number=2, first_page=False
    )
    assert read(tmp_path)[1] == End(True)


def test_half_a_file_in_a_folder_stops_everything(tmp_path: Path) -> None:
    write_feed(tmp_path, ONE)
    a_file(tmp_path, '{"contents": [', "z.json")
    _, end = read(tmp_path)
    assert not end.complete
    assert "half way" in end.failure


def test_a_zip_bomb_and_a_damaged_zip_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.directory.gateway.members.MOST_UNPACKED", 100_000)
    packed = tmp_path / "bomb"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("services.csv", "x" * 1_000_000)
    assert "more than we take" in read(packed)[1].failure
    packed.write_bytes(packed.read_bytes()[:300])
    assert "damaged" in read(packed)[1].failure


class Web:
    """A publisher on the web: addresses and what they answer."""

    def __init__(self, answers: dict[str, object]) -> None:
        self.answers, self.asked = answers, list[str]()

    def __call__(self, url: str) -> Reply | NetFailure:
        """Answer one address."""
        self.asked.append(url)
        found = self.answers.get(url, 404)
        if isinstance(found, int):
            return Reply(found, {}, b"")
        if isinstance(found, NetFailure):
            return found
        return Reply(200, {}, found if isinstance(found, bytes) else json.dumps(found).encode())


BASE = "https://feed.org.uk/services"


def a_part(number: int, pages: int, *services: Raw) -> Raw:
    """Return one page of several."""
    return a_page(*services, total_items=2, total_pages=pages, page_number=number, last_page=number == pages)


def test_pages_are_followed_to_the_last() -> None:
    web = Web({f"{BASE}?per_page=1": a_part(1, 2, ONE), f"{BASE}?per_page=1&page=2": a_part(2, 2, TWO)})
    assert read(f"{BASE}?per_page=1", web) == (["One", "Two"], End(True))


def test_the_root_of_an_api_leads_to_its_services() -> None:
    web = Web({"https://feed.org.uk/": {"version": "HSDS-UK-3.0", "openapi_url": "https://x.org/o.json"},
               BASE: a_page(ONE)})  # fmt: skip
    assert read("https://feed.org.uk/", web) == (["One"], End(True))


def test_details_are_fetched_where_the_list_is_shallow() -> None:
    shallow = {key: value for key, value in ONE.items() if key != "service_at_locations"}
    web = Web({BASE: a_page(shallow), f"{BASE}/{ONE['id']}": {**ONE, "name": "One in full"}})
    assert read(BASE, web) == (["One in full"], End(True))


def test_a_missing_detail_leaves_that_service_for_another_time() -> None:
    shallow = [{k: v for k, v in raw.items() if k != "service_at_locations"} for raw in (ONE, TWO)]
    web = Web({BASE: a_page(*shallow), f"{BASE}/{TWO['id']}": TWO})
    names, end = read(BASE, web)
    assert names == ["Two"]
    assert not end.complete
    assert "404" in end.failure


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"<html>Sign in</html>", "web page"),
        (500, "status 500"),
        (302, "status 302"),
        (NetFailure("blocked", "it is not a public host"), "not a public host"),
        (NetFailure("too_large", "the answer is larger than we take"), "larger"),
        (b'{"contents": [{"id"', "half way"),
        (b"id,name,status\n1,x,active", "table"),
    ],
)
def test_an_address_that_gives_no_feed_ends_with_one_sentence(answer: object, words: str) -> None:
    names, end = read(BASE, Web({BASE: answer}))
    assert names == []
    assert words in end.failure


def test_a_page_that_fails_half_way_makes_the_feed_partial() -> None:
    names, end = read(BASE, Web({BASE: a_part(1, 2, ONE)}))
    assert names == ["One"]
    assert not end.complete
    assert "Page 2" in end.failure


def test_a_publisher_that_sends_one_page_for_ever_is_left() -> None:
    web = Web(
        {BASE: a_part(1, 9, ONE), f"{BASE}?page=2": a_part(1, 9, ONE), f"{BASE}?page=3": a_part(1, 9, ONE)}
    )
    names, end = read(BASE, web)
    assert names == ["One"]
    assert not end.complete
    assert len(web.asked) == 2


def test_an_internal_address_is_never_called() -> None:
    from companion.directory.gateway import from_web

    for url in ("http://127.0.0.1/services", "https://localhost/services", "https://10.0.0.1/services"):
        names, end = read(url, from_web())
        assert names == []
        assert "no answer we could take" in end.failure
