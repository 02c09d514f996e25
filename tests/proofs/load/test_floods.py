"""Five hundred jobs at once, and a hundred connections that break off."""

from __future__ import annotations

import io
import json
import socket
import struct
import threading
import time
import urllib.error
import wave
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.proofs.load.calling import Caller, Refused, code_of
from tests.proofs.load.held import Held
from tests.proofs.load.studio import ANNAS, BENS, KEY, MOST_JOBS, Watched
from tests.proofs.scale import Scale

Record = Callable[[str, Any], None]
MOST_MEMORY = 100_000_000
"""Bytes that a flood may take at its worst."""


def _submit(caller: Caller, number: int) -> str:
    """By gradio_client's way: a job's id, or the code of what is refused."""
    try:
        return caller.submit("generate_speech", script=f"Job {number} of a flood.", engine="silence")
    except Refused as refused:
        return refused.code


def _speak(caller: Caller, number: int) -> str:
    """By OpenAI's way: ``spoken``, or the code of what is refused, which must say when to come again."""
    asked = {"model": "silence", "voice": "nova", "response_format": "pcm", "input": f"Stream {number} of a flood."}
    try:
        with caller.open("/v1/audio/speech", json.dumps(asked).encode()) as answer:
            return "spoken" if answer.read() else "nothing"
    except urllib.error.HTTPError as error:
        later = int(error.headers.get("Retry-After", 0))
        return code_of(error) if error.code == 429 and later > 0 else f"{error.code} without Retry-After"


def test_a_flood_of_jobs_is_accepted_or_told_to_come_later(
    watched: Watched, scale: Scale, record_property: Record
) -> None:
    count = scale(short=60, full=500)
    main, anna, ben = watched.callers
    before, peak, over = watched.at_rest(), [watched.memory()], threading.Event()
    # Anna has as many jobs as she may have before the flood begins, so what comes of hers is known.
    slow = {"script": "Slow.", "engine": "silence", "options": {"seconds_to_think": 3600.0}}
    hers = [anna.submit("generate_speech", **slow) for _ in range(MOST_JOBS)]

    def watch() -> None:
        while not over.wait(0.2):
            peak.append(watched.memory())

    def one(number: int) -> str:
        if number % 5 == 0:
            return _speak(anna, number)
        return _submit(main if number % 5 < 3 else ben, number)

    watching = threading.Thread(target=watch)
    watching.start()
    begun = time.monotonic()
    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(one, range(count)))
        seconds = time.monotonic() - begun
        alive = time.monotonic()
        watched.main.open("/healthz").close()
        alive = time.monotonic() - alive
    for job_id in hers:
        anna.call("cancel_job", job_id=job_id)
    accepted = [answer for answer in answers if answer.startswith("job_")]
    refused = Counter(answer for answer in answers if not answer.startswith("job_"))
    after = watched.at_rest()
    over.set()
    watching.join()
    states = Counter(status["state"] for status in main.call("list_jobs", limit=500)["jobs"])
    record_property("submits", count)
    record_property("accepted", len(accepted))
    record_property("told to come later", refused["too_many_jobs"])
    record_property("anything else", refused.total() - refused["too_many_jobs"])
    record_property("seconds", round(seconds, 1))
    record_property("memory at its worst (MB)", round((max(peak) - before.memory) / 1e6, 1))
    record_property("memory after it (MB)", round((after.memory - before.memory) / 1e6, 1))
    assert set(refused) == {"too_many_jobs"} and len(set(accepted)) == len(accepted)
    assert len(accepted) >= count * 2 // 5, "the main key has no limit"
    assert set(states) <= {"done", "cancelled"} and states["done"] >= count * 2 // 5
    assert max(peak) - before.memory < MOST_MEMORY
    assert alive < 5.0
    assert watched.leftovers() == []


# ------------------------------------------------------------ connections that break off


def _raw(watched: Watched, request: bytes, read: int, rudely: bool) -> None:
    """Send this, read so much, and leave: with a reset if ``rudely``, else as a closed tab does."""
    parts = urlsplit(watched.address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60) as line:
        line.sendall(request)
        with suppress(TimeoutError):
            line.settimeout(20 if read else 0.2)
            while read > 0 and (came := line.recv(min(read, 65_536))):
                read -= len(came)
        if rudely:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _request(method: str, path: str, body: bytes = b"", key: str = KEY, **headers: str) -> bytes:
    lines = {"Host": "127.0.0.1", "Authorization": f"Bearer {key}", **headers}
    head = [f"{method} {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {value}" for name, value in lines.items())]
    return "\r\n".join([*head, "", ""]).encode() + body


