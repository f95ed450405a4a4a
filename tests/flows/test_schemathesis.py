"""schemathesis against /openapi.json of a running demo, as two people: no 5xx, no cross-person read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rig.server import running

# What the document promises, and that one person cannot read what another one owns. Our meaning checks refuse
# more than a shape can say (a date in the past, a PIN that is easy to guess), so `positive_data_acceptance`
# is left out: it would call each of them a fault.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "allow_header_conformance",
    "ignored_auth",
    "object_level_authorization",
)
HEADERS = '{{name: Cookie, value: "{cookie}"}}, {{name: X-App, value: "1"}}, {{name: Origin, value: "{url}"}}'


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_two_people_find_no_hole_and_no_server_error(tmp_path: Path) -> None:
    with running("demo", tmp_path / "data", timeout_s=60) as demo:
        found = json.loads((tmp_path / "data" / "demo.json").read_text())
        people = {person["key"]: person["cookie"] for person in found["people"]}
        lines = ["auth:"]
        for name, key in (("sam", "person"), ("jo", "other_person")):
            headers = HEADERS.format(cookie=people[key], url=demo.url)
            lines += [f"  - name: {name}", f"    fixedHeaders: [{headers}]"]
        (tmp_path / "wfc.yaml").write_text("\n".join(lines) + "\n")
        (tmp_path / "schemathesis.toml").write_text('[auth.wfc]\npath = "wfc.yaml"\npeers = ["sam", "jo"]\n')
        command = [Path(sys.executable).parent / "schemathesis", "--config-file", "schemathesis.toml"]
        command += ["run", f"{demo.url}/openapi.json", "--checks", ",".join(CHECKS)]
        # Signing out would end the sign-in that all other requests rely on.
        command += ["--exclude-path", "/api/accounts/sign-out", "--max-examples", "8", "--seed", "1"]
        run = subprocess.run(
            [*map(str, command), "--no-color"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        output = run.stdout + run.stderr
        assert run.returncode == 0, output[-6000:]
        selected = re.search(r"Selected: (\d+)/", output)
        assert selected is not None
        assert int(selected.group(1)) > 55, output[-2000:]
        assert "Traceback" not in demo.text()
        assert '"level": "error"' not in demo.text()
