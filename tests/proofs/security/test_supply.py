"""What the studio is made of, and whether what is claimed of its safety is held by anything."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from backend.settings import PROJECT

Note = Callable[[str, object], None]
FLOORS = {
    "gradio": "6.25.0",  # CVE-2026-28414, -28415, -28416, -59806, GHSA-48cq-79qq-6f7x and what 6.15 to 6.25 mended
    "torch": "2.10.0",  # CVE-2025-32434, CVE-2026-24747: checkpoints that run
    "starlette": "0.49.1",  # CVE-2025-62727: ranges of files; CVE-2025-54121, CVE-2024-47874: forms
    "python-multipart": "0.0.18",  # CVE-2024-53981
    "h11": "0.16.0",  # CVE-2025-43859: two requests in one
    "requests": "2.32.4",  # CVE-2024-47081
    "urllib3": "2.5.0",  # CVE-2025-50181, -50182
    "jinja2": "3.1.6",  # CVE-2025-27516
    "pillow": "11.3.0",  # CVE-2025-48379
    "cryptography": "44.0.1",  # CVE-2024-12797
    "protobuf": "5.29.5",  # CVE-2025-4565
    "orjson": "3.9.15",  # CVE-2024-27454
    "fonttools": "4.60.2",  # CVE-2025-66034
    "onnx": "1.17.0",  # CVE-2024-5187, CVE-2024-27318
    "transformers": "4.53.0",  # CVE-2025-3933 and its like
    "aiohttp": "3.12.14",  # CVE-2025-53643
    "certifi": "2024.7.4",  # CVE-2024-39689
    "idna": "3.7",  # CVE-2024-3651
    "setuptools": "78.1.1",  # CVE-2025-47273
}
"""The version that mended a hole we know of, by package."""
WAIVED = {("chatterbox", "setuptools")}
"""Chatterbox's watermark asks for setuptools below 81; what is pinned there installs nothing while the studio runs."""


def pins(file: Path) -> set[tuple[str, str]]:
    """Packages with their versions, in a file of pins; of some there are several, for different Pythons."""
    lines = [line for line in file.read_text("utf-8").splitlines() if "==" in line and not line.startswith(("#", "-"))]
    required = [Requirement(line.split("#")[0].strip().rstrip("\\")) for line in lines]
    return {(each.name.lower(), next(iter(each.specifier)).version) for each in required}


def locks() -> dict[str, Path]:
    """Every file of pins, by what it is for."""
    own = {path.stem: path for path in sorted(PROJECT.glob("requirements*.txt"))}
    return own | {path.parent.name: path for path in sorted(PROJECT.glob("backend/engines/*/requirements.txt"))}


def test_no_pin_is_below_what_mended_a_known_hole(record_property: Note) -> None:
    looked = 0
    for where, file in locks().items():
        for name, version in pins(file):
            looked += name in FLOORS
            below = name in FLOORS and Version(version) < Version(FLOORS[name])
            assert not below or (where, name) in WAIVED, f"{where}: {name} {version} is below {FLOORS[name]}"
    assert looked > 20
    record_property("files of pins", len(locks()))
    record_property("pins", sum(len(pins(file)) for file in locks().values()))


def test_everything_that_is_installed_is_pinned() -> None:
    for where, file in locks().items():
        loose = [
            line
            for line in file.read_text("utf-8").splitlines()
            if line.strip() and not line.lstrip().startswith(("#", "-")) and "==" not in line and " @ " not in line
        ]
        assert loose == [], where


@pytest.mark.long
def test_the_list_of_parts_names_every_pin(tmp_path: Path, record_property: Note) -> None:
    beside = PROJECT / ".venv" / "audit" / "bin" / "cyclonedx-py"
    program = str(beside) if beside.exists() else shutil.which("cyclonedx-py")
    if program is None:
        pytest.skip("no cyclonedx-py: `make sbom` gets one")
    command = [
        program,
        "requirements",
        str(PROJECT / "requirements.txt"),
        "--pyproject",
        str(PROJECT / "pyproject.toml"),
    ]
    subprocess.run([*command, "-o", str(tmp_path / "sbom.json")], check=True, capture_output=True)
    made = json.loads((tmp_path / "sbom.json").read_text())
    listed = {(part["name"].lower(), part["version"]) for part in made["components"] if "version" in part}
    assert made["bomFormat"] == "CycloneDX" and listed >= pins(PROJECT / "requirements.txt")
    record_property("parts", len(listed))


def test_each_claim_names_a_test_that_is_there(record_property: Note) -> None:
    page = (PROJECT / "docs" / "threats.md").read_text("utf-8")
    _, _, rest = page.partition("## What holds")
    rows = [row for row in rest.partition("## What does not hold")[0].splitlines() if row.startswith("| ")]
    claims = [row for row in rows if not row.startswith(("| claim", "| ---"))]
    assert len(claims) > 25
    for claim in claims:
        named = re.search(r"`(tests/[\w/]+\.py)::(test_\w+)`", claim)
        assert named, f"nothing holds: {claim}"
        assert f"def {named[2]}(" in (PROJECT / named[1]).read_text("utf-8"), named.group()
    record_property("claims", len(claims))


def test_what_is_promised_can_be_found_from_the_first_page() -> None:
    first = (PROJECT / "README.md").read_text("utf-8")
    assert "(SECURITY.md)" in first and "(docs/threats.md)" in first
    promised = (PROJECT / "SECURITY.md").read_text("utf-8")
    assert all(heading in promised for heading in ("## Reporting", "## What is promised", "## What is not"))
