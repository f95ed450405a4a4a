"""Serves static/pwa: read once, comments left out, compressed once, the version in every address.

Addresses under /a/<rev>/ never change their content; relative imports keep the prefix, so no module is
rewritten. Only the two pages, the service worker and the manifest are put together here.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import brotli
import flask

from companion.core.web import CSP

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
MANIFEST = "manifest.webmanifest"
PAGES = ("index.html", "kw.html")
NOT_ON_PHONES = ("kw.", "views/kw/", "strings/en/kw", "strings/en/admin")
COMPRESSED_ALREADY = (".png", ".woff2")
_STATIC_IMPORT = re.compile(r"""^(?:import|export)\b[^"'();]*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
_LOCAL_LINK = re.compile(r"""\b(href|src)="(?![/#]|[a-z]+:)([^"]+)\"""")
_FIRST_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_QUEUE = re.compile(r"// #region queue\n(.*?)// #endregion queue", re.DOTALL)


# The first thing a page asks; asked for together with the scripts, the answer is there when they are.
WHO = '<link rel="preload" as="fetch" href="/api/accounts/me" crossorigin>\n'


def find_folder() -> Path:
    """Return the folder of the app: beside the package in a checkout, inside it in a wheel."""
    inside = Path(__file__).parent / "_pwa"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "static" / "pwa"


def without_comments(text: str) -> str:
    """Return JavaScript or CSS without its full-line comments and indents; the lines keep their numbers."""
    lines = []
    inside = False
    for line in text.split("\n"):
        bare = line.strip()
        opens = bare.startswith("/*") and not bare.startswith("/*!") and "*/" not in bare[:-2]
        comment = inside or opens or bare.startswith("//")
        if inside or opens:
            inside = not bare.endswith("*/")
        lines.append("" if comment else bare)
    return "\n".join(lines)


def eager_scripts(sources: dict[str, str], entry: str) -> list[str]:
    """Return the scripts a page loads at once: `entry` and all it imports, however deep."""
    found: list[str] = []
    waiting = [entry]
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        found.append(name)
        waiting.extend(_resolve(name, target) for target in _STATIC_IMPORT.findall(sources[name]))
    return found


def _resolve(name: str, target: str) -> str:
    parts: list[str] = list(PurePosixPath(name).parent.parts)
    for part in target.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


@dataclass
class Asset:
    """One file as it is sent; each compressed form is made when first asked for and kept."""

    body: bytes
    kind: str
    squeezable: bool
    forms: dict[str, bytes] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return a short hash of the content."""
        return hashlib.sha256(self.body).hexdigest()[:12]

    def in_form(self, encoding: str) -> bytes:
        """Return the body in `br`, `gzip` or `identity`."""
        if encoding not in self.forms:
            if encoding == "br":
                self.forms[encoding] = bytes(brotli.compress(self.body, quality=11))
            elif encoding == "gzip":
                self.forms[encoding] = gzip.compress(self.body, 9, mtime=0)
            else:
                self.forms[encoding] = self.body
        return self.forms[encoding]


class Store:
    """All files of the app in memory."""

    def __init__(self, folder: Path) -> None:
        self.files: dict[str, Asset] = {}
        sources: dict[str, str] = {}
        for path in sorted(folder.rglob("*")):
            if path.suffix not in KINDS or not path.is_file():
                continue
            name = path.relative_to(folder).as_posix()
            body = path.read_bytes()
            if path.suffix in (".js", ".css"):
                sources[name] = without_comments(body.decode())
                body = sources[name].encode()
            self.files[name] = Asset(body, KINDS[path.suffix], path.suffix not in COMPRESSED_ALREADY)
        # The raw text, because the markers of the shared region are comments.
        queue = _QUEUE.search((folder / "core.js").read_text(encoding="utf-8"))
        if queue is None:
            raise RuntimeError("core.js has lost its queue region; the service worker needs it.")
        everything = "".join(f"{name} {asset.digest}\n" for name, asset in self.files.items())
        self.rev = hashlib.sha256(everything.encode()).hexdigest()[:12]
        self.sources = sources
        self.policies: dict[str, str] = {}
        for page in PAGES:
            self._finish_page(page)
        manifest = json.loads(self.files[MANIFEST].body)
        for icon in manifest["icons"]:
            icon["src"] = self.address(icon["src"])
        self.files[MANIFEST].body = json.dumps(manifest).encode()
        self._finish_worker(without_comments(queue.group(1)))

    def address(self, name: str) -> str:
        """Return where a file is served."""
        return f"/a/{self.rev}/{name}"

    def _finish_page(self, name: str) -> None:
        page = self.files[name].body.decode()
        entry = name.replace(".html", ".js")
        entry = "app.js" if entry == "index.js" else entry
        preload = "".join(
            f'<link rel="modulepreload" href="{self.address(script)}">\n'
            for script in eager_scripts(self.sources, entry)
            if script != entry
        )
        page = _FIRST_STYLE.sub(lambda found: f"<style>{self._style(found[1])}</style>", page, count=1)
        page = _LOCAL_LINK.sub(lambda found: f'{found[1]}="{self.address(found[2])}"', page)
        self.files[name].body = page.replace("</head>", f"{preload}{WHO}</head>").encode()
        self.policies[name] = CSP.replace(
            "style-src 'self'", f"style-src 'self' {' '.join(map(_source_hash, _STYLE.findall(page)))}"
        )

    def _style(self, name: str) -> str:
        """Return a style sheet as it stands inside a page: what it points to gets its full address.

        Browsers open six connections to a host. A style sheet of its own would make one of the six
        eager scripts wait for a second round trip, which is half a second on a slow phone.
        """
        text = self.sources[name]
        return re.sub(r'url\("([^"/:]+/[^"]+)"\)', lambda found: f'url("{self.address(found[1])}")', text)

    def precached(self) -> dict[str, str]:
        """Return the files a phone keeps for offline use, with a hash of each."""
        left_out = (*PAGES, "sw.js", MANIFEST)
        return {
            name: asset.digest
            for name, asset in self.files.items()
            if name not in left_out and not name.startswith(NOT_ON_PHONES) and not name.endswith(".txt")
        }

    def _finish_worker(self, queue: str) -> None:
        head = f"const REV = {json.dumps(self.rev)};\nconst ASSETS = {json.dumps(self.precached())};\n"
        shared = re.sub(r"^export ", "", queue, flags=re.MULTILINE)
        self.files["sw.js"].body = f"{head}{shared}\n".encode() + self.files["sw.js"].body


def _source_hash(text: str) -> str:
    """Return how a content security policy names one inline style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _answer(asset: Asset, cache: str) -> flask.Response:
    accepted = flask.request.accept_encodings
    encoding = "identity"
    if asset.squeezable:
        encoding = next((name for name in ("br", "gzip") if accepted[name] > 0), "identity")
    response = flask.Response(asset.in_form(encoding), content_type=asset.kind)
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    response.headers["Cache-Control"] = cache
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(f"{asset.digest}-{encoding}")
    response.make_conditional(flask.request)
    return response


def register(app: flask.Flask, folder: Path | None = None) -> None:
    """Serve the app's two pages, its service worker, its manifest and its files."""
    store = Store(folder or find_folder())
    app.extensions["companion_pwa"] = store

    def fixed(name: str) -> flask.Response:
        response = _answer(store.files[name], "no-cache")
        if name in store.policies:
            response.headers["Content-Security-Policy"] = store.policies[name]
        return response

    def versioned(rev: str, name: str) -> flask.Response:
        asset = store.files.get(name)
        if rev != store.rev or asset is None or name in PAGES:
            return flask.Response("This version is no longer here.\n", 404, content_type=KINDS[".txt"])
        return _answer(asset, "public, max-age=31536000, immutable")

    places = {
        "/": "index.html",
        "/kw": "kw.html",
        "/sw.js": "sw.js",
        "/manifest.webmanifest": MANIFEST,
    }
    for address, name in places.items():
        app.add_url_rule(address, f"pwa:{name}", fixed, defaults={"name": name}, methods=["GET"])
    app.add_url_rule("/a/<rev>/<path:name>", "pwa:versioned", versioned, methods=["GET"])
