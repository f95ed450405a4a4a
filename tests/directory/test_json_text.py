"""JSON read piece by piece: the same values as at once, wherever a piece ends; and what stops it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.directory.gateway import json_text
from companion.directory.gateway.documents import HEAD, read_document
from companion.directory.gateway.held import Other, Services, Unreadable
from companion.directory.gateway.json_text import Faulty, JsonText
from tests.directory.builders import a_page, a_service

PATIENT = settings(deadline=None)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(autouse=True, scope="module")
def _small_pieces() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "CHUNK", 7)
        yield


@PATIENT
@given(st.lists(values, max_size=6), st.sampled_from([None, 1]), st.booleans())
def test_items_are_what_they_are_at_once(items: list[Any], indent: int | None, ascii_only: bool) -> None:
    whole = json.dumps(items, indent=indent, ensure_ascii=ascii_only)
    text = JsonText(io.BytesIO(whole.encode("utf-8", "replace")))
    found = list(text.items())
    assert [json.loads(own) for _, own in found] == [value for value, _ in found]
    assert [value for value, _ in found] == json.loads(whole.encode("utf-8", "replace"))
    assert text.peek() == ""


@PATIENT
@given(st.dictionaries(st.text(max_size=4), values, min_size=1, max_size=5), st.data())
def test_half_an_object_stops_and_says_so(item: dict[str, Any], data: Any) -> None:
    whole = json.dumps([item, item])
    half = whole[: data.draw(st.integers(1, len(whole) - 1))]
    with pytest.raises(Faulty):
        list(JsonText(io.BytesIO(half.encode())).items())


def many(count: int) -> list[Any]:
    """Return more services than are looked at to tell what a list is."""
    return [a_service(f"Service {number}") for number in range(count)]


def test_a_long_list_is_read_in_all_its_shapes() -> None:
    services = many(HEAD + 5)
    shapes = [
        json.dumps(services),
        json.dumps(a_page(*services)),
        json.dumps({"data": services, "total_items": len(services)}),
        "\n".join(map(json.dumps, services)),
    ]
    for shape in shapes:
        found = read_document("x", shape.encode())
        assert isinstance(found, Services)
        assert [one.raw for one in found.records] == services
        assert (found.count, found.single) == (HEAD + 5, False)


def test_the_envelope_may_come_after_a_long_list() -> None:
    page = a_page(*many(HEAD + 1), total_items=9000, total_pages=9, last_page=False)
    page = {"contents": page.pop("contents"), **page}
    found = read_document("x", json.dumps(page).encode())
    assert isinstance(found, Services)
    assert (found.total, found.pages, found.last) == (9000, 9, False)


def test_a_long_list_of_something_else_is_told_from_services() -> None:
    places = [{"id": str(number), "name": "x", "location_type": "physical"} for number in range(HEAD + 2)]
    assert read_document("x", json.dumps({"contents": places}).encode()) == Other("locations")
    cut = read_document("x", json.dumps(places)[:-9].encode())
    assert isinstance(cut, Unreadable)
    assert cut.broken
    # An organisation with very many services says that it is one after it has listed them.
    organisation = {"name": "Org", "services": many(HEAD + 1), "id": "1"}
    assert isinstance(read_document("x", json.dumps(organisation).encode()), Unreadable)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[{"id": "1"}, {"id": 2', "stops half way"),
        (b'[{"id": "1"}, {"id" 2}, {"id": 3}]', "not JSON from line 1"),
        (b'[{"id": "1"},\n\n{"id": 1 2}, {"id": 3}]', "not JSON from line 3"),
        (b'[{"id": "1"}] [2]', "not JSON from line 1"),
        (b'{"contents": [{"id": "1"}]', "stops half way"),
        (b'{"contents": [{"id": "1"}], 7: 8}', "not JSON from line 1"),
        (b'{"a": 1}\n{"a": \n', "not JSON in line 2"),
        (b'["' + b"a" * 3000, "longer than we take"),
        (b"[" * 100_000, "nested too deeply"),
    ],
    ids=["cut", "wrong", "line", "more", "cut page", "key", "lines", "endless", "deep"],
)
def test_what_is_wrong_is_one_sentence(content: bytes, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MOST_VALUE", 2000 if b"aaa" in content else 200_000)
    found = read_document("x", content)
    assert isinstance(found, Unreadable)
    assert words in found.sentence
    assert found.sentence.endswith(".")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_encoding_is_read_across_pieces(encoding: str) -> None:
    services = [a_service(f"Café £{number} – “ten”") for number in range(3)]
    text = json.dumps(services, ensure_ascii=False)
    data = text.encode("utf-16-be") if encoding == "utf-16-be" else text.encode(encoding)
    found = read_document("x", b"\xfe\xff" + data if encoding == "utf-16-be" else data)
    assert isinstance(found, Services)
    assert [one.raw for one in found.records] == services


def test_a_file_that_is_written_to_meanwhile_is_not_believed(tmp_path: Path) -> None:
    from companion.directory.gateway import End, FileFeed

    path = tmp_path / "feed.json"
    path.write_text(json.dumps(many(3)))
    feed = FileFeed(path)
    assert list(feed.pages())[-1] == End(True)
    path.write_text(json.dumps(many(2)))
    (end,) = feed.pages()
    assert isinstance(end, End)
    assert "was changed" in end.failure
