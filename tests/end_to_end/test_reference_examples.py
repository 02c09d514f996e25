"""The examples of docs/api.md, run as they stand there: in a shell, in Python, by RunPod's handler and as commands."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from backend.captions import FONTS
from backend.fronts.reference.entries import ENTRIES, Made
from backend.fronts.reference.forms import EVENT_ID, FILE_ID, forms, made_before, samples
from backend.fronts.runpod_handler import Handler
from backend.settings import PROJECT, Settings
from backend.studio import Studio
from tests.end_to_end.conftest import free_port, make_home, serve
from tests.end_to_end.own_voices import LINES
from tests.engines.real import make_chatterbox, make_weights

KEY = "a-key-of-more-than-sixteen-characters"
QUICK = ("list_voices", "convert_transcript", "list_files")
"""Those that a usual test run tries, too: no model speaks or listens."""
LISTENS = """
import json, sys
from gradio_client import Client, handle_file
studio = Client(sys.argv[1], headers={"Authorization": "Bearer " + sys.argv[2]}, download_files=False, verbose=False)
for line in sys.stdin:
    try:
        answer = eval(json.loads(line))
    except Exception as error:
        answer = json.loads(str(error))
    print(json.dumps(answer), flush=True)
"""
Run = Callable[[str, Mapping[str, str]], Any]
"""Runs an operation's example with what stands for its capitals, and returns the result or ``{"error": …}``."""


