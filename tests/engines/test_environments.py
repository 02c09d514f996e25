"""Environments of engines are made whole or not at all, from a real registry with the real uv."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from backend.engines import ENGINES
from backend.engines.environments import CODE, Environments
from backend.engines.host import Host
from backend.engines.surroundings import for_installing
from backend.engines.uv import Uv
from backend.errors import Cancelled, EngineNotBuilt
from backend.settings import PROJECT
from backend.work import Cancel, Work

SPEAKS_WITH_SIX = """
class Engine:
    def load(self, models, options, progress):
        import six
        return {"six": six.__file__, "options": options}

    def speak(self, request, progress, cancelled):
        import sys
        return {"samples": b"", "sample_rate": 8000, "words": [], "prefix": sys.prefix, "path": sys.path}
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """Code folders of engines: one that needs a small package, one that needs a package that does not exist."""
    for name, requirements in {"small": "six==1.17.0\n", "impossible": "six==0.0.0.1\n"}.items():
        folder = tmp_path / "code" / name
        folder.mkdir(parents=True)
        (folder / "requirements.txt").write_text(requirements)
        (folder / "engine.py").write_text(SPEAKS_WITH_SIX)
    return tmp_path / "code"


@pytest.fixture
def environments(tmp_path: Path, code: Path) -> Environments:
    return Environments(tmp_path / "engines", code)


def left_in(folder: Path) -> list[str]:
    """What lies below, besides locks."""
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix != ".lock"]


def test_an_environment_is_made_with_its_packages_and_nothing_of_ours(environments: Environments) -> None:
    said: list[tuple[float, str]] = []
    assert not environments.installed("small") and environments.size("small") == 0
    environments.install("small", Work(lambda fraction, message, **_: said.append((fraction, message))))
    assert environments.installed("small") and environments.size("small") > 10_000
    assert [fraction for fraction, _ in said] == sorted(fraction for fraction, _ in said)
    assert said[-1] == (1.0, "Installed")
    names = {path.name for path in environments.python("small").parent.parent.glob("lib/*/site-packages/*")}
    assert "six.py" in names and not {"execnet", "backend", "numpy"} & names


def test_an_engine_runs_in_its_own_environment(environments: Environments, code: Path, tmp_path: Path) -> None:
    environments.install("small", Work())
    python = environments.python("small")
    host = Host(
        "small", code=code / "small", models=None, log=tmp_path / "log", python=python, options={"variant": "x"}
    )
    try:
        host.start(Work())
        assert Path(host.facts["six"]).is_relative_to(python.parent.parent)
        assert host.facts["options"]["variant"] == "x"
        told = host.ask("speak", {}, Work())
        assert Path(told["prefix"]) == python.parent.parent
        assert str(PROJECT) not in told["path"]
    finally:
        host.stop()
    assert not (tmp_path / "log").exists() and not (tmp_path / "log.tmp").exists()


def test_a_second_installation_finds_the_first_and_another_requirement_makes_another_environment(
    environments: Environments, code: Path
) -> None:
    environments.install("small", Work())
    first = environments.python("small")
    made = first.lstat().st_mtime_ns
    environments.install("small", Work())
    assert environments.python("small") == first and first.lstat().st_mtime_ns == made
    (code / "small" / "requirements.txt").write_text("six==1.16.0\n")
    assert not environments.installed("small")
    environments.install("small", Work())
    assert environments.installed("small") and environments.python("small") != first
    assert not first.exists(), "an outdated environment takes disk for nothing"


def test_packages_that_do_not_exist_leave_nothing(environments: Environments, tmp_path: Path) -> None:
    with pytest.raises(EngineNotBuilt) as caught:
        environments.install("impossible", Work())
    assert caught.value.code == "engine_not_built" and "six" in caught.value.message and caught.value.hint
    assert left_in(tmp_path / "engines") == ["impossible"]
    assert not environments.installed("impossible")


def test_a_change_that_cannot_be_installed_leaves_the_old_environment(environments: Environments, code: Path) -> None:
    environments.install("small", Work())
    working, old = (code / "small" / "requirements.txt").read_text(), environments.python("small")
    (code / "small" / "requirements.txt").write_text("six==0.0.0.1\n")
    with pytest.raises(EngineNotBuilt):
        environments.install("small", Work())
    (code / "small" / "requirements.txt").write_text(working)
    assert environments.python("small") == old


