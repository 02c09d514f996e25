"""The environment that a container makes at its first start: whole or not at all, once, and without keys."""

from __future__ import annotations

import ensurepip
import os
import subprocess
import sys
import sysconfig
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from backend.home import default_home
from hosting.environment import PROJECT, REQUIREMENTS, ensure, python_of
from hosting.start import environment_of, link_engines, serves_page

MAKE = """
import sys
from pathlib import Path
from hosting.environment import ensure
print(ensure("studio", Path(sys.argv[1]), Path(sys.argv[2])))
"""
BUILDER = """
import os, pathlib, time, zipfile
def build_wheel(folder, *_):
    here = pathlib.Path(__file__).parent
    (here / "seen").write_text(chr(10).join(os.environ))
    time.sleep(float((here / "seconds").read_text()))
    with zipfile.ZipFile(pathlib.Path(folder) / "slow-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("slow.py", "")
        metadata = ("Metadata-Version: 2.1", "Name: slow", "Version: 1")
        wheel.writestr("slow-1.dist-info/METADATA", chr(10).join(metadata))
        wheel.writestr("slow-1.dist-info/WHEEL", "Wheel-Version: 1.0" + chr(10) + "Tag: py3-none-any")
        wheel.writestr("slow-1.dist-info/RECORD", "")
    return "slow-1-py3-none-any.whl"
"""
PYPROJECT = """
[project]
name = "slow"
version = "1"
[build-system]
requires = []
build-backend = "builder"
backend-path = ["."]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that needs one package, which takes as long to build as ``slow/seconds`` says. Needs no network."""
    monkeypatch.setenv("PATH", f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(Path(ensurepip.__file__).with_name("_bundled")))
    package = tmp_path / "slow"
    package.mkdir()
    (package / "builder.py").write_text(BUILDER)
    (package / "pyproject.toml").write_text(PYPROJECT)
    (package / "seconds").write_text("0")
    (tmp_path / "requirements.txt").write_text(f"slow @ {package.as_uri()}\n")
    return tmp_path


def start(project: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", MAKE, str(project / "volume"), str(project)]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 120
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not come"
        time.sleep(0.05)


def test_a_start_that_is_cut_off_leaves_nothing_that_looks_whole_and_the_next_one_ends_well(project: Path) -> None:
    (project / "slow" / "seconds").write_text("60")
    cut_off = start(project)
    wait_for(project / "slow" / "seen")
    below = psutil.Process(cut_off.pid).children(recursive=True)
    cut_off.kill()
    for process in below:  # a container takes all of them with it
        with suppress(psutil.NoSuchProcess):
            process.kill()
    cut_off.communicate()
    assert not python_of("studio", project / "volume", project).exists()
    (project / "slow" / "seconds").write_text("0")
    made, said = start(project).communicate(timeout=200)
    assert Path(made.strip()) == python_of("studio", project / "volume", project), said
    assert subprocess.run([made.strip(), "-c", "import slow, pip"], check=False).returncode == 0
    assert not list((project / "volume").glob(".making-*"))


def test_two_starts_at_once_make_the_environment_once(project: Path) -> None:
    (project / "slow" / "seconds").write_text("1")
    both = [start(project), start(project)]
    said = [each.communicate(timeout=200) for each in both]
    assert len({made for made, _ in said}) == 1 and sorted("Waiting" in log for _, log in said) == [False, True], said
    assert sum("is there after" in log for _, log in said) == 1


def test_what_builds_packages_sees_no_keys(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_API_KEY", "a-secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    ensure("studio", project / "volume", project)
    assert not {"STUDIO_API_KEY", "AWS_SECRET_ACCESS_KEY"} & set((project / "slow" / "seen").read_text().split())


def test_other_requirements_are_another_environment_and_one_unused_for_a_month_goes(project: Path) -> None:
    first = ensure("studio", project / "volume", project).parent.parent
    (project / "requirements.txt").write_text("")
    second = ensure("studio", project / "volume", project).parent.parent
    assert first != second and first.exists()
    os.utime(first, (0, 0))
    (project / "requirements.txt").write_text("# a third\n")
    ensure("studio", project / "volume", project)
    assert not first.exists() and second.exists()


def test_engines_of_the_image_stand_beside_those_of_the_volume(tmp_path: Path) -> None:
    baked, volume = tmp_path / "baked", tmp_path / "volume"
    (baked / "f5" / "aa").mkdir(parents=True)
    (volume / "chatterbox" / "bb").mkdir(parents=True)
    (volume / "f5").mkdir()
    (volume / "f5" / "old").symlink_to(tmp_path / "an-image-that-is-gone")
    link_engines(baked, volume)
    link_engines(baked, volume)
    assert sorted(str(path.relative_to(volume)) for path in volume.glob("*/*")) == ["chatterbox/bb", "f5/aa"]
    assert (volume / "f5" / "aa").resolve() == baked / "f5" / "aa"


def test_a_mounted_volume_is_where_things_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "ismount", lambda path: path == "/runpod-volume")
    monkeypatch.setattr(os, "access", lambda path, _: True)
    assert default_home({}) == Path("/runpod-volume/voicereel")
    monkeypatch.setattr(os.path, "ismount", lambda _: False)
    assert default_home({"XDG_DATA_HOME": "/there"}) == Path("/there/voicereel")


@pytest.mark.parametrize(
    ("command", "serves"),
    [
        ("python3 -m hosting.start pod", True),
        ("/sbin/docker-init -- python3 -m hosting.start pod", True),
        ("/data/voicereel/environment/studio-1/bin/python app.py", True),
        ("/opt/voicereel/.baked/serverless-1/bin/python -m backend.fronts.runpod_handler", False),
        ("/sbin/docker-init -- python3 -m hosting.start worker", False),
    ],
)
def test_only_a_pod_is_asked_at_its_door_how_it_is(command: str, serves: bool) -> None:
    assert serves_page(command.replace(" ", "\0").encode()) == serves


def test_all_that_the_image_needs_goes_into_it_and_nothing_else() -> None:
    allowed = [line[1:] for line in (PROJECT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert all((PROJECT / name).exists() for name in allowed)
    assert {*REQUIREMENTS.values(), "app.py", "backend", "ui", "assets", "voices", "hosting"} <= set(allowed)
    assert not {"tests", ".git", "benchmarks", ".env"} & set(allowed)


@pytest.mark.parametrize(
    ("role", "variables", "name"),
    [
        ("pod", {}, "studio"),
        ("pod", {"STUDIO_MCP": "1"}, "mcp"),
        ("pod", {"STUDIO_MCP": "0"}, "studio"),
        ("mcp", {}, "mcp"),
        ("serverless", {"STUDIO_MCP": "1"}, "serverless"),
    ],
)
def test_a_role_runs_in_the_environment_that_has_its_packages(role: str, variables: dict[str, str], name: str) -> None:
    assert environment_of(role, variables) == name
    assert (PROJECT / REQUIREMENTS[name]).is_file()