@dataclass(frozen=True)
class Place:
    """A served studio, another over the same home in this process, and a folder with the caller's files."""

    address: str
    studio: Studio
    folder: Path

    @property
    def variables(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {
            **os.environ,
            "STUDIO": self.address,
            "KEY": KEY,
            "PATH": path,
            "PYTHONPATH": str(PROJECT),
            "STUDIO_HOME": str(self.studio.settings.home),
            "STUDIO_PORT": str(self.studio.settings.port),
            "HF_HUB_OFFLINE": "1",
        }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A studio as it is."""
    with open_place(make_home(tmp_path_factory.mktemp("home")), tmp_path_factory.mktemp("files")) as place:
        yield place


@pytest.fixture(scope="module")
def cloning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A studio whose cloning engines have tiny random weights, and a recording beside it."""
    home, given = make_home(tmp_path_factory.mktemp("home")), tmp_path_factory.mktemp("given")
    make_weights("f5", given)
    make_chatterbox(given)
    (home / "engines").symlink_to(Settings().engines_folder)
    tiny = {"STUDIO_WEIGHTS_FOLDER": str(given), "STUDIO_DEVICE": "cpu"}
    program = ("-m", "tests.end_to_end.tiny_app", str(given))
    with open_place(home, tmp_path_factory.mktemp("files"), program, **tiny) as place:
        made = place.studio.call("generate_speech", {"script": " [pause 0.6s] ".join(LINES), "voice": "bm_george"})
        shutil.copyfile(place.studio.local_file(made["audio"]["file_id"]), place.folder / "recording.wav")
        yield place


@contextmanager
def open_place(home: Path, folder: Path, program: Sequence[str] = ("app.py",), **settings: str) -> Iterator[Place]:
    port = free_port()
    Image.new("RGB", (360, 640), "#304050").save(folder / "harbour.jpg")
    (folder / "font.ttf").write_bytes((FONTS / "Anton-Regular.ttf").read_bytes())
    (folder / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello there.\n")
    with (
        serve(home, port, program, STUDIO_API_KEY=KEY, **settings),
        Studio(Settings(home=home, port=port)) as studio,
    ):
        yield Place(f"http://127.0.0.1:{port}", studio, folder)


def shell(place: Place, line: str) -> str:
    done = subprocess.run(
        ["bash", "-c", line], cwd=place.folder, env=place.variables, capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0 or done.stdout, f"{line}\n{done.stderr[-2000:]}"
    return done.stdout


@contextmanager
def by_curl(place: Place) -> Iterator[Run]:
    def run(name: str, words: Mapping[str, str]) -> Any:
        words, answer = dict(words), ""
        for line in forms(name, ENTRIES[name]).curl:
            answer = shell(place, filled(line, words))
            words.update(found(answer, file_id=FILE_ID, event_id=EVENT_ID))
        return last_event(answer) if "event:" in answer else json.loads(answer)

    yield run


def found(answer: str, **names: str) -> dict[str, str]:
    given = json.loads(answer) if answer.startswith("{") else {}
    return {word: given[key] for key, word in names.items() if key in given}


def last_event(stream: str) -> Any:
    kind, data = re.findall(r"event: (\w+)\ndata: (.*)", stream)[-1]
    value = json.loads(data)
    return value[0] if kind == "complete" else json.loads(value["error"])


@contextmanager
def by_client(place: Place) -> Iterator[Run]:
    process = subprocess.Popen(
        [sys.executable, "-c", LISTENS, place.address, KEY],
        cwd=place.folder,
        env=place.variables,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin and process.stdout
    inward, outward = process.stdin, process.stdout

    def run(name: str, words: Mapping[str, str]) -> Any:
        inward.write(json.dumps(filled(forms(name, ENTRIES[name]).client, words)) + "\n")
        inward.flush()
        return json.loads(outward.readline())

    try:
        yield run
    finally:
        process.communicate(timeout=60)


@contextmanager
def by_runpod(place: Place) -> Iterator[Run]:
    handler = Handler(place.studio, lambda *_: None)

    def run(name: str, words: Mapping[str, str]) -> Any:
        words = dict(words)
        for file in samples(ENTRIES[name].arguments):
            words[FILE_ID] = place.studio.upload(place.folder / file, file)["file_id"]
        job = {"id": f"job-{name}", **json.loads(filled(forms(name, ENTRIES[name]).runpod, words))}
        answer = asyncio.run(handler(job))
        return {"error": json.loads(answer["error"])} if isinstance(answer.get("error"), str) else answer

    yield run


@contextmanager
def by_command(place: Place) -> Iterator[Run]:
    def run(name: str, words: Mapping[str, str]) -> Any:
        return json.loads(shell(place, filled(forms(name, ENTRIES[name]).command, words)))

    yield run


FORMS = {"curl": by_curl, "gradio_client": by_client, "runpod": by_runpod, "command line": by_command}


def filled(text: str, words: Mapping[str, str]) -> str:
    return re.sub(r"\b[A-Z]+_ID\b", lambda found: words.get(found[0], found[0]), text)


@pytest.mark.parametrize("form", FORMS)
def test_examples_that_need_no_model_run_as_they_stand(place: Place, form: str) -> None:
    run_all(place, form, QUICK)


@pytest.mark.long
@pytest.mark.reference
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("form", FORMS)
def test_every_example_runs_as_it_stands(cloning: Place, form: str) -> None:
    for voice in cloning.studio.voices.own():
        cloning.studio.call("delete_voice", {"voice_id": voice.voice_id})
    run_all(cloning, form, tuple(ENTRIES))


def run_all(place: Place, form: str, names: tuple[str, ...]) -> None:
    made: dict[str, Any] = {}
    with FORMS[form](place) as run:
        for name in names:
            words = {v.shown: value_at(made, v) for v in made_before(ENTRIES[name].arguments)}
            made[name] = run(name, words)
            check(name, made[name])
            prepare_next(place, name, made[name])


def value_at(made: Mapping[str, Any], value: Made) -> str:
    steps = [int(step) if step.isdigit() else step for step in value.path.split(".")]
    return str(reduce(lambda inside, step: inside[step], steps, made[value.operation]))


def check(name: str, answer: Any) -> None:
    failed = isinstance(answer, dict) and set(answer) == {"error"}
    assert not failed, f"{name}: {answer['error']}"


def prepare_next(place: Place, name: str, answer: Any) -> None:
    if name == "export_voice":
        with urllib.request.urlopen(answer["url"]) as voice:
            (place.folder / "voice.zip").write_bytes(voice.read())
    if name == "submit_job":
        while place.studio.call("job_status", {"job_id": answer["job_id"]})["state"] in ("queued", "running"):
            time.sleep(0.2)
