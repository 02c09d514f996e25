"""What a call costs by HTTP, and how soon a long text can be heard through OpenAI's API."""

from __future__ import annotations

import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlsplit

from openai import OpenAI

from backend.settings import PROJECT, Settings
from backend.tenants import MAIN
from benchmarks.bench import VOICE, Bench
from benchmarks.figures import Figure, Section
from benchmarks.serving import Server

HOW = """Both servers are up at once, each a process of its own. A small operation: `file_status` through the Gradio API
(`POST /gradio_api/call/…`, then `GET …/<event_id>` until `complete`) against an endpoint that returns its argument in a
bare Gradio app of the same version, both without the queue, over one kept connection each, in turn call by call.
Speech: the one-minute script through `/v1/audio/speech` as MP3 with OpenAI's own client, no takes there beforehand: the
first bytes that can be played, as a share of the whole time."""
CALLS = 150
WARM_UP = 20
_SMALL = {"studio": ("file_status", "up_00000000000000000000000000.1.file.wav"), "bare": ("answer", "text")}
_APPS = {"studio": ("app.py",), "bare": ("benchmarks/peers/bare_endpoint.py",)}


def measure(bench: Bench) -> Section:
    """Overhead of a small operation, and the first bytes of a minute of speech."""
    home = bench.new_home("doors")
    with Server(_APPS["studio"], PROJECT, home) as studio, Server(_APPS["bare"], PROJECT, home) as bare:
        for server in (studio, bare):
            server.wait()
        _wait_until_ready(studio.address)
        calls = _small_calls({"studio": studio.address, "bare": bare.address}, 10 if bench.quick else CALLS)
        listing = median(_timed(_models(studio.address)) for _ in range(WARM_UP))
        first, whole = _first_and_whole(bench, studio.address)
    ours, theirs = (median(calls[name]) * 1000 for name in ("studio", "bare"))
    figures = (
        Figure(
            "a small operation through the API",
            f"{ours:.1f} ms",
            f"{theirs:.1f} ms (bare Gradio endpoint)",
            ours / theirs,
            "×",
            most=2.0,
        ),
        Figure("`GET /v1/models`", f"{listing * 1000:.1f} ms", "", listing * 1000, "ms"),
        Figure(
            "first bytes of a minute of speech",
            f"{first:.2f} s",
            f"{whole:.2f} s (whole answer)",
            100 * first / whole,
            "%",
            most=20.0,
        ),
    )
    return Section("Calls by HTTP, OpenAI's API", HOW, figures, notes=(f"Median of {len(calls['bare'])} calls each.",))


def _wait_until_ready(address: str) -> None:
    """Wait until the studio takes jobs: before that it is still importing."""
    while True:
        try:
            with urllib.request.urlopen(f"{address}readyz"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)


def _small_calls(addresses: Mapping[str, str], count: int) -> dict[str, list[float]]:
    """Seconds of each call, the two taking turns; those that warm up are not counted."""
    calls = {name: _call(address, *_SMALL[name]) for name, address in addresses.items()}
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(WARM_UP + count):
        for name in list(calls) if number % 2 else reversed(list(calls)):
            seconds = _timed(calls[name])
            if number >= WARM_UP:
                taken[name].append(seconds)
    return taken


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _call(address: str, name: str, argument: str) -> Callable[[], None]:
    """A call of an endpoint, over a connection that is kept."""
    connection = HTTPConnection(urlsplit(address).netloc)
    body = json.dumps({"data": [argument]})

    def ask(method: str, path: str, sent: str | None = None) -> bytes:
        connection.request(method, path, sent, {"Content-Type": "application/json"})
        return connection.getresponse().read()

    def call() -> None:
        event = json.loads(ask("POST", f"/gradio_api/call/{name}", body))["event_id"]
        answer = ask("GET", f"/gradio_api/call/{name}/{event}")
        if b"event: complete" not in answer:
            raise SystemExit(f"{name} failed: {answer[:300]!r}")

    return call


def _models(address: str) -> Callable[[], object]:
    connection = HTTPConnection(urlsplit(address).netloc)

    def ask() -> bytes:
        connection.request("GET", "/v1/models")
        return connection.getresponse().read()

    return ask


def _first_and_whole(bench: Bench, address: str) -> tuple[float, float]:
    """Seconds to the first bytes of speech and to the last, medians; the voice is loaded and has spoken."""
    takes = Settings(home=bench.folder / "doors").takes_of(MAIN)
    with OpenAI(base_url=f"{address}v1", api_key="none", max_retries=0) as client:
        _speak(client, "Warming up. Both threads at once.")
        runs = []
        for _ in range(bench.rounds(3)):
            shutil.rmtree(takes, ignore_errors=True)
            runs.append(_speak(client, bench.script("one_minute")))
    runs.sort(key=lambda run: run[0] / run[1])
    return runs[len(runs) // 2]


def _speak(client: OpenAI, text: str) -> tuple[float, float]:
    start, first = time.perf_counter(), 0.0
    create = client.audio.speech.with_streaming_response.create
    with create(model="tts-1", voice=VOICE, input=text, response_format="mp3") as answer:
        for _ in answer.iter_bytes():
            first = first or time.perf_counter() - start
    return first, time.perf_counter() - start
