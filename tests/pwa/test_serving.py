"""How static/pwa is served: versions, compression, what loads first, what a phone keeps."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import flask
import pytest
from flask.testing import FlaskClient

from companion import pwa
from companion.core.web import CSP

KB = 1024
FIRST_LOAD = 30_000
ALL_SCREENS = 120 * KB
MOST_EAGER = 6


@pytest.fixture(scope="module")
def store() -> pwa.Store:
    return pwa.Store(pwa.find_folder())


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    app = flask.Flask("test", static_folder=None)
    pwa.register(app)
    with app.test_client() as client:
        yield client


def squeezed(store: pwa.Store, name: str) -> int:
    asset = store.files[name]
    return len(asset.in_form("br" if asset.squeezable else "identity"))


def test_the_first_load_is_at_most_30_kb_and_six_scripts(store: pwa.Store) -> None:
    scripts = pwa.eager_scripts(store.sources, "app.js")
    assert len(scripts) <= MOST_EAGER, scripts
    sizes = {
        name: squeezed(store, name)
        for name in ("index.html", "fonts/figtree-700.woff2", "icons/dot.svg", *scripts)
    }
    assert sum(sizes.values()) <= FIRST_LOAD, sizes


def test_all_screens_together_are_at_most_120_kb(store: pwa.Store) -> None:
    sizes = {name: squeezed(store, name) for name in store.precached()}
    assert sum(sizes.values()) <= ALL_SCREENS, sizes


def test_a_page_names_every_eager_script_and_nothing_without_its_version(
    store: pwa.Store, client: FlaskClient
) -> None:
    page = client.get("/").text
    for script in pwa.eager_scripts(store.sources, "app.js"):
        assert f'"/a/{store.rev}/{script}"' in page
    for address in re.findall(r'(?:href|src)="([^"]+)"', page):
        assert address.startswith((f"/a/{store.rev}/", "tel:", "/manifest", "/api/accounts/me")), address


def test_pages_hold_no_inline_script_and_only_the_style_that_the_policy_names(client: FlaskClient) -> None:
    for address in ("/", "/kw"):
        answer = client.get(address)
        page, policy = answer.text, answer.headers["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page)
        (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src 'self' 'sha256-{digest}';" in policy
        assert policy.replace(f" 'sha256-{digest}'", "") == CSP
        assert 'url("fonts' not in style


def test_every_file_an_import_names_is_there(store: pwa.Store) -> None:
    missing = []
    for name, source in store.sources.items():
        for target in re.findall(r"""(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"'`$]+)["']""", source):
            path = pwa._resolve(name, target)
            if path not in store.files:
                missing.append(f"{name} imports {path}")
    assert not missing


def test_versioned_files_never_change_and_unknown_versions_are_gone(
    store: pwa.Store, client: FlaskClient
) -> None:
    answer = client.get(f"/a/{store.rev}/core.js")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.mimetype == "text/javascript"
    assert client.get("/a/000000000000/core.js").status_code == 404
    assert client.get(f"/a/{store.rev}/../core.py").status_code == 404
    assert client.get(f"/a/{store.rev}/index.html").status_code == 404


@pytest.mark.parametrize("address", ["/", "/kw", "/sw.js", "/manifest.webmanifest"])
def test_fixed_addresses_are_asked_for_again_each_time(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data


@pytest.mark.parametrize(
    ("accepted", "unpack"), [("br, gzip", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)]
)
def test_the_same_text_arrives_in_every_encoding(
    store: pwa.Store, client: FlaskClient, accepted: str, unpack
) -> None:
    answer = client.get(f"/a/{store.rev}/app.css", headers={"Accept-Encoding": accepted})
    assert unpack(answer.data) == store.files["app.css"].body
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_comments_stay_behind_and_lines_keep_their_numbers() -> None:
    source = (
        "/**\n * Why\n */\nconst a = 1; // kept\n  // gone\n  /** one line */\n/*! keep */\n/* x */ do();\n"
    )
    assert pwa.without_comments(source).split("\n") == [
        "", "", "", "const a = 1; // kept", "", "", "/*! keep */", "/* x */ do();", "",
    ]  # fmt: skip


def test_every_script_is_the_same_program_without_its_comments(store: pwa.Store) -> None:
    for path in pwa.find_folder().rglob("*.js"):
        name = path.relative_to(pwa.find_folder()).as_posix()
        source = path.read_text(encoding="utf-8")
        inner = [
            line for line in source.split("\n") if re.match(r"\s*\*", line) and "*/" in line.rstrip()[:-2]
        ]
        assert not inner, f"{name}: a comment ends in the middle of a line: {inner}"
        assert source.count("`") % 2 == 0 or name.startswith("vendor/"), name


def test_the_service_worker_knows_its_version_its_files_and_the_queue(
    store: pwa.Store, client: FlaskClient
) -> None:
    worker = client.get("/sw.js").text
    assert f'const REV = "{store.rev}";' in worker
    found = re.search(r"^const ASSETS = (.*);$", worker, re.MULTILINE)
    assert found
    kept = json.loads(found[1])
    assert {"app.js", "core.js", "views/crisis.js", "strings/en/crisis.js"} <= set(kept)
    assert not [
        name for name in kept if name.startswith(("kw.", "views/kw/")) or name.endswith((".html", ".txt"))
    ]
    assert "function makeQueue(" in worker
    assert not re.search(r"^(export|import)\b", worker, re.MULTILINE)


def test_the_manifest_is_neutral_and_installable(store: pwa.Store, client: FlaskClient) -> None:
    manifest = json.loads(client.get("/manifest.webmanifest").data)
    assert manifest["display"] == "standalone"
    assert manifest["id"] == "/"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).status_code == 200
    words = f"{manifest['name']} {manifest['description']}".lower()
    assert not re.search("recover|drug|treat|dose|clinic|health", words)


def test_changing_one_file_changes_the_version(tmp_path: Path) -> None:
    for path in pwa.find_folder().rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(pwa.find_folder())
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    before = pwa.Store(tmp_path)
    (tmp_path / "ui.js").write_text((tmp_path / "ui.js").read_text() + "export const more = 1;\n")
    after = pwa.Store(tmp_path)
    assert before.rev != after.rev
    changed = {name for name, digest in after.precached().items() if before.precached()[name] != digest}
    assert changed == {"ui.js"}
