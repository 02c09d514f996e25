"""What is tried, in which order, and what is said of it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import httpx

from backend.errors import StudioError
from backend.fronts.probe.doors import ANSWER_SECONDS, Door, EndpointDoor, ProbeFault, StudioDoor, in_our_words
from backend.fronts.probe.links import is_open, open_link, refuses_changed
from backend.services.doctor import Finding

Findings: TypeAlias = Iterator[Finding]
SCRIPT = "The probe came by today. It asked for two sentences."
_LOCAL = ("127.0.0.1", "localhost", "::1")
_START_SECONDS = 180.0
"""A Space that slept, or a pod that starts, gets so long until it is ready."""


@dataclass(frozen=True)
class Wishes:
    """What to try, and with what."""

    url: str
    key: str = field(repr=False)
    """Of the studio, or RunPod's for an endpoint; empty for none."""
    endpoint: bool
    """Whether it is a serverless endpoint."""
    voice: str = "af_heart"
    engine: str = "auto"
    patience: float = 600.0
    """Seconds that a long operation may take."""

    @property
    def host(self) -> str | None:
        """The host name of a studio; None for an endpoint, which is not where its files are."""
        return None if self.endpoint else urlsplit(self.url).hostname


def visit(wishes: Wishes) -> Findings:
    """Try everything, one after the other; a key never stands in what is said."""
    for finding in _endpoint(wishes) if wishes.endpoint else _studio(wishes):
        yield _without(finding, wishes.key)


def _without(finding: Finding, key: str) -> Finding:
    if not key:
        return finding
    return replace(finding, said=finding.said.replace(key, "…"), hint=finding.hint.replace(key, "…"))


def _studio(wishes: Wishes) -> Findings:
    for what, act in (
        ("health", lambda: _healthy(wishes.url)),
        ("ready", lambda: _ready(wishes.url)),
        ("wrong key", lambda: _refuses_strangers(wishes)),
    ):
        finding = _tried(what, act)
        yield finding
        if finding.state == "fault" and what == "health":
            return
    made: list[StudioDoor] = []

    def enter() -> str:
        made.append(StudioDoor(wishes.url, wishes.key, wishes.patience))
        return ""

    entered = _tried("key" if wishes.key else "door", enter)
    yield entered
    if made:
        yield from _system(made[0])
        yield from _operations(made[0], wishes)


def _endpoint(wishes: Wishes) -> Findings:
    door = EndpointDoor(wishes.url, wishes.key, wishes.patience)

    def health() -> str:
        counts = door.counts()
        if counts is None:
            return "not told here: this is the SDK's own server"
        return ", ".join(f"{number} {name}" for name, number in counts.get("workers", {}).items())

    finding = _tried("health", health)
    yield finding
    if finding.state == "ok":
        yield from _system(door)
        yield from _operations(door, wishes)


def _tried(what: str, act: Callable[[], str]) -> Finding:
    """One thing, with how long it took."""
    begun = time.monotonic()
    try:
        said = act()
    except StudioError as error:
        return Finding(what, "fault", error.message, error.hint or "The studio's log says more.")
    took = f"{time.monotonic() - begun:.2f} s"
    return Finding(what, "ok", f"{took}  {said}".rstrip())


# ---------------------------------------------------------------- at the door


