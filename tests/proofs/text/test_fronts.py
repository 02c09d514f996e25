"""Every front, sent any JSON: a result, or an error with code, message and hint. Never a fault of the studio's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from backend.fronts.cli import main
from backend.fronts.runpod_handler import Handler
from backend.operations import OPERATIONS
from backend.settings import Settings
from backend.studio import Studio
from tests.end_to_end.conftest import free_port, leftovers, make_home, serve
from tests.end_to_end.test_every_field import check_error
from tests.end_to_end.test_wrong_requests import Wire
from tests.proofs.scale import Scale
from tests.proofs.text.texts import ANY, LINES
from tests.proofs.text.trying import try_all
from tests.proofs.text.values import JSON, SAFE_CALLS

Record = Callable[[str, Any], None]
Call = tuple[str, dict[str, Any]]
BESIDE = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
"""The studio's threads draw numbers while Hypothesis makes examples in the same process."""


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """A studio in a process of its own, which is still there afterwards and whose log tells of no fault."""
    home, port = make_home(tmp_path_factory.mktemp("wire")), free_port()
    with serve(home, port, STUDIO_MCP="1") as server:
        yield Wire(port, home)
        assert server.poll() is None, "the studio ended"
    log = (home / f"server-{port}.log").read_text(encoding="utf-8")
    assert "Traceback" not in log, log[-3_000:]
    assert leftovers(home) == []


def counted(record_property: Record, tried: int, answers: dict[bool, int]) -> None:
    record_property("examples", tried)
    record_property("taken", answers[True])
    record_property("refused", answers[False])


def sent(value: Any) -> bytes:
    """JSON as programs write it, halves of characters and numbers that are none with it."""
    return json.dumps(value).encode()


def test_calls_over_http_end_in_a_result_or_an_error_that_helps(
    wire: Wire, scale: Scale, record_property: Record
) -> None:
    answers = {True: 0, False: 0}

    def check(given: tuple[Call, bool, Any]) -> None:
        (name, arguments), by_name, body = given
        fields = list(OPERATIONS[name].request.model_fields)
        path = f"/gradio_api/call/v2/{name}" if by_name else f"/gradio_api/call/{name}"
        data = arguments if by_name else {"data": [arguments.get(field) for field in fields]}
        status, told = wire.ask("POST", path, sent(data if body is None else body))
        if status != 200:
            assert status in (400, 413), (status, told[:300])
            check_error(json.loads(told)["error"], name)
            answers[False] += 1
            return
        _, events = wire.ask("GET", f"/gradio_api/call/{name}/{json.loads(told)['event_id']}")
        *_, event, content = [line for line in events.decode().splitlines() if line.startswith(("event:", "data:"))]
        answer = json.loads(content.removeprefix("data: "))
        answers[event == "event: complete"] += 1
        if event != "event: complete":
            assert event == "event: error" and "error" in answer, (name, events[:300])
            check_error(json.loads(answer["error"])["error"], name)

    examples = st.tuples(SAFE_CALLS, st.booleans(), st.none() | st.none() | st.none() | JSON)
    counted(record_property, try_all("calls over HTTP", scale, examples, check), answers)


_SPEECH = st.fixed_dictionaries(
    {"model": st.just("silence") | JSON, "voice": st.just("nova") | JSON, "input": LINES | JSON},
    optional={
        "response_format": st.sampled_from(["pcm", "wav", "mp3"]) | JSON,
        "stream_format": st.sampled_from(["audio", "sse"]) | JSON,
        **dict.fromkeys(("speed", "language", "seed", "instructions", "warp"), JSON),
    },
)
_FORM_FIELDS = st.lists(
    st.tuples(
        st.sampled_from(["model", "language", "response_format", "stream", "file", "timestamp_granularities[]"]), ANY
    ),
    max_size=4,
)
_ROUTES = ["/v1/audio/speech", "/v1/audio/transcriptions", "/v1/audio/voices", "/v1/models", "/v1/models/x", "/v1/x"]


def test_openai_s_routes_answer_whatever_they_are_sent(wire: Wire, scale: Scale, record_property: Record) -> None:
    answers = {True: 0, False: 0}

    def check(given: tuple[str, bytes, str, str]) -> None:
        method, body, path, kind = given
        status, told = wire.ask(method, path, body, **{"Content-Type": kind})
        assert status < 500, (status, told[:500])
        answers[status == 200] += 1
        if status != 200 and method != "HEAD":
            error = json.loads(told)["error"]
            assert error["message"] and error["code"] and error["hint"] and "Traceback" not in error["message"]

    speech = st.tuples(
        st.just("POST"),
        (_SPEECH | JSON).map(sent) | st.binary(max_size=40),
        st.just(_ROUTES[0]),
        st.just("application/json"),
    )
    forms = _FORM_FIELDS.map(_form).map(lambda body: ("POST", body, _ROUTES[1], 'multipart/form-data; boundary="xYx"'))
    wrong = st.tuples(st.just("POST"), st.binary(max_size=60), st.sampled_from(_ROUTES[:2]), st.sampled_from(_KINDS))
    others = st.tuples(
        st.sampled_from(["GET", "PUT", "DELETE"]), st.just(b""), st.sampled_from(_ROUTES), st.just("x/y")
    )
    examples = speech | speech | forms | wrong | others
    counted(record_property, try_all("calls by OpenAI's routes", scale, examples, check), answers)


