"""What a receiver of webhooks gets: over real servers, verified with the receivers' own library."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from backend.errors import InvalidRequest, StudioError
from backend.fronts.cli import main
from backend.jobs import courier
from backend.services.webhooks import Webhooks, new_secret
from backend.settings import PROJECT, Settings
from backend.studio import Studio
from tests.jobs.operations import until
from tests.outside.servers import Asked, LocalServer, endless, hanging, local_server, plain

SPEAK = {"script": "Saltmarsh one. Saltmarsh two.", "engine": "silence"}
SECRET = new_secret()
PATH = "/hooks/a-secret-token?also=secret"


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with local_server(plain(204)) as server:
        yield server


@pytest.fixture
def stuck() -> Iterator[LocalServer]:
    """A receiver that never answers."""
    with local_server(hanging) as server:
        yield server


@pytest.fixture
def gone() -> LocalServer:
    """A receiver that is not there any more."""
    with local_server(plain()) as server:
        return server


@pytest.fixture
def studio(
    tmp_path: Path, server: LocalServer, stuck: LocalServer, gone: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Studio]:
    monkeypatch.setattr(courier, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(courier, "RETRY_SECONDS", (0.1, 0.1, 0.1))
    settings = Settings.model_validate(
        {
            "home": tmp_path / "home",
            "webhook_secret": SECRET,
            "allowed_targets": f"{server.name}, {stuck.name},{gone.name}",
            "api_keys": f"anna:{'a' * 20}",
        }
    )
    with Studio(settings) as studio:
        studio.start()
        yield studio


def submit(studio: Studio, url: str, operation: str = "generate_speech", **arguments: Any) -> str:
    given = {"operation": operation, "arguments": arguments or SPEAK, "webhook": url}
    return str(studio.call("submit_job", given)["job_id"])


def hook(studio: Studio, job_id: str) -> dict[str, Any]:
    shown: dict[str, Any] = studio.call("job_status", {"job_id": job_id})["details"]["webhook"]
    return shown


def settled(studio: Studio, job_id: str) -> dict[str, Any]:
    until(lambda: hook(studio, job_id)["state"] in ("delivered", "given_up"))
    return hook(studio, job_id)


def verified(asked: Asked, secret: str = SECRET) -> dict[str, Any]:
    body: dict[str, Any] = Webhook(secret).verify(asked.body, asked.headers)
    return body


def test_a_receiver_verifies_what_comes_and_finds_the_result_in_it(studio: Studio, server: LocalServer) -> None:
    job_id = submit(studio, server.url + PATH)
    assert settled(studio, job_id) == {
        "to": server.url, "state": "delivered", "attempts": 1, "said": "It answered with status 204.",
    }  # fmt: skip
    [asked] = server.asked
    assert (asked.method, asked.path, asked.headers["content-type"]) == ("POST", PATH, "application/json")
    body = verified(asked)
    assert (body["type"], body["job_id"], body["operation"], body["state"]) == (
        "job.done", job_id, "generate_speech", "done",
    )  # fmt: skip
    result = studio.call("job_result", {"job_id": job_id})
    assert body["error"] is None and body["result"].keys() == result.keys()
    assert body["result"]["narration_id"] == result["narration_id"] and "signature=" in body["result"]["audio"]["url"]
    assert body["timestamp"] == studio.call("job_status", {"job_id": job_id})["finished_at"]
    for wrong in ({"webhook-id": "msg_other"}, {"webhook-timestamp": str(int(asked.headers["webhook-timestamp"]) - 1)}):
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(asked.body, {**asked.headers, **wrong})
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(asked.body.replace(b"done", b"gone"), asked.headers)


def test_a_failed_job_tells_its_error_and_one_whose_result_is_gone_says_so(studio: Studio, server: LocalServer) -> None:
    failed = studio.jobs.submit("check_voice", {"audio": "up_none"}, webhook=(server.url, server.url))
    settled(studio, failed)
    body = verified(server.asked[0])
    assert (body["type"], body["result"], set(body["error"])) == ("job.failed", None, {"code", "message", "hint"})
    server.answer = plain(500)
    job_id = submit(studio, server.url)
    until(lambda: len(server.asked) > 1)
    narration_id = verified(server.asked[1])["result"]["narration_id"]
    studio.call("delete_narration", {"narration_id": narration_id})
    settled(studio, job_id)
    body = verified(server.asked[-1])
    assert (body["state"], body["result"], body["error"]["code"]) == ("done", None, "narration_not_found")


def test_a_receiver_that_fails_is_told_again_under_the_same_id(studio: Studio, server: LocalServer) -> None:
    answers = iter([plain(500), plain(302, Location="/elsewhere"), plain(200)])

    def answer(request: BaseHTTPRequestHandler) -> None:
        next(answers)(request)

    server.answer = answer
    assert settled(studio, submit(studio, server.url + PATH))["attempts"] == 3
    assert {asked.path for asked in server.asked} == {PATH}, "no redirect is followed"
    assert len({asked.headers["webhook-id"] for asked in server.asked}) == 1
    assert len([verified(asked) for asked in server.asked]) == 3


def test_a_receiver_that_is_gone_is_not_told_again_and_one_that_never_answers_well_is_given_up(
    studio: Studio, server: LocalServer, gone: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer = plain(410)
    assert settled(studio, submit(studio, server.url + PATH))["attempts"] == 1
    server.answer = plain(503)
    given_up = settled(studio, submit(studio, server.url + PATH))
    assert (given_up["state"], given_up["attempts"]) == ("given_up", 4)
    assert "connection failed" in settled(studio, submit(studio, gone.url + PATH))["said"]
    assert "given up" in caplog.text and "secret" not in caplog.text and SECRET not in caplog.text


def test_a_receiver_that_hangs_keeps_no_job_and_no_other_receiver_waiting(
    studio: Studio, server: LocalServer, stuck: LocalServer
) -> None:
    held = [submit(studio, stuck.url) for _ in range(3)]
    until(lambda: stuck.connections >= courier.AT_ONCE_EACH)
    assert settled(studio, submit(studio, server.url))["state"] == "delivered"
    assert {studio.call("job_status", {"job_id": job_id})["state"] for job_id in held} == {"done"}
    assert stuck.connections == courier.AT_ONCE_EACH


def test_an_endless_answer_is_left(studio: Studio, server: LocalServer) -> None:
    server.answer = endless
    assert settled(studio, submit(studio, server.url))["state"] == "delivered"


def test_a_host_that_became_private_meanwhile_is_not_told(studio: Studio, server: LocalServer) -> None:
    job_id = studio.jobs.submit("check_voice", {"audio": "up_none"}, webhook=("https://10.0.0.7/x", "https://10.0.0.7"))
    assert "private network" in settled(studio, job_id)["said"] and hook(studio, job_id)["attempts"] == 1


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/", "https://10.0.0.7/", "https://169.254.169.254/latest", "https://localhost/"),
        *("https://user:word@example.com/", "ftp://example.com/", "x"),
    ],
)
def test_an_address_that_is_not_told_is_refused_before_anything_is_queued(studio: Studio, url: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        submit(studio, url)
    assert refused.value.code == "address_refused" and studio.call("list_jobs", {})["jobs"] == []


def test_without_a_secret_webhooks_are_refused_and_a_bad_secret_stops_the_start(tmp_path: Path) -> None:
    with Studio(Settings(home=tmp_path)) as studio, pytest.raises(StudioError) as refused:
        submit(studio, "https://example.com/")
    assert refused.value.code == "webhooks_off" and "STUDIO_WEBHOOK_SECRET" in refused.value.hint
    for bad in ("secret", "whsec_", "whsec_short", "whsec_" + "a" * 100, SECRET.removeprefix("whsec_")):
        with pytest.raises(InvalidRequest) as refused:
            Studio(Settings.model_validate({"home": tmp_path, "webhook_secret": bad}))
        assert refused.value.code == "webhook_secret" and "whsec_" not in str(refused.value)


def test_each_tenant_has_a_secret_of_its_own_and_only_its_own_result(studio: Studio, server: LocalServer) -> None:
    anna = studio.of("anna")
    settled(anna, submit(anna, server.url))
    body = verified(server.asked[0], anna.webhook_secret())
    assert body["result"]["narration_id"]
    assert studio.webhook_secret() == SECRET != anna.webhook_secret()
    with pytest.raises(WebhookVerificationError):
        verified(server.asked[0])


def test_while_a_secret_is_changed_both_verify(server: LocalServer, studio: Studio) -> None:
    fresh = new_secret()
    both = Webhooks(f"{fresh}, {SECRET}", studio._machine.guard)
    both.deliver(server.url, "", studio.jobs.submit("check_voice", {"audio": "up_none"}), {"a": "ü"})
    assert verified(server.asked[0], fresh) == verified(server.asked[0], SECRET) == {"a": "ü"}


def test_the_command_line_makes_and_shows_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path))
    monkeypatch.delenv("STUDIO_WEBHOOK_SECRET", raising=False)
    assert main(["webhook-secret"]) == 0
    name, _, made = capsys.readouterr().out.strip().partition("=")
    assert name == "STUDIO_WEBHOOK_SECRET"
    monkeypatch.setenv(name, made)
    monkeypatch.setenv("STUDIO_API_KEYS", f"anna:{'a' * 20}")
    assert main(["webhook-secret"]) == 0 and capsys.readouterr().out.strip() == made
    assert main(["webhook-secret", "anna"]) == 0 and capsys.readouterr().out.strip() != made
    assert main(["webhook-secret", "ben"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "unknown_tenant"


def test_nothing_that_is_logged_holds_the_path_of_an_address(
    studio: Studio, server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer = plain(500)
    with caplog.at_level(logging.DEBUG):
        settled(studio, submit(studio, server.url + PATH))
    assert "a-secret-token" not in caplog.text and SECRET not in caplog.text


def test_the_receiver_in_the_guide_verifies_what_comes(studio: Studio, gone: LocalServer) -> None:
    guide = (PROJECT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    program = guide.split("```python\n")[1].split("```")[0]
    environment = {**os.environ, "SECRET": studio.webhook_secret(), "PORT": str(gone.port)}
    receiver = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        until(lambda: answers(gone.url))
        job_id = submit(studio, f"{gone.url}/told?of=42")
        assert settled(studio, job_id)["state"] == "delivered"
        assert receiver.stdout and receiver.stdout.readline().startswith(f"{job_id} done http")
        assert httpx.post(gone.url, content=b"{}").status_code == 400
    finally:
        receiver.kill()
        receiver.communicate()


def answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 501
    except httpx.TransportError:
        return False