def _half(method: str, path: str, kind: str, start: bytes = b"") -> bytes:
    """An upload of ten megabytes of which a hundred kilobytes come."""
    body = start + bytes(100_000)
    return _request(method, path, body, Content_Type=kind, Content_Length="10000000")


def _wav(seconds: int) -> bytes:
    """A recording of nothing."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 48_000, 0, "NONE", ""))
        sound.writeframes(bytes(96_000 * seconds))
    return file.getvalue()


def _ways(watched: Watched) -> dict[str, Callable[[int], tuple[bytes, int]]]:
    """What is broken off: the request and how much of its answer is read, by what it is."""
    main = watched.main
    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    kind = "multipart/form-data; boundary=b"
    large = main.call("download_file", file_id=main.put("large.wav", _wav(seconds=60)))
    link = urlsplit(large["url"])
    slow = {"engine": "silence", "options": {"seconds_to_think": 0.3}}

    def waiting(number: int) -> tuple[bytes, int]:
        event = main.begin("generate_speech", script=f"Stream {number} is left. It has more.", **slow)
        return _request("GET", f"/gradio_api/call/generate_speech/{event}", Accept="text/event-stream"), number % 2

    def speech(number: int) -> tuple[bytes, int]:
        text = " ".join(f"Sentence {sentence} of stream {number}." for sentence in range(20))
        fields = {"model": "silence", "voice": "nova", "input": text, "response_format": ("mp3", "pcm")[number % 2]}
        body = json.dumps({**fields, "options": {"seconds_to_think": 0.3}}).encode()
        return _request("POST", "/v1/audio/speech", body, Content_Length=str(len(body))), number % 3

    return {
        "streams of events": waiting,
        "heartbeats": lambda n: (_request("GET", f"/gradio_api/heartbeat/dropped{n}"), 10),
        "speech while it is spoken": speech,
        "files put": lambda n: (_half("PUT", f"/files/cut{n}.wav", "application/octet-stream"), 0),
        "uploads of the page": lambda n: (_half("POST", "/gradio_api/upload", kind, form), 0),
        "transcriptions": lambda n: (_half("POST", "/v1/audio/transcriptions", kind, form), 0),
        "downloads": lambda n: (_request("GET", f"{link.path}?{link.query}"), 50_000),
        "the page": lambda n: (_request("GET", "/", Accept="text/html"), 1000),
        "websockets": lambda n: (
            _request(
                "GET",
                "/gradio_api/queue/join",
                Upgrade="websocket",
                Connection="Upgrade",
                Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAAAA==",
                Sec_WebSocket_Version="13",
            ),
            10,
        ),
    }


def test_connections_that_break_off_leave_nothing(watched: Watched, scale: Scale, record_property: Record) -> None:
    ways = _ways(watched)
    each = scale(short=2, full=12)

    def break_off(number: int) -> None:
        way = list(ways.values())[number % len(ways)]
        _raw(watched, *way(number), rudely=number // len(ways) % 2 == 0)

    def all_of_them() -> None:
        with ThreadPoolExecutor(12) as pool:
            list(pool.map(break_off, range(each * len(ways))))

    all_of_them()  # what is made once: connections to the database, threads, imports
    watched.at_rest()
    before = watched.at_rest()
    all_of_them()

    def as_before(held: Held) -> bool:
        return abs(held.files - before.files) <= 2 and held.tasks <= before.tasks and held.threads <= before.threads + 2

    after = watched.at_rest(as_before)
    record_property("connections", each * len(ways))
    record_property("kinds", ", ".join(ways))
    for name in ("files", "threads", "tasks", "children", "zombies"):
        record_property(f"{name} more", getattr(after, name) - getattr(before, name))
    record_property("files left", len(watched.leftovers()))
    assert watched.leftovers() == []
    assert as_before(after), (before, after)
    assert after.children <= before.children and after.zombies == 0
    assert after.gradio.events == 0
    assert _submit(watched.main, 0).startswith("job_")
    assert ANNAS != BENS


@pytest.mark.long
def test_a_long_call_is_answered_after_thousands_of_short_ones(watched: Watched, record_property: Record) -> None:
    slow = {"engine": "silence", "options": {"seconds_to_think": 60.0}}
    event = watched.main.begin("generate_speech", script="This one takes its time.", **slow)
    with watched.main.open(f"/gradio_api/call/generate_speech/{event}") as answer, ThreadPoolExecutor(8) as pool:
        calls = len(list(pool.map(lambda _: watched.main.call("list_jobs", limit=1), range(2500))))
        said = answer.read().decode()
    record_property("short calls", calls)
    assert "event: complete" in said