_KINDS = [
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=xYx",
]


def _form(fields: list[tuple[str, str]]) -> bytes:
    """A multipart form; what is called a file is one, of any bytes."""
    files = {"file": "; filename=a.wav"}
    parts = [
        f'--xYx\r\nContent-Disposition: form-data; name="{name}"{files.get(name, "")}\r\n\r\n{value}\r\n'
        for name, value in fields
    ]
    return "".join([*parts, "--xYx--\r\n"]).encode(errors="replace")


_MESSAGES = st.fixed_dictionaries(
    {
        "jsonrpc": st.just("2.0"),
        "id": st.integers(1, 9),
        "method": st.sampled_from(["tools/call", "tools/list", "warp"]),
    },
    optional={"params": JSON},
)


def test_mcp_answers_whatever_it_is_sent(wire: Wire, scale: Scale, record_property: Record) -> None:
    answers = {True: 0, False: 0}
    accepted = {"Accept": "application/json, text/event-stream"}

    def check(given: tuple[Call | None, Any]) -> None:
        call, message = given
        if call:
            params = {"name": call[0], "arguments": call[1]}
            message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        status, told = wire.ask("POST", "/mcp", sent(message), **accepted)
        assert status < 500, (status, told[:500])
        assert b"Traceback" not in told and b"site-packages" not in told
        if not call or status != 200:
            answers[status == 200] += 1
            return
        data = next(line for line in told.decode().splitlines()[::-1] if line.startswith(("data:", "{")))
        answer = json.loads(data.removeprefix("data:"))
        result = answer.get("result", {})
        answers["result" in answer and not result.get("isError")] += 1
        if result.get("isError"):
            check_error(result["structuredContent"]["error"], call[0])

    examples = st.tuples(SAFE_CALLS, st.none()) | st.tuples(st.none(), _MESSAGES | JSON)
    counted(record_property, try_all("calls over MCP", scale, examples, check), answers)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(Settings(home=make_home(tmp_path_factory.mktemp("home")), hub_offline=True)) as studio:
        studio.start()
        yield studio
    assert leftovers(studio.settings.home) == []


@BESIDE
def test_runpod_is_answered_whatever_a_job_s_input_is(studio: Studio, scale: Scale, record_property: Record) -> None:
    handler, answers, job = Handler(studio, lambda *_: None), {True: 0, False: 0}, iter(range(10**6))

    def check(given: tuple[Call, Any, bool]) -> None:
        (name, arguments), instead, wrapped = given
        fields = {"parameters": arguments} if wrapped else arguments
        wanted = {**fields, "operation": name} if instead is None else instead
        answer = asyncio.run(handler({"id": f"job-{next(job)}", "input": wanted}))
        json.dumps(answer, ensure_ascii=False).encode()
        answers["error" not in answer] += 1
        if "error" in answer and not isinstance(answer["error"], dict):
            check_error(json.loads(answer["error"]), name)

    examples = st.tuples(SAFE_CALLS, st.none() | st.none() | JSON, st.booleans())
    counted(record_property, try_all("calls by RunPod", scale, examples, check), answers)


@BESIDE
def test_the_command_line_is_answered_whatever_its_arguments_are(
    studio: Studio, scale: Scale, record_property: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    answers = {True: 0, False: 0}

    def check(given: tuple[Call, str | None]) -> None:
        (name, arguments), instead = given
        if OPERATIONS[name].queue is not None:  # for each a worker would start
            name, arguments = "estimate", {"operation": name, "arguments": arguments}
        said = json.dumps(arguments) if instead is None else instead
        with redirect_stdout(StringIO()) as printed, redirect_stderr(StringIO()):
            status = main(["call", "--", name, said])
        answers[status == 0] += 1
        answer = json.loads(printed.getvalue().encode(errors="strict"))
        if status:
            check_error(answer["error"], name)

    examples = st.tuples(SAFE_CALLS, st.none() | st.none() | ANY)
    counted(record_property, try_all("calls by the command line", scale, examples, check), answers)