def _get(url: str, key: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with in_our_words():
        return httpx.get(url, headers=headers, timeout=ANSWER_SECONDS)


def _healthy(url: str) -> str:
    answer = _get(f"{url}/healthz")
    if not answer.is_success or "alive" not in answer.text:
        raise ProbeFault(
            f"/healthz answers HTTP {answer.status_code}: no studio, or one that is not running.",
            hint="Open the address in a browser. A Space shows there what it lacks, a proxy what it cannot reach.",
            code="not_a_studio",
        )
    return ""


def _ready(url: str) -> str:
    end = time.monotonic() + _START_SECONDS
    while not (answer := _get(f"{url}/readyz")).is_success:
        if time.monotonic() > end:
            raise ProbeFault(
                f"It is not ready after {_START_SECONDS:.0f} s: {answer.text[:100]}",
                hint="Its log says what it waits for.",
                code="not_ready",
            )
        time.sleep(1.0)
    return "takes jobs"


def _refuses_strangers(wishes: Wishes) -> str:
    """Nobody comes in without the key, nor out of the folder of links."""
    if is_open(f"{wishes.url}/files/..%2f..%2fsecret.key") or is_open(f"{wishes.url}/files/../secret.key?expires=1"):
        raise ProbeFault("Files of the machine can be read.", hint="Do not run this.", code="leak")
    statuses = [_get(f"{wishes.url}/config", key).status_code for key in ("", "probe-with-a-wrong-key")]
    if all(status in (401, 403, 429) for status in statuses):
        return "refused, as no key at all is"
    if wishes.host in _LOCAL:
        return "no key is set; only this machine reaches it"
    raise ProbeFault(
        "Anyone who knows the address can use it.", hint="Set STUDIO_API_KEY where it runs.", code="open_door"
    )


# ---------------------------------------------------------------- inside


def _system(door: Door) -> Findings:
    warnings: list[str] = []

    def look() -> str:
        status = door.call("system_status")
        warnings.extend(status["warnings"])
        installed = [each["engine"] for each in status["engines"] if each["installed"] and each["engine"] != "silence"]
        free = status["disk"]["free_bytes"] / 1e9
        return f"storage {status['storage']['kind']}, {free:.0f} GB free, engines: {', '.join(installed)}"

    yield _tried("system", look)
    for warning in warnings:
        yield Finding("system", "note", warning)


def _operations(door: Door, wishes: Wishes) -> Findings:
    yield _tried("voices", lambda: f"{len(door.call('list_voices')['voices'])} voices")
    made: dict[str, Any] = {}
    spoken = _tried("speech", lambda: _speak(door, wishes, made))
    yield spoken
    if spoken.state == "ok":
        yield _tried("links", lambda: _open_all(made["narration"], wishes))
        yield _tried("captions", lambda: _caption(door, made["narration"], wishes))
        yield _tried("video", lambda: _film(door, made, wishes))
        yield _tried("tidying up", lambda: _tidy(door, made))
    if door.takes_files:
        yield _tried("storage", lambda: _store(door, wishes))


def _speak(door: Door, wishes: Wishes, made: dict[str, Any]) -> str:
    # Speech that was spoken before comes from the store; the moment makes it new.
    script = f"{SCRIPT} It is {int(time.time()) % 100_000}."
    begun = time.monotonic()
    narration = door.run("generate_speech", script=script, voice=wishes.voice, engine=wishes.engine)
    made["narration"] = narration
    words = narration["words"]
    if [word["text"] for word in words] != script.split() or any(
        one["start"] > other["start"] for one, other in pairwise(words)
    ):
        raise ProbeFault("The words of the narration are not those of the script, in order.", code="words_wrong")
    pace = narration["duration"] / (time.monotonic() - begun)
    return f"{narration['duration']:.1f} s of speech by {narration['engine']}, {pace:.1f}× as fast as it is heard"


def _open_all(narration: dict[str, Any], wishes: Wishes) -> str:
    links = [narration["audio"], *narration["timings"].values()]
    total = sum(open_link(link, wishes.host) for link in links)
    refuses_changed(links[0])
    where = urlsplit(links[0]["url"]).hostname
    return f"{len(links)} links at {where} open without credentials, {total / 1e3:.0f} kB; a changed one does not"


def _caption(door: Door, narration: dict[str, Any], wishes: Wishes) -> str:
    captions = door.call("make_captions", source=narration["narration_id"], size="270x480")
    open_link(captions["files"]["srt"], wishes.host)
    return f"{len(captions['cues'])} cues"


def _film(door: Door, made: dict[str, Any], wishes: Wishes) -> str:
    film = door.run("generate_captioned_video", narration_id=made["narration"]["narration_id"], sizes=["270x480"])
    video = film["videos"][0]
    open_link(video["file"], wishes.host)
    return f"{video['duration']:.1f} s at {video['size']}, {video['file']['bytes'] / 1e3:.0f} kB"


def _tidy(door: Door, made: dict[str, Any]) -> str:
    door.call("delete_narration", narration_id=made["narration"]["narration_id"])
    return "the narration is deleted; a video of a few seconds stays in the library"


def _store(door: Door, wishes: Wishes) -> str:
    with tempfile.TemporaryDirectory(prefix="voicereel-probe-") as folder:
        path = Path(folder) / "probe.txt"
        path.write_text(SCRIPT, encoding="utf-8")
        link = door.upload(path)
    file_id = link["file_id"]
    open_link(link, wishes.host)
    door.call("delete_file", file_id=file_id)
    if door.call("file_status", file_id=file_id)["status"] != "not_found" or is_open(link["url"]):
        raise ProbeFault("A deleted file is still there.", hint="Does the bucket keep versions?", code="not_deleted")
    return "a file was sent, opened and deleted"
