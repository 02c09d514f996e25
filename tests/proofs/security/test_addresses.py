"""Addresses that callers name: nothing private is connected to, however it is written, hidden or led to."""

from __future__ import annotations

import json
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from backend.errors import StudioError
from backend.outside import Guard
from backend.services.webhooks import Webhooks, new_secret
from backend.settings import Settings
from backend.studio import Studio
from tests.outside.servers import LocalServer, local_server, plain
from tests.proofs.scale import Scale
from tests.proofs.security.conftest import Watched
from tests.proofs.security.forms import ADDRESSES, SPELLINGS, by_chance, in_url
from tests.proofs.security.knocking import called, knock

Note = Callable[[str, object], None]
PUBLIC = "8.8.8.8"
"""Allowed by its form; the watch lets no connection leave."""


@dataclass
class Watch:
    """What this process tries to connect to while it is on."""

    on: bool = False
    tried: list[tuple[str, int]] = field(default_factory=list)
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    """Addresses of a host at each look-up, the last for all further ones."""
    asked: Counter[str] = field(default_factory=Counter)

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Notes and refuses what is not this machine."""
        if self.on and event == "socket.connect" and isinstance(arguments[1], tuple):
            self.tried.append((str(arguments[1][0]), int(arguments[1][1])))
            if arguments[1][0] != "127.0.0.1":
                raise ConnectionRefusedError("nothing leaves this machine")

    def resolve(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        """In place of the system's look-up, which reads addresses as it always does."""
        if host not in self.names:
            return _real_look_up(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        answers = self.names[host]
        found = answers[min(self.asked[host], len(answers) - 1)]
        self.asked[host] += 1
        kind = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(kind[":" in address], socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


_real_look_up = socket.getaddrinfo
_watch = Watch()
sys.addaudithook(_watch.hook)  # there is no taking it back: it sleeps when nobody watches


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    _watch.tried, _watch.names, _watch.asked = [], {"localhost": [["127.0.0.1"]]}, Counter()
    monkeypatch.setattr(socket, "getaddrinfo", _watch.resolve)
    _watch.on = True
    yield _watch
    _watch.on = False


@pytest.fixture(scope="module")
def leading_on() -> Iterator[LocalServer]:
    """A server that callers may name, and that leads on to wherever the request's path says."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        plain(302, Location=bytes.fromhex(request.path[1:]).decode())(request)

    with local_server(answer) as server:
        yield server


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, leading_on: LocalServer) -> Iterator[Studio]:
    """One that fetches addresses and sends webhooks."""
    settings = Settings.model_validate(
        {
            "home": tmp_path_factory.mktemp("home"),
            "hub_offline": True,
            "allow_url_inputs": True,
            "allowed_targets": leading_on.name,
            "webhook_secret": new_secret(),
        }
    )
    with Studio(settings) as studio:
        studio.start(work=False)
        yield studio


@contextmanager
def nothing_is_reached(watch: Watch, *allowed: str) -> Iterator[None]:
    """No connection but to these ``host:port`` is tried."""
    before = len(watch.tried)
    yield
    reached = {f"{host}:{port}" for host, port in watch.tried[before:]} - set(allowed)
    assert not reached, f"connected to {reached}"


def refused(studio: Studio, url: str) -> bool:
    """Whether no door that takes addresses takes this one."""
    speak = {"operation": "generate_speech", "arguments": {"script": "Hi.", "engine": "silence"}, "webhook": url}
    for operation, arguments in (("upload_file", {"file": url}), ("submit_job", speak)):
        try:
            studio.call(operation, arguments)
        except StudioError:
            continue
        return False
    return True


def test_an_address_that_is_named_is_not_connected_to(
    studio: Studio, watch: Watch, scale: Scale, record_property: Note
) -> None:
    forms = [*ADDRESSES, *SPELLINGS, *by_chance(scale(short=20, full=2000))]
    for form in forms:
        for scheme in ("https", "http"):
            with nothing_is_reached(watch):
                assert refused(studio, f"{scheme}://{in_url(form)}/x.wav"), form
    assert len(set(forms)) >= 40
    record_property("forms", len(set(forms)))
    record_property("connections", len(watch.tried))


def test_a_name_that_leads_there_is_not_followed(
    studio: Studio, watch: Watch, scale: Scale, record_property: Note
) -> None:
    forms = [*ADDRESSES, *by_chance(scale(short=20, full=2000))]
    for number, address in enumerate(forms):
        watch.names |= {f"a{number}.test": [[address]], f"b{number}.test": [[PUBLIC, address]]}
        for host in (f"a{number}.test", f"b{number}.test"):
            with nothing_is_reached(watch):
                assert refused(studio, f"https://{host}/x.wav"), address
    record_property("forms", len(set(forms)))
    record_property("connections", len(watch.tried))


def test_a_redirect_that_leads_there_is_not_followed(
    studio: Studio, watch: Watch, leading_on: LocalServer, scale: Scale, record_property: Note
) -> None:
    forms = [*ADDRESSES, *SPELLINGS, *by_chance(scale(short=0, full=500))]
    webhooks = Webhooks(new_secret(), Guard([leading_on.name]))
    for form in forms:
        url = f"{leading_on.url}/{f'https://{in_url(form)}/x.wav'.encode().hex()}"
        with nothing_is_reached(watch, leading_on.name):
            with pytest.raises(StudioError):
                studio.call("upload_file", {"file": url})
            assert webhooks.deliver(url, "", "job_00000000000000000000000000", {}).outcome == "again"
    record_property("forms", len(set(forms)))
    record_property("connections", len(watch.tried) - 2 * len(forms))


def test_a_name_that_leads_there_a_moment_later_is_not_followed(
    studio: Studio, watch: Watch, scale: Scale, record_property: Note
) -> None:
    """Public when it is checked, private when it is connected to: at once, and between submission and delivery."""
    forms = [*ADDRESSES, *by_chance(scale(short=0, full=500))]
    webhooks = Webhooks(new_secret(), Guard())
    for number, address in enumerate(forms):
        watch.names |= {name: [[PUBLIC], [address]] for name in (f"a{number}.test", f"b{number}.test")}
        with nothing_is_reached(watch, f"{PUBLIC}:443"):
            with pytest.raises(StudioError):
                studio.call("upload_file", {"file": f"https://a{number}.test/x.wav"})
            webhooks.check(f"https://b{number}.test/")
            told = webhooks.deliver(f"https://b{number}.test/", "", "job_00000000000000000000000000", {})
            assert told.outcome == "given_up", address
    assert watch.tried, "what was public when it was looked up is what is connected to"
    record_property("forms", len(set(forms)))
    record_property("connections", sum(host != PUBLIC for host, _ in watch.tried))


def test_no_door_of_the_page_connects_anywhere(
    shared: Watched, elsewhere: LocalServer, scale: Scale, record_property: Note
) -> None:
    """The same at a served studio's doors: as files of the page, as Gradio's own addresses, as words."""
    before, tried = len(shared.connections()), 0
    forms = [*ADDRESSES, *SPELLINGS, "inside.test", "rebinding.test"]
    with shared.client("anna") as anna:
        for form in forms if scale.full else forms[::6]:
            url = f"https://{in_url(form)}/x.wav"
            file = {"path": url, "url": url, "orig_name": "x.wav", "meta": {"_type": "gradio.FileData"}}
            for operation, arguments in (("upload_file", {"file": file}), ("get_audio_info", {"audio": url})):
                assert "code" in json.dumps(called(anna, operation, arguments)), (operation, form)
            for door in ("file=", "file/", "proxy="):
                assert knock(anna, "GET", f"/gradio_api/{door}{url}")[0] == 404, (door, form)
            tried += 5
    reached = [place for place in shared.connections()[before:] if place[0] != PUBLIC]
    assert reached == []
    assert elsewhere.connections == 0
    record_property("tries", tried)
    record_property("connections", len(reached))


def test_the_watch_sees_a_connection(watch: Watch, tmp_path: Path) -> None:
    with local_server(plain(200, b"x")) as server, nothing_is_reached(watch, server.name):
        socket.create_connection(("127.0.0.1", server.port)).close()
        assert watch.tried == [("127.0.0.1", server.port)]
    before = len(watch.tried)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("10.0.0.1", 443))
    assert watch.tried[before:] == [("10.0.0.1", 443)]
