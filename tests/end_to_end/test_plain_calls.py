"""Calls by plain HTTP: what is wrong with one is named, and a right one runs."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest


def post(address: str, body: bytes) -> tuple[int, Any]:
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("v2/get_narrations", b"{}", "unknown_operation"),
        ("get_narrations", b'{"data": []}', "unknown_operation"),
        ("v2/get_narration", b"{}", "missing_field"),
        ("v2/get_narration", b'{"narration_id": "x", "loud": true}', "unknown_field"),
        ("v2/get_narration", b"[]", "invalid_json"),
        ("v2/get_narration", b"nonsense", "invalid_json"),
        ("v2/get_narration", b"[" * 100_000, "invalid_json"),
        ("v2/get_narration", b"\xff\xfe", "invalid_json"),
        ("get_narration", b'{"data": []}', "invalid_json"),
        ("get_narration", b'{"data": ["x", null, 7]}', "invalid_json"),
        ("get_narration", b"{}", "invalid_json"),
    ],
)
def test_a_mistake_in_a_plain_call_is_named(served: str, path: str, body: bytes, code: str) -> None:
    status, answer = post(f"{served}/gradio_api/call/{path}", body)
    assert (status, answer["error"]["code"]) == (400, code)
    assert answer["error"]["message"] and answer["error"]["hint"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("v2/list_files", b'{"limit": 3}'),
        ("list_files", b'{"data": ["", 3]}'),
        ("list_files", b'{"data": [""]}'),
        ("list_files", b'{"data": []}'),
        ("v2/list_files", b"{}"),
    ],
)
def test_a_right_plain_call_runs(served: str, path: str, body: bytes) -> None:
    status, answer = post(f"{served}/gradio_api/call/{path}", body)
    assert status == 200
    with urllib.request.urlopen(f"{served}/gradio_api/call/list_files/{answer['event_id']}") as events:
        assert b'event: complete\ndata: [{"files": [' in events.read()


def test_the_value_of_a_field_is_checked_by_its_operation(served: str) -> None:
    _, answer = post(f"{served}/gradio_api/call/v2/generate_speech", b'{"script": 7}')
    with urllib.request.urlopen(f"{served}/gradio_api/call/generate_speech/{answer['event_id']}") as events:
        assert b"invalid_script" in events.read()
