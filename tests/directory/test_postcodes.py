"""Loading national lists of postcodes: whole or not at all, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from companion.core.orm import Sessions, reading
from companion.directory.models.postcodes import positions_of
from companion.directory.use_cases import PostcodeReport, load_postcodes, postcodes, postcodes_known
from companion.directory.use_cases import PostcodesUnreadable as Unreadable
from tests.directory.lists import (
    BELFAST,
    BRADFORD,
    LEEDS,
    code_point_line,
    made_up,
    onspd,
    onspd_line,
    write,
    write_zip,
)

Load = Callable[..., PostcodeReport]
Ask = Callable[..., Any]


@pytest.fixture
def load(factory: Sessions, now: datetime, tmp_path: Path) -> Load:
    """Load a list: a path, or the lines of an ONSPD."""

    def run(*given: Any, **more: Any) -> PostcodeReport:
        path = given[0] if len(given) == 1 and isinstance(given[0], Path) else _written(tmp_path, given)
        return load_postcodes(factory.begin, path, now=now, **more)

    return run


def _written(folder: Path, spots: tuple[Any, ...]) -> Path:
    return write(folder, onspd(*[spot if isinstance(spot, str) else onspd_line(*spot) for spot in spots]))


def state(ask: Ask) -> tuple[Any, ...]:
    """Return everything that is stored, whichever of the two tables holds it."""
    lists = ask("SELECT live, kind, release, attribution, count, digest FROM directory_postcode_list")
    rows = [ask(f"SELECT * FROM directory_postcode_{slot} ORDER BY postcode") for slot in ("a", "b")]
    return lists, sorted(rows)


def known(ask: Ask, *codes: str) -> dict[str, tuple[float, float]]:
    """Return what the list in use knows of postcodes."""
    found: dict[str, tuple[float, float]] = ask(lambda session: positions_of(session, codes))
    return found


def test_onspd_is_loaded_and_counted(load: Load, ask: Ask, now: datetime) -> None:
    report = load(
        LEEDS, BRADFORD, BELFAST, LEEDS, ("LS9 9ZZ", 53.8, -1.5, "199912"), ("GY1 1AA", "99.999999", 0),
        ("LS2 2AA", 48.8, 2.3), "what is this", "", release=" August 2026 ",
    )  # fmt: skip
    assert report.counts() == {
        "kind": "onspd", "release": "August 2026", "attribution": report.attribution, "read": 8, "loaded": 3,
        "repeated": 1, "ended": 1, "unplaced": 1, "bad": 2, "northern_ireland": 1,
    }  # fmt: skip
    assert [(bad.line, bad.fault) for bad in report.bad_lines] == [
        (9, "it has another number of columns"),
        (8, "its position is outside the United Kingdom"),
    ]
    assert known(ask, "LS14AP", "BT15GS", "LS99ZZ") == {"LS14AP": LEEDS[1:], "BT15GS": BELFAST[1:]}
    found = ask(postcodes_known)
    assert (found.count, found.release, found.loaded_at) == (3, "August 2026", now)
    assert "Office for National Statistics" in found.attribution


@pytest.mark.parametrize("shape", ["folder", "zip", "file"])
def test_code_point_is_loaded_from_a_folder_a_zip_and_a_file(
    load: Load, ask: Ask, tmp_path: Path, shape: str
) -> None:
    leeds = code_point_line("LS1 4AP", 429_900, 433_500) + "\n" + code_point_line("LS9 9ZZ", 0, 0, 90) + "\n"
    norwich = code_point_line("NR30 5TF", 651_410, 313_177)
    files = {
        "Data/CSV/ls.csv": leeds,
        "Data/CSV/nr.csv": norwich,
        "Doc/header.csv": "PC,PQ\n",
        "readme.txt": "Hi",
    }
    if shape == "zip":
        source = write_zip(tmp_path, files, "codepo_gb.zip")
    elif shape == "folder":
        source = tmp_path / "codepo_gb"
        for name, content in files.items():
            write(source, content, name)
    else:
        source = write(tmp_path, leeds + norwich, "codepo_gb.csv")
    report = load(source)
    assert (report.kind, report.release) == ("code_point_open", "codepo_gb")
    assert (report.read, report.loaded, report.unplaced, report.bad) == (3, 2, 1, 0)
    assert known(ask, "NR305TF") == {"NR305TF": (52.65798, 1.71605)}


def test_a_zip_of_onspd_is_read_once_though_its_lines_stand_in_it_twice(load: Load, tmp_path: Path) -> None:
    whole = onspd(onspd_line(*LEEDS), onspd_line(*BRADFORD))
    source = write_zip(tmp_path, {
        "Data/ONSPD_AUG_2026_UK.csv": whole, "Documents/names.csv": "code,name\nE1,Ä\n",
        "Data/multi_csv/ONSPD_AUG_2026_UK_LS.csv": onspd(onspd_line(*LEEDS)),
        "Data/multi_csv/ONSPD_AUG_2026_UK_BD.csv": onspd(onspd_line(*BRADFORD)),
    })  # fmt: skip
    assert (load(source).read, load(source).loaded) == (2, 2)
    parts = write_zip(tmp_path, {
        "multi_csv/LS.csv": onspd(onspd_line(*LEEDS)), "multi_csv/BD.csv": onspd(onspd_line(*BRADFORD)),
    })  # fmt: skip
    assert load(parts).loaded == 2


def test_a_line_in_another_code_page_is_read(load: Load, tmp_path: Path) -> None:
    words = onspd(onspd_line(*LEEDS).replace("E92000001", "Ynys Môn"), onspd_line(*BRADFORD))
    assert load(write(tmp_path, words.encode("cp1252"))).loaded == 2
    assert load(write(tmp_path, b"\xef\xbb\xbf" + words.encode())).loaded == 2


def test_a_postcode_that_comes_again_in_a_later_batch_keeps_its_first_position(
    load: Load, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postcodes, "BATCH", 2)
    report = load(LEEDS, BRADFORD, (LEEDS[0], 55.0, -1.0), BELFAST)
    assert (report.loaded, report.repeated) == (3, 1)
    assert known(ask, "LS14AP", "BT15GS") == {"LS14AP": LEEDS[1:], "BT15GS": BELFAST[1:]}


def test_searches_see_the_list_before_until_the_new_one_stands_whole(
    load: Load, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postcodes, "BATCH", 3)
    load(LEEDS, BRADFORD, BELFAST)
    seen: list[Any] = []
    spots = made_up(20)
    codes = [code.replace(" ", "") for code, _, _ in spots]
    load(
        *spots,
        progress=lambda _done, _total: seen.append((len(known(ask, *codes)), len(known(ask, "LS14AP")))),
    )
    assert seen == [(0, 1)] * 7
    assert (len(known(ask, *codes)), len(known(ask, "LS14AP"))) == (20, 0)
    # What is no longer used takes no room.
    assert sorted(len(rows) for rows in state(ask)[1]) == [0, 20]


def test_whoever_reads_while_lists_change_meets_one_whole_list(
    load: Load, factory: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postcodes, "BATCH", 20)
    places = [code for code, _, _ in made_up(30)]
    codes = [code.replace(" ", "") for code in places]
    load(*[(code, 50.0, -1.0) for code in places])
    met: list[tuple[int, set[float]]] = []
    over = threading.Event()

    def read() -> None:
        while not over.wait(0.003):
            with reading(factory) as session:
                found = positions_of(session, codes)
            met.append((len(found), {lat for lat, _ in found.values()}))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for lat in range(51, 56):
            load(*[(code, float(lat), -1.0) for code in places])
    finally:
        over.set()
        for reader in readers:
            reader.join(timeout=30)
    assert not any(reader.is_alive() for reader in readers)
    assert {(count, len(lats)) for count, lats in met} == {(30, 1)}
    assert len({lat for _, lats in met for lat in lats}) > 1


def test_the_same_list_again_changes_nothing(load: Load, ask: Ask) -> None:
    load(*made_up(50))
    before = state(ask)
    load(*made_up(50))
    assert state(ask) == before


def test_a_loading_stops_when_another_has_begun(
    load: Load, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postcodes, "BATCH", 2)
    other = write(tmp_path, onspd(*[onspd_line(*spot) for spot in (LEEDS, BRADFORD, BELFAST)]), "other.csv")
    begun: list[bool] = []

    def begin(_done: int, _total: int | None) -> None:
        if not begun:
            begun.append(True)
            load(other)

    with pytest.raises(Unreadable, match="Another loading"):
        load(*made_up(10), progress=begin)
    assert len(known(ask, "LS14AP", "BD11AB", "BT15GS", "LS10AE")) == 3
    assert ask(postcodes_known).release == "other"


HEAD = onspd(onspd_line(*LEEDS))
HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "a page": ("<!DOCTYPE html><html>Sign in</html>", "web page"),
    "nothing": ("", "is empty"),
    "blanks": (" \r\n\r\n", "is empty"),
    "utf-16": (HEAD.encode("utf-16"), "UTF-16"),
    "utf-16 without a mark": (HEAD.encode("utf-16-le"), "UTF-16"),
    "another table": ("name,postcode,lat,long\nA,LS1 4AP,53.8,-1.5\n", "not a list of postcodes"),
    "bytes": (bytes(range(256)) * 20, "not a text file"),
    "a header only": (HEAD.splitlines()[0] + "\n", "no postcode with a position"),
    "cut short": (HEAD + "LS1 4AP,LS1 4AP,19", "middle of a line"),
    "one endless line": (HEAD + "x" * 3_000_000, "longer than 1 MB"),
    "a zip cut short": (b"PK\x03\x04" + bytes(500), "damaged or locked zip"),
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_what_cannot_be_taken_is_said_and_the_list_before_stays(
    load: Load, ask: Ask, tmp_path: Path, kind: str
) -> None:
    load(LEEDS, BRADFORD)
    before = state(ask)
    content, words = HOSTILE[kind]
    with pytest.raises(Unreadable, match=words) as caught:
        load(write(tmp_path, content, "new.csv"))
    assert caught.value.detail.endswith(".")
    assert state(ask) == before


def test_names_inside_a_zip_do_not_steer_the_terminal(load: Load, tmp_path: Path) -> None:
    source = write_zip(tmp_path, {"\x1b[2J\nls.csv": code_point_line("LS1 4AP", 429_900, 433_500) + "\nx\n"})
    (bad,) = load(source).bad_lines
    assert bad.file == "?[2J?ls.csv"


def _bomb(folder: Path) -> Path:
    return write_zip(folder, {"Data/onspd.csv": HEAD + "," * 5_000_000})


def _damaged(folder: Path) -> Path:
    path = write_zip(folder, {"onspd.csv": onspd(*[onspd_line(*spot) for spot in made_up(5000)])})
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(bytes(raw))
    return path


def _half(folder: Path) -> Path:
    path = write_zip(folder, {"onspd.csv": onspd(*[onspd_line(*spot) for spot in made_up(5000)])})
    path.write_bytes(path.read_bytes()[:-2000])
    return path


def _huge(folder: Path) -> Path:
    path = write(folder, HEAD, "huge.csv")
    os.truncate(path, 10 * 1024**3)
    return path


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a zip bomb": (_bomb, "more than 0 GB"),
    "a damaged zip": (_damaged, "damaged or locked zip"),
    "half a zip": (_half, "damaged or locked zip"),
    "a name that leads out": (lambda folder: write_zip(folder, {"../../a.csv": HEAD}), "outside of itself"),
    "a name with a root": (lambda folder: write_zip(folder, {"/etc/onspd.csv": HEAD}), "outside of itself"),
    "a name of a drive": (lambda folder: write_zip(folder, {"C:\\onspd.csv": HEAD}), "outside of itself"),
    "an empty zip": (lambda folder: write_zip(folder, {}), "is empty"),
    "a zip of something else": (lambda folder: write_zip(folder, {"a.csv": "a,b", "b": "x"}), "no list of"),
    "an area that is a page": (
        lambda folder: write_zip(folder, {"ls.csv": code_point_line("LS1 4AP", 1, 1), "nr.csv": "<html>"}),
        "web page",
    ),
    "two kinds": (
        lambda folder: write_zip(folder, {"ls.csv": code_point_line("LS1 4AP", 1, 1), "onspd.csv": HEAD}),
        "two kinds",
    ),
    "no file": (lambda folder: folder / "gone.zip", "no file or folder called gone.zip"),
    "an address": (lambda _folder: Path("https://example.org/onspd.zip"), "Download the list first"),
    "10 GB": (_huge, "more than 0 GB"),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(FILES))
def test_files_that_cannot_be_taken_change_nothing(
    load: Load, ask: Ask, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion.directory.gateway.postcode_files.MOST_BYTES", 2_000_000)
    load(LEEDS, BRADFORD)
    before = state(ask)
    make, words = FILES[kind]
    with pytest.raises(Unreadable, match=words):
        load(make(tmp_path))
    assert state(ask) == before


def test_a_part_of_a_list_is_not_believed_unless_told_so(load: Load, ask: Ask) -> None:
    load(*made_up(100))
    with pytest.raises(Unreadable, match="79 postcodes and the one in use 100"):
        load(*made_up(79))
    assert ask(postcodes_known).count == 100
    assert load(*made_up(80)).loaded == 80
    assert load(*made_up(8), max_drop=1.0).loaded == 8


KILLED = """
import os, signal, sys
from datetime import datetime
from companion.core.orm import make_engine, make_session_factory
from companion.core.sealing import Keyring
from companion.directory.models import postcodes as stored
from companion.directory.use_cases import load_postcodes, postcodes