def test_stop_ends_an_installation_with_all_it_started(environments: Environments, tmp_path: Path) -> None:
    cancel = Cancel()
    work = Work(lambda fraction, *_, **__: cancel.set() if fraction > 0 else None, cancel)
    with pytest.raises(Cancelled):
        environments.install("small", work)
    assert left_in(tmp_path / "engines") == ["small"]
    assert not [child for child in psutil.Process().children(recursive=True) if "uv" in child.name()]


INSTALL = """
import sys
from pathlib import Path
from backend.engines.environments import CODE, Environments
from backend.work import Work
work = Work(lambda fraction, *_, **__: print(fraction, flush=True))
Environments(Path(sys.argv[1]), Path(sys.argv[2])).install("small", work)
"""


def test_a_killed_installation_is_made_again_from_the_start(
    environments: Environments, tmp_path: Path, code: Path
) -> None:
    command = [sys.executable, "-c", INSTALL, str(tmp_path / "engines"), str(code)]
    killed = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE)
    assert killed.stdout and killed.stdout.readline()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    assert not environments.installed("small")
    environments.install("small", Work())
    assert environments.installed("small")
    assert [path.name for path in (tmp_path / "engines" / "small").iterdir()] == [
        environments.python("small").parent.parent.name
    ]


def test_two_that_install_at_once_make_one(environments: Environments) -> None:
    said: list[str] = []
    work = Work(lambda fraction, message, **_: said.append(message))
    threads = [threading.Thread(target=environments.install, args=("small", work)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert environments.installed("small")
    assert said.count("Measuring what it takes") == 1


def test_an_environment_can_be_removed_and_made_again(environments: Environments, tmp_path: Path) -> None:
    environments.install("small", Work())
    environments.uninstall("small", Work())
    assert not environments.installed("small") and left_in(tmp_path / "engines") == []
    environments.uninstall("small", Work())
    environments.install("small", Work())
    assert environments.installed("small")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that is full after a few bytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(disk)], check=False, capture_output=True
        ).returncode
    )
    if not mounted:
        pytest.skip("a small disk can only be mounted by root")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_disk_that_fills_up_meanwhile_is_named_and_nothing_is_kept(small_disk: Path, code: Path) -> None:
    environments = Environments(small_disk / "engines", code)
    with pytest.raises(EngineNotBuilt) as caught:
        environments.install("small", Work())
    assert caught.value.code == "disk_full" and "GB" in caught.value.message
    assert not environments.installed("small")
    assert [name for name in left_in(small_disk / "engines") if ".making-" in name] == []


def test_installing_sees_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("HF_TOKEN", "secret")
    monkeypatch.setenv("UV_TORCH_BACKEND", "cpu")
    seen = for_installing({"UV_FIND_LINKS": "somewhere"})
    assert "secret" not in seen.values()
    assert seen["UV_TORCH_BACKEND"] == "cpu"


def test_what_pip_was_told_is_told_to_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", "one two")
    with (tmp_path / "lock").open("w") as lock:
        assert Uv(tmp_path, lock)._settings["UV_FIND_LINKS"] == "one,two"


@pytest.mark.engines
@pytest.mark.parametrize("name", sorted({spec.environment for spec in ENGINES.values() if spec.environment}))
def test_the_environment_of_every_engine_can_be_made(tmp_path: Path, name: str) -> None:
    environments = Environments(tmp_path / "engines")
    environments.install(name, Work())
    assert environments.installed(name)
    expected = max(spec.disk_bytes for spec in ENGINES.values() if spec.environment == name)
    assert environments.size(name) < 1.5 * expected, "people are shown what it takes"


def test_what_turns_text_into_phonemes_is_the_same_in_the_studio_and_beside_a_graphics_card() -> None:
    def pins(path: Path) -> dict[str, str]:
        lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
        return dict(line.split("==") for line in lines if "==" in line and ";" not in line)

    asked = pins(CODE / "kokoro" / "requirements.in").keys() - {"kokoro", "torch"}
    card, studio = pins(CODE / "kokoro" / "requirements.txt"), pins(PROJECT / "requirements.txt")
    assert {"misaki", "spacy", "phonemizer-fork", "jieba", "ipadic"} <= asked
    assert {name: card[name] for name in asked} == {name: studio[name] for name in asked}
