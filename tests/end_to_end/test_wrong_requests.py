"""Requests that cannot be right, as bytes on the wire: each is answered with what is wrong, and the studio goes on."""

from __future__ import annotations

import http.client
import json
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from backend.operations import OPERATIONS
from backend.storage.links import LinkSigner
from tests.end_to_end.conftest import free_port, serve
from tests.end_to_end.every_field import RIGHT
from tests.end_to_end.test_every_field import check_error


class Wire:
    """A studio with its home, and requests to it, sent as they are written."""

    def __init__(self, port: int, home: Path) -> None:
        self.port, self.home = port, home

    def ask(self, method: str, target: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
            # Targets go out as they are: http.client would refuse some that others send.
            connection._validate_path = lambda _: None  # type: ignore[attr-defined]
            connection.request(method, target, raw, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def call(self, operation: str, data: list[Any]) -> Any:
        """The result, or the error, of a call by plain HTTP."""
        status, told = self.ask("POST", f"/gradio_api/call/{operation}", {"data": data})
        assert status == 200, told
        _, events = self.ask("GET", f"/gradio_api/call/{operation}/{json.loads(told)['event_id']}")
        *_, event, content = [line for line in events.decode().splitlines() if line.startswith(("event:", "data:"))]
        answer = json.loads(content.removeprefix("data: "))
        return json.loads(answer["error"])["error"] if event == "event: error" else answer[0]


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    home, port = tmp_path_factory.mktemp("wire"), free_port()
    with serve(home, port, HF_HUB_OFFLINE="1") as server:
        yield Wire(port, home)
        assert server.poll() is None, "the studio ended"
    assert "Traceback" not in (home / f"server-{port}.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if OPERATIONS[name].request.model_fields])
def test_a_call_with_values_of_the_wrong_kind_is_told_which(wire: Wire, operation: str) -> None:
    fields = OPERATIONS[operation].request.model_fields
    check_error(wire.call(operation, [{"x": [1]}] * len(fields)), operation)
    too_few: list[list[None]] = [[]] if any(field.is_required() for field in fields.values()) else []
    for data in (*too_few, [None] * (len(fields) + 1)):
        status, told = wire.ask("POST", f"/gradio_api/call/{operation}", {"data": data})
        error = json.loads(told)["error"]
        assert status == 400 and ", ".join(fields) in error["message"]


@pytest.mark.parametrize("operation", list(RIGHT))
def test_a_call_by_field_names_is_told_what_is_missing_or_unknown(wire: Wire, operation: str) -> None:
    path = f"/gradio_api/call/v2/{operation}"
    status, told = wire.ask("POST", path, {**RIGHT[operation], "warp": 1})
    assert (status, json.loads(told)["error"]["code"]) == (400, "unknown_field")
    for name in RIGHT[operation]:
        left = {key: value for key, value in RIGHT[operation].items() if key != name}
        if OPERATIONS[operation].request.model_fields[name].is_required():
            status, told = wire.ask("POST", path, left)
            assert (status, json.loads(told)["error"]["code"]) == (400, "missing_field")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "invalid_json"),
        (b"nonsense", "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        (b"[]", "invalid_json"),
        (b"7", "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b"{}", "invalid_json"),
        (b'{"data": null}', "invalid_json"),
        (b'{"data": "x"}', "invalid_json"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_body_that_is_no_call_is_refused(wire: Wire, body: bytes, code: str) -> None:
    status, told = wire.ask("POST", "/gradio_api/call/list_voices", body)
    assert status == 400 and json.loads(told)["error"]["code"] == code


@pytest.mark.parametrize("name", ["nothing", "generate_speach", "..%2f..", "__class__", "%00", "a" * 5000])
def test_a_call_of_no_operation_is_not_found(wire: Wire, name: str) -> None:
    for path in (f"/gradio_api/call/{name}", f"/gradio_api/call/v2/{name}"):
        status, told = wire.ask("POST", path, {"data": []})
        assert status in (400, 405) and len(told) < 4000 and b"Traceback" not in told


@pytest.fixture(scope="module")
def link(wire: Wire) -> str:
    """Path and query of a good link."""
    fields = OPERATIONS["generate_speech"].request.model_fields
    defaults = {name: field.get_default(call_default_factory=True) for name, field in fields.items()}
    narration = wire.call("generate_speech", list({**defaults, "script": "Hi.", "engine": "silence"}.values()))
    split = urlsplit(narration["audio"]["url"])
    target = f"{split.path}?{split.query}"
    assert wire.ask("GET", target)[1][:4] == b"RIFF"
    return target


def test_a_link_opens_only_as_it_was_given(wire: Wire, link: str) -> None:
    path, _, query = link.partition("?")
    given = dict(urllib.parse.parse_qsl(query))
    other_file = path.rpartition(".")[0].rpartition(".")[0] + ".words.srt"
    expires, signature = given["expires"], given["signature"]
    for changed in (
        path,
        f"{path}?expires={expires}",
        f"{path}?signature={signature}",
        f"{path}?expires={int(expires) + 1}&signature={signature}",
        f"{path}?expires={expires}&signature={signature[:-1]}",
        f"{path}?expires={expires}&signature={'0' * 64}",
        f"{path}?expires={expires}&signature={quote('ключ')}",
        f"{path}?expires={expires}&signature={signature}&of=anna",
        f"{path}?expires={expires}&signature={signature}&of=..%2f",
        f"{path}?expires=-1&signature={signature}",
        f"{other_file}?expires={expires}&signature={signature}",
    ):
        status, told = wire.ask("GET", changed)
        assert status == 403, (changed, told[:200])
        check_error(json.loads(told)["error"], changed)


@pytest.mark.parametrize("query", ["expires=soon&signature=y", f"expires={10**30}&signature=y", "expires=1&download=x"])
def test_a_link_with_a_number_that_is_none_is_no_link(wire: Wire, query: str) -> None:
    status, told = wire.ask("GET", f"/files/up_00000000000000000000000000.1.file.wav?{query}")
    assert status == 403, told
    check_error(json.loads(told)["error"], query)


def test_a_link_that_has_ended_says_so_and_how_to_get_another(wire: Wire, link: str) -> None:
    file_id, past = link.partition("?")[0].removeprefix("/files/"), int(time.time()) - 1
    ended = urlsplit(LinkSigner(wire.home, "http://x").link(file_id, past))
    status, told = wire.ask("GET", f"{ended.path}?{ended.query}")
    error = json.loads(told)["error"]
    assert (status, error["code"]) == (403, "link_expired") and "download_file" in error["hint"]


@pytest.mark.parametrize(
    "target",
    [
        "/files/..%2f..%2fsecret.key",
        "/files/../secret.key",
        "/files/%2e%2e/%2e%2e/jobs.db",
        "/files/....//secret.key",
        "/files//etc/passwd",
        "/files/%00",
        "/files/" + "a" * 20_000,
        "/files/x?expires=soon&signature=y",
        "/files/x?expires=99999999999999999999999999&signature=y",
        "/files/x?expires=1&expires=2",
        "/studio/../../secret.key",
        "/studio/fonts/..%2f..%2f..%2fsecret.key",
        "/studio/fonts/%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
        "/s/../../secret.key",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=../secret.key",
        "/gradio_api/file=http://127.0.0.1:1/",
    ],
)
def test_no_path_leads_out_of_its_folder(wire: Wire, link: str, target: str) -> None:
    secret = (wire.home / "secret.key").read_bytes()
    for path in (target, f"{target}{'&' if '?' in target else '?'}{link.partition('?')[2]}"):
        status, told = wire.ask("GET", path)
        assert 400 <= status < 500, (path, status, told[:300])
        assert secret not in told and b"root:" not in told and b"Traceback" not in told


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_do_nothing_to_files(wire: Wire, link: str, method: str) -> None:
    assert 400 <= wire.ask(method, link)[0] < 500
    assert wire.ask("GET", link)[0] == 200
