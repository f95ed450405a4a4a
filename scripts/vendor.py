#!/usr/bin/env python3
"""Refresh the committed JavaScript and font under static/pwa (for developers; needs npm and fonttools).

`python scripts/vendor.py` writes the files again; `python scripts/vendor.py --check` builds them in a
temporary folder and fails if the committed ones differ. Nothing here is needed to run or install the app.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

PWA = Path(__file__).resolve().parent.parent / "static" / "pwa"
PACKAGES = {
    "preact": "10.29.8",
    "htm": "3.1.1",
    "@preact/signals": "2.11.4",
    "@preact/signals-core": "1.14.5",
    "esbuild": "0.28.2",
    "@fontsource-variable/figtree": "5.3.0",
}
SHIPPED = ("preact", "htm", "@preact/signals", "@preact/signals-core")
FONT = "figtree-latin-wght-normal.woff2"
# What headings are made of: letters, digits, plain punctuation; anything else falls back to the system font.
LETTERS = "U+20,21,26-29,2B-3B,3F,41-5A,61-7A,A3,2013,2019,2026"
ENTRY = """
import { h } from "preact";
import htm from "htm";
export { h, render, Fragment } from "preact";
export { useState, useEffect, useLayoutEffect, useRef, useMemo, useId, useErrorBoundary } from "preact/hooks";
export { signal, computed, effect, batch, useSignal } from "@preact/signals";
export const html = htm.bind(h);
"""


def run(command: list[str], folder: Path) -> None:
    """Run one command in a folder and stop with its own words if it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def fetch_packages(folder: Path) -> None:
    """Install the pinned packages in `folder`, without running their install scripts."""
    manifest = {"private": True, "dependencies": PACKAGES, "overrides": {"preact": "$preact"}}
    (folder / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], folder)


def bundle(folder: Path) -> dict[str, bytes]:
    """Return the one JavaScript file and its licence file."""
    (folder / "entry.js").write_text(ENTRY, encoding="utf-8")
    flags = ["--bundle", "--minify", "--format=esm", "--target=es2020", "--legal-comments=none"]
    run(["node_modules/.bin/esbuild", "entry.js", *flags, "--outfile=out.js"], folder)
    code = (folder / "out.js").read_bytes()
    names = ", ".join(f"{name} {PACKAGES[name]}" for name in SHIPPED)
    digest = hashlib.sha256(code).hexdigest()
    header = (
        f"/*! {names}. Licences: LICENCES.txt beside this file (MIT; htm: Apache-2.0).\n"
        f"sha256 of what follows this comment: {digest}. Made by scripts/vendor.py */\n"
    )
    licences = ""
    for name in SHIPPED:
        text = (folder / "node_modules" / name / "LICENSE").read_text(encoding="utf-8").strip()
        licences += f"{name} {PACKAGES[name]}\n\n{text}\n\n\n"
    return {"vendor/preact.js": header.encode() + code, "vendor/LICENCES.txt": licences.encode()}


def subset_font(folder: Path) -> dict[str, bytes]:
    """Return the heading font cut down to one weight and the letters we use, and its licence."""
    if not find_spec("fontTools") or not find_spec("brotli"):
        sys.exit("The font needs fonttools: pip install fonttools==4.60.1 brotli")
    source = folder / "node_modules" / "@fontsource-variable" / "figtree"
    bold, small = folder / "bold.woff2", folder / "small.woff2"
    tools = [sys.executable, "-m", "fontTools"]
    instancer = [
        *tools,
        "varLib.instancer",
        str(source / "files" / FONT),
        "wght=700",
        "--no-recalc-timestamp",
    ]
    run([*instancer, "-o", str(bold)], folder)
    subset = [*tools, "subset", str(bold), f"--unicodes={LETTERS}", "--layout-features=kern,tnum"]
    run([*subset, "--flavor=woff2", f"--output-file={small}"], folder)
    licence = (source / "LICENSE").read_bytes().replace(b"\r\n", b"\n").rstrip() + b"\n"
    return {"fonts/figtree-700.woff2": small.read_bytes(), "fonts/OFL.txt": licence}


def main() -> None:
    """Write the vendored files, or with --check compare them with the committed ones."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fetch_packages(folder)
        made = {**bundle(folder), **subset_font(folder)}
    if "--check" in sys.argv[1:]:
        stale = [path for path, body in made.items() if (PWA / path).read_bytes() != body]
        if stale:
            sys.exit("These vendored files differ from a fresh build: " + ", ".join(stale))
        return
    for path, body in made.items():
        (PWA / path).parent.mkdir(parents=True, exist_ok=True)
        (PWA / path).write_bytes(body)
        print(f"{path}: {len(body):,} bytes")


if __name__ == "__main__":
    main()
