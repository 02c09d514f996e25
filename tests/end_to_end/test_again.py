"""Manifests carried from one studio to another, where the real voice says the same to the last byte."""

from __future__ import annotations

import json
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.settings import PROJECT
from tests.end_to_end.conftest import SCRIPT, free_port, make_home, serve
from tests.end_to_end.test_client import call

MIXED = f"{SCRIPT} [pause 0.5s] [voice bm_george] [speed 1.1] It cost $1,200.50, said [Okonkwo](/oʊkˈɒŋkwoʊ/)."
MAKE = f"""
spoken = client.predict(script={MIXED!r}, audio_format="mp3", api_name="/generate_speech")
looks = dict(sizes=["256x256"], captions_style="karaoke_sweep")
video = client.predict(narration_id=spoken["narration_id"], **looks, api_name="/generate_captioned_video")
heard = client.predict(media=spoken["audio"]["file_id"], api_name="/transcribe")
names = [spoken["narration_id"], video["video_id"], heard["transcript_id"]]
manifests = [client.predict(f"{{name}}.1.manifest.json", api_name="/download_file") for name in names]
answer = [spoken, video, heard, manifests]
"""
AGAIN = """
manifest = json.load(open("narration.json"))
spoken = client.predict(manifest=manifest, api_name="/make_again")
video = client.predict(manifest=handle_file("video.json"), api_name="/make_again")
answer = [spoken, video]
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a studio that has made nothing yet."""
    port = free_port()
    with serve(make_home(tmp_path_factory.mktemp("elsewhere")), port):
        yield f"http://127.0.0.1:{port}"


def content(link: dict[str, Any]) -> bytes:
    with urllib.request.urlopen(link["url"]) as answer:
        body: bytes = answer.read()
    return body


@pytest.mark.long
def test_another_studio_makes_the_same_narration_and_the_same_video(
    served: str, elsewhere: str, tmp_path: Path
) -> None:
    spoken, video, heard, manifests = call(served, tmp_path, MAKE)
    for name, link in zip(("narration", "video", "transcript"), manifests, strict=True):
        (tmp_path / f"{name}.json").write_bytes(content(link))
    respoken, remade = call(elsewhere, tmp_path, AGAIN)
    assert content(respoken["audio"]) == content(spoken["audio"])
    for suffix in ("srt", "vtt", "csv", "ass"):
        assert content(respoken["timings"][suffix]) == content(spoken["timings"][suffix])
    assert respoken["words"] == spoken["words"] and respoken["warnings"] == []
    assert content(remade["videos"][0]["file"]) == content(video["videos"][0]["file"])
    assert remade["captions"][0]["cues"] == video["captions"][0]["cues"]
    missing = """
try:
    client.predict(manifest=handle_file("transcript.json"), api_name="/make_again")
except Exception as error:
    answer = str(error)
"""
    assert '"input_missing"' in call(elsewhere, tmp_path, missing)
    (tmp_path / "brought.mp3").write_bytes(content(spoken["audio"]))
    found = """
client.predict(handle_file("brought.mp3"), api_name="/upload_file")
answer = client.predict(manifest=handle_file("transcript.json"), api_name="/make_again")
"""
    reheard = call(elsewhere, tmp_path, found)
    assert reheard["words"] == heard["words"] and reheard["text"] == heard["text"] and reheard["warnings"] == []


def test_a_manifest_tells_nothing_of_the_machine_it_comes_from(served: str, tmp_path: Path) -> None:
    body = f"""
spoken = client.predict(script={SCRIPT!r}, api_name="/generate_speech")
answer = client.predict(spoken["narration_id"] + ".1.manifest.json", api_name="/download_file")
"""
    link = call(served, tmp_path, body)
    text = content(link).decode()
    manifest = json.loads(text)
    assert manifest["plan"]["sentences"]
    places = {f"/{place.parts[1]}/" for place in (PROJECT, Path.home(), Path(tempfile.gettempdir()))}
    assert not [word for word in (*places, "/home/", "secret", "signature", "127.0.0.1") if word in text]
