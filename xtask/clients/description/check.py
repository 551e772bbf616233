"""Holds the API's description against OpenAPI, and the service against its description.

    check.py DESCRIPTION URL

A request that the description allows, or almost allows, must never be answered with a 5xx, with a status or a content
type that is not described, or with a body of another shape.
"""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

from openapi_spec_validator import validate

COOKIE = "osessionid=demo_customer_0000000000000000001"
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
]


def csrf_token(url: str) -> str:
    request = urllib.request.Request(f"{url}/csrf_token/", headers={"Cookie": COOKIE})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)["csrf_token"]


def main() -> int:
    description, url = sys.argv[1:]
    validate(json.loads(Path(description).read_text(encoding="utf-8")))
    headers = {
        "Authorization": "Bearer demo",
        "Cookie": COOKIE,
        "X-Csrftoken": csrf_token(url),
    }
    command = [Path(sys.executable).with_name("schemathesis"), "run", description]
    command += ["--url", url, "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"]
    command += ["--max-examples", "10", "--seed", "1", "--generation-database", "none"]
    command += ["--request-timeout", "20", "--warnings", "off", "--no-color"]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    # It keeps a folder of its own where it runs.
    folder = Path(description).parent
    tried = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        print(tried.stdout, tried.stderr, file=sys.stderr)
    return tried.returncode


sys.exit(main())
