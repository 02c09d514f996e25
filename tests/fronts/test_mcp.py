"""The operations as MCP tools, tried with the SDK's own client against a studio in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent

from backend.operations import OPERATIONS
from backend.settings import PROJECT, Settings
from tests.end_to_end.conftest import SCRIPT, free_port, make_home, serve

KEY, ANNAS = "a-key-of-more-than-sixteen-characters", "annas-key-is-another-one"
MANY = " ".join(f"Sentence number {n} of very many." for n in range(400))
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
Answer = TypeVar("Answer")
pytestmark = pytest.mark.mcp


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A studio with two tenants that offers MCP."""
    port = free_port()
    keys = {"STUDIO_API_KEY": KEY, "STUDIO_API_KEYS": f"anna:{ANNAS}"}
    with serve(make_home(tmp_path_factory.mktemp("mcp")), port, STUDIO_MCP="1", **keys):
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def connected(address: str, mode: str = "auto", key: str = KEY) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=120) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


def talk(address: str, say: Callable[[Client], Awaitable[Answer]], mode: str = "auto", key: str = KEY) -> Answer:
    async def whole() -> Answer:
        async with connected(address, mode, key) as client:
            return await say(client)

    return asyncio.run(whole())


def error_of(answer: CallToolResult) -> dict[str, str]:
    assert answer.is_error
    error: dict[str, str] = answer.structured_content["error"]
    text = answer.content[0]
    assert isinstance(text, TextContent) and error["code"] in text.text and error["hint"] in text.text
    return error


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_operation_is_a_tool_with_its_fields_defaults_and_bounds(address: str, mode: str) -> None:
    tools = {tool.name: tool for tool in talk(address, lambda client: client.list_tools(), mode).tools}
    assert set(tools) == {name for name, operation in OPERATIONS.items() if not operation.older}
    for name, tool in tools.items():
        schema, fields = tool.input_schema, OPERATIONS[name].request.model_fields
        assert list(schema["properties"]) == list(fields)
        assert set(schema.get("required", [])) == {key for key, field in fields.items() if field.is_required()}
        assert "$ref" not in json.dumps(schema)
        assert all(field["description"] for field in schema["properties"].values())
    speed = tools["generate_speech"].input_schema["properties"]["speed"]
    assert (speed["default"], speed["minimum"], speed["maximum"]) == (1.0, 0.5, 2.0)
    hints = {name: tool.annotations for name, tool in tools.items() if tool.annotations}
    assert hints["list_voices"].read_only_hint and hints["delete_voice"].destructive_hint


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_result_is_structured_and_its_links_open_without_the_key(address: str, mode: str) -> None:
    spoken = {"script": "One. Two. Three.", "engine": "silence"}
    answer = talk(address, lambda client: client.call_tool("generate_speech", spoken), mode)
    made = answer.structured_content
    assert [word["text"] for word in made["words"]] == ["One.", "Two.", "Three."]
    links = {block.title: block for block in answer.content if block.type == "resource_link"}
    assert set(links) == {"audio", *(f"timings.{kind}" for kind in ("srt", "vtt", "csv", "json", "ass"))}
    with urllib.request.urlopen(links["audio"].uri) as file:
        assert file.read(4) == b"RIFF" and file.headers["Content-Length"] == str(links["audio"].size)


def test_what_was_made_with_one_key_is_not_there_for_another(address: str) -> None:
    spoken = {"script": "Only Anna reads this.", "engine": "silence"}
    made = talk(address, lambda client: client.call_tool("generate_speech", spoken), key=ANNAS).structured_content
    wanted = {"narration_id": made["narration_id"]}
    theirs = talk(address, lambda client: client.call_tool("get_narration", wanted))
    assert error_of(theirs)["code"] == "narration_not_found"
    hers = talk(address, lambda client: client.call_tool("get_narration", wanted), key=ANNAS)
    assert hers.structured_content["script"] == "Only Anna reads this."


def test_a_session_is_there_for_the_key_that_opened_it_alone(address: str) -> None:
    def sent(key: str, message: dict[str, Any], **headers: str) -> tuple[int, str]:
        told = {"Accept": "application/json, text/event-stream", "Authorization": f"Bearer {key}", **headers}
        answer = httpx2.post(f"{address}/mcp", json={"jsonrpc": "2.0", **message}, headers=told, timeout=60)
        return answer.status_code, answer.headers.get("mcp-session-id", "")

    status, session = sent(ANNAS, {"id": 1, "method": "initialize", "params": HELLO})
    assert status == 200 and session
    asked = {"id": 2, "method": "tools/list"}
    assert sent(KEY, asked, **{"Mcp-Session-Id": session})[0] == 404
    assert sent(ANNAS, asked, **{"Mcp-Session-Id": session})[0] == 200


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("generate_speech", {}, "missing_field"),
        ("generate_speech", {"script": " "}, "script_empty"),
        ("generate_speech", {"script": "Hi.", "speed": 9}, "invalid_speed"),
        ("generate_speech", {"script": "Hi.", "loud": True}, "unknown_field"),
        ("generate_speach", {"script": "Hi."}, "unknown_operation"),
        ("get_audio_info", {"audio": "/etc/passwd"}, "file_not_found"),
        ("job_result", {"job_id": "job_x"}, "job_not_found"),
    ],
)
def test_mistakes_come_back_as_code_message_and_hint(
    address: str, tool: str, arguments: dict[str, Any], code: str
) -> None:
    assert error_of(talk(address, lambda client: client.call_tool(tool, arguments)))["code"] == code


