"""The examples as a newcomer runs them: elsewhere, against a studio in another process, with gradio_client alone."""

from __future__ import annotations

import ast
import csv
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.media.probe import probe
from backend.settings import PROJECT, Settings
from backend.studio import Studio
from tests.end_to_end.conftest import free_port, make_home, serve
from tests.end_to_end.own_voices import CONSENT
from tests.engines.real import environment, make_weights

EXAMPLES = PROJECT / "examples"
KEY = "examples-key-of-enough-characters"
LONG_TEXT = " ".join(f"This is sentence number {n} of a very long story." for n in range(300))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A studio with a key, for all examples but the one that clones."""
    port = free_port()
    with serve(make_home(tmp_path_factory.mktemp("examples")), port, STUDIO_API_KEY=KEY):
        yield f"http://127.0.0.1:{port}"


def command(name: str, address: str, *arguments: object) -> list[str]:
    return [sys.executable, str(EXAMPLES / f"{name}.py"), "--url", address, *map(str, arguments)]


def environ(key: str = KEY) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**bare, "STUDIO_API_KEY": key}


def example(name: str, address: str, folder: Path, *arguments: object, status: int = 0, key: str = KEY) -> str:
    """Run one; gives what it printed."""
    done = subprocess.run(
        command(name, address, *arguments), cwd=folder, env=environ(key), capture_output=True, text=True, timeout=280
    )
    assert done.returncode == status, (done.stdout[-1000:], done.stderr[-3000:])
    assert KEY not in done.stdout + done.stderr
    return done.stdout + done.stderr


def test_they_need_gradio_client_and_nothing_else() -> None:
    ours = {path.stem for path in EXAMPLES.glob("*.py")}
    for path in EXAMPLES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            roots = {name.split(".")[0] for name in names}
            assert roots <= {*sys.stdlib_module_names, "gradio_client", "httpx", *ours}, path.name


def test_their_readme_names_every_one() -> None:
    told = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES.glob("*.py") if path.name not in told] == []


def test_one_script_becomes_a_video_with_its_captions(address: str, tmp_path: Path) -> None:
    said = example("one_video", address, tmp_path, "The fog came up.", "--size", "128x192", "--save", "made/film.mp4")
    info = probe(tmp_path / "made" / "film.mp4")
    assert (info.require_video().width, info.require_video().height) == (128, 192) and info.require_audio()
    assert "fog" in (tmp_path / "made" / "film.srt").read_text(encoding="utf-8") and "100%" in said


def test_a_video_gets_its_captions(address: str, tmp_path: Path) -> None:
    example("one_video", address, tmp_path, "The harbour is full of boats.", "--size", "128x192", "--save", "talk.mp4")
    example("captions", address, tmp_path, "talk.mp4", "--save", "done.mp4")
    before, after = probe(tmp_path / "talk.mp4"), probe(tmp_path / "done.mp4")
    assert after.require_video().width == 128 and after.duration == pytest.approx(before.duration, abs=0.2)
    assert "boats" in (tmp_path / "done.srt").read_text(encoding="utf-8")
    assert (tmp_path / "done.vtt").read_text(encoding="utf-8").startswith("WEBVTT")


def write_table(path: Path, scripts: list[str], **columns: str) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "script", *columns])
        writer.writerows([f"No. {n}", script, *columns.values()] for n, script in enumerate(scripts))


def read_results(folder: Path) -> list[dict[str, str]]:
    with (folder / "results.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_batch_is_made_and_only_what_is_missing_is_made_again(address: str, tmp_path: Path) -> None:
    scripts = ["One, with a comma.", 'Two, "quoted".', " ", "Four."]
    write_table(tmp_path / "rows.csv", scripts, engine="silence", speed="1.5")
    said = example("batch", address, tmp_path, "rows.csv", "out", "--make", "speech", status=1)
    assert "1 of 4 failed" in said
    first = read_results(tmp_path / "out")
    assert [line["state"] for line in first] == ["done", "done", "refused", "done"]
    assert "script is empty" in first[2]["problem"] and first[0]["file"] == "0001-No-0.wav"
    (tmp_path / "out" / first[3]["file"]).unlink()
    write_table(tmp_path / "rows.csv", ["One, with a comma.", 'Two, "quoted".', "Three.", "Four."], engine="silence",
                speed="1.5")  # fmt: skip
    assert "4 rows, 2 done before" in example("batch", address, tmp_path, "rows.csv", "out", "--make", "speech")
    second = read_results(tmp_path / "out")
    assert [line["state"] for line in second] == ["done"] * 4 and second[2]["attempt"] == "2"
    assert second[3]["job_id"] == first[3]["job_id"], "what the studio has made already is not made again"
    assert all(probe(tmp_path / "out" / line["file"]).require_audio() for line in second)


@pytest.mark.long
def test_a_hundred_scripts_survive_that_the_batch_is_killed(address: str, tmp_path: Path) -> None:
    write_table(tmp_path / "rows.csv", [f"Script number {n}. It has two sentences." for n in range(100)],
                engine="silence")  # fmt: skip
    arguments = ("rows.csv", "out", "--make", "speech", "--at-once", "8")
    running = subprocess.Popen(
        command("batch", address, *arguments), cwd=tmp_path, env=environ(), stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    for _ in range(30):
        running.stdout.readline()
    running.kill()
    running.wait(30)
    running.stdout.close()
    said = example("batch", address, tmp_path, *arguments)
    before = int(said.split("100 rows, ")[1].split()[0])
    lines = read_results(tmp_path / "out")
    assert 20 <= before < 100 and [line["state"] for line in lines] == ["done"] * 100
    assert len({line["job_id"] for line in lines}) == 100
    assert len(list((tmp_path / "out").glob("*.wav"))) == 100 and not list((tmp_path / "out").glob("*.part"))


def test_a_job_is_watched_left_taken_up_and_cancelled(address: str, tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_text(LONG_TEXT, encoding="utf-8")
    (tmp_path / "note.txt").write_text("A short note.", encoding="utf-8")
    left = example("watch_and_cancel", address, tmp_path, "note.txt", "--engine", "silence", "--leave").strip()
    said = example("watch_and_cancel", address, tmp_path, "--job", left, "--save", "note.wav")
    assert "done" in said and probe(tmp_path / "note.wav").require_audio()
    said = example("watch_and_cancel", address, tmp_path, "book.txt", "--cancel-after", "0")
    assert "Stopping: cancelled" in said and "nothing is left" in said


def _heed_interrupts() -> None:
    """Tests that run in the background of a shell hand on that interrupts are ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_ctrl_c_cancels_the_job_that_is_watched(address: str, tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_text(LONG_TEXT, encoding="utf-8")
    running = subprocess.Popen(
        command("watch_and_cancel", address, "book.txt"),
        cwd=tmp_path, env=environ(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=_heed_interrupts,
    )  # fmt: skip
    assert running.stdout is not None
    assert any("running" in line for line in iter(running.stdout.readline, ""))
    running.send_signal(signal.SIGINT)
    said = running.stdout.read()
    running.stdout.close()
    assert running.wait(60) == 0 and "It was cancelled" in said and "Traceback" not in said


def test_what_the_studio_refuses_is_one_line_with_what_to_do(address: str, tmp_path: Path) -> None:
    said = example("one_video", address, tmp_path, "Hi.", "--voice", "af_hart", status=1)
    assert "af_heart" in said and "[unknown_voice]" in said and "Traceback" not in said


def test_a_wrong_key_or_address_is_one_line_too(address: str, tmp_path: Path) -> None:
    for url, key in [(address, "wrong"), (f"http://127.0.0.1:{free_port()}", KEY)]:
        said = example("one_video", url, tmp_path, "Hi.", status=1, key=key)
        assert "Traceback" not in said and "Check" in said
    write_table(tmp_path / "rows.csv", ["One."])
    said = example("batch", address, tmp_path, "rows.csv", "out", status=1, key="wrong")
    assert "Traceback" not in said and "Check" in said


@pytest.mark.long
@pytest.mark.engines
def test_a_recording_becomes_a_voice_that_speaks(studio: Studio, recording: Path, tmp_path: Path) -> None:
    environment("f5")
    home, given, port = make_home(tmp_path / "home"), tmp_path / "given", free_port()
    (home / "engines").symlink_to(Settings().engines_folder)
    make_weights("f5", given)
    program = ("-m", "tests.end_to_end.tiny_app", str(given))
    consent = [each for name, value in CONSENT.items() for each in (f"--{name}", value)]
    with serve(home, port, program, STUDIO_WEIGHTS_FOLDER=str(given), STUDIO_DEVICE="cpu"):
        said = example(
            "cloned_voice", f"http://127.0.0.1:{port}", tmp_path, recording, "Nobody asked why.", "--name", "George",
            "--install", "f5", *consent, key="",
        )  # fmt: skip
    assert "voice_" in said and "by f5" in said
    assert probe(tmp_path / "narration.wav").require_audio()
    assert "Nobody" in (tmp_path / "narration.srt").read_text(encoding="utf-8")