url, source, now, where = sys.argv[1:]
name, _, turn = where.partition(" ")
postcodes.BATCH = 10
real, calls = getattr(stored, name), []

def dies(*given):
    found = real(*given)
    calls.append(1)
    if len(calls) == int(turn):
        os.kill(os.getpid(), signal.SIGKILL)
    return found

setattr(stored, name, dies)
factory = make_session_factory(make_engine(url), Keyring(bytes(32)))
load_postcodes(factory.begin, source, now=datetime.fromisoformat(now), release="New")
"""


@pytest.mark.parametrize("where", ["claim_slot 1", "put_rows 1", "put_rows 3", "still_mine 4", "go_live 1"])
def test_a_loading_that_is_killed_leaves_the_old_list_and_a_rerun_ends_the_same(
    load: Load, ask: Ask, tmp_path: Path, database_url: str, now: datetime, where: str
) -> None:
    source = write(tmp_path, onspd(*[onspd_line(*spot) for spot in made_up(45)]), "new.csv")
    load(source, release="New")
    undisturbed = state(ask)
    load(*made_up(40), release="Old")
    words = [sys.executable, "-c", KILLED, database_url, str(source), now.isoformat(), where]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert ask(postcodes_known).release == "Old"
    assert len(known(ask, *[code.replace(" ", "") for code, _, _ in made_up(45)])) == 40
    load(source, release="New")
    assert state(ask) == undisturbed


def test_a_fault_of_the_database_leaves_the_old_list(
    load: Load, ask: Ask, factory: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(LEEDS, BRADFORD)

    def breaks(session: Any, *_given: Any) -> None:
        session.execute(text("SELECT nothing FROM nowhere"))

    with monkeypatch.context() as patch:
        patch.setattr("companion.directory.models.postcodes.go_live", breaks)
        with pytest.raises(Exception, match="nowhere"):
            load(*made_up(5))
    assert len(known(ask, "LS14AP", "BD11AB")) == 2
    assert load(*made_up(5)).loaded == 5
