"""Addresses in place of files at the studio's doors, the page's server among them, which would fetch by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file

from backend.settings import PROJECT
from tests.end_to_end.conftest import free_port, serve
from tests.outside.servers import LocalServer, local_server, plain

SUBTITLES = b"1\n00:00:00,000 --> 00:00:01,000\nThe fog came up.\n"


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with local_server(plain(200, SUBTITLES)) as server:
        yield server


@pytest.fixture(scope="module")
def open_studio(tmp_path_factory: pytest.TempPathFactory, server: LocalServer) -> Iterator[str]:
    port = free_port()
    allowed = {"STUDIO_ALLOW_URL_INPUTS": "1", "STUDIO_ALLOWED_TARGETS": server.name}
    with serve(tmp_path_factory.mktemp("open"), port, **allowed):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def shut_studio(tmp_path_factory: pytest.TempPathFactory, server: LocalServer) -> Iterator[str]:
    port = free_port()
    with serve(tmp_path_factory.mktemp("shut"), port, STUDIO_ALLOWED_TARGETS=server.name):
        yield f"http://127.0.0.1:{port}"


def over_http(studio: str, operation: str, given: object) -> str:
    event = httpx.post(f"{studio}/gradio_api/call/{operation}", json={"data": [given]}).json()["event_id"]
    return httpx.get(f"{studio}/gradio_api/call/{operation}/{event}", timeout=60).text


def test_every_door_takes_an_address_where_it_is_allowed(open_studio: str, server: LocalServer, tmp_path: Path) -> None:
    url = f"{server.url}/fog.srt"
    client = Client(open_studio, verbose=False, download_files=False)
    assert client.predict(file=handle_file(url), api_name="/upload_file")["name"] == "fog.srt"
    assert client.predict(file=url, api_name="/convert_transcript")["text"].startswith("The fog")
    client.close()
    file = {"path": url, "meta": {"_type": "gradio.FileData"}}
    assert "The fog came up" in over_http(open_studio, "convert_transcript", file)
    environment = {
        **os.environ,
        "STUDIO_HOME": str(tmp_path),
        "STUDIO_ALLOW_URL_INPUTS": "1",
        "STUDIO_ALLOWED_TARGETS": server.name,
    }
    command = [sys.executable, "-m", "backend", "call", "upload_file", json.dumps({"file": url})]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=120)
    assert json.loads(done.stdout)["name"] == "fog.srt", done.stderr
    assert {asked.headers["user-agent"] for asked in server.asked} == {"Voicereel"}, "nobody else fetched"
    assert len(server.asked) == 4


@pytest.mark.parametrize("operation", ["convert_transcript", "upload_file", "get_audio_info"])
def test_no_door_fetches_where_it_is_not(shut_studio: str, server: LocalServer, operation: str) -> None:
    before, url = server.connections, f"{server.url}/fog.srt"
    files = [{"path": url, "meta": {"_type": "gradio.FileData"}}, {"path": url, "url": url}]
    for given in files if operation == "upload_file" else [url, *files]:
        assert "url_inputs_off" in over_http(shut_studio, operation, given)
    assert server.connections == before


@pytest.mark.parametrize("path", ["file=", "file/", "proxy=", "file=%68", "proxy=%68"])
def test_the_page_fetches_nothing_for_whoever_asks(open_studio: str, server: LocalServer, path: str) -> None:
    before, address = server.connections, f"{server.url}/fog.srt"
    address = address[1:] if path.endswith("%68") else address
    for method in ("GET", "HEAD"):
        assert httpx.request(method, f"{open_studio}/gradio_api/{path}{address}").status_code == 404
    assert server.connections == before