def test_older_names_are_taken_though_not_listed(address: str) -> None:
    older = {"text": "Hi.", "voice": "voi_00000000000000000000000000"}
    answer = talk(address, lambda client: client.call_tool("generate_f5_tts", older))
    assert error_of(answer)["code"] not in ("unknown_operation", "unknown_field")


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_progress_is_told_and_a_cancelled_call_stops_its_job(address: str, mode: str) -> None:
    async def stop(client: Client) -> tuple[list[float], str]:
        told: list[float] = []
        under_way = asyncio.Event()

        async def hear(progress: float, total: float | None, message: str | None) -> None:
            assert total == 1.0 and message
            told.append(progress)
            if progress > 0:
                under_way.set()

        call = asyncio.create_task(
            client.call_tool("generate_speech", {"script": MANY, "engine": "silence"}, progress_callback=hear)
        )
        await under_way.wait()
        call.cancel()
        await asyncio.wait([call])
        assert call.cancelled()
        while (state := (await newest_job(client))["state"]) in ("queued", "running"):
            await asyncio.sleep(0.05)
        return told, state

    told, state = talk(address, stop, mode)
    assert told == sorted(set(told)) and told[-1] <= 1
    assert state == "cancelled"


async def newest_job(client: Client) -> Any:
    listed = await client.call_tool("list_jobs", {"limit": 1})
    return listed.structured_content["jobs"][0]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer not-the-key-at-all"}])
def test_nothing_is_said_without_the_key(address: str, headers: dict[str, str]) -> None:
    asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}).encode()
    accepted = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    request = urllib.request.Request(f"{address}/mcp", asked, {**accepted, **headers})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 401
    assert json.load(refused.value)["error"]["code"] in ("key_needed", "key_wrong")


def test_the_client_says_so_when_the_key_is_wrong(address: str) -> None:
    async def ask() -> None:
        async with connected(address, key="not-the-key-at-all"):
            pytest.fail("a client with a wrong key got in")

    with pytest.raises(BaseException) as refused:  # the SDK raises groups of its own
        asyncio.run(ask())
    assert not isinstance(refused.value, pytest.fail.Exception)


def test_a_file_that_was_sent_with_put_is_named_by_its_id(address: str, tmp_path: Path) -> None:
    sent = send(f"{address}/files/words.srt", b"1\n00:00:00,000 --> 00:00:01,000\nHello there.\n")
    answer = talk(address, lambda client: client.call_tool("convert_transcript", {"file": sent["file_id"]}))
    assert answer.structured_content["text"].strip() == "Hello there."
    with pytest.raises(urllib.error.HTTPError) as refused:
        send(f"{address}/files/noise.mp4", bytes(range(256)) * 64)
    assert refused.value.code == 400 and json.load(refused.value)["error"]["hint"]


def send(url: str, body: bytes) -> Any:
    request = urllib.request.Request(url, body, {"Authorization": f"Bearer {KEY}"}, method="PUT")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_over_stdio_files_come_and_go_by_path(tmp_path: Path) -> None:
    (tmp_path / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello there.\n")

    async def speak() -> tuple[CallToolResult, CallToolResult]:
        started = StdioServerParameters(
            command=sys.executable,
            args=["-m", "backend", "mcp"],
            cwd=tmp_path,
            env={"STUDIO_HOME": str(tmp_path / "home"), "PYTHONPATH": str(PROJECT)},
        )
        async with Client(started) as client:
            said = await client.call_tool("convert_transcript", {"file": str(tmp_path / "words.srt")})
            return said, await client.call_tool("generate_speech", {"script": "One. Two.", "engine": "silence"})

    said, spoken = asyncio.run(speak())
    assert said.structured_content["text"].strip() == "Hello there."
    path = Path(spoken.structured_content["audio"]["path"])
    assert path.is_relative_to(tmp_path) and path.read_bytes()[:4] == b"RIFF"


def test_over_stdio_a_signal_ends_it_though_nothing_was_said(tmp_path: Path) -> None:
    environment = {**os.environ, "STUDIO_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "backend", "mcp"]
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        asked = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO}
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"] == "voicereel"
        process.terminate()
        assert process.wait(60) == 0


def test_without_the_switch_there_is_no_mcp_and_its_packages_are_not_imported(tmp_path: Path) -> None:
    assert not Settings(home=tmp_path).mcp
    program = "import sys, app; print([name for name in ('mcp', 'mcp_types') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


@pytest.mark.long
def test_what_kokoro_says_over_mcp_is_heard_as_written(address: str) -> None:
    async def speak_and_hear(client: Client) -> tuple[Any, Any]:
        spoken = (await client.call_tool("generate_speech", {"script": SCRIPT})).structured_content
        heard = await client.call_tool("transcribe", {"media": spoken["audio"]["file_id"]})
        return spoken, heard.structured_content

    spoken, heard = talk(address, speak_and_hear)
    assert [word["text"] for word in spoken["words"]] == SCRIPT.split()
    assert plain(heard["text"]) == plain(SCRIPT)


def plain(text: str) -> list[str]:
    return "".join(c for c in text.lower() if c.isalpha() or c.isspace()).split()
